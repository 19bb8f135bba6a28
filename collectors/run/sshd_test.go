package run

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// realSSH starts a real sshd on a free port of the loopback, which takes one key for this
// account, and returns an SSH with a configuration of its own for it.
func realSSH(t *testing.T) (s SSH, folder string) {
	t.Helper()
	sshd := findSSHD(t)
	folder = t.TempDir()
	t.Setenv("HOME", folder)
	t.Setenv("KRB5CCNAME", "")
	t.Setenv("SSH_AUTH_SOCK", "")
	for _, key := range []string{"host_key", "id_user", "id_other"} {
		generate := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", filepath.Join(folder, key))
		if out, err := generate.CombinedOutput(); err != nil {
			t.Fatalf("ssh-keygen: %v\n%s", err, out)
		}
	}
	port := freePort(t)
	public := func(key string) string {
		text, err := os.ReadFile(filepath.Join(folder, key+".pub"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	write(t, filepath.Join(folder, "authorized_keys"), public("id_user"))
	write(t, filepath.Join(folder, "known_hosts"), fmt.Sprintf("[127.0.0.1]:%d %s", port, public("host_key")))
	write(t, filepath.Join(folder, "banner"), "You are accessing a U.S. Government system.\n")
	write(t, filepath.Join(folder, "sshd_config"), fmt.Sprintf(`ListenAddress 127.0.0.1:%d
HostKey %s/host_key
PidFile none
AuthorizedKeysFile %s/authorized_keys
Banner %s/banner
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
`, port, folder, folder, folder))
	write(t, filepath.Join(folder, "config"), fmt.Sprintf(`Host machine
  HostName 127.0.0.1
  Port %d
  IdentityFile %s/id_user
  IdentitiesOnly yes
  UserKnownHostsFile %s/known_hosts
  GlobalKnownHostsFile /dev/null
  RemoteCommand echo not this
  RequestTTY yes
`, port, folder, folder))
	serve(t, sshd, filepath.Join(folder, "sshd_config"), port)
	return SSH{Host: "machine", Options: []string{"-F", filepath.Join(folder, "config")}}, folder
}

// findSSHD skips the test where OpenSSH's server or client is missing.
func findSSHD(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"ssh", "ssh-keygen"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed: apt-get install openssh-client", name)
		}
	}
	const sshd = "/usr/sbin/sshd" // must be started by its absolute path
	if _, err := os.Stat(sshd); err != nil {
		t.Skip("sshd is not installed: apt-get install openssh-server")
	}
	if os.Getuid() == 0 {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil { // its privilege separation folder
			t.Skip(err)
		}
	}
	return sshd
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// serve runs sshd in the foreground until the test ends, and waits until it answers.
func serve(t *testing.T, sshd, config string, port int) {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.Command(sshd, "-D", "-e", "-f", config)
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Skip(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if t.Failed() {
			t.Logf("sshd: %s", log.Bytes())
		}
	})
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			c.Close()
			return
		}
		select {
		case <-ended:
			t.Skipf("sshd does not run here: %s", log.Bytes())
		case <-poll.C:
		}
	}
}

func TestRealSSH(t *testing.T) {
	s, folder := realSSH(t)
	t.Run("script", func(t *testing.T) {
		want, _ := exec.Command("sh", "-c", awkward()).Output()
		out, err := s.Run(t.Context(), awkward())
		if err != nil || out.ExitCode != 7 || !bytes.HasSuffix(out.Stdout, want) {
			t.Errorf("exit %d, %d bytes instead of %d, %v", out.ExitCode, len(out.Stdout), len(want), err)
		}
		if len(out.Stderr) > 0 {
			t.Errorf("the banner is among the errors: %q", out.Stderr)
		}
	})
	t.Run("wrong key", func(t *testing.T) {
		other := s
		other.Options = append([]string{"-o", "IdentityFile=" + filepath.Join(folder, "id_other")}, s.Options...)
		write(t, filepath.Join(folder, "id_user.off"), "")
		if err := os.Rename(filepath.Join(folder, "id_user"), filepath.Join(folder, "id_user.off")); err != nil {
			t.Fatal(err)
		}
		defer os.Rename(filepath.Join(folder, "id_user.off"), filepath.Join(folder, "id_user"))
		_, err := other.Run(t.Context(), "true")
		if !errors.Is(err, ErrNeedsLogin) || !strings.Contains(err.Error(), "Permission denied (publickey)") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("unknown host key", func(t *testing.T) {
		other := s
		other.Options = append([]string{"-o", "UserKnownHostsFile=/dev/null"}, s.Options...)
		_, err := other.Run(t.Context(), "true")
		if err == nil || errors.Is(err, ErrNeedsLogin) || !strings.Contains(err.Error(), adviceHostKey) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("refused", func(t *testing.T) {
		other := s
		other.Options = append([]string{"-p", fmt.Sprint(freePort(t))}, s.Options...)
		_, err := other.Run(t.Context(), "true")
		if err == nil || errors.Is(err, ErrNeedsLogin) || !strings.Contains(err.Error(), adviceNetwork) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("unknown host", func(t *testing.T) {
		other := s
		other.Options = append([]string{"-o", "HostName=nowhere.invalid"}, s.Options...)
		_, err := other.Run(t.Context(), "true")
		if err == nil || !strings.Contains(err.Error(), adviceName) {
			t.Errorf("got %v", err)
		}
	})
}
