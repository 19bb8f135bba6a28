package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func fakePW(t *testing.T) PW {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	t.Setenv("PW_API_KEY", "")
	return PW{URI: "pw://tester/fish", Command: filepath.Join(testdata(t), "pw")}
}

func TestPWArguments(t *testing.T) {
	p := fakePW(t)
	log := filepath.Join(t.TempDir(), "log")
	t.Setenv("FAKE_LOG", log)
	p.Context = "site"
	out, err := p.Run(t.Context(), "echo it works; exit 3")
	if err != nil || string(out.Stdout) != "it works\n" || out.ExitCode != 3 {
		t.Fatalf("got %q, exit %d, %v", out.Stdout, out.ExitCode, err)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if want := []string{"--context", "site", "ssh", "pw://tester/fish"}; !slices.Equal(lines[:4], want) || len(lines) != 5 {
		t.Errorf("got %q", lines)
	}
}

func TestPWFailures(t *testing.T) {
	const expired = "[ERROR] Authentication has expired. Please authenticate again using 'pw auth'.\n"
	for _, test := range []struct {
		name, exit     string
		stdout, stderr string
		login          bool
		want           string // empty: no error
	}{
		{"expired", "1", "", expired, true,
			"pw ssh pw://tester/fish: needs login: Authentication has expired. Please authenticate again using 'pw auth'."},
		{"expired on standard output", "1", expired, "", true,
			"pw ssh pw://tester/fish: needs login: Authentication has expired. Please authenticate again using 'pw auth'."},
		{"expired with exit status 0", "0", "\n" + expired, "", true,
			"pw ssh pw://tester/fish: needs login: Authentication has expired. Please authenticate again using 'pw auth'."},
		{"expired in colour", "1", "", "\x1b[31m[ERROR]\x1b[0m Authentication has expired.\n", true,
			"pw ssh pw://tester/fish: needs login: Authentication has expired."},
		{"refused", "1", "", "[ERROR] ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey]\n", true,
			"pw ssh pw://tester/fish: needs login: handshake failed: ssh: unable to authenticate, attempted methods [none publickey]: run `pw auth`"},
		{"never logged in", "1", "", "[ERROR] no context configured; use 'pw auth' to authenticate\n", true,
			"pw ssh pw://tester/fish: needs login: no context configured; use 'pw auth' to authenticate"},
		{"unknown cluster", "1", "", "[ERROR] cluster pw://tester/fish not found\n", false,
			"pw ssh pw://tester/fish: cluster pw://tester/fish not found: check the name with `pw cluster ls`"},
		{"unknown context", "1", "", "[ERROR] context \"x\" not found\n", false,
			"pw ssh pw://tester/fish: context \"x\" not found: check the context in [collectors.pw_cluster] with `pw context list`"},
		{"silent", "1", "", "", false, "pw ssh pw://tester/fish: failed without a message (exit status 1)"},
		{"unmarked", "1", " \n", "warning\nconnection lost\n", false, "pw ssh pw://tester/fish: connection lost (exit status 1)"},
		{"script failed", "1", "output\n", "complaint\n", false, ""},
		{"script printed nothing", "0", "", "", false, ""},
		{"script talks of errors", "0", "output\n" + expired, expired, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := fakePW(t)
			t.Setenv("FAKE_EXIT", test.exit)
			t.Setenv("FAKE_STDOUT", test.stdout)
			t.Setenv("FAKE_STDERR", test.stderr)
			_, err := p.Run(t.Context(), "true")
			if (err == nil) != (test.want == "") || err != nil && err.Error() != test.want {
				t.Errorf("\ngot  %v\nwant %s", err, test.want)
			}
			if errors.Is(err, ErrNeedsLogin) != test.login {
				t.Errorf("needs login is %v", !test.login)
			}
		})
	}
}

func TestPWNamesTheKeyThatShadows(t *testing.T) {
	p := fakePW(t)
	t.Setenv("PW_API_KEY", "pwt_secret")
	t.Setenv("FAKE_EXIT", "1")
	t.Setenv("FAKE_STDERR", "[ERROR] Authentication has expired.")
	_, err := p.Run(t.Context(), "true")
	if !errors.Is(err, ErrNeedsLogin) || !strings.HasSuffix(err.Error(), "PW_API_KEY is set here and outranks `pw auth`: renew or unset it") {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Error(), "secret") || strings.Contains(p.Credential(), "secret") {
		t.Error("the key shows")
	}
}

func TestPWExec(t *testing.T) {
	p := fakePW(t)
	t.Setenv("FAKE_EXIT", "2")
	t.Setenv("FAKE_STDOUT", "usage\n")
	t.Setenv("FAKE_STDERR", "unknown flag: -o\n")
	if _, err := p.Exec(t.Context(), "cluster", "ls", "-o", "json"); err == nil || err.Error() != "pw cluster ls -o json: unknown flag: -o (exit status 2)" {
		t.Errorf("got %v", err)
	}
	t.Setenv("FAKE_EXIT", "0")
	out, err := p.Exec(t.Context(), "cluster", "ls")
	if err != nil || string(out.Stdout) != "usage\n" {
		t.Errorf("got %q, %v", out.Stdout, err)
	}
}

func TestPWHang(t *testing.T) {
	p := fakePW(t)
	script, wait := hanging(t)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		wait(func() {})
	}()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := p.Run(ctx, script)
	if err == nil || !strings.HasPrefix(err.Error(), "pw ssh pw://tester/fish: timed out after ") {
		t.Errorf("got %v", err)
	}
	<-gone
}
