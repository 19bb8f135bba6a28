package cluster

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"hpcstatus/collectors/fleet"
)

// labPBS is what the probe prints on the lab's OpenPBS 23.06.
func labPBS(t testing.TB) Sections {
	t.Helper()
	read := func(name string) Section {
		body, err := os.ReadFile(filepath.Join("..", "internal", "pbs", "testdata", "lab-openpbs-23.06", name))
		if err != nil {
			t.Fatal(err)
		}
		return Section{Body: body}
	}
	return Sections{
		SectionPBSServer:     read("qstat-Bf.json"),
		SectionPBSQueues:     read("qstat-Qf.json"),
		SectionPBSQueuesText: read("qstat-Qf.txt"),
		SectionPBSNodes:      read("pbsnodes.json"),
	}
}

func pretty(v any) string {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// counted makes the jobs of a queue whose every count is known.
func counted(running, queued, held, eligible, cores int) fleet.Jobs {
	return fleet.Jobs{Running: &running, Queued: &queued, Held: &held, Eligible: &eligible, CoresRunning: &cores}
}

func TestApplyPBS(t *testing.T) {
	want := fleet.Cluster{
		Scheduler: "PBS", SchedulerVersion: "23.06.06", Visibility: fleet.VisibleAll,
		Queues: []fleet.Queue{
			{Name: "standard", State: fleet.QueueRunning, Kind: fleet.BatchQueue, Default: true, Visibility: fleet.VisibleAll,
				Jobs: counted(3, 0, 0, 0, 192), Limits: fleet.Limits{MaxWalltimeSeconds: new(int64(604800)), MaxCores: new(10000)}},
			{Name: "debug", State: fleet.QueueRunning, Kind: fleet.BatchQueue, Visibility: fleet.VisibleAll,
				Jobs: counted(2, 0, 1, 0, 8), Limits: fleet.Limits{MaxWalltimeSeconds: new(int64(1800)), MaxJobsPerUser: new(2)}},
			{Name: "transfer", State: fleet.QueueStopped, Kind: fleet.BatchQueue, Visibility: fleet.VisibleAll, Jobs: counted(0, 1, 0, 0, 0)},
			{Name: "HIE", State: fleet.QueueDraining, Kind: fleet.BatchQueue, Visibility: fleet.VisibleAll, Jobs: counted(0, 0, 0, 0, 0)},
			{Name: "routeq", State: fleet.QueueRunning, Kind: fleet.RouteQueue, RoutesTo: []string{"standard"}, Visibility: fleet.VisibleAll,
				Jobs: counted(0, 0, 0, 0, 0)},
		},
		Totals: counted(5, 1, 1, 0, 200),
		Nodes:  &fleet.Nodes{Total: 1, Busy: 1, Cores: &fleet.Resource{Total: 256, Used: 200, Free: 56}},
	}
	for _, tt := range []struct {
		name   string
		change func(Sections)
	}{
		{"JSON", func(Sections) {}},
		{"text, because the JSON command failed", func(s Sections) {
			s[SectionPBSQueues] = Section{Exit: 2, Err: []byte("qstat: invalid option -- 'F'\n")}
		}},
		{"text, because the JSON is cut off", func(s Sections) {
			s[SectionPBSQueues] = Section{Body: s.Body(SectionPBSQueues)[:500]}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := labPBS(t)
			tt.change(s)
			var got fleet.Cluster
			problems, err := applyPBS(&got, s, nil)
			if err != nil || problems != nil {
				t.Fatal(problems, err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %s\nwant %s", pretty(got), pretty(want))
			}
		})
	}
}

func TestApplyPBSErrors(t *testing.T) {
	const silent = "qstat -Q: qstat: cannot connect to server pbs (errno=15010) (exit status 1)"
	s := labPBS(t)
	s[SectionPBSQueues] = Section{Exit: 1, Err: []byte("qstat: cannot connect to server pbs (errno=15010)\n")}
	for name, change := range map[string]func(){
		"both commands fail": func() { s[SectionPBSQueuesText] = s[SectionPBSQueues] },
		"no second command":  func() { delete(s, SectionPBSQueuesText) },
	} {
		change()
		var c fleet.Cluster
		problems, err := applyPBS(&c, s, nil)
		if err == nil || err.Error() != silent || problems != nil || !reflect.DeepEqual(c, fleet.Cluster{Scheduler: "PBS"}) {
			t.Errorf("%s: got %s, %v, %v", name, pretty(c), problems, err)
		}
	}
}

func TestApplyPBSProblems(t *testing.T) {
	for _, tt := range []struct {
		name, section string
		change        Section
		want          string
	}{
		{"nodes late", SectionPBSNodes, Section{Exit: 124}, "pbsnodes -a: no answer within its time limit"},
		{"nodes empty", SectionPBSNodes, Section{}, "read the PBS nodes: no JSON object in an empty output"},
		{"no nodes", SectionPBSNodes, Section{Body: []byte(`{"nodes":{}}`)}, "read the PBS nodes: the output lists none"},
		{"server failed", SectionPBSServer, Section{Exit: 1}, "qstat -B: exit status 1 without a message"},
		{"server unreadable", SectionPBSServer, Section{Body: []byte("{")}, "read the PBS server: line 1: the output ends"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := labPBS(t)
			s[tt.section] = tt.change
			var c fleet.Cluster
			problems, err := applyPBS(&c, s, nil)
			if err != nil || len(problems) != 1 || !strings.HasPrefix(problems[0].Error(), tt.want) {
				t.Errorf("got %v, %v, want %q", problems, err, tt.want)
			}
			if len(c.Queues) != 5 || *c.Totals.Running != 5 || (c.Nodes == nil) != (tt.section == SectionPBSNodes) ||
				(c.Visibility == "") != (tt.section == SectionPBSServer) {
				t.Errorf("got %s", pretty(c))
			}
		})
	}
}

// While the server does not say, an account that saw only its own jobs is not taken for one
// that sees all.
func TestPBSVisibilityHolds(t *testing.T) {
	s := labPBS(t)
	delete(s, SectionPBSServer)
	var c fleet.Cluster
	if _, err := applyPBS(&c, s, &fleet.Cluster{Visibility: fleet.VisibleOwn}); err != nil || c.Visibility != fleet.VisibleOwn || c.Totals.Running != nil {
		t.Errorf("got %s, %v", pretty(c), err)
	}
}

// pbsWith is a PBS of one queue.
func pbsWith(server, queue string) Sections {
	return Sections{
		SectionPBSServer: {Body: []byte(`{"Server":{"s":{` + server + `}}}`)},
		SectionPBSQueues: {Body: []byte(`{"Queue":{"q":{` + queue + `}}}`)},
		SectionPBSNodes:  {Body: []byte(`{"nodes":{"n":{"state":"free"}}}`)},
	}
}

func TestPBSJobs(t *testing.T) {
	const counts = `"state_count":"Transit:1 Queued:2 Held:4 Waiting:8 Running:16 Exiting:32 Begun:64 "`
	const open = `"enabled":"True","started":"True",`
	for _, tt := range []struct {
		name, server, queue string
		state               fleet.QueueState
		want                fleet.Jobs
	}{
		{"every state", ``, open + `"resources_assigned":{"ncpus":"96"},` + counts, fleet.QueueRunning, counted(48, 11, 4, 3, 96)},
		{"an account that sees its own jobs", `"query_other_jobs":"False"`, open + counts, fleet.QueueRunning, fleet.Jobs{}},
		{"the scheduler switched off", `"scheduling":"False"`, open + counts, fleet.QueueStopped,
			fleet.Jobs{Running: new(48), Queued: new(11), Held: new(4), Eligible: new(0)}},
		{"closed", ``, `"enabled":false,"started":false,` + counts, fleet.QueueClosed,
			fleet.Jobs{Running: new(48), Queued: new(11), Held: new(4), Eligible: new(0)}},
		{"unknown state", ``, counts, fleet.QueueUnknown, fleet.Jobs{Running: new(48), Queued: new(11), Held: new(4), Eligible: new(3)}},
		{"no counts", ``, open + `"total_jobs":7`, fleet.QueueRunning, fleet.Jobs{}},
		{"a negative count", ``, open + `"state_count":"Transit:0 Queued:-2 Held:0 Waiting:0 Running:1 Exiting:0 Begun:0 "`,
			fleet.QueueRunning, fleet.Jobs{Running: new(1), Held: new(0)}},
		{"a queue that only routes", `"scheduling":"False"`, open + `"queue_type":"Route",` + counts, fleet.QueueRunning,
			fleet.Jobs{Running: new(48), Queued: new(11), Held: new(4), Eligible: new(0)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c fleet.Cluster
			if problems, err := applyPBS(&c, pbsWith(tt.server, tt.queue), nil); err != nil || problems != nil {
				t.Fatal(problems, err)
			}
			if q := c.Queues[0]; q.State != tt.state || !reflect.DeepEqual(q.Jobs, tt.want) {
				t.Errorf("got state %s, jobs %s\nwant %s, %s", q.State, pretty(q.Jobs), tt.state, pretty(tt.want))
			}
		})
	}
}

func TestTotals(t *testing.T) {
	route := fleet.Queue{Kind: fleet.RouteQueue, Jobs: counted(9, 9, 9, 9, 9)}
	for _, tt := range []struct {
		name   string
		queues []fleet.Queue
		want   fleet.Jobs
	}{
		{"none", nil, fleet.Jobs{}},
		{"only a route queue", []fleet.Queue{route}, fleet.Jobs{}},
		{"a route queue is left out", []fleet.Queue{route, {Jobs: counted(1, 2, 3, 2, 4)}, {Jobs: counted(10, 20, 30, 20, 40)}}, counted(11, 22, 33, 22, 44)},
		{"an unknown part", []fleet.Queue{{Jobs: counted(1, 2, 3, 2, 4)}, {Jobs: fleet.Jobs{Running: new(10)}}}, fleet.Jobs{Running: new(11)}},
	} {
		if got := totals(tt.queues); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %s, want %s", tt.name, pretty(got), pretty(tt.want))
		}
	}
}

