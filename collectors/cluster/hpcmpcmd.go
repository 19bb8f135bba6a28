package cluster

import (
	"fmt"
	"slices"
	"strings"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/hpcmpcmd"
)

// applyHPCMPQueues fills the cluster's queues and totals with what show_queues said. It is
// for a machine whose scheduler cannot be asked itself: held jobs are lumped with pending
// ones there, so that both Held and Eligible stay unknown, and nodes have no states.
func applyHPCMPQueues(c *fleet.Cluster, s Sections) error {
	if err := s.Check(SectionHPCMPQueues); err != nil {
		return err
	}
	report, err := hpcmpcmd.ParseQueues(s.Body(SectionHPCMPQueues))
	if err != nil {
		return err
	}
	c.Queues = hpcmpQueues(report.Queues)
	c.Totals = totals(c.Queues)
	return nil
}

func hpcmpQueues(queues []hpcmpcmd.Queue) []fleet.Queue {
	made := make([]fleet.Queue, len(queues))
	for i, q := range queues {
		enabled := q.Enabled
		if enabled == nil && q.Running != nil {
			enabled = new(true) // a queue that is "running" accepts jobs too; one that is not, starts none
		}
		made[i] = fleet.Queue{
			Name:  q.Name,
			State: queueState(enabled, q.Running),
			Kind:  fleet.BatchQueue,
			Jobs: fleet.Jobs{
				Running:      q.JobsRunning,
				Queued:       q.JobsPending,
				CoresRunning: q.CoresRunning,
				CoresQueued:  q.CoresPending,
			},
			Limits: fleet.Limits{
				MaxWalltimeSeconds: q.MaxWalltime,
				UnlimitedWalltime:  q.UnlimitedWalltime,
				MinCores:           q.MinCores,
				MaxCores:           q.MaxCores,
				MaxJobsPerUser:     q.MaxJobs,
			},
		}
		if q.Route {
			made[i].Kind = fleet.RouteQueue
		}
	}
	return made
}

// hpcmpAllocations are the budgets that show_usage lists for the machine that goes by one of
// the names (its cluster's, its host's). Where the table is about one machine only, that is
// the one it ran on, whatever it is called there.
func hpcmpAllocations(s Sections, names ...string) ([]fleet.Allocation, error) {
	if err := s.Check(SectionHPCMPUsage); err != nil {
		return nil, err
	}
	usage, err := hpcmpcmd.ParseUsage(s.Body(SectionHPCMPUsage))
	if err != nil {
		return nil, err
	}
	rows, err := ownRows(usage.Subprojects, names)
	if err != nil {
		return nil, err
	}
	allocations := make([]fleet.Allocation, len(rows))
	for i, row := range rows {
		allocations[i] = fleet.Allocation{
			Project:   row.Name,
			Scope:     fleet.ProjectScope,
			Unit:      usage.Unit,
			Allocated: row.Allocated,
			Used:      row.Used,
			Source:    command(SectionHPCMPUsage),
			PeriodEnd: usage.FiscalYearEnd,
			Unmetered: unmetered(row),
		}
	}
	return allocations, nil
}

// unmetered says why a row is no budget; empty when it is one.
func unmetered(row hpcmpcmd.Subproject) string {
	switch {
	case row.Allocated == nil:
		return "show_usage gives no allocated hours"
	case row.Used == nil:
		return "show_usage gives no used hours"
	}
	return ""
}

// ownRows are the rows of this machine. A login node is called like its machine with a
// number ("jean01" of Jean).
func ownRows(rows []hpcmpcmd.Subproject, names []string) ([]hpcmpcmd.Subproject, error) {
	var systems []string
	for _, row := range rows {
		if !slices.Contains(systems, row.System) {
			systems = append(systems, row.System)
		}
	}
	if len(systems) <= 1 {
		return rows, nil
	}
	own := slices.DeleteFunc(slices.Clone(rows), func(row hpcmpcmd.Subproject) bool {
		return !slices.ContainsFunc(names, func(name string) bool {
			name, _, _ = strings.Cut(name, ".")
			name = strings.TrimRight(fleet.Fold(name), "0123456789")
			return name != "" && strings.TrimRight(fleet.Fold(row.System), "0123456789") == name
		})
	})
	if len(own) == 0 {
		return nil, fmt.Errorf("show_usage: lists the systems %s, of which this machine seems to be none", strings.Join(systems, ", "))
	}
	return own, nil
}
