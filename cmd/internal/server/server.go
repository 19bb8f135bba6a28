// Package server answers HTTP from one published generation at a time, and adds what
// files cannot do: a refresh, a live health answer, look-ups that forgive case and
// punctuation, and rate limits. It computes nothing.
package server

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/generator/publish"
)

// Options configure a Server.
type Options struct {
	// URLPrefix is the path below the host, such as "/prefix"; empty at the root.
	URLPrefix string
	// RequestsPerMinute is how many requests to /api a client may make in a minute; 0 is
	// no limit.
	RequestsPerMinute int
	// TrustedProxies are the addresses whose X-Forwarded-For counts.
	TrustedProxies []netip.Prefix
	// RefreshCooldown is the least time between two accepted refreshes, for all clients together.
	RefreshCooldown time.Duration
	// Refresh starts a cycle, or joins the running one, and returns at once. Nil means
	// that this process does not collect.
	Refresh func() error
	// Health is the live health; nil means that of the generation.
	Health func() doc.Health
	// Logger gets what fails on the server's side; nil discards it.
	Logger *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Server answers from a generation. It is safe for concurrent use.
type Server struct {
	opts     Options
	log      *slog.Logger
	now      func() time.Time
	started  time.Time
	view     atomic.Pointer[view]
	limiter  *limiter
	cooldown cooldown
	guard    *http.CrossOriginProtection
	timeouts timeouts
	handler  http.Handler
}

// New returns a server without a generation: until Set is called it answers 503.
func New(opts Options) (*Server, error) {
	prefix, err := checkPrefix(opts.URLPrefix)
	if err != nil {
		return nil, err
	}
	if opts.RequestsPerMinute < 0 || opts.RefreshCooldown < 0 {
		return nil, errors.New("create server: requests per minute and refresh cooldown must not be negative")
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	opts.URLPrefix = prefix
	s := &Server{
		opts: opts, log: opts.Logger.With("component", "server"), now: opts.Now, started: opts.Now(),
		limiter:  newLimiter(opts.RequestsPerMinute),
		guard:    http.NewCrossOriginProtection(),
		timeouts: defaultTimeouts(),
	}
	s.handler = s.secured(s.mounted(s.recovered(s.shared(s.limited(s.optioned(s.router()))))))
	return s, nil
}

// checkPrefix returns the prefix without a trailing slash.
func checkPrefix(prefix string) (string, error) {
	trimmed := strings.TrimSuffix(prefix, "/")
	if trimmed == "" {
		return "", nil
	}
	if !strings.HasPrefix(trimmed, "/") || path.Clean(trimmed) != trimmed || trimmed == "/" || strings.ContainsAny(trimmed, "?#%\\ ") {
		return "", fmt.Errorf(`create server: url prefix %q is not a path such as "/prefix"`, prefix)
	}
	return trimmed, nil
}

// Handler answers requests for everything below the URL prefix.
func (s *Server) Handler() http.Handler { return s.handler }

// Set makes the server answer from g, which must not change any more, from the next
// request on. Requests that are being answered keep the generation they began with.
func (s *Server) Set(g *publish.Generation) {
	if g == nil {
		s.view.Store(nil)
		return
	}
	if g.Manifest.URLPrefix != s.opts.URLPrefix {
		s.log.Warn("the site was generated for another URL prefix; links to details may lead elsewhere",
			"generated_for", g.Manifest.URLPrefix, "serving", s.opts.URLPrefix)
	}
	s.view.Store(newView(g, s.view.Load()))
}
