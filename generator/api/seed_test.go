package api

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestDocumentsHoldTheReference holds the documents to the examples of the API
// reference: every key of an example is in the same place of ours, with the same type.
func TestDocumentsHoldTheReference(t *testing.T) {
	ours := files(t, seedInput())
	for example, path := range map[string]string{
		"status.json":        "api/status.json",
		"fleet-summary.json": "api/fleet/summary.json",
		"cluster-usage.json": "api/cluster-usage.json",
		"cluster.json":       "api/cluster-usage/nautilus.json",
		"system.json":        "api/system/nautilus.json",
		"health.json":        "api/health.json",
	} {
		t.Run(path, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", "seed", example))
			if err != nil {
				t.Fatal(err)
			}
			want, got := decoded(t, data), decoded(t, ours[path])
			if path == "api/health.json" {
				delete(want.(map[string]any), "uptime_seconds") // a file cannot know: serve fills it in
			}
			sameShape(t, "", want, got)
		})
	}
}

// sameShape checks that got has every key of want with a value of the same type. Every
// element of a list must have what the example's element has.
func sameShape(t *testing.T, where string, want, got any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s is %T, not an object", where, got)
			return
		}
		for key, value := range want {
			if _, ok := object[key]; !ok {
				t.Errorf("%s.%s is missing", where, key)
				continue
			}
			sameShape(t, where+"."+key, value, object[key])
		}
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) == 0 {
			t.Errorf("%s is %T of %d, not a list with something in it", where, got, len(list))
		}
		for i, element := range list {
			sameShape(t, fmt.Sprintf("%s[%d]", where, i), want[0], element)
		}
	default:
		if fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
			t.Errorf("%s is %v (%T), in the reference %v (%T)", where, got, got, want, want)
		}
	}
}

// TestSeedNumbers holds the reference's own numbers, which its fleet must give.
func TestSeedNumbers(t *testing.T) {
	d := Build(seedInput())
	if s := d.Status.Summary; s.TotalSystems != 10 || s.UpCount != 9 || s.DegradedCount != 1 || s.FleetUptime != "90%" {
		t.Errorf("summary %+v", s)
	}
	if got := fmt.Sprint(d.Status.StatusBreakdown, d.Status.DSRCBreakdown, d.Status.SchedulerBreakdown); got !=
		"map[DEGRADED:1 UP:9] map[AFRL:2 ARL:2 ERDC:3 MHPCC:1 NAVO:2] map[PBS:8 Slurm:2]" {
		t.Errorf("breakdowns %s", got)
	}
	c := d.Usage.Clusters["nautilus"]
	if q := c.Queues[0]; *q.TotalJobs != 150 || *q.RunningJobs != 45 || *q.QueuedJobs != 105 || *q.HeldJobs != 0 {
		t.Errorf("queue %+v", q)
	}
	if a := c.Allocations[0]; a.AllocatedHours != 100000 || a.UsedHours != 45000 || a.RemainingHours != 55000 || a.PercentUsed != 45 {
		t.Errorf("allocation %+v", a)
	}
	if s := c.Storage[0]; s.TotalGB != 50 || s.UsedGB != 35 || s.AvailableGB != 15 || s.PercentUsed != 70 {
		t.Errorf("storage %+v", s)
	}
	if d.Health.Status != "healthy" {
		t.Errorf("health %s", d.Health.Status)
	}
}
