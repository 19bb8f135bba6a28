package api

import (
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

func (in Input) usage() doc.ClusterUsage {
	d := doc.ClusterUsage{
		GeneratedAt: doc.At(in.TakenAt), Clusters: map[string]doc.Cluster{},
		Insights: listed(in.Insights), Schema: doc.Schema, Demo: in.Site.Demo,
	}
	var validUntil time.Time
	for _, c := range in.Fleet.Clusters {
		d.Clusters[c.Slug] = in.cluster(c)
		for _, t := range []time.Time{c.ValidUntil, c.Usage.ValidUntil, c.Accounts.ValidUntil, c.Disks.ValidUntil} {
			validUntil = in.earliest(validUntil, t)
		}
	}
	d.ValidUntil = doc.At(validUntil)
	return d
}

// about picks the insights of one cluster.
func about(slug string, insights []doc.Insight) []doc.Insight {
	found := []doc.Insight{}
	for _, i := range insights {
		if i.Cluster == slug {
			found = append(found, i)
		}
	}
	return found
}

func (in Input) cluster(c fleet.Cluster) doc.Cluster {
	outdated := c.OutdatedAt(in.Now)
	status := in.clusterStatus(c)
	d := doc.Cluster{
		Name: c.Name, Slug: c.Slug, Status: string(status), LastUpdated: doc.At(c.ObservedAt),
		Provenance: doc.Provenance{
			ObservedAt: doc.At(c.ObservedAt), ValidUntil: doc.At(c.ValidUntil),
			Stale: status == fleet.Stale || in.past(c.ValidUntil), Source: known(c.Source),
		},
		Scheduler: known(c.Scheduler), SchedulerVersion: known(c.SchedulerVersion),
		Error: known(c.Error), Visibility: known(c.Visibility),
		Queues: []doc.Queue{}, Reservations: []doc.Reservation{},
		Parts: doc.Parts{
			Queues:      in.part(c.Usage, status),
			Allocations: in.part(c.Accounts, status),
			Storage:     in.part(c.Disks, status),
		},
	}
	if c.Scheduler != "" && !c.ObservedAt.IsZero() && !outdated {
		answers := !c.SchedulerSilent
		d.SchedulerAnswers = &answers
	}
	if !outdated {
		d.Totals, d.Nodes = jobs(c.Totals, c.Visibility), nodes(c.Nodes)
	}
	for _, q := range c.Queues {
		d.Queues = append(d.Queues, queue(q, c.Visibility, outdated))
	}
	for _, r := range c.Reservations {
		d.Reservations = append(d.Reservations, reservation(r))
	}
	d.Allocations, d.Unmetered = allocations(c.Allocations)
	d.Storage, d.UnmeteredStorage = storage(c.Storage)
	return d
}

// clusterStatus is the state of the connection. One that was good says so only as long as its data is.
func (in Input) clusterStatus(c fleet.Cluster) fleet.ClusterStatus {
	if c.Status == fleet.Connected && in.past(c.ValidUntil) {
		return fleet.Stale
	}
	return c.Status
}

// part is the provenance of a part. It is stale when it, or the whole cluster, failed since.
func (in Input) part(p fleet.Part, status fleet.ClusterStatus) doc.Part {
	return doc.Part{
		ObservedAt: doc.At(p.ObservedAt), ValidUntil: doc.At(p.ValidUntil),
		Stale: p.Measured() && (p.StaleAt(in.Now) || status == fleet.Stale),
		Error: known(p.Error),
	}
}

func reservation(r fleet.Reservation) doc.Reservation {
	return doc.Reservation{
		Name: r.Name, Start: doc.At(r.Start), End: doc.At(r.End), Nodes: r.Nodes,
		Maintenance: r.Maintenance, WholeMachine: r.WholeMachine,
	}
}
