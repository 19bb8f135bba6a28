package fleet

import "time"

// Snapshot is everything known after one cycle: what each source last reported or
// observed, unmerged, and how its last run went. It is what the state folder keeps.
type Snapshot struct {
	// Schema is SchemaVersion of the writer.
	Schema int `json:"schema"`
	// TakenAt is when the cycle ended.
	TakenAt time.Time `json:"taken_at"`
	// Demo says that the fleet is the recorded one of the demonstration.
	Demo bool `json:"demo,omitempty"`
	// Sources in the order of the configuration.
	Sources []Source `json:"sources"`
}

// Source is one collector's last run and its last good data.
type Source struct {
	Run   Run   `json:"run"`
	Batch Batch `json:"batch"`
}

// Batch is what a collector returns: systems that a page describes, clusters that answered or did not.
type Batch struct {
	Systems  []System  `json:"systems,omitempty"`
	Clusters []Cluster `json:"clusters,omitempty"`
	// Targets are the outcomes of the parts of the run, one for each cluster asked.
	Targets []Target `json:"targets,omitempty"`
}

// RunStatus is the outcome of a collector's last run.
type RunStatus string

// The outcomes.
const (
	RunOK       RunStatus = "ok"
	RunStale    RunStatus = "stale"    // failed, at least in part, and last good data is shown for all that failed
	RunError    RunStatus = "error"    // failed, at least in part, and there is nothing to show for it
	RunPending  RunStatus = "pending"  // has not run yet
	RunDisabled RunStatus = "disabled" // switched off in the configuration
)

// Run is the record of a collector's last run.
type Run struct {
	// Name of the collector, such as "hpcmp_fleet".
	Name   string    `json:"name"`
	Status RunStatus `json:"status"`
	// StartedAt is zero when it has not run.
	StartedAt time.Time `json:"started_at,omitzero"`
	// SucceededAt is the start of the last run that returned data; zero when there was none.
	SucceededAt time.Time `json:"succeeded_at,omitzero"`
	// Duration in nanoseconds.
	Duration time.Duration `json:"duration_ns,omitempty"`
	// Error says what went wrong and what to do; empty when nothing did.
	Error string `json:"error,omitempty"`
}

// Target is the outcome of asking one cluster.
type Target struct {
	Name string `json:"name"`
	Slug string `json:"slug"`
	// Error is empty when it answered.
	Error string `json:"error,omitempty"`
	// Duration in nanoseconds.
	Duration time.Duration `json:"duration_ns,omitempty"`
	// SucceededAt is when it last answered; zero when it never did.
	SucceededAt time.Time `json:"succeeded_at,omitzero"`
	// NeedsLogin is set after an authentication failure; until RetryAt, or until Credential
	// changes, the cluster is not asked again.
	NeedsLogin bool      `json:"needs_login,omitempty"`
	RetryAt    time.Time `json:"retry_at,omitzero"`
	// Credential is a fingerprint of what the login was tried with; it reveals nothing of it.
	Credential string `json:"credential,omitempty"`
}

// Source returns the named source's record, or nil.
func (s *Snapshot) Source(name string) *Source {
	for i := range s.Sources {
		if s.Sources[i].Run.Name == name {
			return &s.Sources[i]
		}
	}
	return nil
}

// Cluster returns the batch's cluster with the slug, or nil.
func (b *Batch) Cluster(slug string) *Cluster {
	for i := range b.Clusters {
		if b.Clusters[i].Slug == slug {
			return &b.Clusters[i]
		}
	}
	return nil
}

// Target returns the batch's target with the slug, or nil.
func (b *Batch) Target(slug string) *Target {
	for i := range b.Targets {
		if b.Targets[i].Slug == slug {
			return &b.Targets[i]
		}
	}
	return nil
}
