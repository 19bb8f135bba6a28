package fleet

import (
	"testing"
	"time"
)

var now = time.Date(2026, 1, 22, 15, 30, 0, 0, time.UTC)

func fact(status Status, valid time.Duration) *Fact {
	return &Fact{Status: status, ObservedAt: now.Add(-time.Minute), ValidUntil: now.Add(valid)}
}

func TestJudge(t *testing.T) {
	const good, past = time.Minute, -time.Minute
	for _, c := range []struct {
		name               string
		reported, observed *Fact
		status             Status
		rule               Rule
		last               Status
	}{
		{"a site's DOWN outranks a live login", fact(Down, good), fact(Up, good), Down, RuleReported, ""},
		{"a live login never proves UP in maintenance", fact(Maintenance, good), fact(Up, good), Maintenance, RuleReported, ""},
		{"a site's UP outranks an observed DEGRADED", fact(Up, good), fact(Degraded, good), Up, RuleReported, ""},
		{"observed alone", nil, fact(Degraded, good), Degraded, RuleObserved, ""},
		{"an expired report gives way to a fresh observation", fact(Up, past), fact(Degraded, good), Degraded, RuleObserved, ""},
		{"a report of UNKNOWN gives way", fact(Unknown, good), fact(Up, good), Up, RuleObserved, ""},
		{"an expired report alone", fact(Up, past), nil, Unknown, RuleExpired, Up},
		{"an expired report before an expired observation", fact(Down, past), fact(Up, past), Unknown, RuleExpired, Down},
		{"an unreached cluster", nil, fact(Unknown, good), Unknown, RuleObserved, ""},
		{"nobody says anything", nil, nil, Unknown, RuleNone, ""},
	} {
		got := Judge(c.reported, c.observed, now)
		if got.Status != c.status || got.Rule != c.rule || got.Last != c.last {
			t.Errorf("%s: got %s by %s (last %q), want %s by %s (last %q)", c.name, got.Status, got.Rule, got.Last, c.status, c.rule, c.last)
		}
	}
}

func TestParseStatus(t *testing.T) {
	if s, err := ParseStatus("DEGRADED"); err != nil || s != Degraded {
		t.Errorf("ParseStatus(DEGRADED) = %v, %v", s, err)
	}
	for _, bad := range []string{"", "up", "OK"} {
		if _, err := ParseStatus(bad); err == nil {
			t.Errorf("ParseStatus(%q) accepts it", bad)
		}
	}
}

func TestObserve(t *testing.T) {
	base := func(change func(*Cluster)) Cluster {
		c := Cluster{
			Status: Connected, Scheduler: "Slurm", ObservedAt: now, ValidUntil: now.Add(time.Minute),
			Usage:  Part{ObservedAt: now},
			Queues: []Queue{{Name: "standard", Kind: BatchQueue, State: QueueRunning}},
			Nodes:  &Nodes{Total: 10, Busy: 5, Idle: 3, Off: 1, Drained: 1},
		}
		change(&c)
		return c
	}
	whole := Reservation{Name: "pm", Start: now.Add(-time.Hour), End: now.Add(time.Hour), Maintenance: true, WholeMachine: true}
	for _, c := range []struct {
		name    string
		cluster Cluster
		want    Status
	}{
		{"90 % usable", base(func(*Cluster) {}), Up},
		{"below 90 %", base(func(c *Cluster) { c.Nodes.Drained, c.Nodes.Idle = 2, 2 }), Degraded},
		{"no node counts", base(func(c *Cluster) { c.Nodes = nil }), Unknown},
		{"silent scheduler", base(func(c *Cluster) { c.SchedulerSilent = true }), Degraded},
		{"all queues stopped", base(func(c *Cluster) { c.Queues[0].State = QueueStopped }), Degraded},
		{"only a route queue runs", base(func(c *Cluster) { c.Queues[0].Kind = RouteQueue }), Degraded},
		{"whole machine reserved", base(func(c *Cluster) { c.Reservations = []Reservation{whole} }), Maintenance},
		{"reservation is over", base(func(c *Cluster) {
			over := whole
			over.End = now
			c.Reservations = []Reservation{over}
		}), Up},
		{"part of the machine reserved", base(func(c *Cluster) {
			part := whole
			part.WholeMachine = false
			c.Reservations = []Reservation{part}
		}), Up},
		{"never reached", Cluster{Status: Unreachable, Error: "timed out after 60s"}, Unknown},
		{"switched off", Cluster{Status: Off}, Unknown},
		{"no scheduler", base(func(c *Cluster) { c.Scheduler, c.Usage = "", Part{} }), Unknown},
		{"show_queues without a scheduler's own commands", base(func(c *Cluster) { c.Scheduler = "" }), Up},
		{"unreadable answer", base(func(c *Cluster) { c.Usage = Part{Error: "no partitions"} }), Unknown},
	} {
		if got := Observe(c.cluster, now); got.Status != c.want {
			t.Errorf("%s: %s (%s), want %s", c.name, got.Status, got.Text, c.want)
		}
	}
}
