package api

import (
	"bytes"
	"maps"
	"slices"
	"testing"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/generator/internal/fixture"
)

// changed lists the documents that differ when the same snapshot is looked at later.
func changed(t *testing.T, s fleet.Snapshot, from, to time.Time) []string {
	t.Helper()
	at := func(now time.Time) map[string][]byte {
		in := input(s)
		in.Now, in.Fleet = now, fleet.Merge(s, fixture.Sites(), now)
		return files(t, in)
	}
	before, after := at(from), at(to)
	var paths []string
	for _, path := range slices.Sorted(maps.Keys(after)) {
		if !bytes.Equal(before[path], after[path]) {
			paths = append(paths, path)
		}
	}
	return paths
}

// TestTimeAloneChangesLittle holds that documents change with time only where something runs out.
func TestTimeAloneChangesLittle(t *testing.T) {
	now := fixture.Now()
	if got := changed(t, fixture.Mixed(), now, now.Add(8*time.Minute)); got != nil {
		t.Errorf("within its validity, time changes %q", got)
	}
	if got := changed(t, fixture.Mixed(), now.Add(10*time.Minute), now.Add(20*time.Minute)); got != nil {
		t.Errorf("after its validity, time changes %q", got)
	}
	want := []string{"api/cluster-usage.json", "api/cluster-usage/raider.json"}
	if got := changed(t, fixture.Mixed(), now.Add(21*time.Hour), now.Add(23*time.Hour)); !slices.Equal(got, want) {
		t.Errorf("as Raider's counts become a day old, time changes %q, want %q", got, want)
	}
}

func TestExpiry(t *testing.T) {
	in := input(fixture.Seed())
	in.Now = fixture.Now().Add(fixture.ValidFor + time.Second)
	d := Build(in)
	for _, s := range d.Status.Systems {
		if s.Status != "UNKNOWN" || s.LastStatus == nil || s.StatusRule != "expired" || !s.Stale {
			t.Errorf("%s: status %s, last %v, rule %s, stale %v", s.System, s.Status, s.LastStatus, s.StatusRule, s.Stale)
		}
		if s.ObservedAt.IsZero() || s.Source == nil {
			t.Errorf("%s: lost its provenance", s.System)
		}
	}
	if d.Status.Summary.FleetUptime != "n/a" || !d.Status.ValidUntil.IsZero() {
		t.Errorf("uptime %s, valid until %s", d.Status.Summary.FleetUptime, d.Status.ValidUntil)
	}
	c := d.Usage.Clusters["nautilus"]
	if c.Status != "stale" || !c.Stale || c.Queues[0].TotalJobs == nil {
		t.Errorf("cluster %s, stale %v, counts %v", c.Status, c.Stale, c.Queues[0].TotalJobs)
	}
	if d.Health.Status != "degraded" {
		t.Errorf("health %s", d.Health.Status)
	}
}

func TestValidUntilIsTheEarliest(t *testing.T) {
	s := fixture.Seed()
	s.Sources[0].Batch.Systems[3].Reported.ValidUntil = fixture.Now().Add(time.Minute)
	s.Sources[1].Batch.Clusters[0].Disks.ValidUntil = fixture.Now().Add(2 * time.Minute)
	d := Build(input(s))
	if want := doc.At(fixture.Now().Add(time.Minute)); d.Status.ValidUntil != want || d.Summary.ValidUntil != want {
		t.Errorf("status valid until %s, summary %s, want %s", d.Status.ValidUntil, d.Summary.ValidUntil, want)
	}
	if want := doc.At(fixture.Now().Add(2 * time.Minute)); d.Usage.ValidUntil != want {
		t.Errorf("usage valid until %s, want %s", d.Usage.ValidUntil, want)
	}
}

func TestCountsEndAfterMaxStale(t *testing.T) {
	for age, want := range map[time.Duration]bool{fleet.MaxStale: true, fleet.MaxStale + time.Second: false} {
		in := input(fixture.Seed())
		in.Now = fixture.Now().Add(-2 * time.Minute).Add(age)
		c := Build(in).Usage.Clusters["nautilus"]
		q := c.Queues[0]
		for what, known := range map[string]bool{
			"totals": c.Totals.TotalJobs != nil, "nodes": c.Nodes != nil, "queue's jobs": q.RunningJobs != nil,
			"queue's nodes": q.Nodes != nil, "queue's state": q.State != "unknown", "scheduler": c.SchedulerAnswers != nil,
		} {
			if known != want {
				t.Errorf("after %s: %s known is %v, want %v", age, what, known, want)
			}
		}
		if q.Limits.MaxCores == nil || len(c.Allocations) != 1 || len(c.Storage) != 1 {
			t.Errorf("after %s: limits, allocations or storage are gone", age)
		}
	}
}
