package collectors

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"hpcstatus/collectors/fleet"
)

// Job is a collector with the deadline of one run of it.
type Job struct {
	Collector Collector
	// Timeout bounds the whole run; zero means that only the cycle's own deadline does.
	Timeout time.Duration
}

// Options of one cycle.
type Options struct {
	// Now is the clock.
	Now func() time.Time
	// ValidFor is how long the data of this cycle stays good.
	ValidFor time.Duration
	// Concurrency bounds how many collectors run at once; zero is all of them.
	Concurrency int
	// Previous is the snapshot of the last cycle, whose good data is kept where a source fails.
	Previous fleet.Snapshot
	// Progress, when not nil, is told as each collector advances; it may be called concurrently.
	Progress func(collector string, done, total int, what string)
}

// Gather runs all jobs at once and returns the new snapshot, its sources in the order of the
// jobs. It always returns: a collector that fails, panics or ignores its deadline leaves its
// last good data, marked stale, and an error in its run.
func Gather(ctx context.Context, jobs []Job, opts Options) fleet.Snapshot {
	began := opts.Now()
	sources := make([]fleet.Source, len(jobs))
	slots := make(chan struct{}, slotsFor(opts.Concurrency, len(jobs)))
	var wait sync.WaitGroup
	for i, job := range jobs {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			sources[i] = runOne(ctx, job, began, opts)
		})
	}
	wait.Wait()
	return fleet.Snapshot{Schema: fleet.SchemaVersion, TakenAt: opts.Now(), Sources: sources}
}

// slotsFor is how many of the jobs may run at once.
func slotsFor(concurrency, jobs int) int {
	if concurrency > 0 {
		return concurrency
	}
	return max(1, jobs)
}

// runOne runs one collector under its deadline and lays its outcome over what was known.
func runOne(ctx context.Context, job Job, began time.Time, opts Options) fleet.Source {
	name := job.Collector.Name()
	var previous fleet.Source
	if p := opts.Previous.Source(name); p != nil {
		previous = *p
	}
	req := Request{Now: began, ValidFor: opts.ValidFor, Previous: previous.Batch}
	if opts.Progress != nil {
		req.Progress = func(done, total int, what string) { opts.Progress(name, done, total, what) }
	}
	if job.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, job.Timeout)
		defer cancel()
	}
	started := opts.Now()
	batch, err := collect(ctx, job.Collector, req)
	run := fleet.Run{Name: name, StartedAt: started, SucceededAt: previous.Run.SucceededAt, Duration: opts.Now().Sub(started)}
	if err != nil {
		return failed(previous, run, err)
	}
	return succeeded(previous, run, batch)
}

// graceAfterDeadline is how long a collector may take to return once its context has
// ended: it has processes to kill and output to drop.
const graceAfterDeadline = 5 * time.Second

