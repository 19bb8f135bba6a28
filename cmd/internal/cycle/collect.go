package cycle

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"hpcstatus/collectors"
	"hpcstatus/collectors/fleet"
)

// Run does one whole cycle: it collects, records, generates and publishes. Sources that
// fail are not an error: they are in the snapshot and in health. The error wraps
// history.ErrLocked when another process is collecting with the same state folder.
func (c *Cycle) Run(ctx context.Context) error {
	c.collecting.Lock()
	defer c.collecting.Unlock()
	// The lock is held to the end, so that no other process publishes what is newer meanwhile.
	lock, err := c.opts.Store.Lock()
	if err != nil {
		return err
	}
	defer func() { _ = lock.Unlock() }()
	if err := c.collect(ctx); err != nil {
		return err
	}
	return c.Render()
}

// collect reads all sources and records the new snapshot.
func (c *Cycle) collect(ctx context.Context) error {
	if err := c.loadSnapshot(); err != nil {
		return err
	}
	snapshot := c.gather(ctx, c.currentSetup())
	if ctx.Err() != nil {
		return fmt.Errorf("collect: %w", context.Cause(ctx))
	}
	c.mu.Lock()
	c.snapshot = snapshot
	c.mu.Unlock()
	c.logRuns(snapshot)
	// What was collected is shown even where it cannot be kept.
	err := c.opts.Store.Save(snapshot)
	c.setProblem(stateProblem, err)
	if err != nil {
		c.opts.Logger.Error("the snapshot was not kept", "err", err)
	}
	return nil
}

func (c *Cycle) gather(ctx context.Context, setup Setup) fleet.Snapshot {
	previous := c.Snapshot()
	if c.first() && setup.Before != nil {
		previous = setup.Before(ctx)
	}
	// Only the collection has a deadline: a cycle that used it up still publishes what it got.
	gathering, cancel := context.WithTimeout(ctx, setup.Timeout)
	defer cancel()
	snapshot := collectors.Gather(gathering, setup.Jobs, collectors.Options{
		Now: c.opts.Now, ValidFor: setup.ValidFor, Concurrency: setup.Concurrency,
		Previous: previous, Progress: c.opts.Progress,
	})
	snapshot.Demo = setup.Site.Demo
	return snapshot
}

// first reports, once, that this process has not gathered yet.
func (c *Cycle) first() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.gathered
	c.gathered = true
	if was {
		delete(c.problems, damageProblem)
	}
	return !was
}

// logRuns says how each source went: a line each.
func (c *Cycle) logRuns(s fleet.Snapshot) {
	for _, source := range s.Sources {
		log := c.opts.Logger.With("collector", source.Run.Name, "status", string(source.Run.Status),
			"systems", len(source.Batch.Systems), "clusters", len(source.Batch.Clusters),
			"took", source.Run.Duration.Round(time.Millisecond).String())
		if source.Run.Error != "" {
			log.Warn("collected with errors", slog.String("err", source.Run.Error))
			continue
		}
		log.Info("collected")
	}
}

// Failures are the errors of the sources in the last snapshot and those of keeping it,
// joined; nil when there were none.
func (c *Cycle) Failures() error {
	var errs []error
	for _, message := range c.problemsBut("") {
		errs = append(errs, errors.New(message))
	}
	for _, source := range c.Snapshot().Sources {
		if source.Run.Error != "" {
			errs = append(errs, fmt.Errorf("%s: %s", source.Run.Name, source.Run.Error))
		}
	}
	return errors.Join(errs...)
}

// Peek reads all sources and returns the snapshot without keeping or publishing it.
func (c *Cycle) Peek(ctx context.Context) (fleet.Snapshot, error) {
	c.collecting.Lock()
	defer c.collecting.Unlock()
	lock, err := c.opts.Store.Lock()
	if err != nil {
		return fleet.Snapshot{}, err
	}
	defer func() { _ = lock.Unlock() }()
	snapshot := c.gather(ctx, c.currentSetup())
	if ctx.Err() != nil {
		return fleet.Snapshot{}, fmt.Errorf("collect: %w", context.Cause(ctx))
	}
	return snapshot, nil
}

// Use makes the snapshot the one to render, without keeping it.
func (c *Cycle) Use(snapshot fleet.Snapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.snapshot = snapshot
}
