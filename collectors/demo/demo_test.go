package demo

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hpcstatus/collectors"
	"hpcstatus/collectors/fleet"
)

// today is a time that has nothing to do with that of the recordings.
var today = time.Date(2031, time.March, 9, 7, 15, 0, 0, time.UTC)

// gather collects the demo's fleet as `--demo` does, at a fixed time.
func gather(t *testing.T, now time.Time) (fleet.Snapshot, fleet.Fleet) {
	t.Helper()
	clock := func() time.Time { return now }
	demo := New(fleet.BuiltinSites(), clock)
	snapshot := collectors.Gather(t.Context(), demo.Jobs(), collectors.Options{
		Now: clock, ValidFor: validFor, Previous: demo.Before(t.Context()),
	})
	return snapshot, fleet.Merge(snapshot, fleet.BuiltinSites(), now)
}

func TestSystems(t *testing.T) {
	_, f := gather(t, today)
	var got []string
	for _, s := range f.Systems {
		verdict := fleet.Judge(s.Reported, s.Observed, today)
		got = append(got, fmt.Sprintf("%s %s %s %s", s.Name, s.Site, s.Scheduler, verdict.Status))
	}
	want := []string{
		"Barfoot ERDC Slurm UP", "Blueback NAVO Slurm UP", "Carpenter ERDC PBS UP", "Cirrus   UNKNOWN", "Fran ARL Slurm UP",
		"Jean ARL Slurm UP", "Makau MHPCC Slurm UP", "Narwhal NAVO Slurm UP", "Nautilus NAVO PBS UP", "Raider AFRL Slurm UP",
		"Ruth ARL PBS DOWN", "Warhawk AFRL PBS MAINTENANCE", "Wheat ERDC Slurm DEGRADED",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestConnections(t *testing.T) {
	snapshot, f := gather(t, today)
	want := map[string]fleet.ClusterStatus{
		"blueback": fleet.Connected, "carpenter": fleet.Connected, "cirrus": fleet.Off, "jean": fleet.Unreachable, "makau": fleet.Connected,
		"narwhal": fleet.Connected, "nautilus": fleet.Connected, "raider": fleet.Connected, "wheat": fleet.Stale,
	}
	if len(f.Clusters) != len(want) {
		t.Errorf("%d clusters", len(f.Clusters))
	}
	for _, c := range f.Clusters {
		if c.Status != want[c.Slug] {
			t.Errorf("%s is %s: %s", c.Slug, c.Status, c.Error)
		}
		for _, part := range []fleet.Part{c.Usage, c.Accounts, c.Disks} {
			if c.Status != fleet.Connected {
				continue
			}
			if part.Error != "" || !part.ObservedAt.Equal(today) {
				t.Errorf("%s has a part of %v: %q", c.Slug, part.ObservedAt, part.Error)
			}
		}
	}
	source := snapshot.Source("pw_cluster")
	for slug, problem := range map[string]string{
		"jean": "needs login: Authentication has expired.", "wheat": "pw ssh pw://demo/wheat: timed out after 60s",
	} {
		if target := source.Batch.Target(slug); !strings.Contains(target.Error, problem) || target.NeedsLogin != (slug == "jean") {
			t.Errorf("%s: %+v", slug, target)
		}
	}
}

func TestPBSMachine(t *testing.T) {
	_, f := gather(t, today)
	s := scenery{t, f}
	s.hold(
		fact{"a route queue has no jobs of its own", s.jobs("nautilus", "standard") + " " + string(s.queue("nautilus", "standard").Kind), "0 0 0 0 route"},
		fact{"it says where jobs go", fmt.Sprint(s.queue("nautilus", "standard").RoutesTo), "[standard_sm standard_lg standard_lw]"},
		fact{"many wait in one of its destinations", s.jobs("nautilus", "standard_lg"), "2 35 2 34"},
		fact{"debug would take them", s.jobs("nautilus", "debug") + " " + s.state("nautilus", "debug"), "1 0 0 0 running"},
		fact{"there is room", free(s.cluster("nautilus").Nodes.Cores), "2360 of 15360 free"},
		fact{"transfer is stopped", s.jobs("nautilus", "transfer") + " " + s.state("nautilus", "transfer"), "0 3 0 0 stopped"},
		fact{"a project is nearly spent", s.spent("nautilus", "HPCMO00001"), "92% core-hours"},
		fact{"scratch is nearly full", s.full("nautilus", "/p/work1", fleet.FilesystemStorage), "96%"},
		fact{"nodes of a PBS machine", s.nodes("nautilus"), "120: 98 busy, 18 idle, 2 drained, 2 down, 0 reserved"},
	)
}

func TestSlurmByPartition(t *testing.T) {
	_, f := gather(t, today)
	s := scenery{t, f}
	s.hold(
		fact{"a project is overspent", s.spent("narwhal", "hpcmo00214"), "108% core-hours"},
		fact{"a project has no limit", s.spent("narwhal", "hpcmo00777"), "0% core-hours no limit set"},
		fact{"GPUs are idle", free(s.cluster("narwhal").Nodes.GPUs), "18 of 32 free"},
		fact{"nodes are drained and down", s.nodes("narwhal"), "80: 63 busy, 11 idle, 4 drained, 2 down, 0 reserved"},
		fact{"transfer drains", s.state("narwhal", "transfer"), "draining"},
		fact{"a job in two partitions counts in both", s.jobs("narwhal", "standard") + ", " + s.jobs("narwhal", "background"), "6 19 1 17, 4 13 0 3"},
		fact{"and once in all", s.totals("narwhal"), "16 32 1 20"},
		fact{"a quota is nearly used up", s.full("narwhal", "/p/home", fleet.QuotaStorage), "89%"},
	)
}

func TestQueueThatOnlyLooksBusy(t *testing.T) {
	_, f := gather(t, today)
	s := scenery{t, f}
	s.hold(
		fact{"a queue only looks busy", s.jobs("blueback", "standard"), "13 398 1 6"},
		fact{"although debug has room", s.jobs("blueback", "debug") + " " + s.state("blueback", "debug"), "0 0 0 0 running"},
		fact{"serial is closed", s.state("blueback", "serial"), "closed"},
	)
}

func TestSlurmByQOS(t *testing.T) {
	_, f := gather(t, today)
	s := scenery{t, f}
	s.hold(
		fact{"queues are QOS", s.jobs("raider", "standard") + ", " + s.jobs("raider", "frontier"), "6 12 1 12, 1 2 0 2"},
		fact{"debug jobs wait for their user's limit", s.jobs("raider", "debug"), "2 3 0 0"},
		fact{"the limits of a QOS", show(s.queue("raider", "debug").Limits.MaxCores, s.queue("raider", "debug").Limits.MaxJobsPerUser), "2816 2"},
		fact{"GPU-hours", s.spent("raider", "hpcmo00901"), "43% gpu-hours"},
		fact{"a class holds nodes", s.nodes("raider"), "72: 57 busy, 8 idle, 2 drained, 1 down, 4 reserved"},
	)
}

func TestLimitedView(t *testing.T) {
	_, f := gather(t, today)
	s := scenery{t, f}
	s.hold(
		fact{"other people's jobs are hidden", s.totals("makau") + ", " + s.jobs("makau", "standard") + " " + string(s.cluster("makau").Visibility), "- - - -, - - - - own"},
		fact{"but not the nodes", s.nodes("makau"), "60: 49 busy, 10 idle, 1 drained, 0 down, 0 reserved"},
		fact{"and not the allocations", s.spent("makau", "hpcmo00482"), "47% core-hours"},
	)
}

func TestShowCommandsOnly(t *testing.T) {
	_, f := gather(t, today)
	s := scenery{t, f}
	s.hold(
		fact{"show_queues lumps held jobs with the others", s.jobs("carpenter", "standard_sm"), "71 23 - -"},
		fact{"show_usage without a scheduler", s.spent("carpenter", "HPCMO00388"), "85% core-hours"},
	)
}

func TestSilentCluster(t *testing.T) {
	_, f := gather(t, today)
	s := scenery{t, f}
	s.hold(
		fact{"what a silent cluster last said", s.totals("wheat"), "6 18 0 18"},
		fact{"it had lost a chassis", s.nodes("wheat"), "64: 39 busy, 6 idle, 3 drained, 16 down, 0 reserved"},
	)
}

// Every cluster that ever answered has queues, allocations and storage.
func TestNothingIsEmpty(t *testing.T) {
	_, f := gather(t, today)
	for _, c := range f.Clusters {
		answered := !c.ObservedAt.IsZero()
		for part, n := range map[string]int{"queues": len(c.Queues), "allocations": len(c.Allocations), "storage": len(c.Storage)} {
			if (n > 0) != answered {
				t.Errorf("%s has %d %s", c.Slug, n, part)
			}
		}
		if answered && !strings.HasSuffix(c.LoginNode, ".hpc.mil") {
			t.Errorf("%s has the login node %q", c.Slug, c.LoginNode)
		}
	}
}

func TestTimesFollowTheClock(t *testing.T) {
	for _, now := range []time.Time{today, today.AddDate(0, 8, 1), time.Date(2027, time.December, 31, 23, 59, 0, 0, time.UTC)} {
		_, f := gather(t, now)
		s := scenery{t, f}
		if at := s.cluster("nautilus").ObservedAt; !at.Equal(now) {
			t.Errorf("nautilus was observed %v, now is %v", at, now)
		}
		if at := s.cluster("wheat").ObservedAt; now.Sub(at) != silentFor {
			t.Errorf("wheat answered last %v, now is %v", at, now)
		}
		outage, class := s.cluster("narwhal").Reservations[0], s.cluster("raider").Reservations[0]
		if days := outage.Start.Sub(now).Hours() / 24; days < 2.9 || days > 3 || !outage.Maintenance || !outage.WholeMachine {
			t.Errorf("narwhal's maintenance begins in %.2f days: %+v", days, outage)
		}
		if !class.Active(now) || class.Active(now.AddDate(0, 0, 3)) {
			t.Errorf("the class on raider is from %v to %v, now is %v", class.Start, class.End, now)
		}
		for _, c := range f.Clusters {
			for _, a := range c.Allocations {
				if a.Metered() && (!a.PeriodEnd.After(now) || a.PeriodEnd.After(now.AddDate(1, 0, 1))) {
					t.Errorf("%s: the year of %s ends %v, now is %v", c.Slug, a.Project, a.PeriodEnd, now)
				}
			}
		}
	}
}

// A second cycle finds the same: what is silent stays as old as it is.
func TestNextCycle(t *testing.T) {
	before, _ := gather(t, today)
	later := today.Add(3 * time.Minute)
	clock := func() time.Time { return later }
	after := collectors.Gather(t.Context(), New(fleet.BuiltinSites(), clock).Jobs(), collectors.Options{
		Now: clock, ValidFor: validFor, Previous: before,
	})
	batch := after.Source("pw_cluster").Batch
	if wheat := batch.Cluster("wheat"); wheat.Status != fleet.Stale || later.Sub(wheat.ObservedAt) != silentFor+3*time.Minute {
		t.Errorf("wheat is %s, of %v", wheat.Status, wheat.ObservedAt)
	}
	if narwhal := batch.Cluster("narwhal"); !narwhal.Usage.ObservedAt.Equal(later) || !narwhal.Accounts.ObservedAt.Equal(today) {
		t.Errorf("narwhal's queues are of %v, its allocations of %v", narwhal.Usage.ObservedAt, narwhal.Accounts.ObservedAt)
	}
}
