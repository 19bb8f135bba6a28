package api

import (
	"fmt"
	"slices"
	"testing"

	"hpcstatus/collectors/fleet"
	"hpcstatus/generator/internal/fixture"
)

// counted are the numbers that are counts of ours and may be 0.
var counted = []string{
	"api/status.json.summary.up_count", "api/status.json.summary.degraded_count",
}

// TestNothingStandsForUnknown walks every document of a fleet of which nothing is known:
// no 0 and no UP may stand for what was not measured, and no list may be null.
func TestNothingStandsForUnknown(t *testing.T) {
	for path, data := range files(t, input(fixture.Unknown())) {
		walk(t, path, decoded(t, data))
	}
}

func walk(t *testing.T, where string, value any) {
	t.Helper()
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			if key == "UP" {
				t.Errorf("%s counts UP", where)
			}
			walk(t, where+"."+key, inner)
		}
	case []any:
		for i, inner := range value {
			walk(t, fmt.Sprintf("%s[%d]", where, i), inner)
		}
	case float64:
		if value == 0 && !slices.Contains(counted, where) {
			t.Errorf("%s is 0", where)
		}
	case string:
		if value == "UP" || value == "connected" || value == "running" || value == "ok" || value == "healthy" {
			t.Errorf("%s is %q", where, value)
		}
	}
}

// TestListsAreNeverNull walks the documents of every fixture for lists that are null.
func TestListsAreNeverNull(t *testing.T) {
	lists := []string{"systems", "clusters", "insights", "queues", "allocations", "storage", "reservations", "unmetered",
		"unmetered_storage", "pending", "routes_to", "guides", "more", "targets", "problems", "collectors", "origins"}
	for name, s := range map[string]fleet.Snapshot{
		"empty": {}, "unknown": fixture.Unknown(), "mixed": fixture.Mixed(), "seed": fixture.Seed(),
	} {
		for path, data := range files(t, input(s)) {
			nulls(decoded(t, data), func(key string) {
				if slices.Contains(lists, key) {
					t.Errorf("%s: %s: %s is null", name, path, key)
				}
			})
		}
	}
}

// nulls calls f with the key of every null.
func nulls(value any, f func(key string)) {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			if inner == nil {
				f(key)
			}
			nulls(inner, f)
		}
	case []any:
		for _, inner := range value {
			nulls(inner, f)
		}
	}
}

func TestBreakdownsSumToTheFleet(t *testing.T) {
	for name, s := range map[string]fleet.Snapshot{"unknown": fixture.Unknown(), "mixed": fixture.Mixed()} {
		d := Build(input(s)).Status
		for _, breakdown := range []map[string]int{d.StatusBreakdown, d.DSRCBreakdown, d.SchedulerBreakdown} {
			sum := 0
			for _, n := range breakdown {
				sum += n
			}
			if sum != d.Summary.TotalSystems {
				t.Errorf("%s: %v sums to %d of %d systems", name, breakdown, sum, d.Summary.TotalSystems)
			}
		}
	}
}
