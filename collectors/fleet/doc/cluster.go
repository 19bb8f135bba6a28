package doc

// ClusterUsage is api/cluster-usage.json: every cluster by slug, and the insights of the fleet.
type ClusterUsage struct {
	GeneratedAt Time               `json:"generated_at"`
	Clusters    map[string]Cluster `json:"clusters"`
	Insights    []Insight          `json:"insights"`
	Schema      int                `json:"schema"`
	// ValidUntil is the earliest moment at which a cluster's data expires; null when none does.
	ValidUntil Time `json:"valid_until"`
	Demo       bool `json:"demo,omitempty"`
}

// ClusterDetail is api/cluster-usage/<slug>.json.
type ClusterDetail struct {
	Cluster
	Insights []Insight `json:"insights"`
	Schema   int       `json:"schema"`
}

// Cluster is what one session on a machine showed.
type Cluster struct {
	Name string `json:"name"`
	// Status is connected, stale, unreachable or off.
	Status string `json:"status"`
	// LastUpdated is when the cluster last answered; null when it never did.
	LastUpdated Time         `json:"last_updated"`
	Queues      []Queue      `json:"queues"`
	Allocations []Allocation `json:"allocations"`
	Storage     []Storage    `json:"storage"`

	Slug string `json:"slug"`
	Provenance
	Scheduler        *string `json:"scheduler"`
	SchedulerVersion *string `json:"scheduler_version"`
	// SchedulerAnswers is false when a scheduler is installed but was silent; null when there is none.
	SchedulerAnswers *bool `json:"scheduler_answers"`
	// Error is why the last attempt failed; null when it did not.
	Error *string `json:"error"`
	// Visibility is all or own: own means that only the collecting account's jobs can be
	// seen, so that job counts are null. Null when not known.
	Visibility *string `json:"visibility"`
	// Totals counts every job once; route queues are left out.
	Totals       Jobs          `json:"totals"`
	Nodes        *Nodes        `json:"nodes"`
	Reservations []Reservation `json:"reservations"`
	// Unmetered holds projects without a limit, or with none known.
	Unmetered []Unmetered `json:"unmetered"`
	// UnmeteredStorage holds storage without a limit.
	UnmeteredStorage []UnmeteredStorage `json:"unmetered_storage"`
	// Parts tells the age of each part, because some are asked for less often and may fail alone.
	Parts Parts `json:"parts"`
}

// Parts is the provenance of the parts of a cluster.
type Parts struct {
	Queues      Part `json:"queues"`
	Allocations Part `json:"allocations"`
	Storage     Part `json:"storage"`
}

// Part is the provenance of one part.
type Part struct {
	ObservedAt Time    `json:"observed_at"`
	ValidUntil Time    `json:"valid_until"`
	Stale      bool    `json:"stale"`
	Error      *string `json:"error"`
}

// Queue is a queue, partition or QOS.
type Queue struct {
	Name string `json:"name"`
	// State is running, stopped, draining, closed or unknown.
	State       string `json:"state"`
	TotalJobs   *int   `json:"total_jobs"`
	RunningJobs *int   `json:"running_jobs"`
	QueuedJobs  *int   `json:"queued_jobs"`
	HeldJobs    *int   `json:"held_jobs"`

	// EligibleJobs are the queued jobs that wait for the machine only.
	EligibleJobs *int     `json:"eligible_jobs"`
	CoresRunning *int     `json:"cores_running"`
	CoresQueued  *int     `json:"cores_queued"`
	Pending      []Reason `json:"pending"`
	// Kind is batch or route.
	Kind       string   `json:"kind"`
	RoutesTo   []string `json:"routes_to"`
	Default    bool     `json:"default"`
	Restricted bool     `json:"restricted"`
	Visibility *string  `json:"visibility"`
	Limits     Limits   `json:"limits"`
	// Nodes counts the nodes that serve the queue; they may serve others too.
	Nodes *Nodes `json:"nodes"`
}

// Jobs counts jobs; null is not known.
type Jobs struct {
	TotalJobs    *int `json:"total_jobs"`
	RunningJobs  *int `json:"running_jobs"`
	QueuedJobs   *int `json:"queued_jobs"`
	HeldJobs     *int `json:"held_jobs"`
	EligibleJobs *int `json:"eligible_jobs"`
	CoresRunning *int `json:"cores_running"`
	CoresQueued  *int `json:"cores_queued"`
}

