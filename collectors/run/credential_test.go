package run

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestSSHCredential(t *testing.T) {
	home := t.TempDir()
	environment := map[string]string{"HOME": home, "KRB5CCNAME": "FILE:" + filepath.Join(home, "ticket")}
	credential := func() string { return sshCredential(func(name string) string { return environment[name] }) }
	last := credential()
	changes := func(what string, want bool) {
		t.Helper()
		now := credential()
		if (now != last) != want {
			t.Errorf("%s: changed is %v", what, !want)
		}
		last = now
	}
	changes("nothing", false)
	write(t, filepath.Join(home, "ticket"), "new")
	changes("a ticket", true)
	if err := os.Chtimes(filepath.Join(home, "ticket"), time.Time{}, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	changes("a renewed ticket", true)
	write(t, filepath.Join(home, ".ssh", "config"), "Host narwhal")
	changes("the configuration", true)
	write(t, filepath.Join(home, ".ssh", "id_ed25519"), "key")
	changes("a key", true)
	write(t, filepath.Join(home, ".ssh", "known_hosts"), "narwhal ...")
	changes("known hosts", false)
	socket, err := net.Listen("unix", filepath.Join(home, ".ssh", "cm"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	changes("an open session", true)
	environment["SSH_AUTH_SOCK"] = filepath.Join(home, ".ssh", "cm")
	changes("an agent", true)
}

func TestPWCredential(t *testing.T) {
	home := t.TempDir()
	environment := map[string]string{"HOME": home}
	get := func(name string) string { return environment[name] }
	seen := map[string]bool{pwCredential(get, ""): true}
	for _, change := range []func(){
		func() { write(t, filepath.Join(home, ".config", "pw", "credentials"), "{}") },
		func() { write(t, filepath.Join(home, "pw", ".credentials"), "{}") },
		func() { environment["PW_API_KEY"] = "pwt_1" },
		func() { environment["PW_API_KEY"] = "pwt_2" },
		func() { environment["PW_CONTEXT"] = "other" },
		func() {
			environment["XDG_CONFIG_HOME"] = filepath.Join(home, "xdg")
			write(t, filepath.Join(home, "xdg", "pw", "credentials"), "{}")
		},
		func() {
			environment["PW_CREDENTIALS_DIR"] = filepath.Join(home, "dir")
			write(t, filepath.Join(home, "dir", ".credentials"), "{}")
		},
	} {
		change()
		now := pwCredential(get, "")
		if seen[now] || len(now) != 16 {
			t.Errorf("after %d changes: %q", len(seen), now)
		}
		seen[now] = true
	}
	if pwCredential(get, "") == pwCredential(get, "context") {
		t.Error("the context does not count")
	}
}

func TestNoCredential(t *testing.T) {
	for _, r := range []Runner{Local{}, Replay{}} {
		if r.Credential() != "" {
			t.Errorf("%T has a credential", r)
		}
	}
	if (PW{}).Credential() == "" || (SSH{}).Credential() == "" {
		t.Error("a login without a credential")
	}
}
