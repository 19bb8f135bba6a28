package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"hpcstatus/cmd/internal/config"
	"hpcstatus/cmd/internal/cycle"
	"hpcstatus/collectors"
	"hpcstatus/collectors/cluster"
	"hpcstatus/collectors/demo"
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/hpcmp"
	"hpcstatus/collectors/pw"
	"hpcstatus/collectors/run"
	"hpcstatus/generator/site"
)

// siteFlags are the flags of the commands that make a site.
type siteFlags struct {
	config, public, urlPrefix, listen string
	demo                              bool
	// still is set where nothing is collected, so that nothing need be configured for it.
	still bool
}

// overrides are what the flags say over the configuration.
func (f siteFlags) overrides() config.Flags {
	return config.Flags{Public: f.public, URLPrefix: f.urlPrefix, Listen: f.listen, Demo: f.demo}
}

func (f *siteFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.config, "config", "", "configuration file (default ./hpcstatus.toml, then the user's)")
	cmd.Flags().BoolVar(&f.demo, "demo", false, "show a recorded fleet through the real collectors and parsers")
}

func (f *siteFlags) registerOutput(cmd *cobra.Command) {
	f.register(cmd)
	cmd.Flags().StringVar(&f.public, "public", "", "folder to publish to (default [paths] public)")
	cmd.Flags().StringVar(&f.urlPrefix, "url-prefix", "", "path below the host where the site will live, such as /hpc")
}

// plan is a configuration made ready to run.
type plan struct {
	cfg   config.Config
	setup cycle.Setup
	// state is the state folder.
	state string
	// watched are the files and folders whose change renders again.
	watched []string
	// notes tell what was chosen where no configuration did.
	notes []string
}

// plan reads the configuration, applies the flags and wires the collectors.
func (a *app) plan(f siteFlags) (*plan, error) {
	cfg, notes, err := a.configuration(f)
	if err != nil {
		return nil, err
	}
	p := &plan{cfg: cfg, notes: notes}
	if p.state, err = a.stateFolder(f, cfg); err != nil {
		return nil, err
	}
	if f.demo && f.public == "" {
		// The demo must never overwrite the site of a real fleet.
		p.cfg.Paths.Public = filepath.Join(p.state, "public")
	}
	p.setup = cycle.Setup{
		Site: site.Site{
			Title: cfg.Site.Title, BaseURL: cfg.Site.BaseURL, URLPrefix: cfg.Site.URLPrefix,
			Location: cfg.Site.Timezone, Theme: cfg.Site.Theme, Demo: f.demo, Version: programVersion(),
		},
		Sites: sites(cfg), Public: p.cfg.Paths.Public, Timeout: cfg.Cycle.Timeout,
		ValidFor: cfg.Cycle.ValidFor, Concurrency: cfg.Cycle.Concurrency,
		Sources: sources{content: cfg.Paths.Content, templates: cfg.Paths.Templates, demo: f.demo}.read,
	}
	if f.demo {
		recorded := demo.New(p.setup.Sites, a.now)
		p.setup.Jobs, p.setup.Before = recorded.Jobs(), recorded.Before
	} else if !f.still {
		if err := p.wire(); err != nil {
			return nil, err
		}
	}
	p.watched = []string{cfg.Paths.Content, cfg.Paths.Templates}
	if cfg.File != "" {
		p.watched = append(p.watched, cfg.File)
	}
	return p, nil
}

// publicPlan is the plan of a process that only serves what another one publishes.
func (a *app) publicPlan(f siteFlags) (*plan, error) {
	cfg := config.Default()
	if path, found := config.Find(f.config, a.getenv); found {
		var err error
		if cfg, err = config.Load(path); err != nil {
			return nil, err
		}
	}
	cfg, err := cfg.With(f.overrides())
	if err != nil {
		return nil, err
	}
	p := &plan{cfg: cfg}
	p.setup.Public, p.setup.Site.URLPrefix = cfg.Paths.Public, cfg.Site.URLPrefix
	return p, nil
}

// configuration finds and reads the file, or looks at what the machine has, and lays the flags over it.
func (a *app) configuration(f siteFlags) (config.Config, []string, error) {
	cfg, notes := config.Default(), []string(nil)
	path, found := config.Find(f.config, a.getenv)
	switch {
	case found:
		var err error
		if cfg, err = config.Load(path); err != nil {
			return cfg, nil, err
		}
	case !f.demo && !f.still:
		if notes = discover(&cfg); len(notes) == 0 {
			return cfg, nil, errors.New("there is no configuration, and neither pw nor a scheduler is on PATH: " +
				"see the demo with `hpcstatus serve --demo`, or write a configuration with `hpcstatus init DIR`")
		}
	}
	cfg, err := cfg.With(f.overrides())
	return cfg, notes, err
}

