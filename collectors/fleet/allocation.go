package fleet

import "time"

// CoreHours is the default unit of allocations.
const CoreHours = "core-hours"

// Allocation is a project's budget of compute and what is used of it.
type Allocation struct {
	Project string `json:"project"`
	// User is set where the row is one user's share of the project.
	User string `json:"user,omitempty"`
	// Scope says whose budget the row is.
	Scope AllocationScope `json:"scope"`
	// Unit of the amounts, such as "core-hours", "node-hours" or "gpu-hours"; never summed together.
	Unit string `json:"unit"`
	// Allocated and Used may have fractions; Used may exceed Allocated. Nil is "not known".
	Allocated *float64 `json:"allocated,omitempty"`
	Used      *float64 `json:"used,omitempty"`
	// Source of both amounts, such as "scontrol show assoc_mgr" or "show_usage".
	Source string `json:"source"`
	// PeriodEnd is when the budget ends; zero when not known.
	PeriodEnd time.Time `json:"period_end,omitzero"`
	// Unmetered says why the row is no budget (no limit set, a limit that decays); empty for a budget.
	Unmetered string `json:"unmetered,omitempty"`
	// Fairshare is the scheduler's share factor from 0 to 1; nil when not known.
	Fairshare *float64 `json:"fairshare,omitempty"`
}

// AllocationScope says whose budget a row is.
type AllocationScope string

// The allocation scopes.
const (
	ProjectScope AllocationScope = "project"
	UserScope    AllocationScope = "user"
)

// Metered reports whether the row is a budget: limit and use are both known and the limit holds.
func (a Allocation) Metered() bool {
	return a.Unmetered == "" && a.Allocated != nil && a.Used != nil
}

// Remaining is what is left, negative when overspent. It is 0 unless the row is metered.
func (a Allocation) Remaining() float64 {
	if !a.Metered() {
		return 0
	}
	return *a.Allocated - *a.Used
}

// PercentUsed is the used part of the allocated amount, above 100 when overspent.
// A budget of nothing counts as wholly used.
func (a Allocation) PercentUsed() float64 {
	switch {
	case !a.Metered():
		return 0
	case *a.Allocated <= 0:
		return 100
	}
	return *a.Used / *a.Allocated * 100
}
