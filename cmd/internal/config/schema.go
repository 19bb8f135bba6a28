package config

import (
	"net/netip"
	"time"
)

// validIntervals is how many intervals data stays good where valid_for isn't given.
const validIntervals = 3

// schema is the table of all keys: name, default as TOML, what it means, where it goes,
// how it is read and checked. Defaults, checks and the starter file come from it.
func schema() []field[Config] {
	return []field[Config]{
		table("site", "The web site.", func(c *Config) *Site { return &c.Site }, siteFields()),
		table("paths", "Folders, relative to the folder of this file.",
			func(c *Config) *Paths { return &c.Paths }, pathFields()),
		table("publish", "What is published. It must be chosen by hand once base_url is set or listen is not loopback.",
			func(c *Config) *Publish { return &c.Publish }, publishFields()),
		table("server", "The handler of `hpcstatus serve`.", func(c *Config) *Server { return &c.Server }, serverFields()),
		table("cycle", "How often and how long the fleet is collected.",
			func(c *Config) *Cycle { return &c.Cycle }, cycleFields()),
		table("collectors", "", func(c *Config) *Collectors { return &c.Collectors }, collectorFields()),
		list("cluster", "A cluster reached without Parallel Works, such as this one; one such table for each.",
			func(c *Config) *[]Cluster { return &c.Clusters }, clusterFields()),
		byName("sites", "A centre by its code, such as this one. Those of the HPCMP and NOAA are built in: add or override.",
			func(c *Config) *map[string]Centre { return &c.Sites }, centreFields()),
	}
}

func siteFields() []field[Site] {
	return []field[Site]{
		key("title", `"HPC Status Monitor"`, "shown on every page",
			func(s *Site) *string { return &s.Title }, text(notEmpty)),
		key("base_url", `""`, "where public/ will live, for feeds and badges",
			func(s *Site) *string { return &s.BaseURL }, text(optional(baseURL))),
		key("url_prefix", `""`, `path below the host, such as "/prefix"`,
			func(s *Site) *string { return &s.URLPrefix }, text(urlPrefix)),
		key("timezone", `"UTC"`, "zone of the local times in content",
			func(s *Site) **time.Location { return &s.Timezone }, timezone),
		key("theme", `"auto"`, "auto, light or dark",
			func(s *Site) *string { return &s.Theme }, text(oneOf("auto", "light", "dark"))),
	}
}

func pathFields() []field[Paths] {
	return []field[Paths]{
		key("public", `"public"`, "the generated site",
			func(p *Paths) *string { return &p.Public }, text(notEmpty, localPath)),
		key("content", `"content"`, "overlays the built-in content",
			func(p *Paths) *string { return &p.Content }, text(notEmpty, localPath)),
		key("templates", `"templates"`, "overlays the built-in templates",
			func(p *Paths) *string { return &p.Templates }, text(notEmpty, localPath)),
		key("state", `""`, "empty: a folder of its own under $XDG_STATE_HOME/hpcstatus",
			func(p *Paths) *string { return &p.State }, text(optional(localPath))),
	}
}

func publishFields() []field[Publish] {
	return []field[Publish]{
		key("profile", `"full"`, "full: everything that is collected",
			func(p *Publish) *string { return &p.Profile }, profile),
	}
}

func serverFields() []field[Server] {
	return []field[Server]{
		key("listen", `"127.0.0.1:8080"`, "host:port",
			func(s *Server) *string { return &s.Listen }, text(hostPort)),
		key("refresh_cooldown", `"30s"`, "shortest time between two refreshes by request",
			func(s *Server) *time.Duration { return &s.RefreshCooldown }, duration(time.Second)),
		key("requests_per_minute", "60", "per client, on /api; 0 switches the limit off",
			func(s *Server) *int { return &s.RequestsPerMinute }, whole(0, 1_000_000)),
		keys("trusted_proxies", "CIDRs whose X-Forwarded-For counts",
			func(s *Server) *[]netip.Prefix { return &s.TrustedProxies }, network),
	}
}

func cycleFields() []field[Cycle] {
	return []field[Cycle]{
		key("interval", `"3m"`, "from one cycle to the next",
			func(c *Cycle) *time.Duration { return &c.Interval }, duration(10*time.Second)),
		key("valid_for", `""`, "how long data stays good; empty: 3 x interval; must cover the period of cron",
			func(c *Cycle) *time.Duration { return &c.ValidFor }, orEmpty(duration(10*time.Second))),
		key("timeout", `"2m"`, "for the whole cycle",
			func(c *Cycle) *time.Duration { return &c.Timeout }, duration(time.Second)),
		key("concurrency", "32", "clusters asked at once",
			func(c *Cycle) *int { return &c.Concurrency }, whole(1, 1024)),
	}
}

