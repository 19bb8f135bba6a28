package cluster

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/clean"
	"hpcstatus/collectors/internal/slurm"
)

// The ways to list a Slurm machine's queues: by what its users choose.
const (
	ByPartition = "partition"
	ByQOS       = "qos"
	ByBoth      = "both"
)

// tally counts jobs.
type tally struct {
	running, queued, held, eligible int
	coresRunning, coresQueued       int
	reasons                         map[string]int
	// het are the heterogeneous jobs counted so far: their components are records of
	// their own, each with its cores, but one job.
	het map[int]bool
}

// add counts a job, or one component of it.
func (t *tally) add(j slurm.Job) {
	one := 1
	if j.Het != 0 {
		if t.het[j.Het] {
			one = 0
		} else if t.het == nil {
			t.het = map[int]bool{j.Het: true}
		} else {
			t.het[j.Het] = true
		}
	}
	switch j.Phase {
	case slurm.Running:
		t.running += one
		t.coresRunning += j.Cores
		return
	case slurm.Held:
		t.held += one
	case slurm.Eligible:
		t.eligible += one
		fallthrough
	case slurm.Blocked:
		t.queued += one
		t.coresQueued += j.Cores
	default:
		return
	}
	if t.reasons == nil {
		t.reasons = map[string]int{}
	}
	t.reasons[j.Reason] += one
}

// jobs are the counts, none where only the account's own jobs can be seen.
func (t *tally) jobs(v fleet.Visibility) fleet.Jobs {
	if v != fleet.VisibleAll {
		return fleet.Jobs{}
	}
	j := fleet.Jobs{
		Running: new(t.running), Queued: new(t.queued), Held: new(t.held), Eligible: new(t.eligible),
		CoresRunning: new(t.coresRunning), CoresQueued: new(t.coresQueued),
	}
	for reason, n := range t.reasons {
		if n > 0 {
			j.Pending = append(j.Pending, fleet.Reason{Reason: clean.Text(reason), Jobs: n})
		}
	}
	slices.SortFunc(j.Pending, func(a, b fleet.Reason) int {
		return cmp.Or(cmp.Compare(b.Jobs, a.Jobs), cmp.Compare(a.Reason, b.Reason))
	})
	return j
}

// slurmCounts are the counts of all jobs, by partition and by QOS.
type slurmCounts struct {
	total       tally
	byPartition map[string]*tally
	byQOS       map[string]*tally
}

// newSlurmCounts counts the jobs: one that waits for several partitions in each of them.
func newSlurmCounts(jobs []slurm.Job) *slurmCounts {
	c := &slurmCounts{byPartition: map[string]*tally{}, byQOS: map[string]*tally{}}
	lists := map[string][]*tally{} // of what squeue prints, such as "standard,background"
	for _, j := range jobs {
		if j.Phase == slurm.Finished || j.Phase == slurm.Unknown {
			continue
		}
		list, ok := lists[j.Partitions]
		if !ok {
			for name := range strings.SplitSeq(j.Partitions, ",") {
				if t := tallyOf(c.byPartition, name); !slices.Contains(list, t) {
					list = append(list, t)
				}
			}
			lists[j.Partitions] = list
		}
		for _, t := range list {
			t.add(j)
		}
		tallyOf(c.byQOS, j.QOS).add(j)
		c.total.add(j)
	}
	return c
}

// tallyOf is the tally of a name; a new one when it has none yet.
func tallyOf(tallies map[string]*tally, name string) *tally {
	if t, ok := tallies[name]; ok {
		return t
	}
	t := &tally{}
	tallies[name] = t
	return t
}

// queueOptions say how to list queues.
type queueOptions struct {
	by         string
	visibility fleet.Visibility
	previous   *fleet.Cluster
}

// limitsBefore are the limits of the previous cluster's queue, none when it had no such queue.
func (o queueOptions) limitsBefore(name string) fleet.Limits {
	if o.previous != nil {
		for _, q := range o.previous.Queues {
			if q.Name == name {
				return q.Limits
			}
		}
	}
	return fleet.Limits{}
}

// slurmQueues lists the partitions in the scheduler's order, the QOS by name, or both.
func slurmQueues(r slurmReading, counts *slurmCounts, o queueOptions) []fleet.Queue {
	var queues []fleet.Queue
	if o.by != ByQOS {
		queues = partitionQueues(r, counts.byPartition, o)
	}
	if o.by == ByQOS || o.by == ByBoth {
		queues = append(queues, qosQueues(r, counts.byQOS, o)...)
	}
	return queues
}

// partitionQueues are the partitions, and behind them those that only jobs name.
func partitionQueues(r slurmReading, tallies map[string]*tally, o queueOptions) []fleet.Queue {
	nodes := nodesByPartition(r.nodes)
	known := map[string]bool{}
	var queues []fleet.Queue
	for _, p := range r.partitions {
		known[p.Name] = true
		q := fleet.Queue{
			Name:       clean.Text(p.Name),
			State:      partitionState(p.State),
			Kind:       fleet.BatchQueue,
			Default:    p.Default,
			Restricted: p.Restricted || p.Hidden,
			Visibility: o.visibility,
			Jobs:       tallyOf(tallies, p.Name).jobs(o.visibility),
			Limits:     partitionLimits(p),
		}
		if p.QOS != "" {
			q.Limits = tighter(q.Limits, partitionQOSLimits(r, p, o))
		}
		if r.nodes != nil {
			q.Nodes = cmp.Or(nodes[p.Name], &fleet.Nodes{})
		}
		queues = append(queues, q)
	}
	for _, name := range slices.Sorted(maps.Keys(tallies)) {
		if !known[name] {
			queues = append(queues, fleet.Queue{
				Name: clean.Text(name), State: fleet.QueueUnknown, Kind: fleet.BatchQueue,
				Visibility: o.visibility, Jobs: tallies[name].jobs(o.visibility),
			})
		}
	}
	return queues
}

// partitionQOSLimits are the limits of a partition's own QOS, which bind every job there.
func partitionQOSLimits(r slurmReading, p slurm.Partition, o queueOptions) fleet.Limits {
	if r.accounts == nil {
		return o.limitsBefore(clean.Text(p.Name))
	}
	for _, q := range r.accounts.QOS {
		if q.Name == p.QOS {
			return qosLimits(q)
		}
	}
	return fleet.Limits{}
}

// partitionState is what a partition's state means to its users (scontrol(1), State of partitions).
func partitionState(s slurm.PartitionState) fleet.QueueState {
	switch s {
	case slurm.PartitionUp:
		return fleet.QueueRunning
	case slurm.PartitionDown:
		return fleet.QueueStopped
	case slurm.PartitionDrain:
		return fleet.QueueDraining
	case slurm.PartitionInactive:
		return fleet.QueueClosed
	}
	return fleet.QueueUnknown
}

// nodesByPartition counts the nodes of each partition.
func nodesByPartition(nodes []slurm.Node) map[string]*fleet.Nodes {
	counts := map[string]*fleet.Nodes{}
	lists := map[string][]*fleet.Nodes{} // of what scontrol prints, such as "standard,debug"
	for _, n := range nodes {
		list, ok := lists[n.Partitions]
		if !ok && n.Partitions != "" {
			for name := range strings.SplitSeq(n.Partitions, ",") {
				if counts[name] == nil {
					counts[name] = &fleet.Nodes{}
				}
				list = append(list, counts[name])
			}
			lists[n.Partitions] = list
		}
		for _, sum := range list {
			addNode(sum, n)
		}
	}
	return counts
}
