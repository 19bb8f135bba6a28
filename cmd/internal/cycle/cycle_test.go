package cycle

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hpcstatus/cmd/internal/history"
	"hpcstatus/collectors"
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/content"
	"hpcstatus/generator/site"
	"hpcstatus/templates"
)

// page is a collector of one system.
type page struct {
	status fleet.Status
	err    error
	wait   time.Duration
	asked  *atomic.Int32
}

func (p page) Name() string { return "hpcmp_fleet" }

func (p page) Collect(ctx context.Context, req collectors.Request) (fleet.Batch, error) {
	if p.asked != nil {
		p.asked.Add(1)
	}
	if p.wait > 0 {
		select {
		case <-ctx.Done():
			return fleet.Batch{}, context.Cause(ctx)
		case <-time.After(p.wait):
		}
	}
	return fleet.Batch{Systems: []fleet.System{{Name: "Nautilus", Reported: &fleet.Fact{
		Status: p.status, Source: "hpcmp_fleet", ObservedAt: req.Now, ValidUntil: req.Now.Add(req.ValidFor)}}}}, p.err
}

// bench is a cycle in folders of the test.
type bench struct {
	t      *testing.T
	setup  Setup
	opts   Options
	public string
	extra  map[string][]byte // laid over the built-in content
}