func collectorFields() []field[Collectors] {
	return []field[Collectors]{
		table("hpcmp_fleet", "The status page of the HPCMP.",
			func(c *Collectors) *HPCMPFleet { return &c.HPCMPFleet }, hpcmpFields()),
		table("pw_cluster", "Clusters that the `pw` command of Parallel Works reaches.",
			func(c *Collectors) *PWCluster { return &c.PWCluster }, pwFields()),
	}
}

func hpcmpFields() []field[HPCMPFleet] {
	return []field[HPCMPFleet]{
		key("enabled", "false", "", func(h *HPCMPFleet) *bool { return &h.Enabled }, truth),
		key("url", `"https://centers.hpc.mil/systems/unclassified.html"`, "",
			func(h *HPCMPFleet) *string { return &h.URL }, text(webURL)),
		key("timeout", `"20s"`, "", func(h *HPCMPFleet) *time.Duration { return &h.Timeout }, duration(time.Second)),
		key("ca_file", `""`, "extra roots in PEM; certificates are always verified",
			func(h *HPCMPFleet) *string { return &h.CAFile }, text(optional(localPath))),
		key("proxy", `""`, "empty: the proxy of the environment",
			func(h *HPCMPFleet) *string { return &h.Proxy }, text(optional(proxyURL))),
	}
}

func pwFields() []field[PWCluster] {
	return []field[PWCluster]{
		key("enabled", "false", "", func(p *PWCluster) *bool { return &p.Enabled }, truth),
		key("command", `"pw"`, "a name on PATH, or a path",
			func(p *PWCluster) *string { return &p.Command }, text(notEmpty, argument, localPath)),
		key("context", `""`, "empty: the current context",
			func(p *PWCluster) *string { return &p.Context }, text(argument)),
		keys("clusters", "empty: every active one",
			func(p *PWCluster) *[]string { return &p.Clusters }, text(notEmpty, argument)),
		key("timeout", `"60s"`, "for one cluster", func(p *PWCluster) *time.Duration { return &p.Timeout }, duration(time.Second)),
		keys("storage_paths", "looked at beside the folders each cluster names itself",
			func(p *PWCluster) *[]string { return &p.StoragePaths }, text(remotePath)),
	}
}

func clusterFields() []field[Cluster] {
	return []field[Cluster]{
		key("name", "", "", func(c *Cluster) *string { return &c.Name }, text(clusterName)).like(`"Narwhal"`),
		keys("aliases", "other names sources use for it",
			func(c *Cluster) *[]string { return &c.Aliases }, text(clusterName)),
		key("via", `"ssh"`, "local or ssh", func(c *Cluster) *string { return &c.Via }, text(oneOf("local", "ssh"))),
		key("host", "", "what ssh is given: a host, or a name from ~/.ssh/config",
			func(c *Cluster) *string { return &c.Host }, text(sshHost)).like(`"narwhal.navydsrc.hpc.mil"`),
		key("site", `""`, "code of its centre", func(c *Cluster) *string { return &c.Site }, text()).like(`"NAVO"`),
		key("queue_by", `"partition"`, "partition, qos or both: what its users choose",
			func(c *Cluster) *string { return &c.QueueBy }, text(oneOf("partition", "qos", "both"))),
		key("timeout", `"60s"`, "", func(c *Cluster) *time.Duration { return &c.Timeout }, duration(time.Second)),
		keys("storage_paths", "looked at beside the folders it names itself",
			func(c *Cluster) *[]string { return &c.StoragePaths }, text(remotePath)),
		key("login_node", `""`, "what people log in to; empty: as observed",
			func(c *Cluster) *string { return &c.LoginNode }, text(optional(hostName))),
	}
}

func centreFields() []field[Centre] {
	return []field[Centre]{
		key("name", `""`, "", func(c *Centre) *string { return &c.Name }, text()).like(`"Navy DSRC"`),
		key("domain", `""`, "of its login nodes",
			func(c *Centre) *string { return &c.Domain }, text(optional(hostName))).like(`"navydsrc.hpc.mil"`),
		key("location", `""`, "", func(c *Centre) *string { return &c.Location }, text()).like(`"Stennis Space Center, MS"`),
		key("lat", "", "degrees, north is positive", func(c *Centre) **float64 { return &c.Lat }, degrees(90)).like("30.36"),
		key("lon", "", "degrees, east is positive", func(c *Centre) **float64 { return &c.Lon }, degrees(180)).like("-89.60"),
		keys("names", "other names sources use for it", func(c *Centre) *[]string { return &c.Names }, text(notEmpty)),
	}
}
