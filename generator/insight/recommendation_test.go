package insight

import (
	"testing"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/generator/internal/fixture"
)

func TestRecommend(t *testing.T) {
	const head = "Queue 'busy' has 50 jobs waiting. Consider using 'quiet' queue"
	tests := []struct {
		name     string
		change   func(m *machine, busy, quiet *fleet.Queue)
		priority string
		message  string
		action   string
	}{
		{"short jobs", func(*machine, *fleet.Queue, *fleet.Queue) {}, Medium,
			head + " for short jobs: it takes jobs of up to 1 h and 960 cores, and 768 cores are free there.",
			"Submit jobs of up to 1 h and 768 cores to 'quiet'."},
		{"very many wait", func(_ *machine, busy, _ *fleet.Queue) { busy.Jobs.Eligible = new(1200) }, High,
			"Queue 'busy' has 1,200 jobs waiting. Consider using 'quiet' queue for short jobs: it takes jobs of up to 1 h and 960 cores, and 768 cores are free there.",
			"Submit jobs of up to 1 h and 768 cores to 'quiet'."},
		{"small jobs", func(_ *machine, _, quiet *fleet.Queue) { quiet.Limits.MaxWalltimeSeconds = new(int64(7 * 86400)) }, Medium,
			head + " for small jobs: it takes jobs of up to 7 d and 960 cores, and 768 cores are free there.",
			"Submit jobs of up to 7 d and 768 cores to 'quiet'."},
		{"any jobs", func(_ *machine, _, quiet *fleet.Queue) {
			quiet.Limits = fleet.Limits{UnlimitedWalltime: true}
			quiet.Nodes.Total, quiet.Nodes.Cores = 100, &fleet.Resource{Total: 9600, Used: 9599, Free: 1}
		}, Medium,
			head + ": it takes jobs of any length and up to 9,600 cores, and 1 core is free there.",
			"Submit jobs of any length and up to 1 core to 'quiet'."},
		{"a limit in nodes", func(_ *machine, _, quiet *fleet.Queue) {
			quiet.Limits.MaxCores, quiet.Limits.MaxNodes = nil, new(2)
		}, Medium,
			head + " for short jobs: it takes jobs of up to 1 h and 192 cores, and 768 cores are free there.",
			"Submit jobs of up to 1 h and 192 cores to 'quiet'."},
		{"cores of the machine where no queue has its own", func(m *machine, _, quiet *fleet.Queue) {
			quiet.Nodes, m.Nodes = nil, &fleet.Nodes{Total: 9, Cores: &fleet.Resource{Total: 5000, Free: 300}}
		}, Medium,
			head + " for short jobs: it takes jobs of up to 1 h and 960 cores, and 300 cores are free there.",
			"Submit jobs of up to 1 h and 300 cores to 'quiet'."},
		{"a degraded machine still runs jobs", func(m *machine, _, _ *fleet.Queue) { m.verdict = fleet.Degraded }, Medium,
			head + " for short jobs: it takes jobs of up to 1 h and 960 cores, and 768 cores are free there.",
			"Submit jobs of up to 1 h and 768 cores to 'quiet'."},
		{"a reservation after the longest job", func(m *machine, _, _ *fleet.Queue) {
			m.Reservations = []fleet.Reservation{{Start: m.now.Add(time.Hour), WholeMachine: true}}
		}, Medium,
			head + " for short jobs: it takes jobs of up to 1 h and 960 cores, and 768 cores are free there.",
			"Submit jobs of up to 1 h and 768 cores to 'quiet'."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := recommend(machineOf(func(m *machine) { tt.change(m, &m.Queues[0], &m.Queues[1]) }))
			if len(got) != 1 {
				t.Fatalf("got %s", text(got))
			}
			if i := got[0]; i.Priority != tt.priority || i.Message != tt.message || i.Action != tt.action || *i.Queue != "busy" {
				t.Errorf("got %s", text(got))
			}
		})
	}
}

