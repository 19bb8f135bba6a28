package cluster

import (
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/pbs"
)

// applyPBS fills the cluster's scheduler, visibility, queues, totals and nodes with what a
// PBS server said. Without queues nothing but the scheduler is filled, and fatal says why;
// problems are what is missing otherwise. previous, which may be nil, is the cluster as it
// was: its visibility holds while the server does not say.
func applyPBS(c *fleet.Cluster, s Sections, previous *fleet.Cluster) (problems []error, fatal error) {
	c.Scheduler = "PBS"
	queues, err := readPBSQueues(s)
	if err != nil {
		return nil, err
	}
	server, err := readSection(s, SectionPBSServer, pbs.ParseServer)
	if err != nil {
		problems = append(problems, err)
	}
	if s.Ran(SectionPBSNodes) { // else there is no pbsnodes on that PATH
		nodes, err := readSection(s, SectionPBSNodes, pbs.ParseNodes)
		if err != nil {
			problems = append(problems, err)
		}
		c.Nodes = pbsNodes(pbs.Hosts(nodes))
	}
	c.SchedulerVersion = server.Version
	c.Visibility = pbsVisibility(server, previous)
	c.Queues = pbsQueues(queues, server, c.Visibility)
	c.Totals = totals(c.Queues)
	return problems, nil
}

// readPBSQueues reads the queues from JSON or, where that command failed, from text.
func readPBSQueues(s Sections) ([]pbs.Queue, error) {
	queues, err := readSection(s, SectionPBSQueues, pbs.ParseQueues)
	if err == nil || !s.Ran(SectionPBSQueuesText) {
		return queues, err
	}
	return readSection(s, SectionPBSQueuesText, pbs.ParseQueuesText)
}

// pbsVisibility is what the account may see.
func pbsVisibility(server pbs.Server, previous *fleet.Cluster) fleet.Visibility {
	switch others := server.QueryOtherJobs; {
	case others != nil && *others:
		return fleet.VisibleAll
	case others != nil:
		return fleet.VisibleOwn
	case previous != nil:
		return previous.Visibility
	}
	return ""
}

// pbsQueues makes the fleet's queues in the server's order.
func pbsQueues(queues []pbs.Queue, server pbs.Server, visibility fleet.Visibility) []fleet.Queue {
	made := make([]fleet.Queue, len(queues))
	for i, q := range queues {
		started := q.Started
		if off := server.Scheduling; off != nil && !*off && !q.Route {
			started = off // no queue starts jobs while the scheduler is switched off
		}
		made[i] = fleet.Queue{
			Name:       q.Name,
			State:      queueState(q.Enabled, started),
			Kind:       fleet.BatchQueue,
			Default:    q.Name == server.DefaultQueue,
			Restricted: q.Restricted,
			RoutesTo:   q.Destinations,
			Visibility: visibility,
			Limits: fleet.Limits{
				MaxWalltimeSeconds: q.MaxWalltime,
				MinCores:           q.MinCores,
				MaxCores:           q.MaxCores,
				MaxNodes:           q.MaxNodes,
				MaxJobsPerUser:     q.MaxRunPerUser,
			},
		}
		if q.Route {
			made[i].Kind = fleet.RouteQueue
		}
		if visibility != fleet.VisibleOwn {
			made[i].Jobs = pbsJobs(q, started)
		}
	}
	return made
}

// queueState is the state of a queue that accepts jobs when enabled and starts them when
// started.
func queueState(enabled, started *bool) fleet.QueueState {
	switch {
	case enabled == nil || started == nil:
		return fleet.QueueUnknown
	case *enabled && *started:
		return fleet.QueueRunning
	case *enabled:
		return fleet.QueueStopped
	case *started:
		return fleet.QueueDraining
	}
	return fleet.QueueClosed
}

// pbsJobs counts a queue's jobs. A job that waits for its execution time is queued but not
// eligible; in a queue that starts no jobs itself none is. The waiting elements of an array
// that has begun are not in the server's counts (see pbs.JobCounts), nor are queued cores.
func pbsJobs(q pbs.Queue, started *bool) fleet.Jobs {
	jobs := fleet.Jobs{
		Running:      q.Jobs.Active(),
		Queued:       q.Jobs.Pending(),
		Held:         q.Jobs.Held,
		Eligible:     q.Jobs.Eligible(),
		CoresRunning: q.CoresAssigned,
	}
	if jobs.Eligible != nil && (q.Route || (started != nil && !*started)) {
		jobs.Eligible = new(0)
	}
	if jobs.CoresRunning == nil && jobs.Running != nil && *jobs.Running == 0 {
		jobs.CoresRunning = new(0) // a queue that never ran a job prints no resources_assigned
	}
	return jobs
}

// totals sums the jobs of all batch queues. It is for schedulers in which a job is in exactly
// one queue; a sum of which a part is not known is not known.
func totals(queues []fleet.Queue) fleet.Jobs {
	var sum fleet.Jobs
	first := true
	for _, q := range queues {
		switch {
		case q.Kind == fleet.RouteQueue:
			continue
		case first:
			sum, first = q.Jobs, false
			continue
		}
		sum.Running = plus(sum.Running, q.Jobs.Running)
		sum.Queued = plus(sum.Queued, q.Jobs.Queued)
		sum.Held = plus(sum.Held, q.Jobs.Held)
		sum.Eligible = plus(sum.Eligible, q.Jobs.Eligible)
		sum.CoresRunning = plus(sum.CoresRunning, q.Jobs.CoresRunning)
		sum.CoresQueued = plus(sum.CoresQueued, q.Jobs.CoresQueued)
	}
	return sum
}

// plus adds two counts; nil when either is not known.
func plus(a, b *int) *int {
	if a == nil || b == nil {
		return nil
	}
	return new(*a + *b)
}

// pbsNodes counts each host once, by its state; nil when there is none.
func pbsNodes(hosts []pbs.Host) *fleet.Nodes {
	if len(hosts) == 0 {
		return nil
	}
	n := &fleet.Nodes{Total: len(hosts)}
	for _, h := range hosts {
		switch h.State {
		case pbs.Busy:
			n.Busy++
		case pbs.Idle:
			n.Idle++
		case pbs.Offline:
			n.Drained++
		case pbs.Asleep:
			n.Off++
		case pbs.Reserved:
			n.Reserved++
		default:
			n.Down++
		}
		n.Cores = addResource(n.Cores, h.Cores, h.FreeCores)
		n.GPUs = addResource(n.GPUs, h.GPUs, h.FreeGPUs)
	}
	return n
}

// addResource adds what a host has of a resource; nil stays nil until a host has some.
func addResource(sum *fleet.Resource, a pbs.Amount, free int) *fleet.Resource {
	if !a.Known {
		return sum
	}
	if sum == nil {
		sum = &fleet.Resource{}
	}
	sum.Total += a.Total
	sum.Used += a.Assigned
	sum.Free += free
	return sum
}