// collect calls the collector, turns a panic into an error, and gives up on one that
// does not return after its deadline.
func collect(ctx context.Context, c Collector, req Request) (fleet.Batch, error) {
	type outcome struct {
		batch fleet.Batch
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		var out outcome
		defer func() {
			if r := recover(); r != nil {
				out = outcome{err: fmt.Errorf("collector %s failed inside: %v\n%s", c.Name(), r, debug.Stack())}
			}
			done <- out
		}()
		out.batch, out.err = c.Collect(ctx, req)
	}()
	select {
	case out := <-done:
		return out.batch, out.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(graceAfterDeadline)
	defer timer.Stop()
	select {
	case out := <-done:
		return out.batch, out.err
	case <-timer.C:
		return fleet.Batch{}, fmt.Errorf("collector %s did not stop after its deadline: %w", c.Name(), context.Cause(ctx))
	}
}

// failed keeps the last good data of a source that gave nothing this time.
func failed(previous fleet.Source, run fleet.Run, err error) fleet.Source {
	run.Error = err.Error()
	run.Status = fleet.RunError
	kept := markStale(previous.Batch, run.Error)
	if len(kept.Systems) > 0 || hasData(kept.Clusters) {
		run.Status = fleet.RunStale
	}
	return fleet.Source{Run: run, Batch: kept}
}

func hasData(clusters []fleet.Cluster) bool {
	for _, c := range clusters {
		if !c.ObservedAt.IsZero() {
			return true
		}
	}
	return false
}

// markStale is the batch with everything in it marked as the source's last good word.
func markStale(b fleet.Batch, why string) fleet.Batch {
	var out fleet.Batch
	for _, sys := range b.Systems {
		sys.Reported, sys.Observed = staleFact(sys.Reported), staleFact(sys.Observed)
		out.Systems = append(out.Systems, sys)
	}
	for _, c := range b.Clusters {
		c.Error = why
		if c.Status == fleet.Connected {
			c.Status = fleet.Stale
		}
		out.Clusters = append(out.Clusters, c)
	}
	for _, t := range b.Targets {
		if !t.NeedsLogin {
			t.Error = "not asked: " + why
		}
		out.Targets = append(out.Targets, t)
	}
	return out
}

func staleFact(f *fleet.Fact) *fleet.Fact {
	if f == nil {
		return nil
	}
	stale := *f
	stale.Stale = true
	return &stale
}

// succeeded lays a fresh batch over the previous one: a cluster or a part of one that
// failed this time keeps its last good data.
func succeeded(previous fleet.Source, run fleet.Run, batch fleet.Batch) fleet.Source {
	for i := range batch.Clusters {
		if old := previous.Batch.Cluster(batch.Clusters[i].Slug); old != nil {
			batch.Clusters[i] = carry(*old, batch.Clusters[i])
		}
	}
	run.Status = fleet.RunOK
	answered := len(batch.Targets) == 0
	var problems []error
	for i := range batch.Targets {
		t := &batch.Targets[i]
		if t.Error == "" {
			answered = true
			continue
		}
		if old := previous.Batch.Target(t.Slug); old != nil && t.SucceededAt.IsZero() {
			t.SucceededAt = old.SucceededAt
		}
		problems = append(problems, fmt.Errorf("%s: %s", t.Name, t.Error))
		if c := batch.Cluster(t.Slug); c == nil || c.ObservedAt.IsZero() {
			run.Status = fleet.RunError
		} else if run.Status == fleet.RunOK {
			run.Status = fleet.RunStale
		}
	}
	if answered {
		run.SucceededAt = run.StartedAt
	}
	run.Error = summarize(problems, len(batch.Targets))
	return fleet.Source{Run: run, Batch: batch}
}

// carry keeps what was known of a cluster where this cycle's attempt, or a part of it, failed.
func carry(old, fresh fleet.Cluster) fleet.Cluster {
	if fresh.Status == fleet.Off { // what it last ran is no longer there
		return fresh
	}
	if fresh.Status == fleet.Unreachable && !old.ObservedAt.IsZero() {
		old.Status, old.Error = fleet.Stale, fresh.Error
		return old
	}
	if !fresh.Usage.Measured() && old.Usage.Measured() {
		fresh.Queues, fresh.Totals, fresh.Nodes = old.Queues, old.Totals, old.Nodes
		fresh.Reservations, fresh.Visibility = old.Reservations, old.Visibility
		fresh.Usage = carryPart(old.Usage, fresh.Usage)
		if fresh.Scheduler == "" {
			fresh.Scheduler, fresh.SchedulerVersion = old.Scheduler, old.SchedulerVersion
		}
	}
	if !fresh.Accounts.Measured() && old.Accounts.Measured() {
		fresh.Allocations, fresh.Accounts = old.Allocations, carryPart(old.Accounts, fresh.Accounts)
	}
	if !fresh.Disks.Measured() && old.Disks.Measured() {
		fresh.Storage, fresh.Disks = old.Storage, carryPart(old.Disks, fresh.Disks)
	}
	return fresh
}

// carryPart is the provenance of old data beside the outcome of a fresh attempt.
func carryPart(old, fresh fleet.Part) fleet.Part {
	old.Error, old.AskedAt = fresh.Error, fresh.AskedAt
	return old
}

// mostNamed is how many failed clusters an error names before it only counts them.
const mostNamed = 3

// summarize says in one line which of the targets failed and why; empty when none did.
func summarize(problems []error, targets int) string {
	if len(problems) == 0 {
		return ""
	}
	named := problems[:min(mostNamed, len(problems))]
	text := fmt.Sprintf("%d of %d clusters failed: ", len(problems), targets)
	for i, err := range named {
		if i > 0 {
			text += "; "
		}
		text += err.Error()
	}
	if more := len(problems) - len(named); more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}
