package cluster

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"hpcstatus/collectors"
	"hpcstatus/collectors/fleet"
)

// Name is the collector's name in health and the source of its clusters.
const Name = "cluster"

// defaultConcurrency is how many clusters are asked at once where nobody says.
const defaultConcurrency = 32

// Collector asks the clusters that an operator configured, over ssh or on this machine.
type Collector struct {
	targets     []Target
	concurrency int
}

var _ collectors.Collector = (*Collector)(nil)

// New returns the collector of the targets, which asks so many of them at once; zero is 32.
func New(targets []Target, concurrency int) *Collector {
	return &Collector{targets: targets, concurrency: concurrency}
}

// Name is "cluster".
func (c *Collector) Name() string { return Name }

// Collect asks every target. It has no error of its own: what went wrong with a cluster is
// in the batch's targets.
func (c *Collector) Collect(ctx context.Context, req collectors.Request) (fleet.Batch, error) {
	return ProbeAll(ctx, c.targets, req, Name, c.concurrency), nil
}

// ProbeAll probes the targets, so many at once (zero is 32), and returns them in their
// order. It tells req.Progress of each, one after the other.
func ProbeAll(ctx context.Context, targets []Target, req collectors.Request, source string, concurrency int) fleet.Batch {
	if concurrency <= 0 {
		concurrency = defaultConcurrency
	}
	batch := fleet.Batch{
		Clusters: make([]fleet.Cluster, len(targets)),
		Targets:  make([]fleet.Target, len(targets)),
	}
	var group errgroup.Group
	group.SetLimit(concurrency)
	var mu sync.Mutex
	done := 0
	for _, i := range likeliestFirst(targets, req.Previous) {
		t := targets[i]
		group.Go(func() error {
			batch.Clusters[i], batch.Targets[i] = Probe(ctx, t, req, source)
			mu.Lock()
			defer mu.Unlock()
			done++
			if req.Progress != nil {
				req.Progress(done, len(targets), t.Name)
			}
			return nil
		})
	}
	_ = group.Wait() // no probe returns an error
	return batch
}

// likeliestFirst is the order in which to ask: those that answered last time first, so that
// many that hang cannot use up the time of the others in every cycle.
func likeliestFirst(targets []Target, previous fleet.Batch) []int {
	order := make([]int, len(targets))
	failed := make([]bool, len(targets))
	for i, t := range targets {
		order[i] = i
		last := previous.Target(t.Slug)
		failed[i] = last != nil && last.Error != ""
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case failed[a] == failed[b]:
			return 0
		case failed[b]:
			return -1
		}
		return 1
	})
	return order
}
