package api

import (
	"cmp"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// allocations parts the budgets, on which scripts do arithmetic, from the rows that are none.
func allocations(rows []fleet.Allocation) ([]doc.Allocation, []doc.Unmetered) {
	budgets, others := []doc.Allocation{}, []doc.Unmetered{}
	for _, a := range rows {
		a.Allocated, a.Used, a.Fairshare = finite(a.Allocated), finite(a.Used), finite(a.Fairshare)
		if a.Metered() {
			budgets = append(budgets, budget(a))
		} else {
			others = append(others, unmetered(a))
		}
	}
	return budgets, others
}

func budget(a fleet.Allocation) doc.Allocation {
	allocated, used := amount(*a.Allocated), amount(*a.Used)
	return doc.Allocation{
		Project: a.Project, User: known(a.User), Scope: scope(a), Unit: cmp.Or(a.Unit, fleet.CoreHours),
		AllocatedHours: allocated, UsedHours: used,
		RemainingHours: amount(allocated - used), // of what is shown, so that the row adds up
		PercentUsed:    percent(a.PercentUsed(), 1),
		PeriodEnd:      doc.At(a.PeriodEnd), Fairshare: a.Fairshare, Source: a.Source,
	}
}

func unmetered(a fleet.Allocation) doc.Unmetered {
	reason := a.Unmetered
	switch {
	case reason != "":
	case a.Allocated == nil:
		reason = "no limit is known"
	default:
		reason = "its use is not known"
	}
	return doc.Unmetered{
		Project: a.Project, User: known(a.User), Scope: scope(a), Unit: cmp.Or(a.Unit, fleet.CoreHours),
		UsedHours: optional(a.Used, amount), Fairshare: a.Fairshare, Reason: reason, Source: a.Source,
	}
}

func scope(a fleet.Allocation) string { return string(cmp.Or(a.Scope, fleet.ProjectScope)) }
