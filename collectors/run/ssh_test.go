package run

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakeSSH is an SSH whose executable logs its arguments; the function reads them.
func fakeSSH(t *testing.T) (s SSH, logged func() []string) {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("KRB5CCNAME", "")
	t.Setenv("SSH_AUTH_SOCK", "")
	log := filepath.Join(home, "log")
	t.Setenv("FAKE_LOG", log)
	return SSH{Host: "narwhal", Command: filepath.Join(testdata(t), "ssh")}, func() []string {
		text, err := os.ReadFile(log)
		if err != nil {
			return nil
		}
		return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	}
}

func TestSSHArguments(t *testing.T) {
	s, logged := fakeSSH(t)
	s.Options = []string{"-p", "2222"}
	out, err := s.Run(t.Context(), "echo it works; exit 3")
	if err != nil || string(out.Stdout) != "it works\n" || out.ExitCode != 3 {
		t.Fatalf("got %q, exit %d, %v", out.Stdout, out.ExitCode, err)
	}
	args := logged()
	want := []string{
		"-T",
		"-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
		"-o", "ForwardAgent=no", "-o", "ForwardX11=no", "-o", "ClearAllForwardings=yes",
		"-o", "ControlMaster=no", "-o", "PermitLocalCommand=no", "-o", "RemoteCommand=none",
		"-o", "LogLevel=ERROR",
		"-p", "2222", "-o", "ConnectTimeout=15", "--", "narwhal",
	}
	if !slices.Equal(args[:len(args)-1], want) {
		t.Errorf("got %q", args)
	}
}

func TestSSHFromACShell(t *testing.T) {
	s, _ := fakeSSH(t)
	t.Setenv("FAKE_SHELL", "tcsh")
	out, err := s.Run(t.Context(), `echo "don't ${HOME:+panic}!"`)
	if out.ExitCode == 127 {
		t.Skip("tcsh is not installed")
	}
	if err != nil || string(out.Stdout) != "don't panic!\n" {
		t.Errorf("got %q, %v", out.Stdout, err)
	}
}

func TestSSHFailures(t *testing.T) {
	s, _ := fakeSSH(t)
	for _, test := range []struct {
		stderr string
		login  bool
		want   string
	}{
		{"erdcuser@narwhal: Permission denied (publickey,gssapi-with-mic).", true,
			"ssh narwhal: needs login: erdcuser@narwhal: Permission denied (publickey,gssapi-with-mic): run kinit, or load a key with ssh-add"},
		{"Received disconnect from 192.0.2.7 port 22:2: Too many authentication failures", true,
			"ssh narwhal: needs login: Received disconnect from 192.0.2.7 port 22:2: Too many authentication failures: run kinit, or load a key with ssh-add"},
		{"No Kerberos credentials available (default cache: FILE:/x)\nConnection closed", true,
			"ssh narwhal: needs login: No Kerberos credentials available (default cache: FILE:/x): run kinit"},
		{"No ED25519 host key is known for narwhal and you have requested strict checking.\nHost key verification failed.", false,
			"ssh narwhal: Host key verification failed: the host is not in known_hosts, or its key has changed: compare it with what the site publishes, then log in once by hand"},
		{"ssh: Could not resolve hostname narwhal: Name or service not known", false,
			"ssh narwhal: Could not resolve hostname narwhal: Name or service not known: check the host's name in the configuration"},
		{"ssh: connect to host narwhal port 22: Connection refused\r", false,
			"ssh narwhal: connect to host narwhal port 22: Connection refused: the host is down, or a firewall or VPN is in between"},
		{"ssh: connect to host narwhal port 22: Connection timed out", false,
			"ssh narwhal: connect to host narwhal port 22: Connection timed out: the host is down, or a firewall or VPN is in between"},
		{"\x1b[31mSystem is down\x1b[0m\x07 for maintenance\n\n", false,
			"ssh narwhal: System is down for maintenance (exit status 255)"},
		{" ", false, "ssh narwhal: failed without a message (exit status 255)"},
	} {
		t.Setenv("FAKE_STDERR", test.stderr)
		_, err := s.Run(t.Context(), "true")
		if err == nil || err.Error() != test.want {
			t.Errorf("%q:\ngot  %v\nwant %s", test.stderr, err, test.want)
		}
		if errors.Is(err, ErrNeedsLogin) != test.login {
			t.Errorf("%q: needs login is %v", test.stderr, !test.login)
		}
	}
}

// What the script prints is never taken for a failure of ssh, whatever it looks like.
func TestSSHTrustsTheExitStatus(t *testing.T) {
	s, _ := fakeSSH(t)
	out, err := s.Run(t.Context(), `echo 'Permission denied (publickey).' >&2; exit 1`)
	if err != nil || out.ExitCode != 1 {
		t.Errorf("exit %d, %v", out.ExitCode, err)
	}
}

func TestKerberos(t *testing.T) {
	for _, test := range []struct {
		name          string
		ticket, klist string
		config        string
		ran           bool
	}{
		{"no Kerberos here", "", "1", "", true},
		{"valid ticket", "KEYRING:persistent:0", "0", "", true},
		{"expired, nothing else", "KEYRING:persistent:0", "1", "gssapiauthentication yes\nidentityfile ~/.ssh/id_none", false},
		{"expired, configuration unreadable", "KEYRING:persistent:0", "1", "", false},
		{"expired, not used for this host", "KEYRING:persistent:0", "1", "gssapiauthentication no", true},
		{"expired, but a key", "KEYRING:persistent:0", "1", "gssapiauthentication yes\nidentityfile ~/.ssh/id_test", true},
		{"expired, keys switched off", "KEYRING:persistent:0", "1", "pubkeyauthentication no\nidentityfile ~/.ssh/id_test", false},
		{"expired, but an open session", "KEYRING:persistent:0", "1", "controlpath ~/.ssh/id_test", true},
		{"expired, no such agent", "KEYRING:persistent:0", "1", "identityagent none", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := fakeSSH(t)
			t.Setenv("PATH", testdata(t)+":"+os.Getenv("PATH"))
			t.Setenv("KRB5CCNAME", test.ticket)
			t.Setenv("FAKE_KLIST", test.klist)
			t.Setenv("FAKE_CONFIG", test.config)
			write(t, filepath.Join(os.Getenv("HOME"), ".ssh", "id_test"), "key")
			if test.ticket == "" && ticketCache(os.Getenv) != "" {
				t.Skip("this account has a ticket cache")
			}
			out, err := s.Run(t.Context(), "echo ran")
			if test.ran != (string(out.Stdout) == "ran\n") || test.ran != (err == nil) {
				t.Fatalf("got %q, %v", out.Stdout, err)
			}
			if !test.ran && (!errors.Is(err, ErrNeedsLogin) || !strings.HasSuffix(err.Error(), "run kinit")) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// write writes a file and the folders above it.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
