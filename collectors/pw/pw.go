// Package pw collects the clusters that the Parallel Works CLI reaches: it lists them with
// `pw cluster ls` and asks each that is active in one `pw ssh`.
package pw

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"sync"
	"time"

	"hpcstatus/collectors"
	"hpcstatus/collectors/cluster"
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/run"
)

// Name is the collector's name in health and the source of its clusters.
const Name = "pw_cluster"

const (
	defaultTimeout     = 60 * time.Second
	defaultConcurrency = 32
	// retryLogin is how long a refused login is not tried again with the same credentials.
	retryLogin = time.Hour
)

// Options of the collector. The zero value asks every active cluster of the CLI's current context.
type Options struct {
	// Command is the CLI's executable; empty is "pw".
	Command string
	// Context is the CLI's context to use; empty leaves the choice to the CLI.
	Context string
	// Clusters are the names or URIs of the clusters to show; empty is every one listed.
	Clusters []string
	// StoragePaths are the filesystems whose use is asked for on every cluster, besides those
	// that the probe finds by itself.
	StoragePaths []string
	// Timeout of the listing and of each cluster; zero is 60 seconds.
	Timeout time.Duration
	// Concurrency is how many clusters are asked at once; zero is 32.
	Concurrency int

	// List, when not nil, takes the place of `pw cluster ls`; it answers in any format of it.
	List func(context.Context) (run.Output, error)
	// NewRunner, when not nil, takes the place of `pw ssh URI`.
	NewRunner func(uri string) run.Runner
}

// Collector reads the clusters behind one context of the CLI.
type Collector struct {
	opts Options
	cli  run.PW

	mu sync.Mutex
	// refused is the listing's last login failure, until a listing succeeds.
	refused *refusedLogin
}

var _ collectors.Collector = (*Collector)(nil)

// New returns a collector. It runs nothing yet.
func New(opts Options) *Collector {
	if opts.Timeout == 0 {
		opts.Timeout = defaultTimeout
	}
	if opts.Concurrency == 0 {
		opts.Concurrency = defaultConcurrency
	}
	if opts.NewRunner == nil {
		opts.NewRunner = func(uri string) run.Runner {
			return run.PW{URI: uri, Command: opts.Command, Context: opts.Context}
		}
	}
	return &Collector{opts: opts, cli: run.PW{Command: opts.Command, Context: opts.Context}}
}

// Name is "pw_cluster".
func (c *Collector) Name() string { return Name }

// Collect lists the clusters and asks those that are active, many at once. Its error says
// why there is no list; what went wrong with one cluster is in the batch's targets.
func (c *Collector) Collect(ctx context.Context, req collectors.Request) (fleet.Batch, error) {
	all, err := c.list(ctx, req.Now)
	if err != nil {
		return fleet.Batch{}, fmt.Errorf("list clusters: %w", err)
	}
	return cluster.ProbeAll(ctx, c.targets(all), req, Name, c.opts.Concurrency), nil
}

// refusedLogin remembers a login that was refused.
type refusedLogin struct {
	err        error
	credential string
	retryAt    time.Time
}

// list reads the list, unless the login was refused less than an hour ago with the
// credentials that are still in place.
func (c *Collector) list(ctx context.Context, now time.Time) ([]listed, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.refused; r != nil && now.Before(r.retryAt) && r.credential == c.cli.Credential() {
		return nil, r.err
	}
	all, err := c.read(ctx)
	c.refused = nil
	if errors.Is(err, run.ErrNeedsLogin) {
		err = fmt.Errorf("%w (tried again after %s or when the credentials change)", err, now.Add(retryLogin).UTC().Format(time.RFC3339))
		c.refused = &refusedLogin{err: err, credential: c.cli.Credential(), retryAt: now.Add(retryLogin)}
	}
	return all, err
}

// read asks for the list as JSON and, where a release of the CLI does not have that, as a table.
func (c *Collector) read(ctx context.Context) ([]listed, error) {
	ask := func(format string) ([]listed, error) {
		return c.ask(ctx, func(ctx context.Context) (run.Output, error) {
			return c.cli.Exec(ctx, "cluster", "ls", "-o", format)
		})
	}
	if c.opts.List != nil {
		return c.ask(ctx, c.opts.List)
	}
	all, err := ask("json")
	if err == nil || isFinal(ctx, err) {
		return all, err
	}
	if all, again := ask("table"); again == nil {
		return all, nil
	}
	return nil, err
}

// isFinal reports whether asking in another format would fail just so.
func isFinal(ctx context.Context, err error) bool {
	for _, target := range []error{
		errNoClusters, run.ErrNeedsLogin, run.ErrTooMuchOutput,
		exec.ErrNotFound, fs.ErrNotExist, context.DeadlineExceeded,
	} {
		if errors.Is(err, target) {
			return true
		}
	}
	return ctx.Err() != nil
}

// ask gets and reads one listing within the timeout.
func (c *Collector) ask(ctx context.Context, list func(context.Context) (run.Output, error)) ([]listed, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	out, err := list(ctx)
	if err != nil {
		return nil, err
	}
	return parseList(out.Stdout)
}
