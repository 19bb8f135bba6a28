package fleet

import (
	"testing"
	"time"
)

func TestOutdatedAt(t *testing.T) {
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	tests := []struct {
		name string
		c    Cluster
		want bool
	}{
		{"never answered", Cluster{}, false},
		{"answers", Cluster{ObservedAt: now, Usage: Part{ObservedAt: now}}, false},
		{"silent for a day", Cluster{ObservedAt: ago(MaxStale)}, false},
		{"silent for longer", Cluster{ObservedAt: ago(MaxStale + time.Second)}, true},
		{"answers but for its scheduler", Cluster{ObservedAt: now, Usage: Part{ObservedAt: ago(MaxStale + time.Second)}}, true},
	}
	for _, tt := range tests {
		if got := tt.c.OutdatedAt(now); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
