package pbs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"hpcstatus/collectors/internal/pbs"
	"hpcstatus/collectors/internal/recorded"
)

func lab(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "lab-openpbs-23.06", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func show(v any) string {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// counts makes the counts of a state_count in its order.
func counts(transit, queued, held, waiting, running, exiting, begun int) pbs.JobCounts {
	return pbs.JobCounts{Transit: &transit, Queued: &queued, Held: &held, Waiting: &waiting,
		Running: &running, Exiting: &exiting, Begun: &begun}
}

// labQueues is what the lab's server had when it was recorded.
func labQueues() []pbs.Queue {
	yes, no := new(true), new(false)
	return []pbs.Queue{
		{Name: "standard", Enabled: yes, Started: yes, Jobs: counts(0, 0, 0, 0, 3, 0, 0),
			MaxWalltime: new(int64(168 * 3600)), MaxCores: new(10000), CoresAssigned: new(192)},
		{Name: "debug", Enabled: yes, Started: yes, Jobs: counts(0, 0, 1, 0, 2, 0, 1),
			MaxWalltime: new(int64(1800)), MaxRunPerUser: new(2), CoresAssigned: new(8)},
		{Name: "transfer", Enabled: yes, Started: no, Jobs: counts(0, 1, 0, 0, 0, 0, 0)},
		{Name: "HIE", Enabled: no, Started: yes, Jobs: counts(0, 0, 0, 0, 0, 0, 0)},
		{Name: "routeq", Route: true, Destinations: []string{"standard"}, Enabled: yes, Started: yes,
			Jobs: counts(0, 0, 0, 0, 0, 0, 0)},
	}
}

func TestParseQueuesOfTheLab(t *testing.T) {
	for name, parse := range map[string]func([]byte) ([]pbs.Queue, error){
		"qstat-Qf.json": pbs.ParseQueues,
		"qstat-Qf.txt":  pbs.ParseQueuesText,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parse(lab(t, name))
			if err != nil {
				t.Fatal(err)
			}
			if want := labQueues(); !reflect.DeepEqual(got, want) {
				t.Errorf("got %s\nwant %s", show(got), show(want))
			}
		})
	}
}

