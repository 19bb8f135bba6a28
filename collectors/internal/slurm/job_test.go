package slurm

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lab is a recording of a real Slurm 22.05.
func lab(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestParseJobsOfTheLab(t *testing.T) {
	jobs, err := ParseJobs(lab(t, "squeue.txt"))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[Phase]int{}
	het := 0
	for _, j := range jobs {
		counts[j.Phase]++
		if j.Het == 13 {
			het++
		}
	}
	// 18 elements of a throttled array, one job with a begin time and one with a dependency are blocked.
	want := map[Phase]int{Running: 5, Eligible: 4, Blocked: 20, Held: 9}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("phases (-want +got):\n%s", diff)
	}
	if het != 2 {
		t.Errorf("%d components of the heterogeneous job 13, want 2", het)
	}
}

func TestParseJob(t *testing.T) {
	for line, want := range map[string]Job{
		"4|debug|normal|RUNNING|1|16|1|None":                         {Partitions: "debug", QOS: "normal", Phase: Running, Nodes: 1, Cores: 16},
		"4|debug|normal|COMPLETING|1|16|1|None":                      {Partitions: "debug", QOS: "normal", Phase: Running, Nodes: 1, Cores: 16},
		"4|debug|normal|SUSPENDED|1|16|1|None":                       {Partitions: "debug", QOS: "normal", Phase: Running, Nodes: 1, Cores: 16},
		"4|debug|normal|CONFIGURING|2K|4M|1|None":                    {Partitions: "debug", QOS: "normal", Phase: Running, Nodes: 2048, Cores: 4 << 20},
		"4|debug|normal|COMPLETED|1|16|1|None":                       {Partitions: "debug", QOS: "normal", Nodes: 1, Cores: 16},
		"4|debug|normal|FAILED|1|16|1|NonZeroExitCode":               {Partitions: "debug", QOS: "normal", Nodes: 1, Cores: 16},
		"4|debug|normal|REVOKED|1|16|1|None":                         {Partitions: "debug", QOS: "normal", Nodes: 1, Cores: 16},
		"6|a,b|normal|PENDING|4|300|7|Resources":                     {Partitions: "a,b", QOS: "normal", Phase: Eligible, Reason: "Resources", Nodes: 4, Cores: 300},
		"5_3|a|normal|PENDING|1|8|1|JobArrayTaskLimit":               {Partitions: "a", QOS: "normal", Phase: Blocked, Reason: "JobArrayTaskLimit", Nodes: 1, Cores: 8},
		"9|a|normal|PENDING|1|4|0|JobHeldUser":                       {Partitions: "a", QOS: "normal", Phase: Held, Reason: "JobHeldUser", Nodes: 1, Cores: 4},
		"9|a|normal|PENDING|1|4|0|Dependency":                        {Partitions: "a", QOS: "normal", Phase: Held, Reason: "Dependency", Nodes: 1, Cores: 4},
		"9|a|normal|PENDING|1|4|4294901757|Priority":                 {Partitions: "a", QOS: "normal", Phase: Eligible, Reason: "Priority", Nodes: 1, Cores: 4},
		"9|a|normal|REQUEUE_HOLD|1|4|0|JobHeldUser":                  {Partitions: "a", QOS: "normal", Phase: Held, Reason: "JobHeldUser", Nodes: 1, Cores: 4},
		"12+1|a|normal|PENDING|1|4|1|Resources":                      {Het: 12, Partitions: "a", QOS: "normal", Phase: Eligible, Reason: "Resources", Nodes: 1, Cores: 4},
		"9|a|(null)|PENDING|1|4|1|":                                  {Partitions: "a", QOS: "(null)", Phase: Eligible, Reason: "None", Nodes: 1, Cores: 4},
		"9|a|q|PENDING|1|4|1|a | b|c":                                {Partitions: "a", QOS: "q", Phase: Eligible, Reason: "a | b|c", Nodes: 1, Cores: 4},
		"9|a|q|PENDING|1|4|1|ReqNodeNotAvail, UnavailableNodes:n1,2": {Partitions: "a", QOS: "q", Phase: Eligible, Reason: "ReqNodeNotAvail", Nodes: 1, Cores: 4},
		"9|a|q|PENDING|1|4|1|burst_buffer/lua: /p/home/bob: no":      {Partitions: "a", QOS: "q", Phase: Eligible, Reason: "burst_buffer/lua", Nodes: 1, Cores: 4},
		"9|a|q|DREAMING|1|4|1|None":                                  {Partitions: "a", QOS: "q", Phase: Unknown, Reason: "DREAMING", Nodes: 1, Cores: 4},
	} {
		jobs, err := ParseJobs([]byte("CLUSTER: dawn\n\n" + line + "\r\n"))
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if diff := cmp.Diff([]Job{want}, jobs); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
	}
}

