package fleet

// QueueState says what a queue does with jobs.
type QueueState string

// The queue states.
const (
	QueueRunning  QueueState = "running"  // accepts and starts jobs
	QueueStopped  QueueState = "stopped"  // accepts jobs, starts none
	QueueDraining QueueState = "draining" // starts what it has, accepts none
	QueueClosed   QueueState = "closed"   // neither
	QueueUnknown  QueueState = "unknown"
)

// QueueKind tells queues that run jobs from queues that only pass them on.
type QueueKind string

// The queue kinds.
const (
	BatchQueue QueueKind = "batch"
	RouteQueue QueueKind = "route"
)

// Queue is a PBS queue, a Slurm partition or a Slurm QOS: what users choose when they submit.
type Queue struct {
	Name  string     `json:"name"`
	State QueueState `json:"state"`
	Kind  QueueKind  `json:"kind"`
	// Default is set for the queue that takes jobs which name none.
	Default bool `json:"default,omitempty"`
	// Restricted is set where only some accounts, groups or QOS may submit.
	Restricted bool `json:"restricted,omitempty"`
	// RoutesTo are the destinations of a route queue.
	RoutesTo   []string   `json:"routes_to,omitempty"`
	Visibility Visibility `json:"visibility,omitempty"`
	// Jobs counts a job that waits in two queues in both.
	Jobs   Jobs   `json:"jobs,omitzero"`
	Limits Limits `json:"limits,omitzero"`
	// Nodes counts the nodes that serve the queue; a node may serve several, so
	// these are never summed over queues. Nil when not known.
	Nodes *Nodes `json:"nodes,omitempty"`
}

// Jobs counts jobs; array elements count one by one. Nil is "not known".
type Jobs struct {
	// Running includes completing jobs.
	Running *int `json:"running,omitempty"`
	// Queued are pending jobs that are not held.
	Queued *int `json:"queued,omitempty"`
	// Held are jobs held by user, operator or system.
	Held *int `json:"held,omitempty"`
	// Eligible are the queued jobs that wait for the machine only: not for a
	// dependency, a begin time, an array throttle or a limit of their own.
	Eligible *int `json:"eligible,omitempty"`
	// CoresRunning and CoresQueued are the cores that running jobs hold and queued jobs ask for.
	CoresRunning *int `json:"cores_running,omitempty"`
	CoresQueued  *int `json:"cores_queued,omitempty"`
	// Pending splits queued and held jobs by the scheduler's reason, most frequent first.
	Pending []Reason `json:"pending,omitempty"`
}

// Reason is a count of pending jobs with one reason in the scheduler's words.
type Reason struct {
	Reason string `json:"reason"`
	Jobs   int    `json:"jobs"`
}

// Total is the sum of what is known of running, queued and held jobs; nil when none of them is.
func (j Jobs) Total() *int {
	var sum int
	known := false
	for _, n := range []*int{j.Running, j.Queued, j.Held} {
		if n != nil {
			sum += *n
			known = true
		}
	}
	if !known {
		return nil
	}
	return &sum
}

// Limits are what one job may ask of a queue. Nil (or zero seconds) is "no limit known".
type Limits struct {
	// MaxWalltimeSeconds is the longest walltime; nil when unlimited or not known, see Unlimited.
	MaxWalltimeSeconds *int64 `json:"max_walltime_seconds,omitempty"`
	// UnlimitedWalltime is set where the scheduler says that there is no limit.
	UnlimitedWalltime bool `json:"unlimited_walltime,omitempty"`
	MinCores          *int `json:"min_cores,omitempty"`
	MaxCores          *int `json:"max_cores,omitempty"`
	MaxNodes          *int `json:"max_nodes,omitempty"`
	// MaxJobsPerUser is how many jobs of one user may run at once.
	MaxJobsPerUser *int `json:"max_jobs_per_user,omitempty"`
}

// Nodes counts nodes and what is on them, each node once.
type Nodes struct {
	Total int `json:"total"`
	// Busy nodes run at least one job, Idle ones none and would take one.
	Busy int `json:"busy"`
	Idle int `json:"idle"`
	// Drained nodes take no new job (drained or draining); some may still run old ones.
	Drained int `json:"drained"`
	// Down nodes are broken or do not answer.
	Down int `json:"down"`
	// Off nodes are powered down on purpose (cloud, power saving) and start on demand.
	Off int `json:"off"`
	// Reserved nodes are held for a reservation or maintenance and run nothing.
	Reserved int `json:"reserved"`

	// Cores counts by core (or hardware thread, where the scheduler does); nil when not known.
	Cores *Resource `json:"cores,omitempty"`
	GPUs  *Resource `json:"gpus,omitempty"`
}

// Usable is the number of nodes that run jobs or would: busy, idle, off on purpose or reserved.
func (n Nodes) Usable() int { return n.Busy + n.Idle + n.Off + n.Reserved }

// Resource is a count of equal things of which some are in use.
type Resource struct {
	Total int `json:"total"`
	Used  int `json:"used"`
	// Free excludes what sits on drained, down, reserved or planned nodes.
	Free int `json:"free"`
}
