package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hpcstatus/collectors/fleet/doc"
)

// standIn is an environment in which `pw` is a stand-in that behaves as the settings say.
func standIn(t *testing.T, settings ...string) []string {
	t.Helper()
	folder, err := filepath.Abs("../../collectors/pw/testdata")
	if err != nil {
		t.Fatal(err)
	}
	settings = append([]string{"FAKE_ANSWER=" + filepath.Join(folder, "answer.txt")}, settings...)
	return append(settings, "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// pwConfig asks the clusters of the stand-in.
const pwConfig = "[cycle]\ntimeout = \"20s\"\n[collectors.pw_cluster]\nenabled = true\ntimeout = \"3s\"\n"

// published reads a document that was published.
func published[T any](t testing.TB, dir, path string) (v T) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "public", filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}

// TestFaultsOfPW breaks pw in every known way after a good cycle: each gives a clear error
// in health, and the last good data stays.
func TestFaultsOfPW(t *testing.T) {
	garbage := filepath.Join(t.TempDir(), "garbage")
	write(t, garbage, strings.Repeat("\x00\x1b[2J<script>alert(1)</script>\xff", 1000))
	huge := filepath.Join(t.TempDir(), "huge")
	write(t, huge, "")
	if err := os.Truncate(huge, 100<<20); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		settings []string
		want     string // in the error of the collector
		status   string // of the cluster
	}{
		{"expired key", []string{"FAKE_FAIL=expired"}, "needs login", "stale"},
		{"hanging cluster", []string{"FAKE_FAIL=hang"}, "timed out after 3s", "stale"},
		{"empty answer", []string{"FAKE_FAIL=empty"}, "printed nothing", "stale"},
		{"list needs a login", []string{"FAKE_FAIL=all"}, "pw auth", "stale"},
		{"garbage", []string{"FAKE_ANSWER=" + garbage}, "the probe did not run there", "stale"},
		{"100 MB of output", []string{"FAKE_ANSWER=" + huge}, "more than", "stale"},
		{"vanished pw", []string{"PATH=/nonexistent"}, "not found", "stale"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "hpcstatus.toml"), pwConfig)
			if r := runProgram(t, dir, standIn(t), "generate", "--strict"); r.exit != 0 {
				t.Fatalf("the good cycle: exit %d\n%s", r.exit, r.err)
			}
			good := published[doc.ClusterDetail](t, dir, "api/cluster-usage/c001.json")
			if good.Status != "connected" || len(good.Queues) == 0 {
				t.Fatalf("the good cycle gives %+v", good)
			}
			if r := runProgram(t, dir, append(standIn(t), c.settings...), "generate"); r.exit != 0 {
				t.Fatalf("exit %d\n%s", r.exit, r.err)
			}
			health := published[doc.Health](t, dir, "api/health.json")
			collector := health.Collectors["pw_cluster"]
			if health.Status != "degraded" || collector.Error == nil || !strings.Contains(*collector.Error, c.want) {
				t.Errorf("health %s, error %v, want %q in it", health.Status, text(collector.Error), c.want)
			}
			now := published[doc.ClusterDetail](t, dir, "api/cluster-usage/c001.json")
			if now.Status != c.status || len(now.Queues) != len(good.Queues) || !now.ObservedAt.Equal(good.ObservedAt.Time) || now.Error == nil {
				t.Errorf("the cluster is %s with %d queues of %s, error %v", now.Status, len(now.Queues), now.ObservedAt, text(now.Error))
			}
			page, err := os.ReadFile(filepath.Join(dir, "public/system/c001.html"))
			if err != nil || strings.Contains(string(page), "alert(1)") && strings.Contains(string(page), "<script>alert") {
				t.Errorf("the page: %v, or it holds what the cluster printed", err)
			}
		})
	}
}

func text(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

// TestNeedsLoginWaits: after a refused login the cluster is left alone.
func TestNeedsLoginWaits(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "calls")
	write(t, filepath.Join(dir, "hpcstatus.toml"), pwConfig)
	for range 2 {
		runProgram(t, dir, standIn(t, "FAKE_FAIL=expired", "FAKE_COUNT=1", "FAKE_LOG="+log), "generate")
	}
	calls, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(calls), "ssh pw://"); n != 1 {
		t.Errorf("%d logins were tried in two cycles:\n%s", n, calls)
	}
	target := published[doc.Health](t, dir, "api/health.json").Collectors["pw_cluster"].Targets[0]
	if target.Status != "needs login" || target.Error == nil || !strings.Contains(*target.Error, "pw auth") {
		t.Errorf("target %+v, error %s", target, text(target.Error))
	}
}

