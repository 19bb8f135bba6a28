package page

import (
	"html/template"
	"time"

	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/generator/api"
	"hpcstatus/generator/site"
)

// now is the moment at which the fixture's pages are made.
var now = time.Date(2026, 1, 22, 15, 30, 20, 0, time.UTC)

// ago is a time before now, in whole minutes.
func ago(minutes int) doc.Time { return doc.At(now.Add(-time.Duration(minutes) * time.Minute)) }

// in is a time after now.
func in(minutes int) doc.Time { return ago(-minutes) }

// p makes a pointer to a value.
func p[T any](v T) *T { return &v }

// fresh is the provenance of a datum of this cycle.
func fresh(source string) doc.Provenance {
	return doc.Provenance{ObservedAt: ago(2), ValidUntil: in(7), Source: p(source)}
}

// fixture is a fleet with at least one of everything the pages show.
func fixture() Input {
	docs := api.Documents{Clusters: clusters()}
	docs.Usage = doc.ClusterUsage{GeneratedAt: ago(0), Clusters: map[string]doc.Cluster{}, Insights: insights()}
	for _, c := range docs.Clusters {
		docs.Usage.Clusters[c.Slug] = c.Cluster
	}
	has := func(slug string) bool { _, ok := docs.Usage.Clusters[slug]; return ok }
	docs.Systems = systems(has)
	docs.Status = statusOf(docs.Systems)
	docs.Health = health()
	return Input{
		Documents: docs,
		Site: site.Site{Title: "HPC Status Monitor", Location: time.FixedZone("CST", -6*3600), Theme: "auto",
			Demo: true, Version: "v0.1.0"},
		Briefings: map[string]template.HTML{"nautilus": "<p>Scratch is purged after <strong>30 days</strong>. " +
			"Use <code>$WORKDIR</code> for runs and copy results to <code>$CENTER</code>.</p>\n" +
			"<ul>\n<li>GPU jobs: add <code>-l ngpus=4</code>.</li>\n<li>Large jobs start at night.</li>\n</ul>"},
		Help: []HelpDoc{
			{Slug: "queues", Title: "Queues", HTML: "<p><strong>Queued</strong> jobs wait; <strong>eligible</strong> ones wait for the machine only.</p>"},
			{Slug: "allocations", Title: "Allocations", HTML: "<p>Used and allocated come from one source.</p>"},
		},
		Templates: builtin(),
		Now:       now,
	}
}

// system makes a system whose status one fact decided.
func system(name, slug, site, siteName, status, text, scheduler string) doc.SystemDetail {
	fact := &doc.Fact{Status: status, Text: text, Provenance: fresh("hpcmp_fleet")}
	login := slug + "." + map[string]string{"NAVO": "navydsrc"}[site] + ".hpc.mil"
	if site != "NAVO" {
		login = slug + "." + map[string]string{"ERDC": "erdc", "AFRL": "afrl", "ARL": "arl", "MHPCC": "mhpcc"}[site] + ".hpc.mil"
	}
	return doc.SystemDetail{Schema: doc.Schema, Origins: map[string]string{"status": "hpcmp_fleet", "login_node": "hpcmp_fleet"},
		System: doc.System{
			SystemBrief: doc.SystemBrief{System: name, Slug: slug, Status: status, DSRC: &site, LoginNode: &login,
				Scheduler: &scheduler, Provenance: fact.Provenance},
			DetailsURL: "/system/" + slug, SiteName: &siteName, LoginNodeSource: p("derived"),
			StatusRule: "reported", Reported: fact}}
}

// systems lists the fleet, sorted by name.
func systems(hasCluster func(slug string) bool) []doc.SystemDetail {
	const navy, erdc, afrl, arl, mhpcc = "Navy DSRC", "ERDC DSRC", "AFRL DSRC", "ARL DSRC", "MHPCC DSRC"
	all := []doc.SystemDetail{
		system("Barfoot", "barfoot", "ERDC", erdc, "UP", "Barfoot is currently Up.", "PBS"),
		system("Blueback", "blueback", "NAVO", navy, "UP", "Blueback is currently Up.", "Slurm"),
		system("Carpenter", "carpenter", "ERDC", erdc, "UP", "Carpenter is currently Up.", "PBS"),
		system("Coral", "coral", "MHPCC", mhpcc, "UNKNOWN", "", "Slurm"),
		system("Jean", "jean", "ARL", arl, "DOWN", "Jean is currently Down. Cooling failure in the machine room.", "PBS"),
		system("Kay", "kay", "ARL", arl, "UP", "Kay is currently Up.", "Slurm"),
		system("Makau", "makau", "MHPCC", mhpcc, "UP", "Makau is currently Up.", "Slurm"),
		system("Narwhal", "narwhal", "NAVO", navy, "UP", "Narwhal is currently Up.", "PBS"),
		system("Nautilus", "nautilus", "NAVO", navy, "UP", "Nautilus is currently Up.", "PBS"),
		system("Raider", "raider", "AFRL", afrl, "DEGRADED", "Raider is currently Degraded: one of two scratch filesystems is offline.", "Slurm"),
		system("Ruth", "ruth", "ARL", arl, "UP", "Ruth is currently Up.", "Slurm"),
		system("Warhawk", "warhawk", "AFRL", afrl, "MAINTENANCE", "Warhawk is currently in Scheduled Maintenance.", "PBS"),
	}
	for i := range all {
		all[i].HasCluster = hasCluster(all[i].Slug)
	}
	coral := &all[3]
	coral.StatusRule, coral.LastStatus, coral.Scheduler = "expired", p("UP"), nil
	coral.Observed = &doc.Fact{Status: "UP", Text: "Slurm answers; 97% of nodes are usable.", Provenance: doc.Provenance{
		ObservedAt: ago(310), ValidUntil: ago(301), Stale: true, Source: p("pw_cluster")}}
	coral.Reported, coral.Provenance = nil, coral.Observed.Provenance
	nautilus := &all[8]
	nautilus.Observed = &doc.Fact{Status: "UP", Text: "PBS answers, 6 of 7 queues start jobs, 98% of 1,376 nodes are usable.", Provenance: fresh("pw_cluster")}
	nautilus.LoginNodeSource = p("configured")
	nautilus.Details = doc.Details{Architecture: p("Penguin Computing TrueHPC"), Cores: p(int64(176128)), MemoryTB: p(382.0),
		Description: p("An unclassified system for large simulations, with GPU and visualization nodes."),
		Guides: []doc.Link{{Title: "Nautilus User Guide", URL: "https://centers.hpc.mil/users/docs/navy/nautilusUserGuide.html"},
			{Title: "Nautilus PBS Guide", URL: "https://centers.hpc.mil/users/docs/navy/nautilusPbsGuide.html"}},
		More: []doc.Detail{{Name: "Interconnect", Value: "HDR InfiniBand"}, {Name: "Processor", Value: "AMD EPYC 7713 Milan"}}}
	return all
}

