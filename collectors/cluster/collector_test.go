package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/run"
)

// slow is a runner that takes a second and counts how many run at once.
type slow struct{ now, most *atomic.Int32 }

func (s slow) Run(context.Context, string) (run.Output, error) {
	s.most.Store(max(s.most.Load(), s.now.Add(1)))
	time.Sleep(time.Second) // of synctest's clock
	s.now.Add(-1)
	return run.Output{}, nil
}

func (s slow) Credential() string { return "" }

func TestProbeAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		var targets []Target
		for i := range 10 {
			name := fmt.Sprint("c", i)
			targets = append(targets, Target{Name: name, Slug: name, Runner: slow{&now, &most}})
		}
		var steps []int
		req := request(noon)
		req.Progress = func(done, total int, _ string) {
			if total != 10 {
				t.Errorf("%d in all", total)
			}
			steps = append(steps, done)
		}
		began := time.Now()
		batch := ProbeAll(t.Context(), targets, req, "test", 4)
		if took := time.Since(began); took != 3*time.Second || most.Load() != 4 {
			t.Errorf("took %v with at most %d at once", took, most.Load())
		}
		if !slices.Equal(steps, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}) {
			t.Errorf("progress %v", steps)
		}
		for i, c := range batch.Clusters {
			if c.Slug != targets[i].Slug || batch.Targets[i].Slug != c.Slug || c.Source != "test" {
				t.Errorf("%d is %s from %s", i, c.Slug, c.Source)
			}
		}
	})
}

func TestCollector(t *testing.T) {
	c := New([]Target{{Name: "Fish", Slug: "fish", Runner: run.Replay{Stdout: recording(t, "slurm-22.05")}}}, 0)
	batch, err := c.Collect(t.Context(), request(noon))
	if err != nil || c.Name() != "cluster" || len(batch.Clusters) != 1 {
		t.Fatalf("%v %s", err, pretty(batch))
	}
	if got := batch.Clusters[0]; got.Status != fleet.Connected || got.Source != "cluster" {
		t.Errorf("%s", pretty(got))
	}
}

// large is a recording of 100,000 jobs on 10,000 nodes.
func large() []byte {
	var jobs, nodes strings.Builder
	for i := range 100_000 {
		if i%3 == 0 {
			fmt.Fprintf(&jobs, "%d|standard|normal|RUNNING|%d|%d|%d|None\n", i, 1+i%64, 128*(1+i%64), i)
		} else {
			fmt.Fprintf(&jobs, "%d_%d|part%d,standard|qos%d|PENDING|%d|128|%d|Priority\n", i/100, i%100, i%20, i%5, 1+i%64, i+1)
		}
	}
	for i := range 10_000 {
		fmt.Fprintf(&nodes, "NodeName=n%05d Arch=x86_64 CoresPerSocket=64  CPUAlloc=%d CPUEfctv=128 CPUTot=128 CPULoad=0.29 "+
			"AvailableFeatures=(null) ActiveFeatures=(null) Gres=gpu:a100:4(S:0-1) GresDrain=N/A GresUsed=gpu:a100:2(IDX:0-1) NodeAddr=n%05d "+
			"NodeHostName=n%05d Version=22.05.8 OS=Linux 6.1.0 #1 SMP PREEMPT_DYNAMIC RealMemory=500000 AllocMem=0 FreeMem=23523 Sockets=2 Boards=1 "+
			"State=MIXED ThreadsPerCore=1 TmpDisk=0 Weight=1 Owner=N/A MCS_label=N/A Partitions=standard,part%d  BootTime=2026-11-23T19:05:29 "+
			"LastBusyTime=2026-11-23T20:39:27 CfgTRES=cpu=128,mem=500000M,billing=128,gres/gpu=4 AllocTRES=cpu=16 CapWatts=n/a\n", i, i%128, i, i, i%20)
	}
	return []byte(marked(
		[4]string{SectionHost, "0", "name=login1.example.org\n", ""},
		[4]string{SectionSlurmConfig, "0", "SLURM_VERSION = 25.05.1\nPrivateData = none\n", ""},
		[4]string{SectionSlurmJobs, "0", jobs.String(), ""},
		[4]string{SectionSlurmParts, "0", "PartitionName=standard State=UP MaxTime=1-00:00:00\n", ""},
		[4]string{SectionSlurmNodes, "0", nodes.String(), ""},
		[4]string{SectionSlurmReserved, "0", "No reservations in the system\n", ""},
	))
}

// recorded is a runner that hands out its recording as it is.
type recorded []byte

func (r recorded) Run(context.Context, string) (run.Output, error) {
	return run.Output{Stdout: r}, nil
}

func (r recorded) Credential() string { return "" }

func BenchmarkProbe(b *testing.B) {
	for name, body := range map[string][]byte{"lab": recording(b, "slurm-22.05"), "100,000 jobs": large()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				c, _ := Probe(b.Context(), Target{Name: "Fish", Slug: "fish", Runner: recorded(body)}, request(noon), "bench")
				if c.Nodes == nil || c.Usage.Error != "" {
					b.Fatal(c.Usage.Error)
				}
			}
		})
	}
}

// TestLikeliestFirst: clusters that hang must not use up the time of the others.
func TestLikeliestFirst(t *testing.T) {
	targets := []Target{{Slug: "hangs"}, {Slug: "answers"}, {Slug: "new"}, {Slug: "refuses"}}
	previous := fleet.Batch{Targets: []fleet.Target{
		{Slug: "hangs", Error: "timed out after 60s"}, {Slug: "answers"}, {Slug: "refuses", Error: "refused"}}}
	if got := likeliestFirst(targets, previous); !slices.Equal(got, []int{1, 2, 0, 3}) {
		t.Errorf("order %v", got)
	}
}

// TestFailedReservationsStay: a maintenance under way must not look over because one question failed.
func TestFailedReservationsStay(t *testing.T) {
	maintenance := []fleet.Reservation{{Name: "pm", Maintenance: true, WholeMachine: true}}
	var got fleet.Cluster
	sections := slurmSections(nil).fails(SectionSlurmReserved, "Socket timed out")
	_, fatal := applySlurm(&got, sections, ByPartition, &fleet.Cluster{Reservations: maintenance})
	if fatal != nil || len(got.Reservations) != 1 || !got.Reservations[0].WholeMachine {
		t.Errorf("fatal %v, reservations %+v", fatal, got.Reservations)
	}
}