func TestPBSNodes(t *testing.T) {
	s := pbsWith("", `"enabled":"True"`)
	s[SectionPBSNodes] = Section{Body: []byte(`{"nodes":{
		"a":{"state":"job-busy","jobs":["1"],"resources_available":{"host":"a","ncpus":8,"ngpus":2},"resources_assigned":{"ncpus":8,"ngpus":1}},
		"b":{"state":"free","resources_available":{"host":"b","ncpus":8}},
		"c":{"state":"offline","resources_available":{"host":"c","ncpus":8}},
		"d":{"state":"down,offline","resources_available":{"host":"d","ncpus":8}},
		"e":{"state":"sleep","resources_available":{"host":"e","ncpus":8}},
		"f":{"state":"resv-exclusive","resources_available":{"host":"f","ncpus":8}},
		"g":{"state":"free","resources_available":{"host":"g","ncpus":0}},
		"g[0]":{"state":"free","resources_available":{"host":"g","ncpus":8}},
		"g[1]":{"state":"free","resources_available":{"host":"g","ncpus":"@g[0]"}}}}`)}
	var c fleet.Cluster
	if problems, err := applyPBS(&c, s, nil); err != nil || problems != nil {
		t.Fatal(problems, err)
	}
	want := &fleet.Nodes{Total: 7, Busy: 1, Idle: 2, Drained: 1, Down: 1, Off: 1, Reserved: 1,
		Cores: &fleet.Resource{Total: 56, Used: 8, Free: 24}, GPUs: &fleet.Resource{Total: 2, Used: 1}}
	if !reflect.DeepEqual(c.Nodes, want) {
		t.Errorf("got %s\nwant %s", pretty(c.Nodes), pretty(want))
	}
}

