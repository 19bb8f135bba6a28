package insight

import (
	"math"
	"testing"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// check compares what a rule found with one expected priority and message; no priority is nothing found.
func check(t *testing.T, got []doc.Insight, priority, message string) {
	t.Helper()
	switch {
	case priority == "" && len(got) > 0:
		t.Errorf("got %s, want nothing", text(got))
	case priority == "":
	case len(got) != 1:
		t.Errorf("got %d insights %s, want one", len(got), text(got))
	case got[0].Priority != priority || got[0].Message != message || got[0].Action == "":
		t.Errorf("got %s\nwant %s: %s", text(got), priority, message)
	}
}

func TestAllocations(t *testing.T) {
	row := func(allocated, used float64) fleet.Allocation {
		return fleet.Allocation{Project: "P1", Unit: fleet.CoreHours, Scope: fleet.ProjectScope, Allocated: &allocated, Used: &used}
	}
	with := func(a fleet.Allocation, change func(*fleet.Allocation)) fleet.Allocation { change(&a); return a }
	tests := []struct {
		name              string
		row               fleet.Allocation
		priority, message string
	}{
		{"much is left", row(100000, 79999), "", ""},
		{"nearly spent", row(100000, 80000), Medium, "Project P1 has used 80.0% of its 100,000 core-hours; 20,000 are left."},
		{"nearly all spent", row(100000, 93270.5), High, "Project P1 has used 93.3% of its 100,000 core-hours; 6,730 are left."},
		{"a little is left", row(1000, 999.99), High, "Project P1 has used 99.9% of its 1,000 core-hours; 0.01 are left."},
		{"spent", row(100, 100), High, "Project P1 has used 100.0% of its 100 core-hours; 0 are left."},
		{"overspent", row(100000, 112500.4), High, "Project P1 is overspent by 12,500 core-hours: 112,500 of 100,000 are used."},
		{"a little overspent", row(100, 100.25), High, "Project P1 is overspent by 0.25 core-hours: 100.25 of 100 are used."},
		{"spent without a budget", row(0, 5), High, "Project P1 is overspent by 5 core-hours: 5 of 0 are used."},
		{"no budget and no use", row(0, 0), "", ""},
		{"another unit", with(row(100, 95), func(a *fleet.Allocation) { a.Unit = "node-hours" }), High,
			"Project P1 has used 95.0% of its 100 node-hours; 5 are left."},
		{"a user's share", with(row(100, 85), func(a *fleet.Allocation) { a.Scope, a.User = fleet.UserScope, "user1" }), Medium,
			"User user1 in project P1 has used 85.0% of its 100 core-hours; 15 are left."},
		{"a limit that decays", with(row(100, 99), func(a *fleet.Allocation) { a.Unmetered = "the limit decays" }), "", ""},
		{"use not known", with(row(100, 99), func(a *fleet.Allocation) { a.Used = nil }), "", ""},
		{"no limit", with(row(100, 99), func(a *fleet.Allocation) { a.Allocated = nil }), "", ""},
		{"an infinite limit", row(math.Inf(1), 99), "", ""},
		{"no number", row(100, math.NaN()), "", ""},
		{"a period that is over", with(row(100, 99), func(a *fleet.Allocation) { a.PeriodEnd = machineOf(nil).now.Add(-time.Hour) }), "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := machineOf(func(m *machine) { m.Allocations = []fleet.Allocation{tt.row} })
			check(t, allocations(m), tt.priority, tt.message)
		})
	}
	old := machineOf(func(m *machine) {
		m.Allocations = []fleet.Allocation{row(100, 99)}
		m.Accounts.ObservedAt = m.now.Add(-fleet.MaxStale - time.Second)
	})
	check(t, allocations(old), "", "")
}

