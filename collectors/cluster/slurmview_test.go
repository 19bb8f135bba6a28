package cluster

import (
	"strings"
	"testing"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/run"
)

// ordinary is a cluster as a good cycle leaves it: what was seen accounts for all cores in use.
func ordinary(change func(*fleet.Cluster)) *fleet.Cluster {
	c := &fleet.Cluster{
		Slug: "fish", Visibility: fleet.VisibleAll, SchedulerVersion: "25.05.1",
		Usage:    fleet.Part{ObservedAt: noon},
		Totals:   fleet.Jobs{CoresRunning: new(4)},
		Nodes:    &fleet.Nodes{Total: 2, Busy: 1, Idle: 1, Cores: &fleet.Resource{Total: 16, Used: 4, Free: 12}},
		Accounts: fleet.Part{AskedAt: noon}, Disks: fleet.Part{AskedAt: noon},
	}
	if change != nil {
		change(c)
	}
	return c
}

func TestDue(t *testing.T) {
	for name, c := range map[string]struct {
		change               func(*fleet.Cluster)
		config, reservations bool
	}{
		"nothing special":    {nil, false, false},
		"a limited view":     {func(c *fleet.Cluster) { c.Visibility = fleet.VisibleOwn }, true, false},
		"an unknown view":    {func(c *fleet.Cluster) { c.Visibility = "" }, true, false},
		"hidden jobs":        {func(c *fleet.Cluster) { c.Totals.CoresRunning = new(3) }, true, false},
		"no counts":          {func(c *fleet.Cluster) { c.Totals = fleet.Jobs{} }, true, false},
		"no nodes":           {func(c *fleet.Cluster) { c.Nodes = nil }, true, true},
		"it failed":          {func(c *fleet.Cluster) { c.Usage.Error = "silent" }, true, true},
		"a reservation":      {func(c *fleet.Cluster) { c.Reservations = []fleet.Reservation{{Name: "r"}} }, false, true},
		"nodes of a new one": {func(c *fleet.Cluster) { c.Nodes.Reserved = 1 }, false, true},
	} {
		before := ordinary(c.change)
		if configDue(before) != c.config || reservationsDue(before) != c.reservations {
			t.Errorf("%s: configuration %v, reservations %v", name, configDue(before), reservationsDue(before))
		}
	}
	if !configDue(nil) || !reservationsDue(nil) {
		t.Error("not asked for at first")
	}
}

// In an ordinary cycle neither is asked for, and what is known of them holds.
func TestProbeOrdinaryCycle(t *testing.T) {
	s := slurmSections(nil)
	runner := &fakeRunner{out: run.Output{Stdout: []byte(marked(
		[4]string{SectionHost, "0", "name=a.b\n", ""},
		[4]string{SectionSlurmJobs, "0", string(s.Body(SectionSlurmJobs)), ""},
		[4]string{SectionSlurmParts, "0", string(s.Body(SectionSlurmParts)), ""},
		[4]string{SectionSlurmNodes, "0", string(s.Body(SectionSlurmNodes)), ""},
	))}}
	now := noon.Add(3 * time.Minute)
	c, outcome := Probe(t.Context(), Target{Name: "Fish", Slug: "fish", Runner: runner}, request(now, *ordinary(nil)), "test")
	if !strings.Contains(runner.scripts[0], " config=0 reserved=0 accounts=0 disks=0 ") {
		t.Error("something else was asked for")
	}
	if outcome.Error != "" || c.Visibility != fleet.VisibleAll || c.SchedulerVersion != "25.05.1" || *c.Totals.Running != 1 || *c.Nodes.Cores != (fleet.Resource{Total: 16, Used: 4, Free: 12}) {
		t.Errorf("%s: %s", outcome.Error, pretty(c))
	}
}

// When an administrator hides jobs between two looks at the configuration, the counts are
// withheld at once, and the next cycle asks for the configuration.
func TestSlurmHidesJobs(t *testing.T) {
	s := slurmSections(map[string]string{SectionSlurmJobs: "7|a|normal|RUNNING|1|1|1|None\n"})
	delete(s, SectionSlurmConfig)
	delete(s, SectionSlurmReserved)
	var c fleet.Cluster
	problems, fatal := applySlurm(&c, s, ByPartition, ordinary(nil))
	if fatal != nil || problems != nil {
		t.Fatal(fatal, problems)
	}
	if c.Visibility != fleet.VisibleOwn || c.Totals.Running != nil || c.Queues[0].Jobs.Running != nil || !configDue(&c) {
		t.Errorf("%s", pretty(c))
	}
}
