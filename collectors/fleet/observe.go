package fleet

import (
	"fmt"
	"time"
)

// usableShare is the part of the nodes that must be usable for a machine to count as UP.
const usableShare = 0.9

// Observe is the status that a cluster's session shows at now. It is never DOWN: a lost
// connection or a silent scheduler proves nothing of the machine. The result is UNKNOWN
// when the cluster was never reached.
func Observe(c Cluster, now time.Time) Fact {
	status, text := observe(c, now)
	fact := Fact{
		Status: status, Text: text, Source: c.Source,
		ObservedAt: c.ObservedAt, ValidUntil: c.ValidUntil, Stale: c.Status == Stale,
	}
	if c.Usage.Measured() && c.Usage.Error != "" && !c.SchedulerSilent {
		// The session works but its queues could not be read: they are the last good ones.
		fact.ObservedAt, fact.ValidUntil, fact.Stale = c.Usage.ObservedAt, c.Usage.ValidUntil, true
	}
	return fact
}

func observe(c Cluster, now time.Time) (Status, string) {
	switch {
	case c.Status == Off:
		return Unknown, "switched off; it starts on demand"
	case c.ObservedAt.IsZero():
		return Unknown, "not reached: " + c.Error
	case c.SchedulerSilent:
		return Degraded, "the scheduler does not answer: " + c.Usage.Error
	case c.Scheduler == "" && !c.Usage.Measured():
		return Unknown, "no scheduler was found"
	case !c.Usage.Measured():
		return Unknown, "the scheduler's answer could not be read: " + c.Usage.Error
	}
	for _, r := range c.Reservations {
		if r.Maintenance && r.WholeMachine && r.Active(now) {
			return Maintenance, fmt.Sprintf("reservation %q holds the whole machine", r.Name)
		}
	}
	n := c.Nodes
	switch {
	case !startsJobs(c.Queues):
		return Degraded, "no queue starts jobs"
	case n == nil || n.Total == 0:
		return Unknown, "queues start jobs, but how many nodes are usable is not known"
	case float64(n.Usable()) < usableShare*float64(n.Total):
		return Degraded, fmt.Sprintf("%d of %d nodes are usable", n.Usable(), n.Total)
	}
	return Up, "the scheduler answers and starts jobs"
}

func startsJobs(queues []Queue) bool {
	for _, q := range queues {
		if q.Kind != RouteQueue && (q.State == QueueRunning || q.State == QueueDraining) {
			return true
		}
	}
	return false
}
