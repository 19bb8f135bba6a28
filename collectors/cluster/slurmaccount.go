package cluster

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/clean"
	"hpcstatus/collectors/internal/slurm"
)

// rootAccount is the top of every tree of accounts; it is no project.
const rootAccount = "root"

// slurmBudgets makes allocations of the association manager's records.
type slurmBudgets struct {
	config *slurm.Config // nil when it could not be read
	// newYear is when the year ends there; zero when not known.
	newYear time.Time
	// limited are the accounts with a limit of their own, and parents their parents.
	limited map[string]bool
	parents map[string]string
}

// slurmAllocations are the budgets in core-hours and the like that the association manager
// holds, sorted by project: every project, users and QOS only with a limit of their own.
func slurmAllocations(accounts slurm.Accounts, config *slurm.Config, newYear time.Time) []fleet.Allocation {
	b := slurmBudgets{config: config, newYear: newYear, limited: map[string]bool{}, parents: map[string]string{}}
	for _, a := range accounts.Associations {
		if a.User == "" {
			b.parents[a.Account] = a.Parent
			b.limited[a.Account] = slices.ContainsFunc(a.Budgets, hasLimit)
		}
	}
	var made []fleet.Allocation
	for _, a := range accounts.Associations {
		if a.Account != rootAccount {
			made = append(made, b.association(a)...)
		}
	}
	for _, q := range accounts.QOS {
		made = append(made, b.qos(q)...)
	}
	slices.SortStableFunc(made, func(x, y fleet.Allocation) int {
		return cmp.Or(cmp.Compare(x.Project, y.Project), cmp.Compare(x.Scope, y.Scope),
			cmp.Compare(x.User, y.User), cmp.Compare(x.Unit, y.Unit))
	})
	return made
}

func hasLimit(b slurm.Budget) bool { return b.Limit != nil }

// association makes a row of each limit; of a project without one a row of its core-hours.
func (b slurmBudgets) association(a slurm.Association) []fleet.Allocation {
	row := fleet.Allocation{
		Project: clean.Text(a.Account),
		User:    clean.Text(a.User),
		Scope:   fleet.ProjectScope,
		Source:  command(SectionSlurmAssoc),
	}
	if a.User != "" {
		row.Scope = fleet.UserScope
	}
	if a.User != "" || (b.config != nil && b.config.ClassicFairshare) {
		row.Fairshare = a.ShareFactor // a fair tree has factors for users only
	}
	if a.Partition != "" {
		row.Source += ", partition " + clean.Text(a.Partition)
	}
	row.Unmetered = b.decay()
	if row.Unmetered == "" {
		row.PeriodEnd = b.periodEnd()
	}
	if made := limitedRows(row, a.Budgets); made != nil || a.User != "" {
		return made
	}
	return []fleet.Allocation{b.unlimited(row, a)}
}

// limitedRows are one row for each limit.
func limitedRows(row fleet.Allocation, budgets []slurm.Budget) []fleet.Allocation {
	var made []fleet.Allocation
	for _, budget := range budgets {
		if budget.Limit == nil {
			continue
		}
		row.Unit = budgetUnit(budget.TRES)
		row.Allocated, row.Used = new(*budget.Limit/60), new(budget.Used/60)
		made = append(made, row)
	}
	return made
}

// unlimited is the row of a project without a limit of its own.
func (b slurmBudgets) unlimited(row fleet.Allocation, a slurm.Association) fleet.Allocation {
	row.Unit, row.PeriodEnd = fleet.CoreHours, time.Time{}
	for _, budget := range a.Budgets {
		if budget.TRES == "cpu" {
			row.Used = new(budget.Used / 60)
		}
	}
	row.Unmetered = "no limit set"
	if above := b.limitAbove(a); above != "" {
		row.Unmetered = "no limit of its own; the limit is on account " + clean.Text(above)
	}
	return row
}

// limitAbove is the nearest account above with a limit; empty when there is none.
func (b slurmBudgets) limitAbove(a slurm.Association) string {
	above := a.Parent
	for range len(b.parents) { // a tree has no circles, but this is somebody else's output
		if above == "" || b.limited[above] {
			return above
		}
		above = b.parents[above]
	}
	return ""
}

// qos makes a row of each limit on all use of a QOS. Only the flag NoDecay keeps its use
// for ever, also over the end of a period, and 22.05 does not print it.
func (b slurmBudgets) qos(q slurm.QOS) []fleet.Allocation {
	row := fleet.Allocation{
		Project:   clean.Text(q.Name) + qosSuffix,
		Scope:     fleet.ProjectScope,
		Source:    command(SectionSlurmAssoc),
		Unmetered: b.decay(),
	}
	switch {
	case q.NoDecay != nil && *q.NoDecay:
		row.Unmetered = ""
	case q.NoDecay == nil && row.Unmetered != "":
		row.Unmetered += ", unless the QOS has the flag NoDecay, which Slurm does not show here"
	case q.NoDecay != nil && row.Unmetered == "":
		row.PeriodEnd = b.periodEnd()
	}
	return limitedRows(row, q.Budgets)
}

// decay says why a limit is no budget; empty when use is kept and the limit holds.
func (b slurmBudgets) decay() string {
	switch {
	case b.config == nil:
		return "not known whether use against the limit decays: " + command(SectionSlurmConfig) + " failed"
	case b.config.HalfLife != "":
		return "the limit decays (PriorityDecayHalfLife=" + clean.Text(b.config.HalfLife) + ")"
	}
	return ""
}

// periodEnd is when all use is cleared: with PriorityUsageResetPeriod=YEARLY on the first
// day of each year at 00:00 (slurm.conf(5)). The ends of other periods are not worked out.
func (b slurmBudgets) periodEnd() time.Time {
	if b.config != nil && b.config.ResetPeriod == "YEARLY" {
		return b.newYear
	}
	return time.Time{}
}

// budgetUnit is the unit of hours of a trackable resource.
func budgetUnit(tres string) string {
	switch kind, model, _ := strings.Cut(tres, ":"); {
	case kind == "cpu":
		return fleet.CoreHours
	case kind == "gres/gpu" && model != "":
		return "gpu-hours (" + clean.Text(model) + ")"
	case kind == "gres/gpu":
		return "gpu-hours"
	}
	return tres + "-hours"
}
