package page

// localBase is where serve listens unless told otherwise.
const localBase = "http://127.0.0.1:8080"

// referenceView is the page about the API.
type referenceView struct {
	frame
	// Base is the address of the site in the examples.
	Base      string
	Endpoints []endpoint
	Errors    []glossed
}

// endpoint is one request that the API answers.
type endpoint struct {
	// ID is its anchor.
	ID, Method, Path string
	// File is the document below the site's root; empty where a server is needed.
	File    string
	What    string
	Curl    string
	Answers []glossed
}

func (m *model) reference() referenceView {
	v := referenceView{
		frame: m.frame(framed{path: "api.html", title: "API",
			description: "Everything on this site as plain JSON files, with examples to copy."}),
		Base: m.Site.BaseURL, Endpoints: endpoints(), Errors: errorCodes(),
	}
	if v.Base == "" {
		v.Base = localBase + m.Site.URLPrefix
	}
	for i := range v.Endpoints {
		m.exemplify(&v.Endpoints[i], v.Base)
	}
	return v
}

// exemplify fills in the file and the command of an endpoint, with a system and a cluster of this very fleet.
func (m *model) exemplify(e *endpoint, base string) {
	docs := &m.Documents
	switch {
	case e.ID == "cluster" && len(docs.Clusters) > 0:
		e.File = "api/cluster-usage/" + docs.Clusters[0].Slug + ".json"
	case e.ID == "system" && len(docs.Systems) > 0:
		e.File = "api/system/" + docs.Systems[0].Slug + ".json"
	}
	switch {
	case e.Method == "POST":
		e.Curl = "curl -X POST " + base + e.Path
	case e.File != "":
		e.Curl = "curl -s " + base + "/" + e.File
	}
}

// endpoints lists the requests of the API.
func endpoints() []endpoint {
	return []endpoint{
		{ID: "status", Method: "GET", Path: "/api/status", File: "api/status.json",
			What: "Every system with its status, why it has it, and the counts of the fleet.",
			Answers: []glossed{
				{"summary", "total_systems, up_count, degraded_count, fleet_uptime (UP over systems whose status is known), last_observed"},
				{"status_breakdown, dsrc_breakdown, scheduler_breakdown", "systems by status, centre and scheduler"},
				{"systems[]", "system, status, dsrc, login_node, scheduler, observed_at, details_url; reported and observed hold the facts, status_rule the rule"},
			}},
		{ID: "summary", Method: "GET", Path: "/api/fleet/summary", File: "api/fleet/summary.json",
			What: "The same fleet, condensed for scripts.",
			Answers: []glossed{
				{"fleet_stats", "total_systems, status_counts, dsrc_counts"},
				{"systems[]", "system, status, dsrc, scheduler, login_node, observed_at"},
			}},
		{ID: "usage", Method: "GET", Path: "/api/cluster-usage", File: "api/cluster-usage.json",
			What: "Queues, allocations and storage of every cluster, by slug, and the insights of the fleet.",
			Answers: []glossed{
				{"clusters.<slug>", "name, status (connected, stale, unreachable, off), last_updated, totals, nodes"},
				{"queues[]", "name, state, running_jobs, queued_jobs, eligible_jobs, held_jobs, limits, nodes, pending by reason"},
				{"allocations[]", "project, allocated_hours, used_hours, remaining_hours, percent_used, unit"},
				{"storage[]", "path, total_gb, used_gb, available_gb, percent_used (a gb is 1024³ bytes)"},
				{"insights[]", "type, priority, cluster, message, action"},
			}},
		{ID: "cluster", Method: "GET", Path: "/api/cluster-usage/{cluster}",
			What: "One cluster with its own insights. Case and punctuation of the name do not matter to a server."},
		{ID: "system", Method: "GET", Path: "/api/system/{system}",
			What: "One system with its details, the source of each field and the operators’ notes as Markdown.",
			Answers: []glossed{
				{"details", "architecture, cores, memory_tb, description, guides, more"},
				{"markdown_content", "the briefing; empty when there is none"},
			}},
		{ID: "health", Method: "GET", Path: "/api/health", File: "api/health.json",
			What: "How the monitor itself is doing: every collector’s last run and its error.",
			Answers: []glossed{
				{"status", "healthy, degraded or unhealthy"},
				{"collectors.<name>", "status, last_run, last_success, duration_ms, error, targets"},
				{"refresh", "whether POST /api/refresh works here; uptime_seconds is null in the file"},
			}},
		{ID: "refresh", Method: "POST", Path: "/api/refresh",
			What: "Asks the server to collect now. It needs the monitor’s own server; a plain web server has only the files."},
	}
}

// errorCodes are the answers of the server that are no success.
func errorCodes() []glossed {
	return []glossed{
		{"400", "An identifier that cannot be one."},
		{"403", "A refresh from another site, or without the token where one is configured."},
		{"404", "No such system, cluster or path."},
		{"405", "Another method; Allow names the right ones."},
		{"429", "Too many requests, or a refresh within the cooldown; Retry-After and retry_after say how long to wait."},
		{"500", "An error of the server."},
		{"503", "Nothing has been generated yet."},
	}
}
