package api

import (
	"cmp"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// queue shows a queue. Of outdated data only what rarely changes is left: its name, kind and limits.
func queue(q fleet.Queue, cluster fleet.Visibility, outdated bool) doc.Queue {
	visibility := cmp.Or(q.Visibility, cluster)
	d := doc.Queue{
		Name: q.Name, Kind: string(cmp.Or(q.Kind, fleet.BatchQueue)), State: string(fleet.QueueUnknown),
		RoutesTo: listed(q.RoutesTo), Default: q.Default, Restricted: q.Restricted,
		Visibility: known(visibility), Limits: doc.Limits(q.Limits), Pending: []doc.Reason{},
	}
	if outdated {
		return d
	}
	d.State = string(cmp.Or(q.State, fleet.QueueUnknown))
	d.Nodes = nodes(q.Nodes)
	counts := jobs(q.Jobs, visibility)
	d.TotalJobs, d.RunningJobs, d.QueuedJobs, d.HeldJobs = counts.TotalJobs, counts.RunningJobs, counts.QueuedJobs, counts.HeldJobs
	d.EligibleJobs, d.CoresRunning, d.CoresQueued = counts.EligibleJobs, counts.CoresRunning, counts.CoresQueued
	if visibility != fleet.VisibleOwn {
		for _, r := range q.Jobs.Pending {
			d.Pending = append(d.Pending, doc.Reason(r))
		}
	}
	return d
}

// jobs shows counts of jobs; a view of the account's own jobs measures nothing.
func jobs(j fleet.Jobs, visibility fleet.Visibility) doc.Jobs {
	if visibility == fleet.VisibleOwn {
		return doc.Jobs{}
	}
	return doc.Jobs{
		TotalJobs: j.Total(), RunningJobs: j.Running, QueuedJobs: j.Queued, HeldJobs: j.Held,
		EligibleJobs: j.Eligible, CoresRunning: j.CoresRunning, CoresQueued: j.CoresQueued,
	}
}

func nodes(n *fleet.Nodes) *doc.Nodes {
	return optional(n, func(n fleet.Nodes) doc.Nodes {
		return doc.Nodes{
			Total: n.Total, Busy: n.Busy, Idle: n.Idle, Drained: n.Drained, Down: n.Down, Off: n.Off,
			Reserved: n.Reserved, Cores: (*doc.Resource)(n.Cores), GPUs: (*doc.Resource)(n.GPUs),
		}
	})
}
