package page

import (
	"io/fs"

	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/templates"
)

// builtin reads the built-in templates as the wiring does.
func builtin() map[string][]byte {
	files := map[string][]byte{}
	err := fs.WalkDir(templates.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[path], err = templates.FS.ReadFile(path)
		return err
	})
	if err != nil {
		panic(err)
	}
	return files
}

// cluster makes a connected cluster.
func cluster(name, slug, scheduler, version string) doc.ClusterDetail {
	return doc.ClusterDetail{Schema: doc.Schema, Cluster: doc.Cluster{
		Name: name, Slug: slug, Status: "connected", LastUpdated: ago(2), Provenance: fresh("pw_cluster"),
		Scheduler: &scheduler, SchedulerVersion: &version, SchedulerAnswers: p(true), Visibility: p("all"),
		Parts: doc.Parts{Queues: part(2), Allocations: part(40), Storage: part(40)}}}
}

// queue makes a running batch queue; negative counts are not known.
func queue(name string, running, queued, eligible, held int) doc.Queue {
	known := func(n int) *int {
		if n < 0 {
			return nil
		}
		return &n
	}
	return doc.Queue{Name: name, State: "running", Kind: "batch", RunningJobs: known(running), QueuedJobs: known(queued),
		EligibleJobs: known(eligible), HeldJobs: known(held), Visibility: p("all")}
}

// limited adds limits and nodes to a queue.
func limited(q doc.Queue, hours int64, minCores, maxCores, nodes, busy, coresPerNode int) doc.Queue {
	q.Limits = doc.Limits{MaxWalltimeSeconds: p(hours * 3600), MinCores: &minCores, MaxCores: &maxCores}
	q.Nodes = nodeCounts(nodes, busy, coresPerNode)
	return q
}

func nodeCounts(nodes, busy, coresPerNode int) *doc.Nodes {
	return &doc.Nodes{Total: nodes, Busy: busy, Idle: nodes - busy, Cores: &doc.Resource{
		Total: nodes * coresPerNode, Used: busy * coresPerNode, Free: (nodes - busy) * coresPerNode}}
}

func clusters() []doc.ClusterDetail {
	return []doc.ClusterDetail{blueback(), carpenter(), narwhal(), nautilus(), raider(), warhawk()}
}