// TestOneRoundTripACluster counts the calls of a cycle of 100 clusters.
func TestOneRoundTripACluster(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "calls")
	write(t, filepath.Join(dir, "hpcstatus.toml"), strings.Replace(pwConfig, `"3s"`, `"20s"`, 1))
	if r := runProgram(t, dir, standIn(t, "FAKE_COUNT=100", "FAKE_LOG="+log), "generate", "--strict"); r.exit != 0 {
		t.Fatalf("exit %d\n%s", r.exit, r.err)
	}
	calls, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if lists, logins := strings.Count(string(calls), "cluster ls"), strings.Count(string(calls), "ssh pw://"); lists != 1 || logins != 100 {
		t.Errorf("%d lists and %d logins", lists, logins)
	}
	if usage := published[doc.ClusterUsage](t, dir, "api/cluster-usage.json"); len(usage.Clusters) != 101 {
		t.Errorf("%d clusters", len(usage.Clusters))
	}
}

// TestSecondGenerateIsRefused starts a second cycle while a first one waits for a cluster.
func TestSecondGenerateIsRefused(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "calls")
	write(t, log, "")
	write(t, filepath.Join(dir, "hpcstatus.toml"), strings.Replace(pwConfig, `"3s"`, `"20s"`, 1))
	env := standIn(t, "FAKE_FAIL=hang", "FAKE_LOG="+log)
	first := exec.Command(program(t), "generate")
	first.Dir = dir
	first.Env = append(append(os.Environ(), "XDG_STATE_HOME="+filepath.Join(dir, "state")), env...)
	first.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = first.Process.Signal(syscall.SIGTERM) // it ends what it started
		_ = first.Wait()
	}()
	waitUntil(t, "the first one asks its cluster", func() bool {
		calls, _ := os.ReadFile(log)
		return strings.Contains(string(calls), "ssh pw://")
	})
	second := runProgram(t, dir, env, "generate")
	if second.exit != 1 || !strings.Contains(second.err, fmt.Sprintf("process %d on ", first.Process.Pid)) {
		t.Errorf("exit %d\n%s", second.exit, second.err)
	}
}

// waitUntil looks again and again, for as long as patience lasts.
func waitUntil(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); !done(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// TestKilledServeComesBack kills a server and starts it again: the last good site is there
// at once, before anything is collected.
func TestKilledServeComesBack(t *testing.T) {
	dir, address := t.TempDir(), freeAddress(t)
	write(t, filepath.Join(dir, "hpcstatus.toml"), pwConfig)
	if r := runProgram(t, dir, standIn(t), "generate"); r.exit != 0 {
		t.Fatalf("exit %d\n%s", r.exit, r.err)
	}
	for range 3 {
		for _, setting := range standIn(t, "FAKE_FAIL=hang") {
			name, value, _ := strings.Cut(setting, "=")
			t.Setenv(name, value)
		}
		p := start(t, dir, "serve", "--listen", address)
		p.waitFor("msg=serving ")
		if status, _, body := request(t, "GET", "http://"+address+"/api/cluster-usage/c001", nil); status != http.StatusOK {
			t.Errorf("status %d: %s", status, body)
		}
		p.kill()
	}
}

// TestUnwritablePublic: the server goes on with what it has, and health says why.
func TestUnwritablePublic(t *testing.T) {
	dir, address := t.TempDir(), freeAddress(t)
	config := filepath.Join(dir, "hpcstatus.toml")
	write(t, config, "[paths]\npublic = \"site\"\n[cycle]\ninterval = \"1h\"\n")
	write(t, filepath.Join(dir, "content/systems/nautilus.md"), "First.\n")
	p := start(t, dir, "serve", "--demo", "--public", "site", "--listen", address)
	p.waitFor("msg=published")
	// A folder where a file must go cannot be replaced, not even by root.
	obstacle := filepath.Join(dir, "site/api/health.json")
	if err := os.Remove(obstacle); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(obstacle, "mine.txt"), "a foreign file")
	write(t, filepath.Join(dir, "content/systems/nautilus.md"), "Second.\n")
	p.waitFor("what was published before stays")
	base := "http://" + address
	health := fetch[doc.Health](t, base+"/api/health")
	if health.Status != "degraded" || len(health.Problems) != 1 || !strings.Contains(health.Problems[0], "api/health.json") {
		t.Errorf("health is %s: %q", health.Status, health.Problems)
	}
	if got := fetch[doc.SystemDetail](t, base+"/api/system/nautilus"); !strings.Contains(got.MarkdownContent, "First.") {
		t.Errorf("served is %q", got.MarkdownContent)
	}
}
