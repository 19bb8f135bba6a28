package doc

// Health is api/health.json and the live answer of serve.
type Health struct {
	// Status is healthy, degraded or unhealthy.
	Status string `json:"status"`
	// UptimeSeconds is how long the server has run; null in the file.
	UptimeSeconds *int64                     `json:"uptime_seconds"`
	Collectors    map[string]CollectorHealth `json:"collectors"`

	Schema int `json:"schema"`
	// Refresh says whether POST /api/refresh works here.
	Refresh bool `json:"refresh"`
	// GeneratedAt is when the shown generation was made.
	GeneratedAt Time `json:"generated_at"`
	// ValidUntil is when the shown generation stops being good.
	ValidUntil Time `json:"valid_until"`
	// Problems are what is wrong besides the collectors: a broken configuration, template or content file.
	Problems []string `json:"problems"`
	Demo     bool     `json:"demo,omitempty"`
}

// CollectorHealth is how a collector's last run went.
type CollectorHealth struct {
	// Status is ok, stale, error, pending or disabled.
	Status      string  `json:"status"`
	LastRun     Time    `json:"last_run"`
	LastSuccess Time    `json:"last_success"`
	DurationMS  *int64  `json:"duration_ms"`
	Error       *string `json:"error"`
	// Targets are the clusters it asks; empty for collectors that ask none.
	Targets []TargetHealth `json:"targets"`
}

// TargetHealth is how asking one cluster went.
type TargetHealth struct {
	Name string `json:"name"`
	Slug string `json:"slug"`
	// Status is ok, error or needs login.
	Status      string  `json:"status"`
	LastSuccess Time    `json:"last_success"`
	DurationMS  *int64  `json:"duration_ms"`
	Error       *string `json:"error"`
}

// Refreshing is the answer to an accepted POST /api/refresh.
type Refreshing struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

// Error is every answer of the handler that is not a success.
type Error struct {
	Error string `json:"error"`
	// Cluster is the cluster as it was asked for, where one was not found.
	Cluster string `json:"cluster,omitempty"`
	// System is the system as it was asked for, where one was not found.
	System string `json:"system,omitempty"`
	// RetryAfter is in seconds, where trying later helps.
	RetryAfter int `json:"retry_after,omitempty"`
}

// Manifest is public/manifest.json: every file of one generation.
type Manifest struct {
	Schema int `json:"schema"`
	// Cycle identifies the generation.
	Cycle       string         `json:"cycle"`
	GeneratedAt Time           `json:"generated_at"`
	URLPrefix   string         `json:"url_prefix"`
	Files       []ManifestFile `json:"files"`
}

// ManifestFile is one file of a generation.
type ManifestFile struct {
	// Path is relative to public/, with slashes.
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// Expires is set on an asset of an earlier generation: when it may be removed.
	Expires Time `json:"expires,omitzero"`
}