// nautilus is a PBS machine with a routing queue and an overspent project.
func nautilus() doc.ClusterDetail {
	c := cluster("Nautilus", "nautilus", "PBS", "2022.1.3")
	standard := limited(queue("standard_lg", 45, 105, 80, 2), 168, 129, 16384, 1376, 1240, 128)
	standard.Nodes.Down, standard.Nodes.Drained, standard.Nodes.Idle = 4, 19, 113
	standard.Pending = []doc.Reason{{Reason: "Not Running: Insufficient amount of resource: ncpus", Jobs: 80},
		{Reason: "Not Running: User has reached queue standard_lg running job limit.", Jobs: 25}}
	small := limited(queue("standard_sm", 210, 12, 12, 0), 168, 1, 128, 1376, 1240, 128)
	debug := limited(queue("debug", 3, 0, 0, 0), 1, 1, 11264, 64, 32, 128)
	debug.Limits.MaxJobsPerUser = p(4)
	route := doc.Queue{Name: "standard", State: "running", Kind: "route", RoutesTo: []string{"standard_sm", "standard_lg"}, Default: true,
		RunningJobs: p(0), QueuedJobs: p(0), HeldJobs: p(0)}
	background := limited(queue("background", 18, 240, 6, 0), 4, 1, 11264, 1376, 1240, 128)
	background.Pending = []doc.Reason{{Reason: "JobArrayTaskLimit", Jobs: 234}, {Reason: "Priority", Jobs: 6}}
	hie := limited(queue("HIE", 4, 0, 0, 0), 24, 1, 384, 16, 4, 128)
	hie.Restricted = true
	stopped := queue("transfer", 0, 9, -1, -1)
	stopped.State, stopped.Limits.UnlimitedWalltime = "stopped", true
	c.Queues = []doc.Queue{route, standard, small, debug, background, hie, stopped}
	c.Totals = doc.Jobs{TotalJobs: p(648), RunningJobs: p(280), QueuedJobs: p(366), EligibleJobs: p(98), HeldJobs: p(2)}
	c.Nodes = standard.Nodes
	c.Nodes.GPUs = &doc.Resource{Total: 64, Used: 40, Free: 24}
	c.Reservations = []doc.Reservation{{Name: "pm-2026-02", Start: in(6000), End: in(6600), Maintenance: true, WholeMachine: true}}
	c.Allocations = []doc.Allocation{
		{Project: "NAVO0017", AllocatedHours: 500000, UsedHours: 512400, RemainingHours: -12400, PercentUsed: 102.48,
			Unit: "core-hours", Scope: "project", PeriodEnd: in(60 * 24 * 250), Source: "show_usage"},
		{Project: "ARLAP0042", AllocatedHours: 100000, UsedHours: 45000.25, RemainingHours: 54999.75, PercentUsed: 45,
			Unit: "core-hours", Scope: "user", User: p("user"), Source: "show_usage"},
		{Project: "ONRDC12", AllocatedHours: 2400000, UsedHours: 2040000, RemainingHours: 360000, PercentUsed: 85,
			Unit: "core-hours", Scope: "project", PeriodEnd: in(60 * 24 * 250), Source: "show_usage"}}
	c.Unmetered = []doc.Unmetered{{Project: "staff", Scope: "project", Unit: "core-hours", UsedHours: p(1203.5), Reason: "no limit is set", Source: "show_usage"}}
	c.Storage = []doc.Storage{
		{Path: "/p/home/user", TotalGB: 50, UsedGB: 35, AvailableGB: 15, PercentUsed: 70, Kind: "quota", Scope: "user",
			Owner: p("user"), HardGB: p(60.0), FilesUsed: p(int64(182340)), FilesLimit: p(int64(500000)), Source: "quota -s"},
		{Path: "/p/work1/user", TotalGB: 102400, UsedGB: 106496, AvailableGB: -4096, PercentUsed: 104, Kind: "quota", Scope: "user",
			Owner: p("user"), Grace: p("5 days"), Source: "lfs quota"},
		{Path: "/p/work1", TotalGB: 12.4e6, UsedGB: 8.1e6, AvailableGB: 4.3e6, PercentUsed: 65.3, Kind: "filesystem", Scope: "filesystem", Source: "df"}}
	c.UnmeteredStorage = []doc.UnmeteredStorage{{Path: "/p/archive/user", UsedGB: p(20480.0), Kind: "quota", Scope: "user", Owner: p("user"), Source: "show_storage"}}
	return c
}

// blueback is a Slurm machine by QOS.
func blueback() doc.ClusterDetail {
	c := cluster("Blueback", "blueback", "Slurm", "23.11.8")
	standard := limited(queue("standard", 310, 90, 74, 5), 168, 1, 49152, 1336, 1300, 192)
	standard.Pending = []doc.Reason{{Reason: "Priority", Jobs: 60}, {Reason: "Resources", Jobs: 14}, {Reason: "Dependency", Jobs: 11}, {Reason: "JobHeldUser", Jobs: 5}, {Reason: "AssocGrpCPUMinutesLimit", Jobs: 5}}
	c.Queues = []doc.Queue{limited(queue("debug", 2, 0, 0, 0), 1, 1, 9216, 1336, 1300, 192), standard,
		limited(queue("frontier", 12, 4, 4, 0), 168, 1, 131072, 1336, 1300, 192), limited(queue("urgent", 0, 0, 0, 0), 168, 1, 9216, 1336, 1300, 192)}
	c.Totals = doc.Jobs{TotalJobs: p(423), RunningJobs: p(324), QueuedJobs: p(94), EligibleJobs: p(78), HeldJobs: p(5)}
	c.Nodes = standard.Nodes
	c.Storage = []doc.Storage{{Path: "/p/work", TotalGB: 5.1e6, UsedGB: 4.3e6, AvailableGB: 0.8e6, PercentUsed: 84.3, Kind: "filesystem", Scope: "filesystem", Source: "df"}}
	c.Unmetered = []doc.Unmetered{{Project: "navo0017", Scope: "project", Unit: "core-hours", Fairshare: p(0.42), Reason: "the limit decays", Source: "scontrol show assoc_mgr"}}
	return c
}

