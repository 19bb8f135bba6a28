package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// environment returns a look-up of variables.
func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func touch(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	home, xdg := t.TempDir(), t.TempDir()
	env := environment("HOME", home, "XDG_CONFIG_HOME", xdg)
	expect := func(what, flag string, env func(string) string, want string) {
		t.Helper()
		if path, found := Find(flag, env); path != want || found != (want != "") {
			t.Errorf("%s: Find = %q, %v, want %q", what, path, found, want)
		}
	}
	expect("nothing anywhere", "", env, "")
	expect("no home either", "", environment(), "")

	inHome := filepath.Join(home, ".config", "hpcstatus", "hpcstatus.toml")
	touch(t, inHome)
	expect("XDG_CONFIG_HOME hides ~/.config", "", env, "")
	expect("~/.config", "", environment("HOME", home), inHome)
	expect("a relative XDG_CONFIG_HOME", "", environment("HOME", home, "XDG_CONFIG_HOME", "x"), inHome)

	inXDG := filepath.Join(xdg, "hpcstatus", "hpcstatus.toml")
	touch(t, inXDG)
	expect("XDG_CONFIG_HOME", "", env, inXDG)

	touch(t, "hpcstatus.toml")
	expect("the working folder", "", env, "hpcstatus.toml")
	expect("the flag", "missing.toml", env, "missing.toml")
}

func TestStateDir(t *testing.T) {
	t.Chdir(t.TempDir())
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := func(c Config, env func(string) string) string {
		t.Helper()
		d, err := StateDir(c, env)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	xdg, home := environment("XDG_STATE_HOME", "/s", "HOME", "/h"), environment("HOME", "/h")

	if got := dir(Config{Paths: Paths{State: "/var/lib/x"}}, xdg); got != "/var/lib/x" {
		t.Errorf("paths.state gives %q", got)
	}
	a, b := dir(Config{File: "/etc/a.toml"}, xdg), dir(Config{File: "/etc/b.toml"}, xdg)
	if a == b || filepath.Dir(a) != "/s/hpcstatus" {
		t.Errorf("two files give %q and %q", a, b)
	}
	if got, want := dir(Config{File: "/etc/a.toml"}, home), "/h/.local/state/hpcstatus/"+filepath.Base(a); got != want {
		t.Errorf("without XDG_STATE_HOME %q, want %q", got, want)
	}
	relative, absolute := dir(Config{File: "hpcstatus.toml"}, xdg), dir(Config{File: filepath.Join(here, "hpcstatus.toml")}, xdg)
	if relative != absolute || dir(Default(), xdg) != absolute {
		t.Errorf("one file gives %q and %q, none %q", relative, absolute, dir(Default(), xdg))
	}
	if _, err := StateDir(Default(), environment()); err == nil || !strings.Contains(err.Error(), "HOME") {
		t.Errorf("without a home: %v", err)
	}
}
