package doc

// Status is api/status.json, the full payload of the dashboard.
type Status struct {
	Summary            Summary        `json:"summary"`
	StatusBreakdown    map[string]int `json:"status_breakdown"`
	DSRCBreakdown      map[string]int `json:"dsrc_breakdown"`
	SchedulerBreakdown map[string]int `json:"scheduler_breakdown"`
	Systems            []System       `json:"systems"`

	Schema int `json:"schema"`
	// ValidUntil is the earliest moment at which a shown status expires; null when none does.
	ValidUntil Time `json:"valid_until"`
	// Demo is set when the fleet is the recorded one of the demonstration.
	Demo bool `json:"demo,omitempty"`
}

// Summary counts the systems by status.
type Summary struct {
	TotalSystems  int `json:"total_systems"`
	UpCount       int `json:"up_count"`
	DegradedCount int `json:"degraded_count"`
	// FleetUptime is UP over the systems whose status is known, as a whole percentage
	// such as "90%", or "n/a" when less than half of the fleet is known.
	FleetUptime string `json:"fleet_uptime"`
	// LastObserved is the newest observation; null when there is none.
	LastObserved Time `json:"last_observed"`
}

// System is one system in the full payload.
type System struct {
	SystemBrief
	// DetailsURL is the path of the system's page, with the URL prefix.
	DetailsURL string `json:"details_url"`
	// SiteName is the full name of the centre that DSRC abbreviates.
	SiteName *string `json:"site_name"`
	// LoginNodeSource is configured, observed or derived; null without a login node.
	LoginNodeSource *string `json:"login_node_source"`
	// StatusRule names the rule that picked Status: reported, observed, expired, none.
	StatusRule string `json:"status_rule"`
	// LastStatus is the status before it expired; null unless it has.
	LastStatus *string `json:"last_status"`
	// Reported and Observed are both facts behind Status, each null when there is none.
	Reported *Fact `json:"reported"`
	Observed *Fact `json:"observed"`
}

// SystemBrief holds what is said of a system in every document.
type SystemBrief struct {
	System string `json:"system"`
	Status string `json:"status"`
	// DSRC is the code of the centre; null when unknown.
	DSRC      *string `json:"dsrc"`
	LoginNode *string `json:"login_node"`
	Scheduler *string `json:"scheduler"`
	Provenance
	Slug string `json:"slug"`
}

// Fact is a status as one source gave it.
type Fact struct {
	Status string `json:"status"`
	Text   string `json:"text"`
	Provenance
}

// FleetSummary is api/fleet/summary.json, the condensed overview for automation.
type FleetSummary struct {
	GeneratedAt Time          `json:"generated_at"`
	FleetStats  FleetStats    `json:"fleet_stats"`
	Systems     []SystemBrief `json:"systems"`

	Schema     int  `json:"schema"`
	ValidUntil Time `json:"valid_until"`
	Demo       bool `json:"demo,omitempty"`
}

// FleetStats counts systems by status and by centre.
type FleetStats struct {
	TotalSystems int            `json:"total_systems"`
	StatusCounts map[string]int `json:"status_counts"`
	DSRCCounts   map[string]int `json:"dsrc_counts"`
}

// SystemDetail is api/system/<slug>.json.
type SystemDetail struct {
	System
	Details Details `json:"details"`
	// MarkdownContent is the operator's briefing as Markdown, without its front matter; empty when there is none.
	MarkdownContent string `json:"markdown_content"`
	// HasCluster says whether api/cluster-usage/<slug>.json exists.
	HasCluster bool `json:"has_cluster"`
	// Origins names the source of each field, by JSON name.
	Origins map[string]string `json:"origins"`
	Schema  int               `json:"schema"`
}

// Details describe the machine; null is unknown.
type Details struct {
	Architecture *string  `json:"architecture"`
	Cores        *int64   `json:"cores"`
	MemoryTB     *float64 `json:"memory_tb"`
	Description  *string  `json:"description"`
	Guides       []Link   `json:"guides"`
	More         []Detail `json:"more"`
}

// Link is a titled address.
type Link struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Detail is a further row of the specification table.
type Detail struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