func TestRecommendNothing(t *testing.T) {
	for name, change := range map[string]func(m *machine, busy, quiet *fleet.Queue){
		"few wait":                   func(_ *machine, busy, _ *fleet.Queue) { busy.Jobs.Eligible = new(ManyWaiting - 1) },
		"a throttled array":          func(_ *machine, busy, _ *fleet.Queue) { busy.Jobs.Queued, busy.Jobs.Eligible = new(5000), new(2) },
		"eligible not known":         func(_ *machine, busy, _ *fleet.Queue) { busy.Jobs.Eligible = nil },
		"busy is a route queue":      func(_ *machine, busy, _ *fleet.Queue) { busy.Kind = fleet.RouteQueue },
		"busy is a limited view":     func(_ *machine, busy, _ *fleet.Queue) { busy.Visibility = fleet.VisibleOwn },
		"other is stopped":           func(_ *machine, _, quiet *fleet.Queue) { quiet.State = fleet.QueueStopped },
		"other is draining":          func(_ *machine, _, quiet *fleet.Queue) { quiet.State = fleet.QueueDraining },
		"other is closed":            func(_ *machine, _, quiet *fleet.Queue) { quiet.State = fleet.QueueClosed },
		"other's state unknown":      func(_ *machine, _, quiet *fleet.Queue) { quiet.State = fleet.QueueUnknown },
		"other is a route queue":     func(_ *machine, _, quiet *fleet.Queue) { quiet.Kind = fleet.RouteQueue },
		"other is restricted":        func(_ *machine, _, quiet *fleet.Queue) { quiet.Restricted = true },
		"other is a limited view":    func(_ *machine, _, quiet *fleet.Queue) { quiet.Visibility = fleet.VisibleOwn },
		"other is busy too":          func(_ *machine, _, quiet *fleet.Queue) { quiet.Jobs.Eligible = new(FewWaiting + 1) },
		"other's eligible not known": func(_ *machine, _, quiet *fleet.Queue) { quiet.Jobs.Eligible = nil },
		"walltime not known":         func(_ *machine, _, quiet *fleet.Queue) { quiet.Limits.MaxWalltimeSeconds = nil },
		"free cores not known":       func(_ *machine, _, quiet *fleet.Queue) { quiet.Nodes.Cores = nil },
		"no free cores":              func(_ *machine, _, quiet *fleet.Queue) { quiet.Nodes.Cores.Free = 0 },
		"fewer free than a job needs": func(_ *machine, _, quiet *fleet.Queue) {
			quiet.Limits.MinCores = new(769)
		},
		"size not known": func(m *machine, _, quiet *fleet.Queue) {
			quiet.Limits.MaxCores, quiet.Nodes = nil, nil
			m.Nodes = &fleet.Nodes{Total: 9, Cores: &fleet.Resource{Total: 5000, Free: 300}}
		},
		"cores of other queues": func(m *machine, busy, quiet *fleet.Queue) {
			busy.Nodes, quiet.Nodes = quiet.Nodes, nil
			m.Nodes = &fleet.Nodes{Total: 9, Cores: &fleet.Resource{Total: 5000, Free: 300}}
		},
		"waiting jobs are too large":     func(_ *machine, busy, _ *fleet.Queue) { busy.Jobs.CoresQueued = new(60 * 2000) },
		"all jobs there are larger":      func(_ *machine, busy, _ *fleet.Queue) { busy.Limits.MinCores = new(961) },
		"the machine is down":            func(m *machine, _, _ *fleet.Queue) { m.verdict = fleet.Down },
		"the machine is in maintenance":  func(m *machine, _, _ *fleet.Queue) { m.verdict = fleet.Maintenance },
		"the machine's state is unknown": func(m *machine, _, _ *fleet.Queue) { m.verdict = fleet.Unknown },
		"the cluster is stale":           func(m *machine, _, _ *fleet.Queue) { m.Status = fleet.Stale },
		"the cluster has expired":        func(m *machine, _, _ *fleet.Queue) { m.ValidUntil = m.now.Add(-time.Second) },
		"the counts are old":             func(m *machine, _, _ *fleet.Queue) { m.Usage.Error = "timed out" },
		"the view is limited":            func(m *machine, _, _ *fleet.Queue) { m.Visibility = fleet.VisibleOwn },
		"the machine closes too soon": func(m *machine, _, _ *fleet.Queue) {
			m.Reservations = []fleet.Reservation{{Start: m.now.Add(30 * time.Minute), WholeMachine: true}}
		},
		"no other queue": func(m *machine, _, _ *fleet.Queue) { m.Queues = m.Queues[:1] },
		"no queues":      func(m *machine, _, _ *fleet.Queue) { m.Queues = nil },
	} {
		t.Run(name, func(t *testing.T) {
			if got := recommend(machineOf(func(m *machine) { change(m, &m.Queues[0], &m.Queues[1]) })); len(got) > 0 {
				t.Errorf("got %s", text(got))
			}
		})
	}
}

func TestBestOffer(t *testing.T) {
	m := machineOf(nil)
	add := func(name string, seconds int64, free int) {
		q := m.Queues[1]
		q.Name, q.Limits.MaxWalltimeSeconds = name, &seconds
		q.Nodes = &fleet.Nodes{Total: 10, Cores: &fleet.Resource{Total: 960, Free: free}}
		m.Queues = append(m.Queues, q)
	}
	add("b-more", 3600, 900)
	add("a-longer", 7200, 900)
	add("c-longer", 7200, 900)
	o, ok := m.bestOffer(m.Queues[0])
	if !ok || o.queue.Name != "a-longer" {
		t.Errorf("got %s, want the one with the most free cores, then the longest walltime, then by name", o.queue.Name)
	}
}

// TestThrottledArray holds the fixture's queue that only looks busy.
func TestThrottledArray(t *testing.T) {
	for _, i := range find(fixture.Mixed(), fixture.Now()) {
		if i.Queue != nil && *i.Queue == "array" {
			t.Errorf("got %+v", i)
		}
	}
}
