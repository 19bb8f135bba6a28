package api

import (
	"math"
	"testing"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/generator/internal/fixture"
)

func TestPercent(t *testing.T) {
	for p, want := range map[float64]float64{
		0: 0, 0.01: 0.1, 0.05: 0.1, 45: 45, 66.666: 66.7, 99.94: 99.9, 99.96: 99.9, 100: 100, 100.01: 100.1, 125: 125, -0.01: 0,
	} {
		if got := percent(p, 1); math.Abs(got-want) > 1e-9 || (got == 0 && math.Signbit(got)) {
			t.Errorf("percent(%v) = %v, want %v", p, got, want)
		}
	}
}

func TestFleetUptime(t *testing.T) {
	for _, tt := range []struct {
		up, down, unknown int
		want              string
	}{
		{0, 0, 0, "n/a"}, {9, 1, 0, "90%"}, {2, 1, 0, "67%"}, {5, 0, 5, "100%"}, {5, 0, 6, "n/a"},
		{0, 3, 0, "0%"}, {0, 0, 4, "n/a"}, {999, 1, 0, "99%"}, {1, 999, 0, "1%"},
	} {
		breakdown := map[string]int{"UP": tt.up, "DOWN": tt.down, "UNKNOWN": tt.unknown}
		if got := fleetUptime(breakdown, tt.up+tt.down+tt.unknown); got != tt.want {
			t.Errorf("%d up, %d down, %d unknown: %s, want %s", tt.up, tt.down, tt.unknown, got, tt.want)
		}
	}
}

func TestAllocations(t *testing.T) {
	tests := []struct {
		name     string
		row      fleet.Allocation
		budget   bool
		percent  float64
		leftOver float64
		reason   string
	}{
		{"a budget", fleet.Allocation{Allocated: new(100.0), Used: new(33.333)}, true, 33.3, 66.67, ""},
		{"overspent", fleet.Allocation{Allocated: new(100.0), Used: new(150.5)}, true, 150.5, -50.5, ""},
		{"a budget of nothing", fleet.Allocation{Allocated: new(0.0), Used: new(0.0)}, true, 100, 0, ""},
		{"a limit that decays", fleet.Allocation{Allocated: new(100.0), Used: new(1.0), Unmetered: "decays"}, false, 0, 0, "decays"},
		{"no limit", fleet.Allocation{Used: new(1.0)}, false, 0, 0, "no limit is known"},
		{"no use", fleet.Allocation{Allocated: new(1.0)}, false, 0, 0, "its use is not known"},
		{"an infinite limit", fleet.Allocation{Allocated: new(math.Inf(1)), Used: new(1.0)}, false, 0, 0, "no limit is known"},
		{"a use that is no number", fleet.Allocation{Allocated: new(1.0), Used: new(math.NaN())}, false, 0, 0, "its use is not known"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			budgets, others := allocations([]fleet.Allocation{tt.row})
			if !tt.budget {
				if len(budgets) != 0 || len(others) != 1 || others[0].Reason != tt.reason {
					t.Errorf("budgets %+v, others %+v, want the reason %q", budgets, others, tt.reason)
				}
				return
			}
			if len(budgets) != 1 || len(others) != 0 {
				t.Fatalf("budgets %+v, others %+v", budgets, others)
			}
			if b := budgets[0]; b.PercentUsed != tt.percent || b.RemainingHours != tt.leftOver || b.Unit != "core-hours" || b.Scope != "project" {
				t.Errorf("got %+v", b)
			}
		})
	}
}

func TestOwnViewGivesNoCounts(t *testing.T) {
	c := Build(input(fixture.Mixed())).Usage.Clusters["fish"]
	if c.Totals.TotalJobs != nil || c.Queues[0].RunningJobs != nil || c.Queues[0].EligibleJobs != nil {
		t.Errorf("counts of one account's view are shown: %+v", c)
	}
	if *c.Visibility != "own" || *c.Queues[0].Visibility != "own" {
		t.Error("the view's limit is not shown")
	}
}

func TestClusterStates(t *testing.T) {
	clusters := Build(input(fixture.Mixed())).Usage.Clusters
	for slug, want := range map[string]string{
		"narwhal": "connected", "raider": "stale", "warhawk": "unreachable", "cloud-1": "off",
	} {
		if got := clusters[slug].Status; got != want {
			t.Errorf("%s is %s, want %s", slug, got, want)
		}
	}
	if c := clusters["warhawk"]; c.SchedulerAnswers != nil || !c.LastUpdated.IsZero() || c.Stale {
		t.Errorf("a cluster that never answered shows %+v", c)
	}
}

func TestFailedPartIsStaleAlone(t *testing.T) {
	s := fixture.Seed()
	s.Sources[1].Batch.Clusters[0].Accounts.Error = "show_usage: timed out after 10s"
	parts := Build(input(s)).Usage.Clusters["nautilus"].Parts
	if !parts.Allocations.Stale || parts.Allocations.Error == nil || parts.Queues.Stale || parts.Storage.Stale {
		t.Errorf("parts %+v", parts)
	}
}

func TestHealth(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Input)
		want   string
	}{
		{"all well", func(*Input) {}, healthy},
		{"a collector failed", func(in *Input) { in.Fleet.Sources[0].Run.Status = fleet.RunError }, degraded},
		{"a content file is broken", func(in *Input) { in.Problems = []string{"systems/x.md:1: no"} }, degraded},
		{"a collector has not run", func(in *Input) { in.Fleet.Sources[0].Run.Status = fleet.RunPending }, degraded},
		{"a failed collector is switched off", func(in *Input) {
			in.Fleet.Sources[0].Run.Status = fleet.RunError
			in.Disabled = []string{fixture.Page}
		}, healthy},
		{"the generation has expired", func(in *Input) { in.ValidFor = time.Minute; in.Now = in.Now.Add(2 * time.Minute) }, degraded},
		{"a cluster has expired", func(in *Input) { in.Fleet.Clusters[0].ValidUntil = in.Now.Add(-time.Second) }, degraded},
		{"a switched off cluster expires unseen", func(in *Input) {
			in.Fleet.Clusters[0].Status, in.Fleet.Clusters[0].ValidUntil = fleet.Off, in.Now.Add(-time.Second)
		}, healthy},
		{"nothing was ever collected", func(in *Input) { in.Fleet = fleet.Fleet{Sources: in.Fleet.Sources} }, unhealthy},
		{"only names are known", func(in *Input) { in.Fleet.Systems = []fleet.System{{Name: "X", Slug: "x"}} }, unhealthy},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := input(fixture.Seed())
			tt.change(&in)
			if got := Build(in).Health.Status; got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestDetailsURL(t *testing.T) {
	in := input(fleet.Snapshot{})
	in.Fleet.Systems = []fleet.System{{Name: "Größe 2", Slug: "größe-2"}}
	if got := Build(in).Status.Systems[0].DetailsURL; got != "/prefix/system/gr%C3%B6%C3%9Fe-2" {
		t.Errorf("got %s", got)
	}
}
