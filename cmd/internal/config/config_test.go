package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares bytes with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got); -update rewrites it:\n%s", path, diff)
	}
}

// asJSON prints a configuration for a golden.
func asJSON(t *testing.T, c Config) []byte {
	t.Helper()
	zone := c.Site.Timezone
	c.Site.Timezone = nil // prints as {}
	out, err := json.MarshalIndent(struct {
		Timezone string
		Config
	}{zone.String(), c}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

func TestParseFull(t *testing.T) {
	src, err := os.ReadFile("testdata/full.toml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse("/etc/hpcstatus/hpcstatus.toml", src)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "full.json", asJSON(t, c))
}

func TestDefault(t *testing.T) {
	golden(t, "default.json", asJSON(t, Default()))
	empty, err := Parse("hpcstatus.toml", nil)
	if err != nil {
		t.Fatal(err)
	}
	empty.File, empty.lines = "", nil
	if diff := cmp.Diff(asJSON(t, Default()), asJSON(t, empty)); diff != "" {
		t.Errorf("an empty file is not the defaults:\n%s", diff)
	}
}

func TestDefaultCluster(t *testing.T) {
	c := DefaultCluster("here")
	if c.Name != "here" || c.QueueBy != "partition" || c.Timeout != time.Minute {
		t.Errorf("DefaultCluster = %+v", c)
	}
}

func TestLoad(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "hpcstatus.toml")
	if _, err := Load(path); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "hpcstatus init") {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := Load(folder); err == nil || !strings.Contains(err.Error(), "read the configuration: ") {
		t.Errorf("a folder: %v", err)
	}
	if err := os.WriteFile(path, []byte("[paths]\npublic = \"www\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(folder, "www"); c.Paths.Public != want || c.File != path {
		t.Errorf("public = %q of %q, want %q", c.Paths.Public, c.File, want)
	}
}

// TestUnsetTimeouts shows that a short cycle shortens what the file leaves to the defaults.
func TestUnsetTimeouts(t *testing.T) {
	c, err := Parse("f.toml", []byte("[cycle]\ntimeout = \"15s\"\n[[cluster]]\nname = \"a\"\nvia = \"local\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range c.timeouts() {
		if *got.value != 15*time.Second {
			t.Errorf("%s = %s, want 15s", got.at.key, *got.value)
		}
	}
}

func TestBaseURLTakesPrefix(t *testing.T) {
	c, err := Parse("f.toml", []byte("[publish]\nprofile = \"full\"\n[site]\nbase_url = \"https://h.example/\"\nurl_prefix = \"/p\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Site.BaseURL != "https://h.example/p" {
		t.Errorf("BaseURL = %q", c.Site.BaseURL)
	}
}

func TestStarter(t *testing.T) {
	golden(t, "starter.toml", Starter())
	c, err := Parse("hpcstatus.toml", Starter())
	if err != nil {
		t.Fatal(err)
	}
	c.File, c.lines = "", nil
	if !bytes.Equal(asJSON(t, c), asJSON(t, Default())) {
		t.Error("the starter file as it is differs from the defaults")
	}
}

// TestStarterUncommented shows that every line of the starter file is right once somebody
// takes its comment sign away.
func TestStarterUncommented(t *testing.T) {
	var lines []string
	for line := range strings.Lines(string(Starter())) {
		body := strings.TrimPrefix(line, "# ")
		if strings.Contains(body, " = ") || strings.HasPrefix(body, "[") {
			line = body
		}
		lines = append(lines, line)
	}
	c, err := Parse("hpcstatus.toml", []byte(strings.Join(lines, "")))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Clusters) != 1 || c.Clusters[0].Name != "Narwhal" || c.Sites["NAVO"].Name != "Navy DSRC" {
		t.Errorf("clusters %+v, sites %+v", c.Clusters, c.Sites)
	}
	c.Clusters, c.Sites, c.File, c.lines = nil, nil, "", nil
	if diff := cmp.Diff(string(asJSON(t, Default())), string(asJSON(t, c))); diff != "" {
		t.Errorf("the shown defaults differ from the real ones:\n%s", diff)
	}
}