// FuzzApplyPBS holds that every total is the sum of its parts.
func FuzzApplyPBS(f *testing.F) {
	lab := labPBS(f)
	f.Add(lab.Body(SectionPBSQueues), lab.Body(SectionPBSNodes))
	f.Fuzz(func(t *testing.T, queues, nodes []byte) {
		var c fleet.Cluster
		_, err := applyPBS(&c, Sections{SectionPBSQueues: {Body: queues}, SectionPBSNodes: {Body: nodes}}, nil)
		if (err == nil) != (len(c.Queues) > 0) {
			t.Errorf("%d queues with error %v", len(c.Queues), err)
		}
		running, known := 0, true
		for _, q := range c.Queues {
			if q.Kind == fleet.RouteQueue {
				continue
			}
			if q.Jobs.Running == nil {
				known = false
				continue
			}
			running += *q.Jobs.Running
			if e := q.Jobs.Eligible; e != nil && q.Jobs.Queued != nil && (*e < 0 || *e > *q.Jobs.Queued) {
				t.Errorf("%d of %d queued jobs are eligible", *e, *q.Jobs.Queued)
			}
		}
		if total := c.Totals.Running; total != nil && (!known || *total != running) {
			t.Errorf("%d jobs run, and %d in the queues", *total, running)
		}
		if n := c.Nodes; n != nil && n.Total != n.Busy+n.Idle+n.Drained+n.Down+n.Off+n.Reserved {
			t.Errorf("%s is not the sum of its parts", pretty(n))
		}
	})
}
