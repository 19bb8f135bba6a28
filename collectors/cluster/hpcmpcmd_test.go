package cluster

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"hpcstatus/collectors/fleet"
)

const showQueues = `QUEUE INFORMATION:

Queue       Maximum    Jobs        Cores       Queue
Name        Walltime   Run  Pend   Run   Pend  Type  Enabled  Running
----------- ---------- ---- ------ ----- ----- ----- -------- --------
debug       1:00:00       4     12   384  1152   Exe     Y        N
frontier    Unlimited     0      3     0     -   Rou     Y        Y
standard    168:00:00    31      5 12288   960   Exe     Y        Y
`

func TestApplyHPCMPQueues(t *testing.T) {
	var got fleet.Cluster
	if err := applyHPCMPQueues(&got, Sections{SectionHPCMPQueues: {Body: []byte(showQueues)}}); err != nil {
		t.Fatal(err)
	}
	jobs := func(running, queued, coresRunning, coresQueued int) fleet.Jobs {
		return fleet.Jobs{Running: &running, Queued: &queued, CoresRunning: &coresRunning, CoresQueued: &coresQueued}
	}
	want := fleet.Cluster{
		Queues: []fleet.Queue{
			{Name: "debug", State: fleet.QueueStopped, Kind: fleet.BatchQueue, Jobs: jobs(4, 12, 384, 1152), Limits: fleet.Limits{MaxWalltimeSeconds: new(int64(3600))}},
			{Name: "frontier", State: fleet.QueueRunning, Kind: fleet.RouteQueue, Jobs: fleet.Jobs{Running: new(0), Queued: new(3), CoresRunning: new(0)},
				Limits: fleet.Limits{UnlimitedWalltime: true}},
			{Name: "standard", State: fleet.QueueRunning, Kind: fleet.BatchQueue, Jobs: jobs(31, 5, 12288, 960), Limits: fleet.Limits{MaxWalltimeSeconds: new(int64(604800))}},
		},
		Totals: jobs(35, 17, 12672, 2112),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %s\nwant %s", pretty(got), pretty(want))
	}
}

func TestApplyHPCMPQueuesWithOneFlag(t *testing.T) {
	text := "Queue Name  Running  Pending  Running\n--------------------------------------\ndebug  1  2  N\nstandard  3  4  Y\n"
	var got fleet.Cluster
	if err := applyHPCMPQueues(&got, Sections{SectionHPCMPQueues: {Body: []byte(text)}}); err != nil {
		t.Fatal(err)
	}
	if got.Queues[0].State != fleet.QueueStopped || got.Queues[1].State != fleet.QueueRunning {
		t.Errorf("got %s", pretty(got.Queues))
	}
}

func TestHPCMPErrors(t *testing.T) {
	for name, section := range map[string]Section{"failed": {Exit: 1, Err: []byte("no such file")}, "late": {Exit: 124}, "empty": {}} {
		s := Sections{SectionHPCMPQueues: section, SectionHPCMPUsage: section}
		var c fleet.Cluster
		if err := applyHPCMPQueues(&c, s); err == nil || !reflect.DeepEqual(c, fleet.Cluster{}) {
			t.Errorf("%s: got %s, %v", name, pretty(c), err)
		}
		if got, err := hpcmpAllocations(s, "jean"); err == nil || got != nil {
			t.Errorf("%s: got %s, %v", name, pretty(got), err)
		}
	}
}

const showUsage = `  Fiscal Year 2026 (01 October 2025 - 30 September 2026)

                             Hours      Hours      Hours    Percent  Background
System     Subproject      Allocated     Used    Remaining Remaining Hours Used
========== ============== ========== ========== ========== ========= ==========
`

func TestHPCMPAllocations(t *testing.T) {
	end := time.Date(2026, 9, 30, 23, 59, 59, 0, time.UTC)
	budget := func(project string, allocated, used float64) fleet.Allocation {
		return fleet.Allocation{Project: project, Scope: fleet.ProjectScope, Unit: fleet.CoreHours, Allocated: &allocated, Used: &used,
			Source: "show_usage", PeriodEnd: end}
	}
	noLimit := budget("P2", 0, 5)
	noLimit.Allocated, noLimit.Unmetered = nil, "show_usage gives no allocated hours"
	noUse := budget("P3", 5, 0)
	noUse.Used, noUse.Unmetered = nil, "show_usage gives no used hours"
	for _, tt := range []struct {
		name, rows string
		names      []string
		want       []fleet.Allocation
	}{
		{"percent remaining is not percent used", "jean  P1  1000.0  250.0  750.0  75.00%  3.0\n", nil, []fleet.Allocation{budget("P1", 1000, 250)}},
		{"overspent", "jean  P1  1000  1250  -250  -25.00%  0\n", []string{"narwhal"}, []fleet.Allocation{budget("P1", 1000, 1250)}},
		{"no budget", "jean  P2  -  5.0  -  -  0\njean  P3  5.0  -  -  -  0\n", nil, []fleet.Allocation{noLimit, noUse}},
		{"by the cluster's name", "jean  P1  1000  10  990  99%  0\nkay  P1  500  10  490  98%  0\n", []string{"Kay", ""}, []fleet.Allocation{budget("P1", 500, 10)}},
		{"by the host's name", "jean  P1  1000  10  990  99%  0\nkay  P1  500  10  490  98%  0\n", []string{"x", "jean01.arl.hpc.mil"}, []fleet.Allocation{budget("P1", 1000, 10)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := hpcmpAllocations(Sections{SectionHPCMPUsage: {Body: []byte(showUsage + tt.rows)}}, tt.names...)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %s\nwant %s", pretty(got), pretty(tt.want))
			}
		})
	}
	if used := budget("P1", 1000, 250).PercentUsed(); used != 25 {
		t.Errorf("%v percent used, want 25", used)
	}
	_, err := hpcmpAllocations(Sections{SectionHPCMPUsage: {Body: []byte(showUsage + "jean P1 1 1 0 0% 0\nkay P1 1 1 0 0% 0\n")}}, "narwhal")
	if err == nil || !strings.Contains(err.Error(), "jean, kay, of which this machine seems to be none") {
		t.Errorf("got error %v", err)
	}
}
