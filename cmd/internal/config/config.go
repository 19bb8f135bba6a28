// Package config reads hpcstatus.toml: built-in defaults, a strict decode, and checks
// that report everything wrong with a file at once, each with its line and what to
// write instead. One table of keys (schema.go) is the source of the defaults, the
// checks and the commented starter file.
package config

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"time"
)

// Config is the configuration of one monitor. Every value in it has been checked and
// every path in it that was relative has been joined to the folder of the file.
type Config struct {
	// File is the path of the file it came from, as it was given; empty for the defaults.
	File       string
	Site       Site
	Paths      Paths
	Publish    Publish
	Server     Server
	Cycle      Cycle
	Collectors Collectors
	// Clusters are those reached without Parallel Works, in the order of the file.
	Clusters []Cluster
	// Sites are the centres that the file adds or overrides, by code.
	Sites map[string]Centre

	lines map[string]int
}

// Site is the web site that is generated.
type Site struct {
	Title string
	// BaseURL is where public/ will live, without a trailing slash and with URLPrefix as
	// its path where the file gave no other; empty when not known.
	BaseURL string
	// URLPrefix is the path below the host, such as "/prefix"; empty at the root.
	URLPrefix string
	// Timezone is the zone in which local times of content are read.
	Timezone *time.Location
	// Theme is auto, light or dark.
	Theme string
}

// Paths are the folders of the monitor.
type Paths struct {
	Public    string
	Content   string
	Templates string
	// State is empty when the file gives none: StateDir then knows where it is.
	State string
}

// Publish says what of the fleet is published.
type Publish struct {
	// Profile is full.
	Profile string
}

// Server is what `hpcstatus serve` listens on and allows.
type Server struct {
	// Listen is host:port; an empty host means every interface.
	Listen          string
	RefreshCooldown time.Duration
	// RequestsPerMinute limits each client on /api; 0 means no limit.
	RequestsPerMinute int
	// TrustedProxies are the networks whose X-Forwarded-For counts.
	TrustedProxies []netip.Prefix
}

// Cycle is how often and how long the fleet is collected.
type Cycle struct {
	Interval time.Duration
	// ValidFor is how long collected data stays good, never less than Interval.
	ValidFor time.Duration
	Timeout  time.Duration
	// Concurrency is how many clusters are asked at once.
	Concurrency int
}

// Collectors are the sources beside the clusters of the file itself.
type Collectors struct {
	HPCMPFleet HPCMPFleet
	PWCluster  PWCluster
}

// HPCMPFleet is the status page of the HPCMP.
type HPCMPFleet struct {
	Enabled bool
	URL     string
	// Timeout is never more than Cycle.Timeout.
	Timeout time.Duration
	// CAFile holds additional roots in PEM; empty when there are none.
	CAFile string
	// Proxy is the URL of a proxy; empty for that of the environment.
	Proxy string
}

// PWCluster is the clusters that the `pw` command of Parallel Works reaches.
type PWCluster struct {
	Enabled bool
	// Command is a name on PATH or the path of the program.
	Command string
	// Context is the pw context; empty for the current one.
	Context string
	// Clusters names those to ask; empty for every active one.
	Clusters []string
	// Timeout is for one cluster and never more than Cycle.Timeout.
	Timeout time.Duration
	// StoragePaths are looked at beside the folders that each cluster names itself.
	StoragePaths []string
}

// Cluster is one cluster reached without Parallel Works.
type Cluster struct {
	Name string
	// Aliases are other names that sources use for it.
	Aliases []string
	// Via is local or ssh.
	Via string
	// Host is what `ssh` is given; never empty when Via is ssh.
	Host string
	// Site is the code of its centre; empty when not given.
	Site string
	// QueueBy is partition, qos or both.
	QueueBy string
	// Timeout is never more than Cycle.Timeout.
	Timeout time.Duration
	// StoragePaths are looked at beside the folders that the cluster names itself.
	StoragePaths []string
	// LoginNode is what people log in to; empty when not given.
	LoginNode string
}

// Centre is a site that runs systems. Empty and nil leave what is built in.
type Centre struct {
	Name, Domain, Location string
	// Lat and Lon are degrees, north and east positive; both are nil or neither.
	Lat, Lon *float64
	// Names are other names that sources use for it.
	Names []string
}

// Default returns the configuration of a monitor without a file. No collector is enabled
// in it, and its paths are relative to the working folder.
func Default() Config {
	c := Config{}
	fill(schema(), &c)
	c.Cycle.ValidFor = validIntervals * c.Cycle.Interval
	return c
}

// DefaultCluster returns a cluster of a name with the defaults of [[cluster]], for
// clusters that were found rather than configured.
func DefaultCluster(name string) Cluster {
	c := Cluster{}
	fill(clusterFields(), &c)
	c.Name = name
	return c
}

// Load reads a file and parses it. What is wrong with its text is an *Error.
func Load(path string) (Config, error) {
	src, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return Config{}, fmt.Errorf("read the configuration: %w; `hpcstatus init` writes a new one", err)
	case err != nil:
		return Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(path, src)
}

// Parse parses the text of the file at path, which stands in messages and gives the
// folder that relative paths start from. Everything wrong is in one *Error.
func Parse(path string, src []byte) (Config, error) {
	d, tree := newDecoder(path, src)
	c := Default()
	c.File, c.lines = path, d.lines
	decodeTable(d, place{}, tree, schema(), &c)
	c.complete(filepath.Dir(path))
	failed := maps.Clone(d.failed)
	for _, x := range c.conflicts() {
		if !failed[x.at.key] && !failed[x.with] {
			d.report(x.at, x.err)
		}
	}
	if err := d.err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// Line returns the line of the file that sets a key, and 0 when none does. Keys are
// written "cycle.interval", "cluster[0].host" (counted from 0) and "sites.NAVO.lat".
func (c Config) Line(key string) int { return c.lines[key] }
