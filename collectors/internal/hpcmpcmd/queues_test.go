package hpcmpcmd_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"hpcstatus/collectors/internal/hpcmpcmd"
	"hpcstatus/collectors/internal/recorded"
)

func show(v any) string {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// queues2008 is the layout of the policy of 2008, filled in.
const queues2008 = `QUEUE INFORMATION:
                   Maximum            Jobs                Cores        Queue
Queue Name   Wall Time   Cores   Running  Pending   Running  Pending  Running
------------------------------------------------------------------------------
urgent         168:00     4096         2        0       512        0      Y
debug            1:00      512         0       12         0      768      N
standard       168:00        -        31       45     12288    20480      Y


NODE USAGE INFORMATION:
Node Type        Cores Available    Cores Running    Cores Free
-----------------------------------------------------------------
Standard              48000             12000           36000
Large Memory             96                 0              96


ADDITIONAL NOTES:
------------------------------------------------------------------------------------------------------
Jobs in debug are limited to 1:00 each, and a user may run 2
The next outage is planned for the 5th; see the centre's pages for more of it
`

// The present layout has a ruler that shows the columns.
const (
	queueHeading = `
QUEUE INFORMATION:

                    Maximum  Maximum  Minimum  Maximum    Jobs       Cores       Queue
Queue Name         Walltime     Jobs    Cores    Cores   Run Pend    Run   Pend  Type Enabled Running
================== ======== ======== ======== ======== ===== ==== ====== ====== ===== ======= =======
`
	nodeHeading = `
NODE USAGE INFORMATION:

                Nodes       Cores       Cores     Cores     Cores
Node Type       Available   Per Node    Available Running   Free
--------------- ----------- ----------- --------- --------- ---------
`
	queuesNow = queueHeading + `urgent             24:00:00        2        1     9600     0    0      0      0   Exe    Y       Y
HIE                24:00:00        -        0     1920     3    0    192      0   Exe    Y       Y
standard          168:00:00        -      193   100224    15   70  48000  99840   Exe    N       Y
transfer         2-00:00:00        1        -        1     -    -      -      -   Exe    Y       N
frontier          Unlimited        -        -        -     0    0      0      0   Rou    Y       Y
` + nodeHeading + `Standard                500          96    48,000     12000     36000
Large Memory              4          96       384         0       384
(shared nodes count as running)
`
)

func TestParseQueues(t *testing.T) {
	week := new(int64(168 * 3600))
	day := new(int64(24 * 3600))
	yes, no := new(true), new(false)
	for _, tt := range []struct {
		name, in string
		want     hpcmpcmd.QueueReport
	}{
		{"2008", queues2008, hpcmpcmd.QueueReport{
			Queues: []hpcmpcmd.Queue{
				{Name: "urgent", MaxWalltime: week, MaxCores: new(4096), JobsRunning: new(2), JobsPending: new(0), CoresRunning: new(512), CoresPending: new(0), Running: yes},
				{Name: "debug", MaxWalltime: new(int64(3600)), MaxCores: new(512), JobsRunning: new(0), JobsPending: new(12), CoresRunning: new(0), CoresPending: new(768), Running: no},
				{Name: "standard", MaxWalltime: week, JobsRunning: new(31), JobsPending: new(45), CoresRunning: new(12288), CoresPending: new(20480), Running: yes},
			},
			NodeTypes: []hpcmpcmd.NodeType{
				{Name: "Standard", Cores: new(48000), CoresRunning: new(12000), CoresFree: new(36000)},
				{Name: "Large Memory", Cores: new(96), CoresRunning: new(0), CoresFree: new(96)},
			}}},
		{"now", queuesNow, hpcmpcmd.QueueReport{
			Queues: []hpcmpcmd.Queue{
				{Name: "urgent", MaxWalltime: day, MaxJobs: new(2), MinCores: new(1), MaxCores: new(9600), JobsRunning: new(0), JobsPending: new(0), CoresRunning: new(0), CoresPending: new(0), Enabled: yes, Running: yes},
				{Name: "HIE", MaxWalltime: day, MaxCores: new(1920), JobsRunning: new(3), JobsPending: new(0), CoresRunning: new(192), CoresPending: new(0), Enabled: yes, Running: yes},
				{Name: "standard", MaxWalltime: week, MinCores: new(193), MaxCores: new(100224), JobsRunning: new(15), JobsPending: new(70), CoresRunning: new(48000), CoresPending: new(99840), Enabled: no, Running: yes},
				{Name: "transfer", MaxWalltime: new(int64(48 * 3600)), MaxJobs: new(1), MaxCores: new(1), Enabled: yes, Running: no},
				{Name: "frontier", UnlimitedWalltime: true, JobsRunning: new(0), JobsPending: new(0), CoresRunning: new(0), CoresPending: new(0), Route: true, Enabled: yes, Running: yes},
			},
			NodeTypes: []hpcmpcmd.NodeType{
				{Name: "Standard", Nodes: new(500), CoresPerNode: new(96), Cores: new(48000), CoresRunning: new(12000), CoresFree: new(36000)},
				{Name: "Large Memory", Nodes: new(4), CoresPerNode: new(96), Cores: new(384), CoresRunning: new(0), CoresFree: new(384)},
			}}},
		{"tabs, carriage returns and colours", "\x1b[1mQueue\tJobs\tJobs\tQueue\r\nName\tRun\tPend\tRunning\r\n-------------------------\r\nh\u00eate\t3\t4\tYes\r\n",
			hpcmpcmd.QueueReport{Queues: []hpcmpcmd.Queue{{Name: "h\u00eate", JobsRunning: new(3), JobsPending: new(4), Running: yes}}}},
		{"two columns that may be a limit on cores", "Queue  Cores  Cores  Run  Pend\n------------------------------\ndebug     96    192    1     2\n",
			hpcmpcmd.QueueReport{Queues: []hpcmpcmd.Queue{{Name: "debug", JobsRunning: new(1), JobsPending: new(2)}}}},
		{"rows beside their heading", "              Jobs\nQueue Name  Running  Pending  Running\n-------------------------------------\na_very_long_queue_name  1  2  N\nx  3  4  Y\n",
			hpcmpcmd.QueueReport{Queues: []hpcmpcmd.Queue{{Name: "a_very_long_queue_name", JobsRunning: new(1), JobsPending: new(2), Running: no},
				{Name: "x", JobsRunning: new(3), JobsPending: new(4), Running: yes}}}},
		{"numbers that are none", "Queue   Max Wall  Run  Pend\n------- --------- ---- -----\ndebug   99999999999:00  -3  1e9\nx       1:2:3:4   1.5  4\n",
			hpcmpcmd.QueueReport{Queues: []hpcmpcmd.Queue{{Name: "x", JobsPending: new(4)}}}},
		{"no blank line before the note", "Queue   Run  Pend\n------- ---- -----\ndebug   3    4\nNote: jobs of the debug queue run first\n",
			hpcmpcmd.QueueReport{Queues: []hpcmpcmd.Queue{{Name: "debug", JobsRunning: new(3), JobsPending: new(4)}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := hpcmpcmd.ParseQueues([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %s\nwant %s", show(got), show(tt.want))
			}
		})
	}
}

func TestParseQueuesErrors(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", "no table of queues in it; its format may have changed"},
		{"a message", "show_queues: cannot reach the server\n", "no table of queues in it"},
		{"no rows", "Queue Run Pend\n--------------\n\n", "no table of queues in it"},
		{"another table", "Fruit Weight\n-----------\napple 5\n", "no table of queues in it"},
		{"no heading", "-----------\nHIE 24:00:00 - 0 1920 3 0 192 0 Exe Y Y\n", "no table of queues in it"},
		{"rows that differ", "Queue  Run  Pend\n-----------------\ndebug  3  4\nlarge  3\n", `row "large 3" has 1 values, the row "debug 3 4" has 2`},
		{"endless", "Queue Run Pend\n" + strings.Repeat("----- ", 10000) + "\n" + strings.Repeat("1 ", 30000), "more columns than any table has"},
		{"only notes", "Queue Run Pend\n----- --- ----\nsee the web pages\n", "no table of queues in it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := hpcmpcmd.ParseQueues([]byte(tt.in)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %s, %v, want an error with %q", show(got), err, tt.want)
			}
		})
	}
}