// schedulerCommands are the commands whose presence shows a scheduler on this machine.
var schedulerCommands = []string{"squeue", "qstat"}

// discover enables what this machine has and says what that is.
func discover(cfg *config.Config) (notes []string) {
	if path, err := exec.LookPath("pw"); err == nil {
		cfg.Collectors.PWCluster.Enabled = true
		notes = append(notes, "no configuration: collecting the clusters of "+path)
	}
	for _, command := range schedulerCommands {
		path, err := exec.LookPath(command)
		if err != nil {
			continue
		}
		host, err := os.Hostname()
		if err != nil {
			host = "localhost"
		}
		local := config.DefaultCluster(host)
		local.Via = "local"
		cfg.Clusters = append(cfg.Clusters, local)
		return append(notes, "no configuration: collecting this machine's scheduler ("+path+")")
	}
	return notes
}

// stateFolder is where the state is kept; the demo has its own.
func (a *app) stateFolder(f siteFlags, cfg config.Config) (string, error) {
	if f.demo {
		cfg = config.Default()
		cfg.File = "demo"
	}
	return config.StateDir(cfg, a.getenv)
}

// sites are the built-in centres with those of the configuration laid over.
func sites(cfg config.Config) fleet.Sites {
	all := fleet.BuiltinSites()
	for code, centre := range cfg.Sites {
		s := all[code]
		s.Code = code
		s.Name = cmp.Or(centre.Name, s.Name, code)
		s.Domain = cmp.Or(centre.Domain, s.Domain)
		s.Location = cmp.Or(centre.Location, s.Location)
		if centre.Lat != nil {
			s.Lat, s.Lon = centre.Lat, centre.Lon
		}
		s.Names = append(slices.Clone(s.Names), centre.Names...)
		all[code] = s
	}
	return all
}

// wire makes the enabled collectors.
func (p *plan) wire() error {
	cfg := p.cfg
	if c := cfg.Collectors.HPCMPFleet; c.Enabled {
		collector, err := hpcmp.New(hpcmp.Options{
			URL: c.URL, Timeout: c.Timeout, CAFile: c.CAFile, Proxy: c.Proxy,
			Sites: p.setup.Sites, UserAgent: "hpcstatus/" + programVersion(),
		})
		if err != nil {
			return fmt.Errorf("set up [collectors.hpcmp_fleet]: %w", err)
		}
		p.add(collector, 0)
	} else {
		p.setup.Disabled = append(p.setup.Disabled, hpcmp.Name)
	}
	if c := cfg.Collectors.PWCluster; c.Enabled {
		p.add(pw.New(pw.Options{
			Command: c.Command, Context: c.Context, Clusters: c.Clusters, Timeout: c.Timeout,
			StoragePaths: c.StoragePaths, Concurrency: cfg.Cycle.Concurrency,
		}), 0)
	} else {
		p.setup.Disabled = append(p.setup.Disabled, pw.Name)
	}
	if len(cfg.Clusters) > 0 {
		p.add(cluster.New(targets(cfg), cfg.Cycle.Concurrency), 0)
	}
	if len(p.setup.Jobs) == 0 {
		return fmt.Errorf("%s enables nothing to collect: set enabled = true under [collectors.hpcmp_fleet] or "+
			"[collectors.pw_cluster], or add a [[cluster]]", cmp.Or(cfg.File, "the configuration"))
	}
	return nil
}

func (p *plan) add(c collectors.Collector, timeout time.Duration) {
	p.setup.Jobs = append(p.setup.Jobs, collectors.Job{Collector: c, Timeout: timeout})
}

// targets are the clusters of the configuration itself.
func targets(cfg config.Config) []cluster.Target {
	var out []cluster.Target
	for _, c := range cfg.Clusters {
		t := cluster.Target{
			Name: c.Name, Slug: fleet.Slug(c.Name), Aliases: c.Aliases, Site: c.Site, LoginNode: c.LoginNode,
			QueueBy: c.QueueBy, Paths: c.StoragePaths, Timeout: c.Timeout, Runner: run.Local{},
		}
		if c.Via == "ssh" {
			t.Runner = run.SSH{Host: c.Host}
			t.LoginNode = cmp.Or(t.LoginNode, c.Host)
		}
		out = append(out, t)
	}
	return out
}
