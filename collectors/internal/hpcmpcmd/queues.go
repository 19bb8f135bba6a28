package hpcmpcmd

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// Queue is a row of the queue table of show_queues. Nil is a dash or a column that the
// table does not have.
type Queue struct {
	Name string
	// MaxWalltime is in seconds.
	MaxWalltime *int64
	// UnlimitedWalltime is set where the table says that there is no limit.
	UnlimitedWalltime bool
	// MaxJobs is how many jobs of one user may run at once.
	MaxJobs            *int
	MinCores, MaxCores *int
	// JobsPending lumps held jobs with the others.
	JobsRunning, JobsPending   *int
	CoresRunning, CoresPending *int
	// Route is set for a queue that only passes jobs on.
	Route bool
	// Enabled queues accept jobs; nil where the table has one column for both.
	Enabled *bool
	// Running queues start jobs.
	Running *bool
}

// NodeType is a row of the node table of show_queues. Nodes of a layout without a count of
// them are nil.
type NodeType struct {
	Name                string
	Nodes, CoresPerNode *int
	// Cores are those that the system has.
	Cores, CoresRunning, CoresFree *int
}

// QueueReport is what show_queues prints.
type QueueReport struct {
	Queues []Queue
	// NodeTypes is empty where the centre prints no node table.
	NodeTypes []NodeType
}

// ParseQueues reads the output of show_queues in the layout of Baseline Configuration policy
// FY07-05 (wall times hhh:mm, one "Queue Running") and in the present one (minimum cores,
// type, "Enabled" and "Running").
func ParseQueues(text []byte) (QueueReport, error) {
	found, misfit := tables(text)
	var report QueueReport
	for _, t := range found {
		if roles, ok := t.queueRoles(); ok && report.Queues == nil {
			report.Queues = t.queues(roles)
		} else if roles, ok := t.nodeRoles(); ok && report.NodeTypes == nil {
			report.NodeTypes = t.nodeTypes(roles)
		}
	}
	if len(report.Queues) == 0 {
		misfit = cmp.Or(misfit, errors.New("no table of queues in it"))
		return QueueReport{}, fmt.Errorf("read the output of show_queues: %w; its format may have changed", misfit)
	}
	return report, nil
}

// role is what a column of a table holds.
type role int

const (
	noRole role = iota
	nameRole
	walltimeRole
	maxJobsRole
	minCoresRole
	maxCoresRole
	jobsRunningRole
	jobsPendingRole
	coresRunningRole
	coresPendingRole
	typeRole
	enabledRole
	runningRole
	nodesRole
	perNodeRole
	coresRole
	coresFreeRole
)

// queueRoles finds the columns of a table of queues. "Running" and "Pending" stand there
// twice, first for jobs and then for cores; a yes and no column "Running" is the queue's own.
func (t *table) queueRoles() ([]role, bool) {
	roles := make([]role, len(t.columns))
	roles[0] = nameRole
	var running, pending int
	var flags []int
	for i, c := range t.columns[1:] {
		i++
		switch {
		case t.flag(i):
			flags = append(flags, i)
		case c.has("run") && running < 2:
			roles[i] = []role{jobsRunningRole, coresRunningRole}[running]
			running++
		case c.has("pend") && pending < 2:
			roles[i] = []role{jobsPendingRole, coresPendingRole}[pending]
			pending++
		case c.has("type"):
			roles[i] = typeRole
		case running == 0 && pending == 0:
			roles[i] = limitRole(c)
		}
	}
	assignFlags(roles, flags)
	once(roles)
	return roles, running > 0 && pending > 0 && !t.columns[0].has("node")
}

// limitRole is the role of a column before the counts.
func limitRole(c column) role {
	switch {
	case c.has("wall", "time"):
		return walltimeRole
	case c.has("job"):
		return maxJobsRole
	case c.has("min"):
		return minCoresRole
	case c.has("core", "cpu", "proc", "max"):
		return maxCoresRole
	}
	return noRole
}

// assignFlags gives the yes and no columns their roles: the last is whether the queue
// runs jobs, the one before it whether it takes them.
func assignFlags(roles []role, flags []int) {
	if n := len(flags); n > 0 {
		roles[flags[n-1]] = runningRole
		if n > 1 {
			roles[flags[n-2]] = enabledRole
		}
	}
}

// once takes the role from columns that share it: which of two is meant would be a guess.
func once(roles []role) {
	seen := map[role]int{}
	for _, r := range roles {
		seen[r]++
	}
	for i, r := range roles {
		if seen[r] > 1 {
			roles[i] = noRole
		}
	}
}

// flag reports whether every cell of the column is a yes or no.
func (t *table) flag(i int) bool {
	for _, row := range t.rows {
		if yes(row[i]) == nil {
			return false
		}
	}
	return true
}

func (t *table) queues(roles []role) []Queue {
	queues := make([]Queue, 0, len(t.rows))
	for _, row := range t.rows {
		cell := cells(row, roles)
		q := Queue{
			Name:              cell[nameRole],
			MaxWalltime:       walltime(cell[walltimeRole]),
			UnlimitedWalltime: strings.EqualFold(cell[walltimeRole], "unlimited"),
			MaxJobs:           limit(cell[maxJobsRole]),
			MinCores:          limit(cell[minCoresRole]),
			MaxCores:          limit(cell[maxCoresRole]),
			JobsRunning:       count(cell[jobsRunningRole]),
			JobsPending:       count(cell[jobsPendingRole]),
			CoresRunning:      count(cell[coresRunningRole]),
			CoresPending:      count(cell[coresPendingRole]),
			Route:             strings.HasPrefix(strings.ToLower(cell[typeRole]), "r"),
			Enabled:           yes(cell[enabledRole]),
			Running:           yes(cell[runningRole]),
		}
		if q.Name != "" && (q.JobsRunning != nil || q.JobsPending != nil || q.Running != nil) { // else a note
			queues = append(queues, q)
		}
	}
	return queues
}

// nodeRoles finds the columns of a table of node types.
func (t *table) nodeRoles() ([]role, bool) {
	roles := make([]role, len(t.columns))
	roles[0] = nameRole
	free := false
	for i, c := range t.columns[1:] {
		i++
		switch {
		case c.has("free"):
			roles[i], free = coresFreeRole, true
		case c.has("run", "used"):
			roles[i] = coresRunningRole
		case c.has("per", "/"):
			roles[i] = perNodeRole
		case c.has("core"):
			roles[i] = coresRole
		case c.has("node"):
			roles[i] = nodesRole
		}
	}
	once(roles)
	return roles, free && t.columns[0].has("node")
}

func (t *table) nodeTypes(roles []role) []NodeType {
	types := make([]NodeType, 0, len(t.rows))
	for _, row := range t.rows {
		cell := cells(row, roles)
		n := NodeType{
			Name:         cell[nameRole],
			Nodes:        count(cell[nodesRole]),
			CoresPerNode: count(cell[perNodeRole]),
			Cores:        count(cell[coresRole]),
			CoresRunning: count(cell[coresRunningRole]),
			CoresFree:    count(cell[coresFreeRole]),
		}
		if n.Cores != nil || n.CoresFree != nil { // else a note
			types = append(types, n)
		}
	}
	return types
}

// cells are the cells of a row by the roles of their columns.
func cells(row []string, roles []role) map[role]string {
	byRole := make(map[role]string, len(row))
	for i, cell := range row {
		byRole[roles[i]] = cell
	}
	return byRole
}
