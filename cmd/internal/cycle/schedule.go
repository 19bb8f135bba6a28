package cycle

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"hpcstatus/cmd/internal/history"
)

// jitter is the largest part of an interval that is added at random, so that monitors
// started together do not ask together.
const jitter = 0.05

// Serve runs a cycle at once and then one each interval, and renders when asked to, until
// ctx ends. Interval is asked anew before each wait, so that a reloaded one counts.
// Rendering does not wait for a collection under way. Serve returns when all has ended.
func (c *Cycle) Serve(ctx context.Context, interval func() time.Duration) {
	var wait sync.WaitGroup
	wait.Go(func() { c.renderOnDemand(ctx) })
	c.Redraw() // what was known before is shown while the first cycle runs
	for ctx.Err() == nil {
		c.runOnce(ctx)
		pause := interval()
		timer := time.NewTimer(pause + time.Duration(rand.Float64()*jitter*float64(pause)))
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-c.trigger:
		}
		timer.Stop()
	}
	wait.Wait()
}

func (c *Cycle) runOnce(ctx context.Context) {
	c.begin()
	defer c.end()
	err := c.Run(ctx)
	if err == nil || ctx.Err() != nil {
		return
	}
	c.opts.Logger.Error("the cycle failed; what was published before stays", "err", err)
	if errors.Is(err, history.ErrLocked) {
		c.setProblem(stateProblem, err)
	}
	// What is known goes out again: it may have expired, or another process knows more.
	if err := errors.Join(c.loadSnapshot(), c.Render()); err != nil {
		c.opts.Logger.Error("rendering failed as well", "err", err)
	}
}

// begin notes that a cycle runs, which is also the one that a refresh asked for.
func (c *Cycle) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running, c.requested = true, false
	select {
	case <-c.trigger:
	default:
	}
}

func (c *Cycle) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = false
}

// Refresh starts a cycle, or joins the one that is running, and returns at once.
func (c *Cycle) Refresh() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running || c.requested {
		return nil
	}
	c.requested = true
	c.trigger <- struct{}{} // never blocks: it is empty unless one is requested
	return nil
}

// Redraw asks for a rendering of the last snapshot and returns at once.
func (c *Cycle) Redraw() {
	select {
	case c.redraw <- struct{}{}:
	default: // one is about to start and will see the change
	}
}

func (c *Cycle) renderOnDemand(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.redraw:
			if err := c.Render(); err != nil {
				c.opts.Logger.Error("rendering failed; what was published before stays", "err", err)
			}
		}
	}
}
