package collectors

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hpcstatus/collectors/fleet"
)

// fake is a collector whose behaviour a test writes down.
type fake struct {
	name    string
	collect func(ctx context.Context, req Request) (fleet.Batch, error)
}

var _ Collector = fake{}

func (f fake) Name() string { return f.name }
func (f fake) Collect(ctx context.Context, req Request) (fleet.Batch, error) {
	return f.collect(ctx, req)
}

func upBatch(req Request, name string) fleet.Batch {
	return fleet.Batch{Systems: []fleet.System{{Name: name, Reported: &fleet.Fact{
		Status: fleet.Up, Source: name, ObservedAt: req.Now, ValidUntil: req.Now.Add(req.ValidFor)}}}}
}

func TestGatherOneFailureNeverFailsTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good := fake{"good", func(_ context.Context, req Request) (fleet.Batch, error) { return upBatch(req, "a"), nil }}
		jobs := []Job{
			{Collector: good, Timeout: time.Second},
			{Collector: fake{"fails", func(context.Context, Request) (fleet.Batch, error) { return fleet.Batch{}, errors.New("no route") }}},
			{Collector: fake{"panics", func(context.Context, Request) (fleet.Batch, error) { panic("boom") }}},
			{Collector: fake{"obeys", func(ctx context.Context, _ Request) (fleet.Batch, error) {
				<-ctx.Done()
				return fleet.Batch{}, context.Cause(ctx)
			}}, Timeout: 10 * time.Second},
			{Collector: fake{"hangs", func(context.Context, Request) (fleet.Batch, error) {
				time.Sleep(time.Hour)
				return fleet.Batch{}, nil
			}}, Timeout: 20 * time.Second},
		}
		began := time.Now()
		s := Gather(t.Context(), jobs, Options{Now: time.Now, ValidFor: time.Minute})
		if took := time.Since(began); took != 20*time.Second+graceAfterDeadline {
			t.Errorf("took %s, want the longest deadline and its grace", took)
		}
		for i, want := range []struct {
			status fleet.RunStatus
			err    string
		}{
			{fleet.RunOK, ""}, {fleet.RunError, "no route"}, {fleet.RunError, "boom"},
			{fleet.RunError, "deadline exceeded"}, {fleet.RunError, "did not stop after its deadline"},
		} {
			run := s.Sources[i].Run
			if run.Status != want.status || !strings.Contains(run.Error, want.err) || (want.err == "") != (run.Error == "") {
				t.Errorf("%s: status %s, error %q; want %s, %q", run.Name, run.Status, run.Error, want.status, want.err)
			}
		}
		if len(s.Sources[0].Batch.Systems) != 1 || s.Sources[0].Run.SucceededAt.IsZero() {
			t.Error("the good collector's data is missing")
		}
		time.Sleep(time.Hour) // the one that hangs ends inside the bubble
	})
}

func TestGatherIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var jobs []Job
		for range 6 {
			jobs = append(jobs, Job{Collector: fake{"slow", func(context.Context, Request) (fleet.Batch, error) {
				time.Sleep(time.Second)
				return fleet.Batch{}, nil
			}}})
		}
		began := time.Now()
		Gather(t.Context(), jobs, Options{Now: time.Now, Concurrency: 2})
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("six jobs of a second, two at once, took %s", took)
		}
	})
}

func TestGatherKeepsLastGoodSystems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := false
		page := fake{"page", func(_ context.Context, req Request) (fleet.Batch, error) {
			if broken {
				return fleet.Batch{}, errors.New("503 Service Unavailable")
			}
			return upBatch(req, "page"), nil
		}}
		opts := Options{Now: time.Now, ValidFor: time.Minute}
		first := Gather(t.Context(), []Job{{Collector: page}}, opts)
		broken, opts.Previous = true, first
		time.Sleep(30 * time.Second)
		second := Gather(t.Context(), []Job{{Collector: page}}, opts)

		run := second.Sources[0].Run
		if run.Status != fleet.RunStale || !run.SucceededAt.Equal(first.Sources[0].Run.StartedAt) {
			t.Errorf("run is %+v", run)
		}
		fact := second.Sources[0].Batch.Systems[0].Reported
		if !fact.Stale || !fact.ObservedAt.Equal(first.Sources[0].Run.StartedAt) || fact.Status != fleet.Up {
			t.Errorf("kept fact is %+v", fact)
		}
		if first.Sources[0].Batch.Systems[0].Reported.Stale {
			t.Error("Gather wrote into the previous snapshot")
		}
	})
}

