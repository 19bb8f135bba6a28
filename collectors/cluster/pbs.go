package cluster

import (
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/pbs"
)

// applyPBS fills the cluster's scheduler, visibility, queues, totals and nodes with what a
// PBS server said. Without its queues nothing is filled and the error says why. The error
// of its nodes alone comes with the rest filled and Nodes nil.
func applyPBS(c *fleet.Cluster, s Sections) error {
	queues, err := readPBSQueues(s)
	if err != nil {
		return err
	}
	server := readPBSServer(s)
	c.Scheduler, c.SchedulerVersion = "PBS", server.Version
	c.Visibility = pbsVisibility(server)
	c.Queues = pbsQueues(queues, server)
	c.Totals = totals(c.Queues)
	c.Nodes, err = readPBSNodes(s)
	return err
}

// readPBSQueues reads the queues from JSON or, where that command failed or printed what
// is beyond repair, from text.
func readPBSQueues(s Sections) ([]pbs.Queue, error) {
	jsonErr := s.Check(SectionPBSQueues)
	if jsonErr == nil {
		var queues []pbs.Queue
		if queues, jsonErr = pbs.ParseQueues(s.Body(SectionPBSQueues)); jsonErr == nil {
			return queues, nil
		}
	}
	if s.Check(SectionPBSQueuesText) == nil {
		return pbs.ParseQueuesText(s.Body(SectionPBSQueuesText))
	}
	return nil, jsonErr
}

// readPBSServer reads what the server says of itself. Nothing is known of one that does not
// answer; its queues may be good all the same.
func readPBSServer(s Sections) pbs.Server {
	if s.Check(SectionPBSServer) != nil {
		return pbs.Server{}
	}
	server, err := pbs.ParseServer(s.Body(SectionPBSServer))
	if err != nil {
		return pbs.Server{}
	}
	return server
}

// pbsVisibility is what the account may see; empty when the server does not say.
func pbsVisibility(server pbs.Server) fleet.Visibility {
	switch {
	case server.QueryOtherJobs == nil:
		return ""
	case *server.QueryOtherJobs:
		return fleet.VisibleAll
	}
	return fleet.VisibleOwn
}

// pbsQueues makes the fleet's queues in the server's order.
func pbsQueues(queues []pbs.Queue, server pbs.Server) []fleet.Queue {
	visibility := pbsVisibility(server)
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

// readPBSNodes counts the hosts that pbsnodes lists; nil with the error when it did not.
func readPBSNodes(s Sections) (*fleet.Nodes, error) {
	if err := s.Check(SectionPBSNodes); err != nil {
		return nil, err
	}
	nodes, err := pbs.ParseNodes(s.Body(SectionPBSNodes))
	if err != nil {
		return nil, err
	}
	return pbsNodes(pbs.Hosts(nodes)), nil
}

// pbsNodes counts each host once, by its state.
func pbsNodes(hosts []pbs.Host) *fleet.Nodes {
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