// Reason is a count of pending jobs by the scheduler's reason.
type Reason struct {
	Reason string `json:"reason"`
	Jobs   int    `json:"jobs"`
}

// Limits are what one job may ask for; null is no limit known.
type Limits struct {
	MaxWalltimeSeconds *int64 `json:"max_walltime_seconds"`
	UnlimitedWalltime  bool   `json:"unlimited_walltime"`
	MinCores           *int   `json:"min_cores"`
	MaxCores           *int   `json:"max_cores"`
	MaxNodes           *int   `json:"max_nodes"`
	MaxJobsPerUser     *int   `json:"max_jobs_per_user"`
}

// Nodes counts nodes, each once.
type Nodes struct {
	Total    int       `json:"total"`
	Busy     int       `json:"busy"`
	Idle     int       `json:"idle"`
	Drained  int       `json:"drained"`
	Down     int       `json:"down"`
	Off      int       `json:"off"`
	Reserved int       `json:"reserved"`
	Cores    *Resource `json:"cores"`
	GPUs     *Resource `json:"gpus"`
}

// Resource is a count of equal things of which some are in use.
type Resource struct {
	Total int `json:"total"`
	Used  int `json:"used"`
	Free  int `json:"free"`
}

// Reservation is a stretch of time in which nodes are set aside.
type Reservation struct {
	Name         string `json:"name"`
	Start        Time   `json:"start"`
	End          Time   `json:"end"`
	Nodes        *int   `json:"nodes"`
	Maintenance  bool   `json:"maintenance"`
	WholeMachine bool   `json:"whole_machine"`
}

// Allocation is a project's budget; every amount is in Unit, with up to two decimals.
type Allocation struct {
	Project        string  `json:"project"`
	AllocatedHours float64 `json:"allocated_hours"`
	UsedHours      float64 `json:"used_hours"`
	RemainingHours float64 `json:"remaining_hours"`
	PercentUsed    float64 `json:"percent_used"`

	Unit      string   `json:"unit"`
	Scope     string   `json:"scope"`
	User      *string  `json:"user"`
	PeriodEnd Time     `json:"period_end"`
	Fairshare *float64 `json:"fairshare"`
	Source    string   `json:"source"`
}

// Unmetered is a project without a budget, or with none known.
type Unmetered struct {
	Project   string   `json:"project"`
	User      *string  `json:"user"`
	Scope     string   `json:"scope"`
	Unit      string   `json:"unit"`
	UsedHours *float64 `json:"used_hours"`
	Fairshare *float64 `json:"fairshare"`
	// Reason says why it is no budget.
	Reason string `json:"reason"`
	Source string `json:"source"`
}

// Storage is a quota or a filesystem; _gb is 1024^3 bytes, with up to two decimals.
type Storage struct {
	Path        string  `json:"path"`
	TotalGB     float64 `json:"total_gb"`
	UsedGB      float64 `json:"used_gb"`
	AvailableGB float64 `json:"available_gb"`
	PercentUsed float64 `json:"percent_used"`

	// Kind is quota or filesystem; Scope is user, group, project or filesystem.
	Kind       string   `json:"kind"`
	Scope      string   `json:"scope"`
	Owner      *string  `json:"owner"`
	HardGB     *float64 `json:"hard_gb"`
	Grace      *string  `json:"grace"`
	FilesUsed  *int64   `json:"files_used"`
	FilesLimit *int64   `json:"files_limit"`
	Source     string   `json:"source"`
}

// UnmeteredStorage is storage without a limit.
type UnmeteredStorage struct {
	Path      string   `json:"path"`
	UsedGB    *float64 `json:"used_gb"`
	Kind      string   `json:"kind"`
	Scope     string   `json:"scope"`
	Owner     *string  `json:"owner"`
	FilesUsed *int64   `json:"files_used"`
	Source    string   `json:"source"`
}

// Insight is something worth knowing or doing that follows from the numbers.
type Insight struct {
	// Type is recommendation, allocation, storage, system, gpu or stale.
	Type string `json:"type"`
	// Priority is high, medium or low.
	Priority string `json:"priority"`
	// Cluster is the slug of the cluster or system it is about.
	Cluster string `json:"cluster"`
	Message string `json:"message"`

	// Queue, Project and Path name what it is about; null where that does not apply.
	Queue   *string `json:"queue"`
	Project *string `json:"project"`
	Path    *string `json:"path"`
	// Action says what to do.
	Action string `json:"action"`
}