func TestGatherCarriesClustersAndParts(t *testing.T) {
	then := time.Date(2026, 1, 22, 10, 0, 0, 0, time.UTC)
	now := then.Add(time.Hour)
	good := fleet.Cluster{
		Slug: "fish", Status: fleet.Connected, ObservedAt: then,
		Usage: fleet.Part{ObservedAt: then}, Queues: []fleet.Queue{{Name: "standard"}},
		Accounts: fleet.Part{ObservedAt: then}, Allocations: []fleet.Allocation{{Project: "p"}},
	}
	previous := fleet.Snapshot{Sources: []fleet.Source{{Run: fleet.Run{Name: "pw", SucceededAt: then}, Batch: fleet.Batch{
		Clusters: []fleet.Cluster{good}, Targets: []fleet.Target{{Slug: "fish", SucceededAt: then}}}}}}
	for _, c := range []struct {
		name   string
		batch  fleet.Batch
		run    fleet.RunStatus
		status fleet.ClusterStatus
		errIn  string
		queues int
	}{
		{"answers", fleet.Batch{
			Clusters: []fleet.Cluster{{Slug: "fish", Status: fleet.Connected, ObservedAt: now, Usage: fleet.Part{ObservedAt: now}}},
			Targets:  []fleet.Target{{Name: "fish", Slug: "fish"}},
		}, fleet.RunOK, fleet.Connected, "", 0},
		{"does not answer", fleet.Batch{
			Clusters: []fleet.Cluster{{Slug: "fish", Status: fleet.Unreachable, Error: "timed out after 60s"}},
			Targets:  []fleet.Target{{Name: "fish", Slug: "fish", Error: "timed out after 60s"}},
		}, fleet.RunStale, fleet.Stale, "1 of 1 clusters failed: fish: timed out after 60s", 1},
		{"answers without its queues", fleet.Batch{
			Clusters: []fleet.Cluster{{Slug: "fish", Status: fleet.Connected, ObservedAt: now, SchedulerSilent: true, Usage: fleet.Part{Error: "connect failure"}}},
			Targets:  []fleet.Target{{Name: "fish", Slug: "fish"}},
		}, fleet.RunOK, fleet.Connected, "", 1},
		{"never answered", fleet.Batch{
			Clusters: []fleet.Cluster{{Slug: "new", Status: fleet.Unreachable, Error: "refused"}},
			Targets:  []fleet.Target{{Name: "new", Slug: "new", Error: "refused"}},
		}, fleet.RunError, fleet.Unreachable, "new: refused", 0},
	} {
		job := Job{Collector: fake{"pw", func(context.Context, Request) (fleet.Batch, error) { return c.batch, nil }}}
		s := Gather(t.Context(), []Job{job}, Options{Now: func() time.Time { return now }, Previous: previous})
		got := s.Sources[0]
		cluster := got.Batch.Clusters[0]
		if got.Run.Status != c.run || cluster.Status != c.status || len(cluster.Queues) != c.queues || !strings.Contains(got.Run.Error, c.errIn) {
			t.Errorf("%s: run %s %q, cluster %s with %d queues", c.name, got.Run.Status, got.Run.Error, cluster.Status, len(cluster.Queues))
		}
		if c.queues == 1 && (!cluster.Usage.ObservedAt.Equal(then) && cluster.Status != fleet.Stale) {
			t.Errorf("%s: carried queues claim to be of %s", c.name, cluster.Usage.ObservedAt)
		}
		if cluster.Slug == "fish" && len(cluster.Allocations) != 1 {
			t.Errorf("%s: allocations were lost", c.name)
		}
	}
}

func TestSummarizeNamesAFewAndCountsTheRest(t *testing.T) {
	var problems []error
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		problems = append(problems, errors.New(name+": x"))
	}
	if got, want := summarize(problems, 9), "5 of 9 clusters failed: a: x; b: x; c: x; and 2 more"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