// One attribute after the other, in both forms.
func TestQueueAttributes(t *testing.T) {
	yes, no := new(true), new(false)
	for _, tt := range []struct {
		name string
		json string
		text []string
		want pbs.Queue
	}{
		{"booleans by any name", `"enabled":true,"started":0`, []string{"enabled = TRUE", "started = n"},
			pbs.Queue{Enabled: yes, Started: no}},
		{"a boolean that is none", `"enabled":"maybe","started":null`, []string{"enabled = maybe"}, pbs.Queue{}},
		{"numbers as strings", `"resources_max":{"ncpus":"0128","nodect":"12"},"resources_min":{"ncpus":4.0}`,
			[]string{"resources_max.ncpus = 0128", "resources_max.nodect = 12", "resources_min.ncpus = 4.0"},
			pbs.Queue{MaxCores: new(128), MaxNodes: new(12), MinCores: new(4)}},
		{"numbers that are none", `"resources_max":{"ncpus":-5,"nodect":"many"},"resources_min":{"ncpus":1e99}`,
			[]string{"resources_max.ncpus = -5", "resources_max.nodect = many", "resources_min.ncpus = 1e99"}, pbs.Queue{}},
		{"walltime in seconds", `"resources_max":{"walltime":5400}`, []string{"resources_max.walltime = 5400"},
			pbs.Queue{MaxWalltime: new(int64(5400))}},
		{"walltime in minutes", `"resources_max":{"walltime":"90:00.5"}`, []string{"resources_max.walltime = 90:00.5"},
			pbs.Queue{MaxWalltime: new(int64(5400))}},
		{"walltime that is none", `"resources_max":{"walltime":"1:2:3:4"}`, []string{"resources_max.walltime = soon"}, pbs.Queue{}},
		{"limit of each user", `"max_run":"[u:PBS_GENERIC=2]"`, []string{"max_run = [u:PBS_GENERIC=2]"},
			pbs.Queue{MaxRunPerUser: new(2)}},
		{"limits in one value", `"max_run":"[o:PBS_ALL=10],[u:PBS_GENERIC=3],[u:user7=15]"`,
			[]string{"max_run = [o:PBS_ALL=10],[u:PBS_GENERIC=3],[u:user7=15]"}, pbs.Queue{MaxRunPerUser: new(3)}},
		{"limits in repeated names", `"max_run":"[o:PBS_ALL=10]","max_run":"[u:PBS_GENERIC=3]","max_run":"[u:user7=15]",`,
			[]string{"max_run = [o:PBS_ALL=10]", "max_run = [u:PBS_GENERIC=3]", "max_run = [u:user7=15]"},
			pbs.Queue{MaxRunPerUser: new(3)}},
		{"limits of others", `"max_run":"[p:PBS_GENERIC=10],[u:user7=15]"`, []string{"max_run = [p:PBS_GENERIC=10],[u:user7=15]"}, pbs.Queue{}},
		{"limit of old versions", `"max_user_run":7`, []string{"max_user_run = 7"}, pbs.Queue{MaxRunPerUser: new(7)}},
		{"access list off", `"acl_user_enable":"False"`, []string{"acl_user_enable = False"}, pbs.Queue{}},
		{"users listed", `"acl_user_enable":"True"`, []string{"acl_user_enable = True"}, pbs.Queue{Restricted: true}},
		{"groups listed", `"acl_group_enable":true`, []string{"acl_group_enable = True"}, pbs.Queue{Restricted: true}},
		{"hosts listed", `"acl_host_enable":"True"`, []string{"acl_host_enable = True"}, pbs.Queue{Restricted: true}},
		{"only through another queue", `"from_route_only":"True"`, []string{"from_route_only = True"}, pbs.Queue{Restricted: true}},
		{"route", `"queue_type":"Route","route_destinations":"standard_lg,standard_sm@other, x"`,
			[]string{"queue_type = Route", "route_destinations = standard_lg,standard_sm@other, x"},
			pbs.Queue{Route: true, Destinations: []string{"standard_lg", "standard_sm@other", "x"}}},
		{"negative count", `"state_count":"Transit:0 Queued:-1 Held:2 Waiting:x Running:1 Exiting:0 Moved:9"`,
			[]string{"state_count = Transit:0 Queued:-1 Held:2 Waiting:x Running:1 Ex", "\titing:0 Moved:9"},
			pbs.Queue{Jobs: pbs.JobCounts{Transit: new(0), Held: new(2), Running: new(1), Exiting: new(0)}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Name = "q"
			fromJSON, err := pbs.ParseQueues([]byte(`{"Queue":{"q":{` + tt.json + `}}}`))
			if err != nil {
				t.Fatal(err)
			}
			if want := []pbs.Queue{tt.want}; !reflect.DeepEqual(fromJSON, want) {
				t.Errorf("JSON: got %s\nwant %s", show(fromJSON), show(want))
			}
			text := "Queue: q\n"
			for _, line := range tt.text {
				if !strings.HasPrefix(line, "\t") {
					line = "    " + line
				}
				text += line + "\n"
			}
			fromText, err := pbs.ParseQueuesText([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if want := []pbs.Queue{tt.want}; !reflect.DeepEqual(fromText, want) {
				t.Errorf("text: got %s\nwant %s", show(fromText), show(want))
			}
		})
	}
}

func TestParseQueuesErrors(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", "read the PBS queues: no JSON object in an empty output"},
		{"no queue key", `{"pbs_version":"23.06.06"}`, "lists none"},
		{"no queues", `{"Queue":{}}`, "lists none"},
		{"not objects", `{"Queue":{"a":"b","":{}}}`, "lists none"},
		{"a list", `{"Queue":["a"]}`, "lists none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := pbs.ParseQueues([]byte(tt.in)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
	if _, err := pbs.ParseQueuesText([]byte("qstat: Unknown queue\n")); err == nil {
		t.Error("text without a queue gave no error")
	}
}

func TestParseQueuesRepeated(t *testing.T) {
	got, err := pbs.ParseQueues([]byte(`{"Queue":{"a":{"enabled":"True"},"a\u0007":{}}}`))
	if err != nil || len(got) != 1 || got[0].Enabled == nil {
		t.Errorf("JSON: got %s, %v; want the queue once", show(got), err)
	}
	got, err = pbs.ParseQueuesText([]byte("banner = x\nQueue: a\nsome text = here\n    enabled = True\n\nQueue: a\n\tloose\n"))
	if err != nil || len(got) != 1 || got[0].Enabled == nil {
		t.Errorf("text: got %s, %v; want the queue once", show(got), err)
	}
}

func TestParseQueuesRecorded(t *testing.T) {
	got, err := pbs.ParseQueues(recorded.File(t, "pbs/firecrest_ssh_qstat_partitions_command.stdout"))
	if err != nil {
		t.Fatal(err)
	}
	want := []pbs.Queue{{Name: "workq", Enabled: new(true), Started: new(true),
		Jobs: counts(0, 0, 0, 0, 0, 0, 0), CoresAssigned: new(0)}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %s\nwant %s", show(got), show(want))
	}
	got, err = pbs.ParseQueuesText(recorded.File(t, "pbs/polaris_qstat_Qf_grep_2026.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) < 4 || got[0].Name != "debug" || *got[0].MaxNodes != 2 || *got[0].MaxWalltime != 3600 ||
		*got[0].MaxRunPerUser != 1 || got[0].Enabled != nil || got[0].Jobs.Running != nil {
		t.Errorf("got %s", show(got))
	}
}

func TestJobCounts(t *testing.T) {
	c := counts(1, 2, 4, 8, 16, 32, 64)
	if *c.Active() != 48 || *c.Pending() != 11 || *c.Eligible() != 3 {
		t.Errorf("active %d, pending %d, eligible %d", *c.Active(), *c.Pending(), *c.Eligible())
	}
	c.Waiting = nil
	if c.Pending() != nil || *c.Eligible() != 3 {
		t.Error("an unknown part makes a known sum, or the reverse")
	}
}

func TestParseServer(t *testing.T) {
	got, err := pbs.ParseServer(lab(t, "qstat-Bf.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := pbs.Server{Name: "vm", State: "Active", Version: "23.06.06", DefaultQueue: "standard",
		QueryOtherJobs: new(true), Scheduling: new(true)}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %s\nwant %s", show(got), show(want))
	}

	got, err = pbs.ParseServer([]byte(`{"pbs_version":"2026.0.0","Server":{"s":{"query_other_jobs":false,"scheduling":"False"}}}`))
	want = pbs.Server{Name: "s", Version: "2026.0.0", QueryOtherJobs: new(false), Scheduling: new(false)}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %s, %v\nwant %s", show(got), err, show(want))
	}

	for _, in := range []string{"", `{"Server":{}}`, `{"Queue":{"a":{}}}`} {
		if _, err := pbs.ParseServer([]byte(in)); err == nil {
			t.Errorf("ParseServer(%q) gave no error", in)
		}
	}
}

// checkCounts holds that no count is negative and every sum the sum of its parts.
func checkCounts(q pbs.Queue) error {
	if !utf8.ValidString(q.Name) || q.Name == "" {
		return fmt.Errorf("bad name %q", q.Name)
	}
	for _, n := range []*int{q.Jobs.Transit, q.Jobs.Queued, q.Jobs.Held, q.Jobs.Waiting, q.Jobs.Running, q.Jobs.Exiting,
		q.Jobs.Begun, q.MinCores, q.MaxCores, q.MaxNodes, q.MaxRunPerUser, q.CoresAssigned} {
		if n != nil && *n < 0 {
			return fmt.Errorf("negative count %d", *n)
		}
	}
	if q.MaxWalltime != nil && *q.MaxWalltime < 0 {
		return fmt.Errorf("negative walltime %d", *q.MaxWalltime)
	}
	if n := q.Jobs.Pending(); n != nil && *n != *q.Jobs.Queued+*q.Jobs.Waiting+*q.Jobs.Transit {
		return fmt.Errorf("%d pending jobs are not the sum of their parts", *n)
	}
	return nil
}

func FuzzParseQueues(f *testing.F) {
	f.Add(lab(f, "qstat-Qf.json"))
	f.Add([]byte(`{"Queue":{"q":{"max_run":"[u:PBS_GENERIC=3]","state_count":"Queued:-1 Running:99999999999999999999 "}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		queues, err := pbs.ParseQueues(text)
		if (err == nil) != (len(queues) > 0) {
			t.Fatalf("%d queues with error %v", len(queues), err)
		}
		for _, q := range queues {
			if err := checkCounts(q); err != nil {
				t.Error(err)
			}
		}
	})
}

func FuzzParseQueuesText(f *testing.F) {
	f.Add(lab(f, "qstat-Qf.txt"))
	f.Add([]byte("Queue: q\n    state_count = Queued:1\n\t0 Running:-1\n    resources_max.walltime = 99:99:99\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		queues, err := pbs.ParseQueuesText(text)
		if (err == nil) != (len(queues) > 0) {
			t.Fatalf("%d queues with error %v", len(queues), err)
		}
		for _, q := range queues {
			if err := checkCounts(q); err != nil {
				t.Error(err)
			}
		}
	})
}