func TestStorage(t *testing.T) {
	const gib = int64(1) << 30
	quota := func(used, soft int64) fleet.Storage {
		return fleet.Storage{Path: "/home/u", Kind: fleet.QuotaStorage, UsedBytes: &used, SoftBytes: &soft}
	}
	tests := []struct {
		name              string
		row               fleet.Storage
		priority, message string
	}{
		{"room", quota(84*gib, 100*gib), "", ""},
		{"nearly full", quota(85*gib, 100*gib), Medium, "The quota of /home/u is 85.0% used: 85 GiB of 100 GiB."},
		{"all but full", quota(95*gib, 100*gib), High, "The quota of /home/u is 95.0% used: 95 GiB of 100 GiB."},
		{"full", quota(100*gib, 100*gib), High, "The quota of /home/u is 100.0% used: 100 GiB of 100 GiB."},
		{"over", fleet.Storage{Path: "/home/u", Kind: fleet.QuotaStorage, UsedBytes: new(52 * gib), SoftBytes: new(50 * gib), Grace: "6days"},
			High, "The quota of /home/u is exceeded: 52 GiB of 50 GiB are used, grace 6days."},
		{"a filesystem", fleet.Storage{Path: "/p/work1", Kind: fleet.FilesystemStorage, UsedBytes: new(int64(900 << 40)),
			SoftBytes: new(int64(1000 << 40)), AvailableBytes: new(int64(60 << 40))},
			Medium, "Filesystem /p/work1 is 93.8% full; 60 TiB of 1000 TiB are available."},
		{"no limit", fleet.Storage{Path: "/a", UsedBytes: new(gib)}, "", ""},
		{"use not known", fleet.Storage{Path: "/a", SoftBytes: new(gib)}, "", ""},
		{"many files", fleet.Storage{Path: "/home/u", FilesUsed: new(int64(480000)), FilesSoft: new(int64(500000))},
			High, "/home/u holds 480,000 of 500,000 files that the quota allows."},
		{"files up to the hard limit", fleet.Storage{Path: "/home/u", FilesUsed: new(int64(90)), FilesSoft: new(int64(0)), FilesHard: new(int64(100))},
			Medium, "/home/u holds 90 of 100 files that the quota allows."},
		{"few files", fleet.Storage{Path: "/home/u", FilesUsed: new(int64(1)), FilesSoft: new(int64(500000))}, "", ""},
		{"files without a limit", fleet.Storage{Path: "/home/u", FilesUsed: new(int64(1)), FilesSoft: new(int64(0))}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := machineOf(func(m *machine) { m.Storage = []fleet.Storage{tt.row} })
			check(t, storage(m), tt.priority, tt.message)
		})
	}
	old := machineOf(func(m *machine) {
		m.Storage = []fleet.Storage{quota(99*gib, 100*gib)}
		m.Disks = fleet.Part{}
	})
	check(t, storage(old), "", "")
}

func TestTrouble(t *testing.T) {
	tests := []struct {
		name              string
		change            func(*machine)
		priority, message string
	}{
		{"up", func(m *machine) { m.verdict = fleet.Up }, "", ""},
		{"unknown", func(m *machine) { m.verdict = fleet.Unknown }, "", ""},
		{"down", func(m *machine) { m.verdict = fleet.Down }, High, "Test is DOWN: 60 jobs waiting and 1,010 running there."},
		{"maintenance", func(m *machine) { m.verdict = fleet.Maintenance }, Medium, "Test is MAINTENANCE: 60 jobs waiting and 1,010 running there."},
		{"degraded", func(m *machine) { m.verdict = fleet.Degraded }, Medium, "Test is DEGRADED: 60 jobs waiting and 1,010 running there."},
		{"degraded with nothing waiting", func(m *machine) { m.verdict, m.Totals.Queued = fleet.Degraded, nil }, Low,
			"Test is DEGRADED: 0 jobs waiting and 1,010 running there."},
		{"one job", func(m *machine) { m.verdict, m.Totals = fleet.Down, fleet.Jobs{Queued: new(1), Running: new(0)} }, High,
			"Test is DOWN: 1 job waiting and 0 running there."},
		{"an old count", func(m *machine) {
			m.verdict, m.Status, m.Usage.ObservedAt = fleet.Down, fleet.Stale, m.now.Add(-2*time.Hour)
		}, High, "Test is DOWN: at 2026-01-22 13:30 UTC it had 60 jobs waiting and 1,010 running."},
		{"no work known", func(m *machine) { m.verdict, m.Totals = fleet.Down, fleet.Jobs{} }, "", ""},
		{"no work", func(m *machine) { m.verdict, m.Totals = fleet.Down, fleet.Jobs{Queued: new(0), Running: new(0)} }, "", ""},
		{"a limited view", func(m *machine) { m.verdict, m.Visibility = fleet.Down, fleet.VisibleOwn }, "", ""},
		{"a count too old", func(m *machine) { m.verdict, m.Usage.ObservedAt = fleet.Down, m.now.Add(-25*time.Hour) }, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := machineOf(func(m *machine) {
				m.Totals = fleet.Jobs{Running: new(1010), Queued: new(60)}
				tt.change(m)
			})
			check(t, trouble(m), tt.priority, tt.message)
		})
	}
}

