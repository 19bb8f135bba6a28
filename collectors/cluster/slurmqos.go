package cluster

import (
	"maps"
	"slices"
	"strings"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/clean"
	"hpcstatus/collectors/internal/slurm"
)

// qosSuffix marks a QOS that is listed beside a partition of the same name.
const qosSuffix = " (QOS)"

// qosQueues are the QOS by name: those that the controller knows and those that jobs name.
// Between two looks at the association manager the limits of the last one hold.
func qosQueues(r slurmReading, tallies map[string]*tally, o queueOptions) []fleet.Queue {
	records := knownQOS(r, o)
	names := map[string]bool{}
	for name := range records {
		names[name] = true
	}
	for name := range tallies {
		if name != "" && name != "(null)" && name != "N/A" { // a site without accounting has no QOS
			names[name] = true
		}
	}
	var queues []fleet.Queue
	for _, name := range slices.Sorted(maps.Keys(names)) {
		state, around := admitting(r.partitions, name)
		queues = append(queues, fleet.Queue{
			Name:       qosName(name, r, o),
			State:      state,
			Kind:       fleet.BatchQueue,
			Visibility: o.visibility,
			Jobs:       tallyOf(tallies, name).jobs(o.visibility),
			Limits:     tighter(records[name], around),
		})
	}
	return queues
}

// knownQOS are the limits of the QOS of the association manager or, when it was not asked,
// of those that were listed before.
func knownQOS(r slurmReading, o queueOptions) map[string]fleet.Limits {
	records := map[string]fleet.Limits{}
	switch {
	case r.accounts != nil:
		for _, q := range r.accounts.QOS {
			records[q.Name] = qosLimits(q)
		}
	case o.previous != nil:
		for _, q := range o.previous.Queues {
			name, suffixed := strings.CutSuffix(q.Name, qosSuffix)
			if suffixed || o.by == ByQOS || !isPartition(r, name) {
				records[name] = q.Limits
			}
		}
	}
	return records
}

// qosName is the name to list a QOS by; in a list of both kinds it must not be a partition's.
func qosName(name string, r slurmReading, o queueOptions) string {
	if o.by == ByBoth && isPartition(r, name) {
		return clean.Text(name) + qosSuffix
	}
	return clean.Text(name)
}

func isPartition(r slurmReading, name string) bool {
	return slices.ContainsFunc(r.partitions, func(p slurm.Partition) bool { return p.Name == name })
}

// admitting is the best state of the partitions in which jobs of the QOS may run, and the
// loosest of their limits, which bind the QOS too (resource_limits.html: the partition's
// MaxTime and MaxNodes are upper bounds unless the QOS has a flag against it).
func admitting(partitions []slurm.Partition, qos string) (fleet.QueueState, fleet.Limits) {
	state := fleet.QueueUnknown
	var limits fleet.Limits
	first := true
	for _, p := range partitions {
		if !p.Admits(qos) {
			continue
		}
		if s := partitionState(p.State); first || stateRank(s) > stateRank(state) {
			state = s
		}
		if first {
			limits = partitionLimits(p)
		} else {
			limits = looser(limits, partitionLimits(p))
		}
		first = false
	}
	return state, limits
}

// stateRank orders states by what a user can do with them.
func stateRank(s fleet.QueueState) int {
	return slices.Index([]fleet.QueueState{
		fleet.QueueUnknown, fleet.QueueClosed, fleet.QueueDraining, fleet.QueueStopped, fleet.QueueRunning,
	}, s)
}

// partitionLimits are a partition's own limits on one job.
func partitionLimits(p slurm.Partition) fleet.Limits {
	return fleet.Limits{
		MaxWalltimeSeconds: p.MaxTime.Seconds,
		UnlimitedWalltime:  p.MaxTime.Unlimited,
		MaxNodes:           p.MaxNodes,
	}
}

// qosLimits are a QOS's own limits on one job and one user.
func qosLimits(q slurm.QOS) fleet.Limits {
	return fleet.Limits{
		MaxWalltimeSeconds: q.MaxTime.Seconds,
		UnlimitedWalltime:  q.MaxTime.Unlimited,
		MinCores:           q.MinCores,
		MaxCores:           q.MaxCores,
		MaxNodes:           q.MaxNodes,
		MaxJobsPerUser:     q.MaxJobsPerUser,
	}
}

// tighter are the limits of a job that is bound by both.
func tighter(a, b fleet.Limits) fleet.Limits {
	wall := least(a.MaxWalltimeSeconds, b.MaxWalltimeSeconds)
	return fleet.Limits{
		MaxWalltimeSeconds: wall,
		UnlimitedWalltime:  wall == nil && (a.UnlimitedWalltime || b.UnlimitedWalltime),
		MinCores:           most(a.MinCores, b.MinCores),
		MaxCores:           least(a.MaxCores, b.MaxCores),
		MaxNodes:           least(a.MaxNodes, b.MaxNodes),
		MaxJobsPerUser:     least(a.MaxJobsPerUser, b.MaxJobsPerUser),
	}
}

// looser are the limits of a job that may choose between the two partitions: walltime and nodes.
func looser(a, b fleet.Limits) fleet.Limits {
	var l fleet.Limits
	l.UnlimitedWalltime = a.UnlimitedWalltime || b.UnlimitedWalltime
	if !l.UnlimitedWalltime && a.MaxWalltimeSeconds != nil && b.MaxWalltimeSeconds != nil {
		l.MaxWalltimeSeconds = most(a.MaxWalltimeSeconds, b.MaxWalltimeSeconds)
	}
	if a.MaxNodes != nil && b.MaxNodes != nil {
		l.MaxNodes = most(a.MaxNodes, b.MaxNodes)
	}
	return l
}

// least is the smaller of two numbers, the known one where the other is nil.
func least[T int | int64](a, b *T) *T {
	if a == nil || (b != nil && *b < *a) {
		return b
	}
	return a
}

// most is the greater of two numbers, the known one where the other is nil.
func most[T int | int64](a, b *T) *T {
	if a == nil || (b != nil && *b > *a) {
		return b
	}
	return a
}