func newBench(t *testing.T, collector collectors.Collector) *bench {
	t.Helper()
	store, err := history.Open(filepath.Join(t.TempDir(), "state"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, public: filepath.Join(t.TempDir(), "public"), extra: map[string][]byte{}}
	b.opts = Options{Store: store, Now: time.Now, Logger: slog.New(slog.DiscardHandler), KeepGoing: true}
	b.setup = Setup{
		Jobs: []collectors.Job{{Collector: collector}}, Disabled: []string{"pw_cluster"}, Public: b.public,
		Site: site.Site{Title: "Test", Location: time.UTC, Theme: "auto"}, Timeout: time.Minute, ValidFor: 9 * time.Minute,
		Sources: func() (Sources, error) {
			s := Sources{Content: readAll(t, content.Builtin()), Templates: readAll(t, templates.FS)}
			for name, data := range b.extra {
				s.Content[name] = data
			}
			return s, nil
		},
	}
	return b
}

func readAll(t *testing.T, from fs.FS) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[name], err = fs.ReadFile(from, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func (b *bench) cycle() *Cycle {
	b.t.Helper()
	c, err := New(b.setup, b.opts)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func (b *bench) status() doc.Status {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join(b.public, "api/status.json"))
	if err != nil {
		b.t.Fatal(err)
	}
	var status doc.Status
	if err := json.Unmarshal(data, &status); err != nil {
		b.t.Fatal(err)
	}
	return status
}

func TestRunPublishesAndKeepsTheSnapshot(t *testing.T) {
	b := newBench(t, page{status: fleet.Up})
	if err := b.cycle().Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := b.status().Systems[0]; got.Status != "UP" || got.System != "Nautilus" {
		t.Errorf("published %+v", got)
	}
	b.setup.Jobs = []collectors.Job{{Collector: page{err: errors.New("503 Service Unavailable")}}}
	again := b.cycle() // as after a restart
	if err := again.Run(t.Context()); err != nil {
		t.Fatalf("a failed source failed the cycle: %v", err)
	}
	if got := b.status().Systems[0]; got.Status != "UP" || !got.Stale {
		t.Errorf("after a failure: %+v", got)
	}
	if err := again.Failures(); err == nil || !strings.Contains(err.Error(), "hpcmp_fleet: 503") {
		t.Errorf("failures: %v", err)
	}
	health := again.Health()
	if health.Status != "degraded" || health.Collectors["hpcmp_fleet"].Status != "stale" || health.Collectors["pw_cluster"].Status != "disabled" {
		t.Errorf("health is %+v", health)
	}
}

func TestHealthBeforeTheFirstCycle(t *testing.T) {
	health := newBench(t, page{}).cycle().Health()
	if health.Status != "unhealthy" || health.Collectors["hpcmp_fleet"].Status != "pending" {
		t.Errorf("health is %+v", health)
	}
}

func TestBrokenContentKeepsTheLastGoodSite(t *testing.T) {
	b := newBench(t, page{status: fleet.Up})
	c := b.cycle()
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.extra["systems/nautilus.md"] = []byte("+++\nbroken\n+++\n")
	b.setup.Jobs = []collectors.Job{{Collector: page{status: fleet.Down}}}
	c.Reconfigure(b.setup)
	if err := c.Run(t.Context()); err != nil {
		t.Fatalf("broken content stops the cycle: %v", err)
	}
	if got := b.status().Systems[0].Status; got != "DOWN" {
		t.Errorf("fresh data does not go out: %s", got)
	}
	if problems := c.Health().Problems; len(problems) != 1 || !strings.Contains(problems[0], "systems/nautilus.md:2: ") {
		t.Errorf("problems %q", problems)
	}
	delete(b.extra, "systems/nautilus.md")
	if err := c.Render(); err != nil || len(c.Health().Problems) != 0 {
		t.Errorf("after mending: %v, problems %q", err, c.Health().Problems)
	}
}

func TestBrokenContentFailsOneShot(t *testing.T) {
	b := newBench(t, page{status: fleet.Up})
	b.opts.KeepGoing = false
	c := b.cycle()
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.extra["systems/nautilus.md"] = []byte("+++\nbroken\n+++\n")
	if err := c.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "systems/nautilus.md:2: ") {
		t.Errorf("got %v", err)
	}
	if got := b.status().Systems[0].Status; got != "UP" {
		t.Errorf("the last good site is gone: %s", got)
	}
}

func TestUnwritablePublicIsAProblemNotALoss(t *testing.T) {
	b := newBench(t, page{status: fleet.Up})
	c := b.cycle()
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	blocked := b.setup
	blocked.Public = filepath.Join(b.public, "index.html", "below-a-file")
	c.Reconfigure(blocked)
	if err := c.Run(t.Context()); err == nil {
		t.Fatal("publishing below a file succeeded")
	}
	if problems := c.Health().Problems; len(problems) != 1 || !strings.HasPrefix(problems[0], "publishing: ") {
		t.Errorf("problems %q", problems)
	}
	if c.Snapshot().TakenAt.IsZero() || b.status().Systems[0].Status != "UP" {
		t.Error("something was lost")
	}
}

func TestDamagedStateStartsAnew(t *testing.T) {
	b := newBench(t, page{status: fleet.Up})
	if err := os.WriteFile(filepath.Join(b.opts.Store.Dir(), "snapshot.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := b.cycle()
	if problems := c.Health().Problems; len(problems) != 1 || !strings.Contains(problems[0], "set aside as") {
		t.Errorf("problems %q", problems)
	}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestSecondCollectionIsRefused(t *testing.T) {
	b := newBench(t, page{status: fleet.Up})
	lock, err := b.opts.Store.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Unlock() }()
	if err := b.cycle().Run(t.Context()); !errors.Is(err, history.ErrLocked) {
		t.Errorf("got %v", err)
	}
}

// TestServeSchedule counts collections: one at once, one an interval, refreshes join.
func TestServeSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		b := newBench(t, page{status: fleet.Up, wait: 10 * time.Second, asked: &asked})
		c := b.cycle()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			c.Serve(ctx, func() time.Duration { return 3 * time.Minute })
			close(ended)
		}()
		count := func(what string, want int32) {
			t.Helper()
			synctest.Wait()
			if got := asked.Load(); got != want {
				t.Errorf("%s: collected %d times, want %d", what, got, want)
			}
		}
		count("at once", 1)
		_ = c.Refresh() // joins the cycle that is running
		time.Sleep(time.Minute)
		count("a refresh during a cycle", 1)
		_ = c.Refresh()
		_ = c.Refresh()
		count("a refresh between cycles", 2)
		time.Sleep(2 * time.Minute)
		count("the interval counts anew", 2)
		time.Sleep(2 * time.Minute)
		count("after an interval", 3)
		cancel()
		<-ended
	})
}
