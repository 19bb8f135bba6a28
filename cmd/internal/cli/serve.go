package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"hpcstatus/cmd/internal/cycle"
	"hpcstatus/cmd/internal/server"
	"hpcstatus/cmd/internal/watch"
	"hpcstatus/generator/publish"
)

type serveFlags struct {
	siteFlags
	noCycle bool
}

func (a *app) serve() *cobra.Command {
	var flags serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Collect on a schedule and serve the site with its API",
		Long: `Runs a cycle at once and then one each interval, and serves the site with its API.
A change of the configuration, the content or the templates renders again within a
second, without collecting; a broken change keeps the last good site.

With --no-cycle it only serves what another process publishes, such as "hpcstatus
generate" from cron; POST /api/refresh then answers 503.`,
		Example: `  hpcstatus serve --demo
  hpcstatus serve --config /etc/hpcstatus.toml --listen 127.0.0.1:9000
  hpcstatus serve --no-cycle --public /srv/www/status`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runServe(cmd.Context(), flags) },
	}
	flags.registerOutput(cmd)
	cmd.Flags().StringVar(&flags.listen, "listen", "", "host:port to listen on (default [server] listen, 127.0.0.1:8080)")
	cmd.Flags().BoolVar(&flags.noCycle, "no-cycle", false, "only serve what another process publishes")
	return cmd
}

// service is a running `serve`.
type service struct {
	app    *app
	flags  serveFlags
	log    *slog.Logger
	plan   atomic.Pointer[plan]
	cycle  *cycle.Cycle // nil with --no-cycle
	server *server.Server

	loading    sync.Mutex // one load of a generation at a time
	generation *publish.Generation
}

func (a *app) runServe(ctx context.Context, flags serveFlags) error {
	p, err := a.servePlan(flags)
	if err != nil {
		return err
	}
	s := &service{app: a, flags: flags, log: a.logger()}
	s.plan.Store(p)
	for _, note := range p.notes {
		s.log.Info(note)
	}
	listener, err := net.Listen("tcp", p.cfg.Server.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w; stop what listens there, or choose another address with --listen", err)
	}
	defer listener.Close()
	if err := s.build(p); err != nil {
		return err
	}
	s.load()
	s.log.Info("serving", "url", fmt.Sprintf("http://%s%s/", listener.Addr(), p.setup.Site.URLPrefix), "public", p.setup.Public)
	return s.run(ctx, listener)
}

// servePlan is the plan; with --no-cycle nothing is wired.
func (a *app) servePlan(flags serveFlags) (*plan, error) {
	if flags.noCycle {
		return a.publicPlan(flags.siteFlags)
	}
	return a.plan(flags.siteFlags)
}

// build makes the cycle and the server.
func (s *service) build(p *plan) error {
	opts := server.Options{
		URLPrefix: p.setup.Site.URLPrefix, RequestsPerMinute: p.cfg.Server.RequestsPerMinute,
		TrustedProxies: p.cfg.Server.TrustedProxies, RefreshCooldown: p.cfg.Server.RefreshCooldown,
		Logger: s.log, Now: s.app.now,
	}
	if !s.flags.noCycle {
		var err error
		s.cycle, err = s.app.newCycle(p, s.log, cycle.Options{Published: s.load, KeepGoing: true})
		if err != nil {
			return err
		}
		opts.Refresh, opts.Health = s.cycle.Refresh, s.cycle.Health
	}
	var err error
	s.server, err = server.New(opts)
	return err
}

// load makes the server answer from what is published now.
func (s *service) load() {
	s.loading.Lock()
	defer s.loading.Unlock()
	public := s.plan.Load().setup.Public
	generation, err := publish.Reload(public, s.generation)
	switch {
	case errors.Is(err, publish.ErrNoGeneration):
		return
	case err != nil:
		s.log.Error("the published site cannot be read; the last one stays", "folder", public, "err", err)
		return
	}
	fresh := s.generation == nil || s.generation.Manifest.Cycle != generation.Manifest.Cycle
	s.generation = generation
	s.server.Set(generation)
	if fresh {
		s.log.Info("serving a generation", "cycle", generation.Manifest.Cycle, "files", len(generation.Files))
	}
}

// run serves until ctx ends or something fails, and waits for all that it started.
func (s *service) run(ctx context.Context, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wait sync.WaitGroup
	if s.cycle != nil {
		wait.Go(func() { s.cycle.Serve(ctx, func() time.Duration { return s.plan.Load().cfg.Cycle.Interval }) })
	}
	wait.Go(func() { s.watch(ctx) })
	err := s.server.Serve(ctx, listener)
	cancel()
	wait.Wait()
	return err
}

// watch reacts to changes of files until ctx ends.
func (s *service) watch(ctx context.Context) {
	p := s.plan.Load()
	paths, react := p.watched, s.changed
	if s.cycle == nil {
		paths, react = publish.Markers(p.setup.Public), func([]string) { s.load() }
	}
	watch.New(watch.Options{Paths: paths, Logger: s.log}).Run(ctx, react)
}

// changed renders again after the operator changed a file. A changed configuration is read first.
func (s *service) changed(paths []string) {
	if file := s.plan.Load().cfg.File; file != "" {
		if file, err := filepath.Abs(file); err == nil && slices.Contains(paths, file) {
			s.reconfigure()
		}
	}
	s.cycle.Redraw()
}

// reconfigure reads the configuration again. A broken one changes nothing and is shown in health.
func (s *service) reconfigure() {
	fresh, err := s.app.servePlan(s.flags)
	if err != nil {
		s.cycle.ConfigProblem(err)
		s.log.Error("the configuration is broken; the old one stays in use", "err", err)
		return
	}
	old := s.plan.Load()
	if needsRestart(old, fresh) {
		s.log.Warn("changed [server] keys, [paths] and url_prefix need a restart to take effect")
	}
	// The server keeps its address, limits and folders until a restart.
	fresh.cfg.Server = old.cfg.Server
	fresh.setup.Public, fresh.setup.Site.URLPrefix = old.setup.Public, old.setup.Site.URLPrefix
	s.plan.Store(fresh)
	s.cycle.Reconfigure(fresh.setup)
	s.log.Info("configuration read again", "file", fresh.cfg.File)
}

func needsRestart(old, fresh *plan) bool {
	a, b := old.cfg.Server, fresh.cfg.Server
	return a.Listen != b.Listen || a.RefreshCooldown != b.RefreshCooldown || a.RequestsPerMinute != b.RequestsPerMinute ||
		!slices.Equal(a.TrustedProxies, b.TrustedProxies) || old.setup.Public != fresh.setup.Public ||
		old.state != fresh.state || old.setup.Site.URLPrefix != fresh.setup.Site.URLPrefix
}
