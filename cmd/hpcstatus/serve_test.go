package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hpcstatus/collectors/fleet/doc"
)

// write writes a file of the test, with the folders above it.
func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fetch reads a JSON document of a running server.
func fetch[T any](t testing.TB, url string) (v T) {
	t.Helper()
	status, _, body := request(t, "GET", url, nil)
	if status != http.StatusOK {
		t.Fatalf("%s: status %d: %s", url, status, body)
	}
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	return v
}

// TestServeRendersChanges edits content, breaks it, mends it, and does the same to the configuration.
func TestServeRendersChanges(t *testing.T) {
	dir, address := t.TempDir(), freeAddress(t)
	briefing := filepath.Join(dir, "content/systems/nautilus.md")
	config := filepath.Join(dir, "hpcstatus.toml")
	write(t, briefing, "+++\ndescription = \"first\"\n+++\n\nHello.\n")
	write(t, config, "[site]\ntitle = \"Before\"\n[cycle]\ninterval = \"1h\"\n")
	p := start(t, dir, "serve", "--demo", "--listen", address)
	p.waitFor("msg=published")
	base := "http://" + address
	description := func() string {
		return *fetch[doc.SystemDetail](t, base+"/api/system/nautilus").Details.Description
	}
	if got := description(); got != "first" {
		t.Fatalf("the description is %q", got)
	}
	collected := fetch[doc.Health](t, base+"/api/health").Collectors["pw_cluster"].LastRun

	write(t, briefing, "+++\ndescription = \"second\"\n+++\n\nHello again.\n")
	p.waitFor("msg=published")
	if got := description(); got != "second" {
		t.Errorf("after the edit the description is %q", got)
	}

	write(t, briefing, "+++\ndescription = \"third\"\ndescriptoin = 3\n+++\n")
	p.waitFor("msg=published")
	if got := description(); got != "second" {
		t.Errorf("a broken file was used: %q", got)
	}
	health := fetch[doc.Health](t, base+"/api/health")
	problems := strings.Join(health.Problems, "\n")
	if health.Status != "degraded" || !strings.Contains(problems, "systems/nautilus.md:3: ") || !strings.Contains(problems, "description") {
		t.Errorf("health is %s: %s", health.Status, problems)
	}

	write(t, briefing, "+++\ndescription = \"third\"\n+++\n")
	p.waitFor("msg=published")
	if got := description(); got != "third" {
		t.Errorf("after the mending the description is %q", got)
	}
	if health := fetch[doc.Health](t, base+"/api/health"); len(health.Problems) != 0 {
		t.Errorf("problems stay: %v", health.Problems)
	}

	write(t, config, "[site]\ntitel = \"After\"\n")
	p.waitFor("configuration is broken")
	if problems := fetch[doc.Health](t, base+"/api/health").Problems; len(problems) != 1 || !strings.Contains(problems[0], "hpcstatus.toml:2: ") {
		t.Errorf("problems are %q", problems)
	}
	write(t, config, "[site]\ntitle = \"After\"\n[cycle]\ninterval = \"1h\"\n")
	p.waitFor("configuration read again")
	p.waitFor("msg=published")
	if _, _, page := request(t, "GET", base+"/", nil); !strings.Contains(string(page), "After") {
		t.Error("the new title is not on the page")
	}
	health = fetch[doc.Health](t, base+"/api/health")
	if last := health.Collectors["pw_cluster"].LastRun; !last.Equal(collected.Time) || len(health.Problems) != 0 {
		t.Errorf("rendering collected: %v after %v; problems %v", last, collected, health.Problems)
	}
	if err := p.stop(); err != nil {
		t.Errorf("serve ended with %v on SIGTERM", err)
	}
}

// TestServeUnderAPrefix checks that the whole site works below a path.
func TestServeUnderAPrefix(t *testing.T) {
	dir, address := t.TempDir(), freeAddress(t)
	p := start(t, dir, "serve", "--demo", "--listen", address, "--url-prefix", "/a/b")
	p.waitFor("msg=published")
	base := "http://" + address
	if status, header, _ := request(t, "GET", base+"/a/b", nil); status/100 != 3 || header.Get("Location") != "/a/b/" {
		t.Errorf("/a/b: status %d to %q", status, header.Get("Location"))
	}
	if status, _, _ := request(t, "GET", base+"/api/status", nil); status != 404 {
		t.Errorf("outside the prefix: status %d", status)
	}
	systems := fetch[doc.Status](t, base+"/a/b/api/status").Systems
	if len(systems) < 10 || !strings.HasPrefix(systems[0].DetailsURL, "/a/b/system/") {
		t.Errorf("%d systems, details at %q", len(systems), systems[0].DetailsURL)
	}
	if status, _, page := request(t, "GET", base+systems[0].DetailsURL, nil); status != 200 || !strings.Contains(string(page), systems[0].System) {
		t.Errorf("%s: status %d", systems[0].DetailsURL, status)
	}
}

// TestServeNoCycle serves what `generate` publishes beside it.
func TestServeNoCycle(t *testing.T) {
	dir, address := t.TempDir(), freeAddress(t)
	public := filepath.Join(dir, "public")
	p := start(t, dir, "serve", "--no-cycle", "--listen", address)
	p.waitFor("msg=serving ")
	base := "http://" + address
	if status, _, body := request(t, "GET", base+"/api/status", nil); status != 503 || !strings.Contains(string(body), `"error"`) {
		t.Errorf("before a generation: status %d %s", status, body)
	}
	generate := func() {
		if r := runProgram(t, dir, nil, "generate", "--demo", "--public", public); r.exit != 0 {
			t.Fatalf("generate: exit %d\n%s", r.exit, r.err)
		}
		p.waitFor("serving a generation")
	}
	generate()
	first := fetch[doc.Health](t, base+"/api/health")
	if first.UptimeSeconds == nil || first.Refresh {
		t.Errorf("health is %+v", first)
	}
	if status, _, body := request(t, "POST", base+"/api/refresh", nil); status != 503 {
		t.Errorf("refresh: status %d %s", status, body)
	}
	generate()
	if second := fetch[doc.Health](t, base+"/api/health"); second.GeneratedAt.Before(first.GeneratedAt.Time) {
		t.Error("the older generation is served")
	}
	served, err := os.ReadFile(filepath.Join(public, "api/status.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/status", "/api/status.json"} {
		if status, _, body := request(t, "GET", base+path, nil); status != 200 || string(body) != string(served) {
			t.Errorf("%s: status %d, or it differs from the file", path, status)
		}
	}
}
