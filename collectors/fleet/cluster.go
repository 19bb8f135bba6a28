package fleet

import "time"

// ClusterStatus says how good the connection to a cluster is; it says nothing of the machine's health.
type ClusterStatus string

// The cluster states.
const (
	Connected   ClusterStatus = "connected"   // answered in this cycle
	Stale       ClusterStatus = "stale"       // failed in this cycle; its last good data is shown
	Unreachable ClusterStatus = "unreachable" // never answered
	Off         ClusterStatus = "off"         // a cloud cluster that is switched off
)

// Visibility says how much of the scheduler's truth the collecting account may see.
type Visibility string

// The visibilities.
const (
	VisibleAll Visibility = "all" // everything
	VisibleOwn Visibility = "own" // only the account's own jobs, so job counts are no measurement
)

// Cluster is what one session on a machine showed.
type Cluster struct {
	// Name is the name to show.
	Name string `json:"name"`
	// Slug identifies the cluster in paths and look-ups; it equals its system's.
	Slug string `json:"slug"`
	// Aliases are other names that sources use for the same machine.
	Aliases []string      `json:"aliases,omitempty"`
	Status  ClusterStatus `json:"status"`
	// Source names the collector that holds the session.
	Source string `json:"source"`
	// Site, LoginNode as configured or observed; empty when unknown.
	Site            string      `json:"site,omitempty"`
	LoginNode       string      `json:"login_node,omitempty"`
	LoginNodeSource LoginSource `json:"login_node_source,omitempty"`
	// Scheduler is spelled as in System; empty when none was found.
	Scheduler        string `json:"scheduler,omitempty"`
	SchedulerVersion string `json:"scheduler_version,omitempty"`
	// SchedulerSilent is set when a scheduler is installed but did not answer.
	SchedulerSilent bool `json:"scheduler_silent,omitempty"`
	// ObservedAt is when the cluster last answered (our clock); zero when it never did.
	ObservedAt time.Time `json:"observed_at,omitzero"`
	// ValidUntil is when what it answered stops being good.
	ValidUntil time.Time `json:"valid_until,omitzero"`
	// Error is why this cycle's attempt failed; empty when it did not.
	Error      string     `json:"error,omitempty"`
	Visibility Visibility `json:"visibility,omitempty"`

	// Usage is the provenance of Queues, Totals, Nodes and Reservations.
	Usage  Part    `json:"usage,omitzero"`
	Queues []Queue `json:"queues,omitempty"`
	// Totals counts every job once, wherever it waits. Route queues are left out.
	Totals Jobs `json:"totals,omitzero"`
	// Nodes counts every node once, whatever partitions it is in; nil when not known.
	Nodes        *Nodes        `json:"nodes,omitempty"`
	Reservations []Reservation `json:"reservations,omitempty"`

	// Accounts is the provenance of Allocations, which are asked for at most hourly.
	Accounts    Part         `json:"accounts,omitzero"`
	Allocations []Allocation `json:"allocations,omitempty"`

	// Disks is the provenance of Storage, which is asked for at most hourly.
	Disks   Part      `json:"disks,omitzero"`
	Storage []Storage `json:"storage,omitempty"`
}

// Part is the provenance of one part of a cluster's data, which may fail or be
// asked for less often than the rest.
type Part struct {
	ObservedAt time.Time `json:"observed_at,omitzero"`
	ValidUntil time.Time `json:"valid_until,omitzero"`
	// AskedAt is when a part that is asked for at most hourly was last asked for, well or badly.
	AskedAt time.Time `json:"asked_at,omitzero"`
	// Error is why the last attempt at this part failed; with data from an earlier
	// attempt that data is shown as stale.
	Error string `json:"error,omitempty"`
}

// Measured reports whether the part was ever obtained.
func (p Part) Measured() bool { return !p.ObservedAt.IsZero() }

// StaleAt reports whether the part's data is not this cycle's good data: its last
// attempt failed, or its validity has passed at now.
func (p Part) StaleAt(now time.Time) bool {
	return p.Error != "" || (!p.ValidUntil.IsZero() && now.After(p.ValidUntil))
}

// Reservation is a stretch of time in which nodes are set aside.
type Reservation struct {
	Name  string    `json:"name"`
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	// Nodes is how many nodes it holds; nil when not known.
	Nodes *int `json:"nodes,omitempty"`
	// Maintenance is set for reservations that the scheduler marks as maintenance.
	Maintenance bool `json:"maintenance,omitempty"`
	// WholeMachine is set when it covers every node.
	WholeMachine bool `json:"whole_machine,omitempty"`
}

// Active reports whether the reservation holds at now.
func (r Reservation) Active(now time.Time) bool {
	return !now.Before(r.Start) && (r.End.IsZero() || now.Before(r.End))
}