// statusOf counts systems as the API does.
func statusOf(all []doc.SystemDetail) doc.Status {
	s := doc.Status{StatusBreakdown: map[string]int{}, DSRCBreakdown: map[string]int{}, SchedulerBreakdown: map[string]int{},
		Summary: doc.Summary{TotalSystems: len(all), FleetUptime: "73%", LastObserved: ago(2)}}
	for _, d := range all {
		s.Systems = append(s.Systems, d.System)
		s.StatusBreakdown[d.Status]++
		s.DSRCBreakdown[*d.DSRC]++
		scheduler := "unknown"
		if d.Scheduler != nil {
			scheduler = *d.Scheduler
		}
		s.SchedulerBreakdown[scheduler]++
	}
	s.Summary.UpCount, s.Summary.DegradedCount = s.StatusBreakdown["UP"], s.StatusBreakdown["DEGRADED"]
	return s
}

func insights() []doc.Insight {
	return []doc.Insight{
		{Type: "recommendation", Priority: "medium", Cluster: "nautilus", Queue: p("standard"),
			Message: "Queue ‘standard’ has 105 eligible jobs waiting.", Action: "Jobs of up to 1 h and 1,024 cores fit ‘debug’, which has 4,096 cores free."},
		{Type: "allocation", Priority: "high", Cluster: "nautilus", Project: p("NAVO0017"),
			Message: "Project NAVO0017 is overspent by 12,400 core-hours.", Action: "Its jobs run in ‘background’ only; ask for more hours."},
		{Type: "storage", Priority: "high", Cluster: "raider", Path: p("/p/work1/shared"),
			Message: "/p/work1/shared is 97.2% full.", Action: "Move or delete what you do not need before jobs fail to write."},
		{Type: "gpu", Priority: "low", Cluster: "raider", Message: "24 GPUs are idle.", Action: "GPU jobs start at once."},
		{Type: "stale", Priority: "medium", Cluster: "narwhal", Message: "Narwhal has not answered since 13:11 UTC.", Action: "Its figures are the last good ones."},
		{Type: "system", Priority: "medium", Cluster: "jean", Message: "Jean is down and jobs may be waiting.", Action: "Kay runs the same queues."},
	}
}

func health() doc.Health {
	return doc.Health{Status: "degraded", GeneratedAt: ago(0), ValidUntil: in(9), Collectors: map[string]doc.CollectorHealth{
		"hpcmp_fleet": {Status: "ok", LastRun: ago(2), LastSuccess: ago(2), DurationMS: p(int64(840))},
		"pw_cluster": {Status: "stale", LastRun: ago(2), LastSuccess: ago(2), DurationMS: p(int64(60400)),
			Error: p("2 of 6 clusters failed"), Targets: []doc.TargetHealth{
				{Name: "Nautilus", Slug: "nautilus", Status: "ok", LastSuccess: ago(2), DurationMS: p(int64(2310))},
				{Name: "Narwhal", Slug: "narwhal", Status: "error", LastSuccess: ago(139), DurationMS: p(int64(60000)), Error: p("probe Narwhal: timed out after 60s")},
				{Name: "Warhawk", Slug: "warhawk", Status: "needs login", DurationMS: p(int64(410)), Error: p("probe Warhawk: authentication failed: run pw auth login")},
				{Name: "Gone", Slug: "gone", Status: "ok"},
			}},
	}}
}

// part is the provenance of a part observed that many minutes ago.
func part(minutes int) doc.Part {
	return doc.Part{ObservedAt: ago(minutes), ValidUntil: in(60 - minutes)}
}