// carpenter shows only the account's own jobs.
func carpenter() doc.ClusterDetail {
	c := cluster("Carpenter", "carpenter", "PBS", "2022.1.3")
	c.Visibility = p("own")
	for _, name := range []string{"standard", "debug", "background"} {
		q := limited(queue(name, -1, -1, -1, -1), 24, 1, 18432, 1440, 1398, 192)
		q.Visibility = p("own")
		c.Queues = append(c.Queues, q)
	}
	c.Nodes = nodeCounts(1440, 1398, 192)
	c.Parts.Storage = doc.Part{Error: p("read quota: lfs: command not found")}
	c.Allocations = []doc.Allocation{{Project: "ERDCV00898", AllocatedHours: 1200000, UsedHours: 1156000, RemainingHours: 44000,
		PercentUsed: 96.33, Unit: "core-hours", Scope: "project", PeriodEnd: in(60 * 24 * 250), Source: "show_usage"}}
	return c
}

// narwhal failed in this cycle; its last good data is shown.
func narwhal() doc.ClusterDetail {
	c := cluster("Narwhal", "narwhal", "PBS", "2022.1.3")
	c.Status, c.LastUpdated, c.Error = "stale", ago(139), p("probe Narwhal: timed out after 60s")
	c.ObservedAt, c.ValidUntil, c.Stale = ago(139), ago(130), true
	c.Parts.Queues = doc.Part{ObservedAt: ago(139), ValidUntil: ago(130), Stale: true, Error: c.Error}
	c.Parts.Allocations = doc.Part{ObservedAt: ago(160), ValidUntil: ago(100), Stale: true, Error: c.Error}
	c.Queues = []doc.Queue{limited(queue("standard", 401, 77, 77, -1), 168, 1, 32768, 2176, 2050, 128)}
	c.Totals = doc.Jobs{TotalJobs: p(478), RunningJobs: p(401), QueuedJobs: p(77), EligibleJobs: p(77)}
	c.Nodes = c.Queues[0].Nodes
	c.Allocations = []doc.Allocation{{Project: "NRLDC04", AllocatedHours: 80000, UsedHours: 12000, RemainingHours: 68000, PercentUsed: 15, Unit: "core-hours", Scope: "project", Source: "show_usage"}}
	return c
}

// raider is a Slurm machine by partition whose scheduler is silent for allocations.
func raider() doc.ClusterDetail {
	c := cluster("Raider", "raider", "Slurm", "22.05.9")
	gpu := limited(queue("gpu", 20, 2, 2, 0), 24, 1, 4096, 32, 26, 128)
	gpu.Nodes.GPUs = &doc.Resource{Total: 128, Used: 104, Free: 24}
	drain := limited(queue("viz", 1, 0, 0, 0), 24, 1, 128, 8, 1, 128)
	drain.State = "draining"
	c.Queues = []doc.Queue{limited(queue("standard", 122, 18, 18, 0), 168, 1, 16384, 1480, 1202, 128), gpu, drain}
	c.Totals = doc.Jobs{TotalJobs: p(163), RunningJobs: p(143), QueuedJobs: p(20), EligibleJobs: p(20), HeldJobs: p(0)}
	c.Nodes = nodeCounts(1520, 1229, 128)
	c.Nodes.GPUs = gpu.Nodes.GPUs
	c.Storage = []doc.Storage{{Path: "/p/work1/shared", TotalGB: 2.0e6, UsedGB: 1.944e6, AvailableGB: 0.056e6, PercentUsed: 97.2, Kind: "filesystem", Scope: "filesystem", Source: "df"}}
	c.Parts.Allocations = doc.Part{ObservedAt: ago(40), ValidUntil: in(20)}
	return c
}

// warhawk was never reached.
func warhawk() doc.ClusterDetail {
	return doc.ClusterDetail{Schema: doc.Schema, Cluster: doc.Cluster{Name: "Warhawk", Slug: "warhawk", Status: "unreachable",
		Provenance: doc.Provenance{Source: p("pw_cluster")}, Error: p("probe Warhawk: authentication failed: run pw auth login")}}
}