func TestParseJobsErrors(t *testing.T) {
	good := "4|debug|normal|RUNNING|1|16|1|None\n"
	for line, want := range map[string]string{
		"4 debug cfd bob R 0:04 1 n1":            "read line 2 of squeue: 1 columns instead of 8",
		"4|debug|normal|RUNNING|1|16|None":       "7 columns instead of 8",
		"4|debug|normal|RUNNING|one|16|1|None":   "no partition, or nodes and CPUs that are no numbers",
		"4||normal|RUNNING|1|16|1|None":          "no partition",
		"4|debug|normal|RUNNING|1|9999999E|1|No": "no numbers",
		strings.Repeat("x", 10<<20):              "…",
	} {
		_, err := ParseJobs([]byte(good + line + "\n"))
		if err == nil || !strings.Contains(err.Error(), want) || len(err.Error()) > 300 {
			t.Errorf("%.50s: error %v, want %q", line, err, want)
		}
	}
}

// The reasons of job_reason_codes.html and what each means for a waiting job.
func TestWaits(t *testing.T) {
	for phase, reasons := range map[Phase][]string{
		Held: {"JobHeldUser", "JobHeldAdmin", "JobHoldMaxRequeue", "launch_failed_requeued_held", "job requeued in held state"},
		Blocked: {
			"Dependency", "DependencyNeverSatisfied", "BeginTime", "JobArrayTaskLimit", "DeadLine", "Reservation",
			"AssocGrpCpuLimit", "AssocGrpCPUMinutesLimit", "AssocMaxJobsLimit", "AssociationJobLimit", "AssociationTimeLimit",
			"QOSMaxCpuPerUserLimit", "QOSGrpNodeLimit", "QOSJobLimit", "QOSUsageThreshold", "QOSNotAllowed", "QOSMinGRES",
			"MaxCpuPerAccount", "MaxGRESPerAccount", "InvalidAccount", "InvalidQOS", "AccountNotAllowed", "BadConstraints",
			"PartitionTimeLimit", "PartitionNodeLimit", "MaxMemPerLimit",
		},
		Eligible: {
			"None", "Resources", "Priority", "Licenses", "ReqNodeNotAvail", "ReqNodeNotAvail, Reserved for maintenance",
			"NodeDown", "PartitionDown", "PartitionInactive", "SchedDefer", "Prolog", "Cleaning", "BurstBufferResources",
			"Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions",
		},
	} {
		for _, reason := range reasons {
			if got := newReason(reason); got.phase != phase || got.text != reason {
				t.Errorf("%s: phase %d as %q, want %d", reason, got.phase, got.text, phase)
			}
		}
	}
}

func FuzzParseJobs(f *testing.F) {
	f.Add(lab(f, "squeue.txt"))
	f.Add([]byte("12+0|a,b|q|PENDING|1K|2M|0|a|b c"))
	f.Fuzz(func(t *testing.T, body []byte) {
		jobs, err := ParseJobs(body)
		if err != nil {
			return
		}
		var again strings.Builder
		for i, j := range jobs {
			if j.Nodes < 0 || j.Cores < 0 || j.Het < 0 || j.Phase > Unknown || len(j.Reason) > max(maxReason, len(body)) {
				t.Fatalf("job %+v", j)
			}
			fmt.Fprintf(&again, "%d|%s|%s|RUNNING|%d|%d|1|None\n", i, j.Partitions, j.QOS, j.Nodes, j.Cores)
		}
		same, err := ParseJobs([]byte(again.String()))
		if err != nil || len(same) != len(jobs) {
			t.Fatalf("%d jobs, read again %d: %v", len(jobs), len(same), err)
		}
	})
}

// many is what squeue prints for so many jobs.
func many(jobs int) []byte {
	reasons := []string{"Priority", "Resources", "JobArrayTaskLimit", "Dependency", "ReqNodeNotAvail, UnavailableNodes:n[1-99]"}
	var b strings.Builder
	for i := range jobs {
		if i%3 == 0 {
			fmt.Fprintf(&b, "%d|standard|normal|RUNNING|%d|%d|%d|None\n", 1000000+i, 1+i%64, 128*(1+i%64), i)
		} else {
			fmt.Fprintf(&b, "%d_%d|part%d,standard|qos%d|PENDING|%d|%d|%d|%s\n", 1000000+i/100, i%100, i%20, i%5, 1+i%64, 128, i, reasons[i%5])
		}
	}
	return []byte(b.String())
}

func BenchmarkParseJobs(b *testing.B) {
	body := many(100_000)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseJobs(body); err != nil {
			b.Fatal(err)
		}
	}
}
