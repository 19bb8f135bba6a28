// Package collectors runs the sources of a fleet: all at once, bounded, each under
// its own deadline, so that one that fails never fails the others and its last good
// data stays, marked stale.
package collectors

import (
	"context"
	"time"

	"hpcstatus/collectors/fleet"
)

// Collector reads one source. Implementations are safe to call again after any error.
type Collector interface {
	// Name is the collector's name in health, such as "hpcmp_fleet"; it never changes.
	Name() string
	// Collect reads the source once. An error means that nothing was obtained; when
	// only some clusters failed, the batch says so in its Targets and the error is nil.
	// It returns soon after ctx ends, with context.Cause in the error.
	Collect(ctx context.Context, req Request) (fleet.Batch, error)
}

// Request is what a collector is told of the cycle.
type Request struct {
	// Now is when the cycle began; all data of the cycle carries it.
	Now time.Time
	// ValidFor is how long data of this cycle stays good.
	ValidFor time.Duration
	// Previous is the collector's last good batch; empty on the first run.
	Previous fleet.Batch
	// Progress, when not nil, is told of each part done, for people who watch.
	Progress func(done, total int, what string)
}
