// Package insight finds what is worth knowing or doing in a fleet: a queue that would
// take waiting work, a project that is nearly spent, storage that is nearly full, trouble
// where work waits, idle GPUs, numbers that are old.
//
// It is a table of pure rules over the merged fleet. A rule speaks only of what was
// measured: where a count, a limit or a free core is not known, it stays silent. No
// message holds an age, so that the same facts give the same bytes at any time.
package insight

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// The types of insights, as published.
const (
	System         = "system"
	Recommendation = "recommendation"
	Allocation     = "allocation"
	Storage        = "storage"
	Stale          = "stale"
	GPU            = "gpu"
)

// The priorities, as published.
const (
	High   = "high"
	Medium = "medium"
	Low    = "low"
)

// rule looks at one machine.
type rule struct {
	kind string
	find func(machine) []doc.Insight
}

// rules lists all rules in the order in which insights of one priority are shown.
func rules() []rule {
	return []rule{
		{System, trouble},
		{Recommendation, recommend},
		{Allocation, allocations},
		{Storage, storage},
		{Stale, stale},
		{GPU, idleGPUs},
	}
}

// Find returns the insights of a fleet at now, the most urgent first; the order is the
// same for the same facts.
func Find(f fleet.Fleet, now time.Time) []doc.Insight {
	found := []doc.Insight{}
	rank := map[string]int{High: 0, Medium: 1, Low: 2}
	machines := look(f, now)
	for i, rule := range rules() {
		rank[rule.kind] = i
		for _, m := range machines {
			for _, insight := range rule.find(m) {
				insight.Type, insight.Cluster = rule.kind, m.Slug
				found = append(found, insight)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b doc.Insight) int {
		return cmp.Or(
			cmp.Compare(rank[a.Priority], rank[b.Priority]), cmp.Compare(rank[a.Type], rank[b.Type]),
			strings.Compare(a.Cluster, b.Cluster), strings.Compare(subject(a), subject(b)), strings.Compare(a.Message, b.Message),
		)
	})
	return found
}

// subject is what an insight is about within its cluster.
func subject(i doc.Insight) string {
	for _, name := range []*string{i.Queue, i.Project, i.Path} {
		if name != nil {
			return *name
		}
	}
	return ""
}

// machine is a cluster with what else is known of the machine behind it.
type machine struct {
	fleet.Cluster
	// verdict is the status that the system is shown with.
	verdict fleet.Status
	// needsLogin is set where nobody can look until somebody logs in again.
	needsLogin bool
	now        time.Time
}

// look gathers what is known of the machine behind each cluster.
func look(f fleet.Fleet, now time.Time) []machine {
	systems := make(map[string]fleet.System, len(f.Systems))
	for _, s := range f.Systems {
		systems[s.Slug] = s
	}
	locked := lockedOut(f)
	var machines []machine
	for _, c := range f.Clusters {
		s := systems[c.Slug]
		m := machine{Cluster: c, verdict: fleet.Judge(s.Reported, s.Observed, now).Status, now: now}
		// The source may know the cluster by another name than the fleet.
		for _, name := range slices.Concat([]string{c.Slug, c.Name, s.Name}, c.Aliases, s.Aliases) {
			m.needsLogin = m.needsLogin || locked[target{c.Source, fleet.Slug(name)}]
		}
		machines = append(machines, m)
	}
	return machines
}

// target is one cluster as its source knows it.
type target struct{ source, slug string }

// lockedOut are the targets that need a new login.
func lockedOut(f fleet.Fleet) map[target]bool {
	locked := map[target]bool{}
	for _, s := range f.Sources {
		for _, t := range s.Batch.Targets {
			if t.NeedsLogin {
				locked[target{s.Run.Name, t.Slug}] = true
			}
		}
	}
	return locked
}

// expired reports whether a time is known and past.
func (m machine) expired(t time.Time) bool { return !t.IsZero() && m.now.After(t) }

// fresh reports whether the counts of nodes and jobs are this cycle's.
func (m machine) fresh() bool {
	return m.Status == fleet.Connected && !m.expired(m.ValidUntil) && m.Usage.Measured() && !m.Usage.StaleAt(m.now)
}

// working reports whether jobs can be expected to start on the machine.
func (m machine) working() bool { return m.verdict == fleet.Up || m.verdict == fleet.Degraded }

// recent reports whether a part was measured, and not too long ago to act on.
func (m machine) recent(p fleet.Part) bool {
	return p.Measured() && m.now.Sub(p.ObservedAt) <= fleet.MaxStale
}
