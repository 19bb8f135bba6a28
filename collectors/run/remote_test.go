package run

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// loginShells are the shells people have on login nodes; those not installed are skipped.
var loginShells = []string{"sh", "dash", "bash", "tcsh", "bsd-csh", "zsh", "fish", "mksh"}

// awkward is about 30 KB of script with everything that some shell treats specially.
func awkward() string {
	var b strings.Builder
	for b.Len() < 30<<10 {
		b.WriteString("x='it'\\''s \"q\" $HOME $1 `date` ! !! !x \\\\ \\! {a,b} *?[] #c =y ~ % ^ & | ; < > () ünïcode \t|'\n")
		b.WriteString("printf '%s\\n' \"$x\" # comment with ' and \"\n")
	}
	b.WriteString("cat <<'END'\nhere $document\nEND\nexit 7")
	return b.String()
}

func TestRemoteCommandSurvivesEveryShell(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	want, err := exec.Command("sh", "-c", awkward()).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 7 {
		t.Fatal(err)
	}
	line, err := remoteCommand(awkward())
	if err != nil {
		t.Fatal(err)
	}
	for _, shell := range loginShells {
		t.Run(shell, func(t *testing.T) {
			if _, err := exec.LookPath(shell); err != nil {
				t.Skipf("%s is not installed", shell)
			}
			cmd := exec.Command(shell, "-c", line)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, _ := cmd.Output()
			if !bytes.Equal(out, want) || cmd.ProcessState.ExitCode() != 7 {
				t.Errorf("exit %d, %d bytes instead of %d; %s", cmd.ProcessState.ExitCode(), len(out), len(want), stderr.Bytes())
			}
		})
	}
}

func TestRemoteCommandRunsALoginShell(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	profile := "echo Welcome\nexport SITE_COMMANDS=/opt/site/bin\n"
	for _, name := range []string{".profile", ".bash_profile"} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(profile), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	line, err := remoteCommand(`echo "$SITE_COMMANDS"`)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("sh", "-c", line).Output()
	if err != nil || string(out) != "Welcome\n/opt/site/bin\n" {
		t.Errorf("got %q, %v", out, err)
	}
}

func TestRemoteCommandWithoutBash(t *testing.T) {
	bin := t.TempDir() // holds all that is needed but bash
	for _, name := range []string{"sh", "base64"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("PATH", bin)
	out, err := PW{URI: "x", Command: filepath.Join(testdata(t), "pw")}.Run(t.Context(), `echo "${BASH_VERSION:-no bash}"`)
	if err != nil || string(out.Stdout) != "no bash\n" {
		t.Errorf("got %q, %v", out.Stdout, err)
	}
	if err := os.Remove(filepath.Join(bin, "base64")); err != nil {
		t.Fatal(err)
	}
	_, err = PW{URI: "x", Command: filepath.Join(testdata(t), "pw")}.Run(t.Context(), `true`)
	if err == nil || !strings.HasSuffix(err.Error(), "not found: the script needs it there") {
		t.Errorf("got %v", err)
	}
}

func TestRemoteCommandTooLong(t *testing.T) {
	if _, err := remoteCommand(strings.Repeat("x", 80<<10)); err != nil {
		t.Errorf("80 KiB: %v", err)
	}
	if _, err := remoteCommand(strings.Repeat("x", 100<<10)); err == nil {
		t.Error("100 KiB were taken")
	}
}

func TestTargets(t *testing.T) {
	for _, name := range []string{"", "-oProxyCommand=x", "a b", "a\nb", "a\x00"} {
		if _, err := (SSH{Host: name, Command: "/no/such/ssh"}).Run(t.Context(), "true"); err == nil || !strings.Contains(err.Error(), "cannot be one") {
			t.Errorf("ssh %q: %v", name, err)
		}
		if _, err := (PW{URI: name, Command: "/no/such/pw"}).Run(t.Context(), "true"); err == nil || !strings.Contains(err.Error(), "cannot be one") {
			t.Errorf("pw %q: %v", name, err)
		}
	}
}
