package insight

import (
	"fmt"
	"math"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

const (
	// AllocationLow is the used part of an allocation, in percent, from which on it is nearly spent.
	AllocationLow = 80
	// AllocationVeryLow is the used part from which on that is urgent.
	AllocationVeryLow = 90
)

// allocations tells of budgets that are nearly spent or overspent.
func allocations(m machine) []doc.Insight {
	if !m.recent(m.Accounts) {
		return nil
	}
	var found []doc.Insight
	for _, a := range m.Allocations {
		if !a.Metered() || !number(*a.Allocated) || !number(*a.Used) || *a.Used <= 0 || m.expired(a.PeriodEnd) {
			continue
		}
		if i, ok := spending(a); ok {
			i.Project = &a.Project
			found = append(found, i)
		}
	}
	return found
}

func spending(a fleet.Allocation) (doc.Insight, bool) {
	percent := a.PercentUsed()
	switch {
	case a.Remaining() < 0:
		return doc.Insight{
			Priority: High,
			Message: fmt.Sprintf("%s is overspent by %s %s: %s of %s are used.",
				holder(a), amount(-a.Remaining()), a.Unit, amount(*a.Used), amount(*a.Allocated)),
			Action: "Ask for more before you submit; jobs may wait behind others or be refused.",
		}, true
	case percent < AllocationLow:
		return doc.Insight{}, false
	}
	i := doc.Insight{
		Priority: Medium,
		Message: fmt.Sprintf("%s has used %s of its %s %s; %s are left.",
			holder(a), percentage(percent), amount(*a.Allocated), a.Unit, amount(a.Remaining())),
		Action: "Plan what is left, or ask for more in time.",
	}
	if percent >= AllocationVeryLow {
		i.Priority = High
	}
	return i, true
}

func holder(a fleet.Allocation) string {
	if a.Scope == fleet.UserScope && a.User != "" {
		return fmt.Sprintf("User %s in project %s", a.User, a.Project)
	}
	return "Project " + a.Project
}

func number(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
