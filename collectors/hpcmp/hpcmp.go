// Package hpcmp reads the status page of the DoD High Performance Computing
// Modernization Program, https://centers.hpc.mil/systems/unclassified.html: which of its
// systems are up, whose they are, and what the page says of each machine.
//
// The page has no machine-readable form and no promise to keep its format. Parse therefore
// leans on what the page says of itself (the text of its status images, headings, labels of
// table rows) rather than on where things stand, takes nothing from a heading that is not
// about the system, and leaves unknown what it cannot read. Finding nothing is an error.
package hpcmp

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"

	"hpcstatus/collectors"
	"hpcstatus/collectors/fleet"
)

// Name of the collector in health and in the origin of facts.
const Name = "hpcmp_fleet"

// DefaultURL is the address of the HPCMP's status page.
const DefaultURL = "https://centers.hpc.mil/systems/unclassified.html"

const (
	defaultTimeout  = 20 * time.Second
	defaultMaxBytes = 8 << 20
	defaultAgent    = "hpcstatus"
)

// Options of the collector. The zero value reads DefaultURL, trusts the system's
// certificate authorities and knows no sites.
type Options struct {
	// URL of the page, http or https; empty is DefaultURL.
	URL string
	// Timeout bounds one attempt, from the connection to the last byte; zero is 20 s.
	Timeout time.Duration
	// CAFile is a PEM file of certificate authorities trusted beside the system's own;
	// empty for none. Certificates are always verified.
	CAFile string
	// Proxy is the address of a proxy (http, https or socks5); empty follows the
	// environment (HTTPS_PROXY, NO_PROXY).
	Proxy string
	// MaxBytes is how long the page may be, unpacked; zero is 8 MiB.
	MaxBytes int64
	// Sites are the centres that headings may name.
	Sites fleet.Sites
	// UserAgent is how the requests name themselves; empty is "hpcstatus".
	UserAgent string
	// Logger receives what is odd but no failure; nil drops it.
	Logger *slog.Logger

	// Transport, when not nil, carries the requests instead of one made from CAFile and Proxy.
	Transport http.RoundTripper
	// Fetch, when not nil, supplies the page's bytes instead of any request; links
	// resolve against URL all the same.
	Fetch func(ctx context.Context) ([]byte, error)
}

// Collector reads the status page. It is safe for use by several goroutines.
type Collector struct {
	page   *url.URL
	sites  fleet.Sites
	log    *slog.Logger
	fetch  func(ctx context.Context) ([]byte, error)
	client *client // nil where Options.Fetch supplies the page
}

var _ collectors.Collector = (*Collector)(nil)

// New returns a collector. It fails when the address, the proxy or the CA file cannot be used.
func New(opts Options) (*Collector, error) {
	page, err := pageURL(opts.URL)
	if err != nil {
		return nil, err
	}
	c := &Collector{page: page, sites: opts.Sites, log: opts.Logger, fetch: opts.Fetch}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.fetch != nil {
		return c, nil
	}
	transport := opts.Transport
	if transport == nil {
		if transport, err = newTransport(opts.CAFile, opts.Proxy); err != nil {
			return nil, err
		}
	}
	c.client = &client{
		http:    &http.Client{Transport: transport, CheckRedirect: sameHost},
		timeout: orDefault(opts.Timeout, defaultTimeout),
		max:     orDefault(opts.MaxBytes, defaultMaxBytes),
		agent:   orDefault(opts.UserAgent, defaultAgent),
		caFile:  opts.CAFile,
		pause:   func() backoff.BackOff { return newBackOff() },
	}
	c.fetch = func(ctx context.Context) ([]byte, error) { return c.client.get(ctx, c.page) }
	return c, nil
}

func orDefault[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// pageURL is the address of the page, or an error that says how to write one.
func pageURL(raw string) (*url.URL, error) {
	page, err := url.Parse(orDefault(raw, DefaultURL))
	if err != nil {
		return nil, fmt.Errorf("read url: %w", err)
	}
	if (page.Scheme != "http" && page.Scheme != "https") || page.Host == "" {
		return nil, fmt.Errorf("read url %q: it must begin with https:// or http:// and name a host", page.Redacted())
	}
	return page, nil
}

// Name implements collectors.Collector.
func (c *Collector) Name() string { return Name }

// Collect implements collectors.Collector: it fetches the page, reads it, and returns its
// systems with what the page reports of each. It fails as a whole or not at all.
func (c *Collector) Collect(ctx context.Context, req collectors.Request) (fleet.Batch, error) {
	raw, err := c.fetch(ctx)
	if err != nil {
		return fleet.Batch{}, fmt.Errorf("fetch status page: %w", err)
	}
	page, err := Parse(raw, c.page, c.sites)
	if err != nil {
		return fleet.Batch{}, fmt.Errorf("read status page %s: %w", c.page.Redacted(), err)
	}
	if len(page.Unnamed) > 0 {
		c.log.Info("status images name no system", "collector", Name, "count", len(page.Unnamed), "first", page.Unnamed[0])
	}
	var batch fleet.Batch
	for _, sys := range page.Systems {
		batch.Systems = append(batch.Systems, c.system(sys, req))
	}
	if req.Progress != nil {
		req.Progress(1, 1, "status page")
	}
	return batch, nil
}

// system is what the page says of one system, with its provenance.
func (c *Collector) system(from System, req collectors.Request) fleet.System {
	sys := fleet.System{
		Name: from.Name, Slug: fleet.Slug(from.Name), Site: from.Site, Scheduler: from.Scheduler,
		Details: from.Details,
		Reported: &fleet.Fact{
			Status: from.Status, Text: from.Text, Source: Name,
			ObservedAt: req.Now, ValidUntil: req.Now.Add(req.ValidFor),
		},
	}
	if node := loginNode(sys.Slug, c.sites[from.Site].Domain); node != "" {
		sys.LoginNode, sys.LoginNodeSource = node, fleet.LoginDerived
	}
	sys.Origins = origins(sys)
	return sys
}

// loginNode is the host that the centres' naming rule gives; empty when the rule gives none.
// The page does not say it.
func loginNode(slug, domain string) string {
	for _, r := range slug {
		if r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
			return "" // no host name
		}
	}
	if slug == "" || domain == "" {
		return ""
	}
	return slug + "." + domain
}

// origins names this collector as the source of every field it filled, by JSON name.
func origins(sys fleet.System) map[string]string {
	d := sys.Details
	filled := map[string]bool{
		"system": true, "status": true,
		"dsrc": sys.Site != "", "scheduler": sys.Scheduler != "", "login_node": sys.LoginNode != "",
		"architecture": d.Architecture != "", "cores": d.Cores != nil, "memory_tb": d.MemoryTB != nil,
		"description": d.Description != "", "guides": len(d.Guides) > 0, "more": len(d.More) > 0,
	}
	out := map[string]string{}
	for field, known := range filled {
		if known {
			out[field] = Name
		}
	}
	return out
}
