package cluster

import (
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/slurm"
)

// Slurm's configuration matters here for PrivateData, which hides other people's jobs from
// squeue without a word. It changes once in years and costs the controller two requests, so
// it is asked for with the accounts, every hour, and whenever the jobs that were seen did
// not use exactly the cores that the nodes said were in use.

// configDue reports whether the configuration is to be asked for beside the hourly time.
func configDue(before *fleet.Cluster) bool {
	if before == nil || before.Visibility != fleet.VisibleAll || before.Usage.Error != "" {
		return true
	}
	seen, nodes := before.Totals.CoresRunning, before.Nodes
	return seen == nil || nodes == nil || nodes.Cores == nil || *seen != nodes.Cores.Used
}

// reservationsDue reports whether the reservations are to be asked for beside the hourly
// time: while there are some, or nodes are set aside for one.
func reservationsDue(before *fleet.Cluster) bool {
	return before == nil || before.Usage.Error != "" || len(before.Reservations) > 0 ||
		before.Nodes == nil || before.Nodes.Reserved > 0
}

// visibility is what the account may see. Operators see everything even where PrivateData
// hides jobs, but Slurm does not tell the account that it is one.
func (r slurmReading) visibility(previous *fleet.Cluster) fleet.Visibility {
	switch {
	case r.config != nil && r.config.PrivateJobs:
		return fleet.VisibleOwn
	case r.config != nil:
		return fleet.VisibleAll
	case r.mostHidden():
		return fleet.VisibleOwn // until the configuration, which is due now, says otherwise
	case previous == nil:
		return "" // not known, and so no counts, until the configuration can be read
	}
	return previous.Visibility
}

// mostHidden reports whether more than half of the cores in use are used by jobs that
// cannot be seen. (Somewhat fewer may be jobs that started while the commands ran.)
func (r slurmReading) mostHidden() bool {
	seen, used := 0, 0
	for _, j := range r.jobs {
		if j.Phase == slurm.Running {
			seen += j.Cores
		}
	}
	for _, n := range r.nodes {
		used += n.CoresUsed
	}
	return 2*seen < used
}
