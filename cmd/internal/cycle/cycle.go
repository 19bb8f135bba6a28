// Package cycle turns the wheel: collect, record, generate, publish. A change of content,
// templates or configuration alone generates and publishes without collecting.
package cycle

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"hpcstatus/cmd/internal/history"
	"hpcstatus/collectors"
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/generator/site"
)

// Setup is what a configuration says about the cycles.
type Setup struct {
	// Jobs are the enabled collectors in the order of the configuration.
	Jobs []collectors.Job
	// Disabled names the collectors that are known but switched off.
	Disabled []string
	Site     site.Site
	Sites    fleet.Sites
	// Public is the folder to publish to.
	Public string
	// Sources reads the operator's content and templates, laid over the built-in ones.
	Sources func() (Sources, error)
	// Timeout bounds the collection of one cycle.
	Timeout time.Duration
	// ValidFor is how long the data of one cycle stays good.
	ValidFor time.Duration
	// Concurrency bounds what runs at once.
	Concurrency int
	// Before, when not nil, gives the snapshot from which a process starts instead of the
	// stored one. The demo uses it for what happened before it was started.
	Before func(ctx context.Context) fleet.Snapshot
}

// Sources are the files that a site is made from, by slash-separated path.
type Sources struct {
	Content, Templates map[string][]byte
}

// Options of a Cycle that no configuration changes.
type Options struct {
	Store *history.Store
	// Now is the clock.
	Now    func() time.Time
	Logger *slog.Logger
	// Published, when not nil, is called after each publication, before the next one can begin.
	Published func()
	// Progress, when not nil, is told as each collector advances; it may be called concurrently.
	Progress func(collector string, done, total int, what string)
	// KeepGoing makes a broken template or content file leave the last good ones in use, with
	// the error in health, instead of failing. For processes that live on.
	KeepGoing bool
}

// Cycle runs cycles one after the other. Its methods may be called concurrently.
type Cycle struct {
	opts    Options
	trigger chan struct{} // wakes the schedule for a refresh
	redraw  chan struct{} // wakes the renderer

	collecting sync.Mutex // held while collecting
	publishing sync.Mutex // held while generating and publishing

	mu       sync.Mutex // guards what follows
	setup    Setup
	snapshot fleet.Snapshot
	good     *Sources // the sources of the last good generation
	problems map[problem]string
	health   *doc.Health // of the last publication
	running  bool
	// requested says that a refresh was accepted whose cycle has not begun.
	requested bool
	// gathered says that this process has collected at least once.
	gathered bool
}

// problem names what a message in health is about; there is one message of each at a time.
type problem string

const (
	configProblem  problem = "configuration"
	stateProblem   problem = "state"
	damageProblem  problem = "earlier state" // until a later cycle of this process
	sourcesProblem problem = "content and templates"
	publishProblem problem = "publishing"
)

// New returns a Cycle that starts from the last snapshot of the state folder. A damaged one
// has been set aside, which is logged and shown in health; a newer one is an error.
func New(setup Setup, opts Options) (*Cycle, error) {
	c := &Cycle{
		opts: opts, setup: setup, problems: map[problem]string{},
		trigger: make(chan struct{}, 1), redraw: make(chan struct{}, 1),
	}
	if err := c.loadSnapshot(); err != nil {
		return nil, err
	}
	return c, nil
}

// loadSnapshot takes over the stored snapshot where it is newer than the one in memory,
// because another process may have collected meanwhile.
func (c *Cycle) loadSnapshot() error {
	stored, err := c.opts.Store.Load()
	var damaged *history.DamagedError
	if errors.As(err, &damaged) {
		c.opts.Logger.Warn(damaged.Error())
		c.setProblem(damageProblem, damaged)
		err = nil
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if stored.TakenAt.After(c.snapshot.TakenAt) {
		c.snapshot = stored
	}
	return nil
}

// Reconfigure makes the next cycle and the next rendering use another setup.
func (c *Cycle) Reconfigure(setup Setup) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setup = setup
	delete(c.problems, configProblem)
}

// ConfigProblem shows in health why the configuration could not be read again; the old one stays in use.
func (c *Cycle) ConfigProblem(err error) { c.setProblem(configProblem, err) }

func (c *Cycle) setProblem(which problem, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		delete(c.problems, which)
		return
	}
	c.problems[which] = fmt.Sprintf("%s: %v", which, err)
}

// Snapshot is the last snapshot; its TakenAt is zero when there has been none.
func (c *Cycle) Snapshot() fleet.Snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.snapshot
}

func (c *Cycle) currentSetup() Setup {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.setup
}