// The policy's own template, with placeholders where numbers stand.
func TestParseQueuesTemplate(t *testing.T) {
	text := string(recorded.File(t, "hpcmp/show_queues_bc_policy_2008_template.txt"))
	if _, err := hpcmpcmd.ParseQueues([]byte(text)); err == nil {
		t.Error("placeholders were read as numbers")
	}
	text = strings.NewReplacer("<queue #1>", "debug     ", "<queue #2>", "standard  ", "<hhh:mm>", "  168:00",
		"<cores>", "    512", "<#>", "  7", "<Y/N>", "  Y  ", "<node type #1>", "Standard      ", "<node type #2>", "GPU           ").Replace(text)
	got, err := hpcmpcmd.ParseQueues([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := hpcmpcmd.Queue{Name: "standard", MaxWalltime: new(int64(168 * 3600)), MaxCores: new(512), JobsRunning: new(7), JobsPending: new(7),
		CoresRunning: new(7), CoresPending: new(7), Running: new(true)}
	if len(got.Queues) != 2 || !reflect.DeepEqual(got.Queues[1], want) || len(got.NodeTypes) != 2 {
		t.Errorf("got %s", show(got))
	}
}

// Rows of real sessions, whose headings were not kept, below headings for their columns.
func TestParseRealRows(t *testing.T) {
	rows := strings.Split(string(recorded.File(t, "hpcmp/real_rows_from_predecessor_comments.txt")), "\n")
	report, err := hpcmpcmd.ParseQueues([]byte(queueHeading + rows[0] + "\n" + nodeHeading + rows[1] + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := hpcmpcmd.QueueReport{
		Queues: []hpcmpcmd.Queue{{Name: "HIE", MaxWalltime: new(int64(24 * 3600)), MaxCores: new(2304), JobsRunning: new(4), JobsPending: new(0),
			CoresRunning: new(384), CoresPending: new(0), Enabled: new(true), Running: new(true)}},
		NodeTypes: []hpcmpcmd.NodeType{{Name: "Standard", Nodes: new(494), CoresPerNode: new(96), Cores: new(47424), CoresRunning: new(10080), CoresFree: new(37344)}},
	}
	if !reflect.DeepEqual(report, want) {
		t.Errorf("got %s\nwant %s", show(report), show(want))
	}
	usage, err := hpcmpcmd.ParseUsage([]byte(usageHead + rows[2] + "\n"))
	if err != nil || len(usage.Subprojects) != 1 || *usage.Subprojects[0].Allocated != 250000 || *usage.Subprojects[0].Used != 0 {
		t.Errorf("got %s, %v", show(usage), err)
	}
}

func FuzzParseQueues(f *testing.F) {
	f.Add(queues2008)
	f.Add(queuesNow)
	f.Fuzz(func(t *testing.T, text string) {
		report, err := hpcmpcmd.ParseQueues([]byte(text))
		if (err == nil) != (len(report.Queues) > 0) {
			t.Fatalf("%d queues with error %v", len(report.Queues), err)
		}
		for _, q := range report.Queues {
			for _, n := range []*int{q.MaxJobs, q.MinCores, q.MaxCores, q.JobsRunning, q.JobsPending, q.CoresRunning, q.CoresPending} {
				if n != nil && *n < 0 {
					t.Errorf("negative count in %s", show(q))
				}
			}
			if q.Name == "" || !utf8.ValidString(q.Name) || (q.MaxWalltime != nil && *q.MaxWalltime < 0) {
				t.Errorf("bad queue %s", show(q))
			}
		}
	})
}
