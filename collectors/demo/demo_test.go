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

// scenery finds things in the fleet by name; what is not there fails the test.
type scenery struct {
	*testing.T
	fleet.Fleet
}

func (s scenery) cluster(slug string) fleet.Cluster {
	s.Helper()
	for _, c := range s.Clusters {
		if c.Slug == slug {
			return c
		}
	}
	s.Fatalf("no cluster %s", slug)
	panic("unreachable")
}

func (s scenery) queue(slug, name string) fleet.Queue {
	s.Helper()
	for _, q := range s.cluster(slug).Queues {
		if q.Name == name {
			return q
		}
	}
	s.Fatalf("no queue %s on %s", name, slug)
	panic("unreachable")
}

func (s scenery) allocation(slug, project string) fleet.Allocation {
	s.Helper()
	for _, a := range s.cluster(slug).Allocations {
		if a.Project == project {
			return a
		}
	}
	s.Fatalf("no project %s on %s", project, slug)
	panic("unreachable")
}

func (s scenery) storage(slug, path string, kind fleet.StorageKind) fleet.Storage {
	s.Helper()
	for _, part := range s.cluster(slug).Storage {
		if part.Path == path && part.Kind == kind {
			return part
		}
	}
	s.Fatalf("no %s %s on %s", kind, path, slug)
	panic("unreachable")
}

// show writes counts with a dash for what is not known.
func show(numbers ...*int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = "-"
		if n != nil {
			words[i] = fmt.Sprint(*n)
		}
	}
	return strings.Join(words, " ")
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

// TestPromises holds what each cluster is in the demo for.
func TestPromises(t *testing.T) {
	_, f := gather(t, today)
	s := scenery{t, f}
	jobs := func(slug, queue string) string {
		j := s.queue(slug, queue).Jobs
		return show(j.Running, j.Queued, j.Held, j.Eligible)
	}
	state := func(slug, queue string) string { return string(s.queue(slug, queue).State) }
	percent := func(slug, project string) string {
		a := s.allocation(slug, project)
		return fmt.Sprintf("%.0f%% %s %s", a.PercentUsed(), a.Unit, a.Unmetered)
	}
	full := func(slug, path string, kind fleet.StorageKind) string {
		return fmt.Sprintf("%.0f%%", s.storage(slug, path, kind).PercentUsed())
	}
	totals := func(slug string) string {
		j := s.cluster(slug).Totals
		return show(j.Running, j.Queued, j.Held, j.Eligible)
	}
	free := func(r *fleet.Resource) string { return fmt.Sprintf("%d of %d free", r.Free, r.Total) }
	nodes := func(slug string) string {
		n := s.cluster(slug).Nodes
		return fmt.Sprintf("%d: %d busy, %d idle, %d drained, %d down, %d reserved", n.Total, n.Busy, n.Idle, n.Drained, n.Down, n.Reserved)
	}
	for _, fact := range []struct{ what, got, want string }{
		{"a route queue has no jobs of its own", jobs("nautilus", "standard") + " " + string(s.queue("nautilus", "standard").Kind), "0 0 0 0 route"},
		{"it says where jobs go", fmt.Sprint(s.queue("nautilus", "standard").RoutesTo), "[standard_sm standard_lg standard_lw]"},
		{"many wait in one of its destinations", jobs("nautilus", "standard_lg"), "2 35 2 34"},
		{"debug would take them", jobs("nautilus", "debug") + " " + state("nautilus", "debug"), "1 0 0 0 running"},
		{"there is room", free(s.cluster("nautilus").Nodes.Cores), "2360 of 15360 free"},
		{"transfer is stopped", jobs("nautilus", "transfer") + " " + state("nautilus", "transfer"), "0 3 0 0 stopped"},
		{"a project is nearly spent", percent("nautilus", "HPCMO00001"), "92% core-hours "},
		{"scratch is nearly full", full("nautilus", "/p/work1", fleet.FilesystemStorage), "96%"},
		{"nodes of a PBS machine", nodes("nautilus"), "120: 98 busy, 18 idle, 2 drained, 2 down, 0 reserved"},

		{"a project is overspent", percent("narwhal", "hpcmo00214"), "108% core-hours "},
		{"a project has no limit", percent("narwhal", "hpcmo00777"), "0% core-hours no limit set"},
		{"GPUs are idle", free(s.cluster("narwhal").Nodes.GPUs), "18 of 32 free"},
		{"nodes are drained and down", nodes("narwhal"), "80: 63 busy, 11 idle, 4 drained, 2 down, 0 reserved"},
		{"transfer drains", state("narwhal", "transfer"), "draining"},
		{"a job in two partitions counts in both", jobs("narwhal", "standard") + ", " + jobs("narwhal", "background"), "6 19 1 17, 4 13 0 3"},
		{"and once in all", totals("narwhal"), "16 32 1 20"},
		{"a quota is nearly used up", full("narwhal", "/p/home", fleet.QuotaStorage), "89%"},

		{"a queue only looks busy", jobs("blueback", "standard"), "13 398 1 6"},
		{"although debug has room", jobs("blueback", "debug") + " " + state("blueback", "debug"), "0 0 0 0 running"},
		{"serial is closed", state("blueback", "serial"), "closed"},

		{"queues are QOS", jobs("raider", "standard") + ", " + jobs("raider", "frontier"), "6 12 1 12, 1 2 0 2"},
		{"debug jobs wait for their user's limit", jobs("raider", "debug"), "2 3 0 0"},
		{"the limits of a QOS", show(s.queue("raider", "debug").Limits.MaxCores, s.queue("raider", "debug").Limits.MaxJobsPerUser), "2816 2"},
		{"GPU-hours", percent("raider", "hpcmo00901"), "43% gpu-hours "},
		{"a class holds nodes", nodes("raider"), "72: 57 busy, 8 idle, 2 drained, 1 down, 4 reserved"},

		{"other people's jobs are hidden", totals("makau") + ", " + jobs("makau", "standard") + " " + string(s.cluster("makau").Visibility), "- - - -, - - - - own"},
		{"but not the nodes", nodes("makau"), "60: 49 busy, 10 idle, 1 drained, 0 down, 0 reserved"},
		{"and not the allocations", percent("makau", "hpcmo00482"), "47% core-hours "},

		{"show_queues lumps held jobs with the others", jobs("carpenter", "standard_sm"), "71 23 - -"},
		{"show_usage without a scheduler", percent("carpenter", "HPCMO00388"), "85% core-hours "},

		{"what a silent cluster last said", totals("wheat"), "6 18 0 18"},
		{"it had lost a chassis", nodes("wheat"), "64: 39 busy, 6 idle, 3 drained, 16 down, 0 reserved"},
	} {
		if fact.got != fact.want {
			t.Errorf("%s: got %s, want %s", fact.what, fact.got, fact.want)
		}
	}
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