func TestIdleGPUs(t *testing.T) {
	gpus := func(free int) *fleet.Nodes {
		return &fleet.Nodes{Total: 8, GPUs: &fleet.Resource{Total: 32, Used: 32 - free, Free: free}}
	}
	tests := []struct {
		name              string
		change            func(*machine)
		priority, message string
	}{
		{"free", func(m *machine) {}, Low, "8 of 32 GPUs are free."},
		{"free in a queue", func(m *machine) { m.Queues[1].Nodes = gpus(4) }, Low, "8 of 32 GPUs are free; queue 'quiet' reaches 4 of them."},
		{"free in a closed queue only", func(m *machine) {
			m.Queues[1].Nodes, m.Queues[1].State = gpus(4), fleet.QueueDraining
		}, "", ""},
		{"free in a restricted queue only", func(m *machine) {
			m.Queues[1].Nodes, m.Queues[1].Restricted = gpus(4), true
		}, "", ""},
		{"none free", func(m *machine) { m.Nodes = gpus(0) }, "", ""},
		{"not known", func(m *machine) { m.Nodes.GPUs = nil }, "", ""},
		{"no nodes known", func(m *machine) { m.Nodes = nil }, "", ""},
		{"down", func(m *machine) { m.verdict = fleet.Down }, "", ""},
		{"stale", func(m *machine) { m.Status = fleet.Stale }, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := machineOf(func(m *machine) {
				m.Nodes = gpus(8)
				tt.change(m)
			})
			check(t, idleGPUs(m), tt.priority, tt.message)
		})
	}
}

func TestStale(t *testing.T) {
	aged := func(m *machine, age time.Duration) {
		m.Status = fleet.Stale
		m.ObservedAt, m.Usage.ObservedAt = m.now.Add(-age), m.now.Add(-age)
	}
	tests := []struct {
		name              string
		change            func(*machine)
		priority, message string
	}{
		{"answers", func(m *machine) {}, "", ""},
		{"silent", func(m *machine) { aged(m, 2*time.Hour) }, Low, "Test does not answer: its numbers are of 2026-01-22 13:30 UTC."},
		{"silent for a day", func(m *machine) { aged(m, 25*time.Hour) }, Medium,
			"Test does not answer: its last numbers, of 2026-01-21 14:30 UTC, are too old to show."},
		{"needs login", func(m *machine) { aged(m, 2*time.Hour); m.needsLogin = true }, High,
			"Test needs a new login: its numbers are of 2026-01-22 13:30 UTC."},
		{"never answered", func(m *machine) { m.Status, m.Usage, m.ObservedAt = fleet.Unreachable, fleet.Part{}, time.Time{} }, Medium,
			"Test does not answer: nothing is known of its queues yet."},
		{"answers but for its scheduler", func(m *machine) { m.Usage = fleet.Part{Error: "timed out"} }, Medium,
			"Test is not up to date: nothing is known of its queues yet."},
		{"the cycle stopped", func(m *machine) { m.ValidUntil = m.now.Add(-time.Minute) }, Low,
			"Test is not up to date: its numbers are of 2026-01-22 15:30 UTC."},
		{"switched off", func(m *machine) { aged(m, 2*time.Hour); m.Status = fleet.Off }, "", ""},
		{"no scheduler", func(m *machine) { m.Scheduler, m.Usage = "", fleet.Part{} }, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { check(t, stale(machineOf(tt.change)), tt.priority, tt.message) })
	}
}

func TestNeedsLoginByAnotherName(t *testing.T) {
	target := fleet.Target{Name: "raider-login", Slug: "raider-login", NeedsLogin: true}
	f := fleet.Fleet{
		Systems:  []fleet.System{{Name: "Raider", Slug: "raider", Aliases: []string{"raider-login"}}},
		Clusters: []fleet.Cluster{{Name: "Raider", Slug: "raider", Source: "pw_cluster"}},
		Sources:  []fleet.Source{{Run: fleet.Run{Name: "pw_cluster"}, Batch: fleet.Batch{Targets: []fleet.Target{target}}}},
	}
	if !look(f, time.Time{})[0].needsLogin {
		t.Error("the target is not found by the system's other name")
	}
	f.Clusters[0].Source = "other"
	if look(f, time.Time{})[0].needsLogin {
		t.Error("a target of another source counts")
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		thousands(0): "0", thousands(999): "999", thousands(1000): "1,000", thousands(-1234567): "-1,234,567",
		amount(0.5): "0.5", amount(100): "100", amount(999.999): "1000", amount(-2800.5): "-2,801",
		size(0): "0 B", size(1536): "1.5 KiB", size(50 << 30): "50 GiB", size(-2 << 30): "-2 GiB",
		walltime(90): "1 min 30 s", walltime(5400): "1 h 30 min", walltime(86400): "24 h", walltime(604800): "7 d", walltime(183600): "2 d 3 h",
		percentage(99.96): "99.9%", percentage(100): "100.0%",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
