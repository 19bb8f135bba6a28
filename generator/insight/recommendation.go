package insight

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

const (
	// ManyWaiting is from how many eligible jobs on a queue counts as busy.
	ManyWaiting = 20
	// VeryManyWaiting is from how many on that is urgent.
	VeryManyWaiting = 100
	// FewWaiting is up to how many eligible jobs of its own another queue would still start new ones soon.
	FewWaiting = 5
)

// recommend names, for each busy queue, the open queue that would take its jobs. Jobs
// that wait for their own array, dependency or limit make no queue busy: no other queue
// would start them either.
func recommend(m machine) []doc.Insight {
	if !m.fresh() || !m.working() || m.Visibility == fleet.VisibleOwn {
		return nil
	}
	var found []doc.Insight
	for _, busy := range m.Queues {
		if busy.Kind == fleet.RouteQueue || busy.Visibility == fleet.VisibleOwn {
			continue
		}
		if busy.Jobs.Eligible == nil || *busy.Jobs.Eligible < ManyWaiting {
			continue
		}
		if offer, ok := m.bestOffer(busy); ok {
			found = append(found, offer.insight(busy))
		}
	}
	return found
}

// offer is a queue that would take jobs, and how much it takes.
type offer struct {
	queue fleet.Queue
	// seconds is the longest walltime; 0 is unlimited.
	seconds int64
	// cores is the largest job; free are the cores that are idle now.
	cores, free int
}

// bestOffer is the open queue with the most free cores; of equals the one that takes the longest jobs.
func (m machine) bestOffer(busy fleet.Queue) (offer, bool) {
	var offers []offer
	for _, q := range m.Queues {
		if o, ok := m.offer(q); ok && q.Name != busy.Name && o.suits(busy) {
			offers = append(offers, o)
		}
	}
	if len(offers) == 0 {
		return offer{}, false
	}
	longest := func(o offer) int64 { return cmp.Or(o.seconds, int64(1)<<62) }
	return slices.MinFunc(offers, func(a, b offer) int {
		return cmp.Or(cmp.Compare(b.free, a.free), cmp.Compare(longest(b), longest(a)), strings.Compare(a.queue.Name, b.queue.Name))
	}), true
}

// offer checks everything that must be known of a queue before it can be recommended.
func (m machine) offer(q fleet.Queue) (offer, bool) {
	open := q.Kind != fleet.RouteQueue && q.State == fleet.QueueRunning && !q.Restricted && q.Visibility != fleet.VisibleOwn
	quiet := q.Jobs.Eligible != nil && *q.Jobs.Eligible <= FewWaiting
	o := offer{queue: q}
	switch {
	case q.Limits.MaxWalltimeSeconds != nil && *q.Limits.MaxWalltimeSeconds > 0:
		o.seconds = *q.Limits.MaxWalltimeSeconds
	case !q.Limits.UnlimitedWalltime:
		return o, false
	}
	o.cores = largestJob(q)
	if idle := m.idleCores(q); idle != nil {
		o.free = idle.Free
	}
	fits := o.free > 0 && (q.Limits.MinCores == nil || o.free >= *q.Limits.MinCores)
	return o, open && quiet && o.cores > 0 && fits && !m.closesWithin(o.seconds)
}

// largestJob is how many cores one job may have; 0 when no limit is known. No job is
// larger than all that serves its queue.
func largestJob(q fleet.Queue) int {
	var whole, perNode int
	if q.Nodes != nil && q.Nodes.Cores != nil && q.Nodes.Total > 0 {
		whole, perNode = q.Nodes.Cores.Total, q.Nodes.Cores.Total/q.Nodes.Total
	}
	largest := whole
	for _, limit := range []int{value(q.Limits.MaxCores), value(q.Limits.MaxNodes) * perNode} {
		if limit > 0 && (largest == 0 || limit < largest) {
			largest = limit
		}
	}
	return largest
}

func value(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// idleCores are the cores that serve a queue: its own, or the machine's where no queue
// has any of its own. Nil when not known.
func (m machine) idleCores(q fleet.Queue) *fleet.Resource {
	if q.Nodes != nil {
		return q.Nodes.Cores
	}
	parted := slices.ContainsFunc(m.Queues, func(q fleet.Queue) bool { return q.Nodes != nil })
	if parted || m.Nodes == nil {
		return nil
	}
	return m.Nodes.Cores
}

// closesWithin reports whether the whole machine is reserved before a job of that length
// would end, so that the scheduler starts none.
func (m machine) closesWithin(seconds int64) bool {
	return slices.ContainsFunc(m.Reservations, func(r fleet.Reservation) bool {
		over := !r.End.IsZero() && !m.now.Before(r.End)
		end := m.now.Add(time.Duration(seconds) * time.Second)
		return r.WholeMachine && !over && (seconds == 0 || end.After(r.Start))
	})
}

// suits reports whether the jobs that wait elsewhere are, by their usual size, of a size that the queue takes.
func (o offer) suits(busy fleet.Queue) bool {
	if least := busy.Limits.MinCores; least != nil && *least > o.cores {
		return false
	}
	queued, cores := busy.Jobs.Queued, busy.Jobs.CoresQueued
	if queued == nil || cores == nil || *queued == 0 {
		return true
	}
	return *cores / *queued <= o.cores
}

// insight words the recommendation. The limits stand in it, because the reader knows the job and we do not.
func (o offer) insight(busy fleet.Queue) doc.Insight {
	waiting := *busy.Jobs.Eligible
	i := doc.Insight{Priority: Medium, Queue: &busy.Name}
	if waiting >= VeryManyWaiting {
		i.Priority = High
	}
	i.Message = fmt.Sprintf("Queue '%s' has %s jobs waiting. Consider using '%s' queue%s: it takes jobs %s, and %s free there.",
		busy.Name, thousands(waiting), o.queue.Name, o.audience(busy), o.upTo(o.cores), isFree(o.free))
	i.Action = fmt.Sprintf("Submit jobs %s to '%s'.", o.upTo(min(o.cores, o.free)), o.queue.Name)
	return i
}

// audience says which of the waiting jobs the other queue is for.
func (o offer) audience(busy fleet.Queue) string {
	theirs := busy.Limits.MaxWalltimeSeconds
	switch {
	case o.seconds > 0 && (busy.Limits.UnlimitedWalltime || theirs != nil && *theirs > o.seconds):
		return " for short jobs"
	case largestJob(busy) > o.cores:
		return " for small jobs"
	}
	return ""
}

// upTo words the limits of a job of at most so many cores.
func (o offer) upTo(cores int) string {
	if o.seconds == 0 {
		return "of any length and up to " + count(cores, "core")
	}
	return fmt.Sprintf("of up to %s and %s", walltime(o.seconds), count(cores, "core"))
}

func isFree(cores int) string {
	if cores == 1 {
		return "1 core is"
	}
	return count(cores, "core") + " are"
}
