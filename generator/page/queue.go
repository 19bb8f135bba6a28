package page

import (
	"strings"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// queuesView is the page of every queue of every cluster.
type queuesView struct {
	frame
	Clusters []usage
	// Reasons explain the reasons for waiting that the page shows.
	Reasons []glossed
}

// usage is what one cluster's scheduler shows.
type usage struct {
	Name, Slug, Href string
	Connection       badge
	// Scheduler with its version; empty when unknown.
	Scheduler string
	// Silent says that a scheduler is installed and did not answer.
	Silent bool
	// Errors say in words what failed.
	Errors []string
	// OwnOnly says that the account sees only its own jobs; Missing is why counts are unknown.
	OwnOnly bool
	Missing string
	Totals  doc.Jobs
	Nodes   *doc.Nodes
	Cores   *bar
	GPUs    *bar
	// Reservations that have not ended.
	Reservations []doc.Reservation
	Queues       []queueRow
	Seen         seen
}

// queueRow is one queue. Rows are many, so everything that takes work is done here and not in the template.
type queueRow struct {
	Name  string
	State badge
	// Note says that it is the default, is restricted, or routes to other queues.
	Note    string
	Missing string

	Running, Queued, Eligible, Held *int
	// Cores of the nodes that serve the queue; nil when not known.
	Cores *bar
	Free  int
	// CoresRunning are held by the queue's own jobs.
	CoresRunning *int
	Nodes        *doc.Nodes
	// Unusable says how many nodes are drained or down; empty when none is.
	Unusable string
	Limits   doc.Limits
	// Size is what one job may ask for besides time; empty when no limit is known.
	Size    string
	Pending []doc.Reason
	// NoneWaits says that no job is queued or held, so that there is no reason to know.
	NoneWaits bool
}

func (m *model) queues() queuesView {
	v := queuesView{frame: m.frame(framed{path: "queues.html", title: "Queues", data: "api/cluster-usage.json",
		description: "Every queue of every cluster: its state, its jobs, its cores and what a job may ask for."})}
	seenReasons := map[string]bool{}
	for i := range m.Documents.Clusters {
		u := m.usage(&m.Documents.Clusters[i])
		v.Clusters = append(v.Clusters, u)
		for _, q := range u.Queues {
			for _, r := range q.Pending {
				seenReasons[r.Reason] = true
			}
		}
	}
	v.Reasons = glossary(seenReasons)
	return v
}

// usage is the view of one cluster, for its page and the page of all queues.
func (m *model) usage(c *doc.ClusterDetail) usage {
	u := usage{
		Name: c.Name, Slug: c.Slug, Href: "system/" + c.Slug + ".html",
		Connection: clusterBadge(c.Status), Scheduler: scheduler(c),
		Silent:  c.SchedulerAnswers != nil && !*c.SchedulerAnswers,
		Errors:  clusterErrors(c),
		OwnOnly: value(c.Visibility) == string(fleet.VisibleOwn), Missing: countsMissing(c),
		Totals: c.Totals, Nodes: c.Nodes, Seen: m.usageSeen(c),
	}
	if c.Nodes != nil {
		u.Cores, u.GPUs = busyBar(c.Nodes.Cores, "cores"), busyBar(c.Nodes.GPUs, "GPUs")
	}
	for _, r := range c.Reservations {
		if !past(r.End, m.Now) {
			u.Reservations = append(u.Reservations, r)
		}
	}
	u.Queues = make([]queueRow, len(c.Queues))
	for i := range c.Queues {
		u.Queues[i] = newQueueRow(&c.Queues[i])
	}
	return u
}

func newQueueRow(q *doc.Queue) queueRow {
	row := queueRow{Name: q.Name, State: queueBadge(q.State), Note: queueNote(q),
		Running: q.RunningJobs, Queued: q.QueuedJobs, Eligible: q.EligibleJobs, Held: q.HeldJobs,
		CoresRunning: q.CoresRunning, Nodes: q.Nodes, Limits: q.Limits, Size: jobSize(q.Limits), Pending: q.Pending}
	row.NoneWaits = len(q.Pending) == 0 && is(q.QueuedJobs, 0) && (q.HeldJobs == nil || *q.HeldJobs == 0)
	if value(q.Visibility) == string(fleet.VisibleOwn) {
		row.Missing = notVisible
	}
	if q.Nodes != nil {
		row.Unusable = unusable(q.Nodes)
		if row.Cores = busyBar(q.Nodes.Cores, "cores"); row.Cores != nil {
			row.Free = q.Nodes.Cores.Free
		}
	}
	return row
}

func is(n *int, want int) bool { return n != nil && *n == want }

// notVisible is why counts are missing where the account sees only its own jobs.
const notVisible = "not visible to the collecting account"

// countsMissing is why a cluster's job counts are unknown.
func countsMissing(c *doc.ClusterDetail) string {
	switch {
	case value(c.Visibility) == string(fleet.VisibleOwn):
		return notVisible
	case c.Status == string(fleet.Unreachable):
		return "never reached"
	case c.Status == string(fleet.Off):
		return "switched off"
	}
	return notMeasured
}

// usageSeen is the age of a cluster's queues, which are stale with its session.
func (m *model) usageSeen(c *doc.ClusterDetail) seen {
	s := seenPart(c.Parts.Queues, m.Now)
	if s.At.IsZero() {
		s.At, s.Until = c.LastUpdated, c.ValidUntil
	}
	s.Stale = !s.At.IsZero() && (s.Stale || c.Status == string(fleet.Stale) || past(s.Until, m.Now))
	return s
}

// clusterErrors says what failed, each thing once.
func clusterErrors(c *doc.ClusterDetail) []string {
	var errors []string
	said := map[string]bool{}
	for _, e := range []struct {
		what string
		text *string
	}{{"Session", c.Error}, {"Queues", c.Parts.Queues.Error},
		{"Allocations", c.Parts.Allocations.Error}, {"Storage", c.Parts.Storage.Error}} {
		if text := value(e.text); text != "" && !said[text] {
			said[text] = true
			errors = append(errors, e.what+": "+text)
		}
	}
	return errors
}

func scheduler(c *doc.ClusterDetail) string {
	return strings.TrimSpace(value(c.Scheduler) + " " + value(c.SchedulerVersion))
}

// queueNote says what is special about a queue.
func queueNote(q *doc.Queue) string {
	var notes []string
	if q.Default {
		notes = append(notes, "default")
	}
	if q.Restricted {
		notes = append(notes, "restricted")
	}
	switch {
	case q.Kind == string(fleet.RouteQueue) && len(q.RoutesTo) > 0:
		notes = append(notes, "routes to "+list(q.RoutesTo))
	case q.Kind == string(fleet.RouteQueue):
		notes = append(notes, "routing queue")
	}
	return strings.Join(notes, ", ")
}

// unusable counts the nodes that take no job.
func unusable(n *doc.Nodes) string {
	var parts []string
	for _, state := range []struct {
		n    int
		word string
	}{{n.Down, "down"}, {n.Drained, "drained"}, {n.Reserved, "reserved"}, {n.Off, "off"}} {
		if state.n > 0 {
			parts = append(parts, thousands(int64(state.n))+" "+state.word)
		}
	}
	return strings.Join(parts, ", ")
}

// jobSize says what one job may ask for, and how many a user may run.
func jobSize(l doc.Limits) string {
	var parts []string
	switch {
	case l.MinCores != nil && *l.MinCores > 0 && l.MaxCores != nil:
		parts = append(parts, thousands(int64(*l.MinCores))+"–"+thousands(int64(*l.MaxCores))+" cores")
	case l.MaxCores != nil:
		parts = append(parts, "up to "+count(*l.MaxCores, "core"))
	case l.MinCores != nil && *l.MinCores > 0:
		parts = append(parts, "from "+count(*l.MinCores, "core"))
	}
	if l.MaxNodes != nil {
		parts = append(parts, "up to "+count(*l.MaxNodes, "node"))
	}
	if l.MaxJobsPerUser != nil {
		parts = append(parts, count(*l.MaxJobsPerUser, "job")+" a user")
	}
	return strings.Join(parts, ", ")
}
