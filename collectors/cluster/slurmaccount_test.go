package cluster

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/slurm"
)

// newYear is the end of the year in Mississippi.
var newYear = time.Date(2027, 1, 1, 6, 0, 0, 0, time.UTC)

// budgetOf is a limit on minutes with use.
func budgetOf(tres string, limit, used float64) slurm.Budget {
	return slurm.Budget{TRES: tres, Limit: &limit, Used: used}
}

// free is 90 minutes of use without a limit.
func free() []slurm.Budget { return []slurm.Budget{{TRES: "cpu", Used: 90}} }

// budgetRow is a project's row in hours that holds until newYear.
func budgetRow(project, unit string, allocated, used float64) fleet.Allocation {
	return fleet.Allocation{Project: project, Scope: fleet.ProjectScope, Unit: unit, Allocated: &allocated, Used: &used,
		Source: "scontrol show assoc_mgr", PeriodEnd: newYear}
}

// unmeteredRow is a project's row in core-hours that is no budget.
func unmeteredRow(project string, allocated, used *float64, why string) fleet.Allocation {
	return fleet.Allocation{Project: project, Scope: fleet.ProjectScope, Unit: fleet.CoreHours, Allocated: allocated, Used: used,
		Source: "scontrol show assoc_mgr", Unmetered: why}
}

func checkAllocations(t *testing.T, accounts slurm.Accounts, config *slurm.Config, want ...fleet.Allocation) {
	t.Helper()
	if diff := cmp.Diff(want, slurmAllocations(accounts, config, newYear)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every limit is a row in its own unit, and the root of the tree is no project.
func TestSlurmBudgets(t *testing.T) {
	checkAllocations(t, slurm.Accounts{Associations: []slurm.Association{
		{Account: "root", Budgets: []slurm.Budget{budgetOf("cpu", 60, 0)}},
		{Account: "p", Parent: "root", ShareFactor: new(0.5), Budgets: []slurm.Budget{
			budgetOf("cpu", 600, 30), budgetOf("node", 60, 90), budgetOf("billing", 0, 0),
			budgetOf("gres/gpu", 120, 60), budgetOf("gres/gpu:a100", 60, 6),
		}},
	}}, &slurm.Config{ResetPeriod: "YEARLY"},
		budgetRow("p", "billing-hours", 0, 0), budgetRow("p", "core-hours", 10, 0.5), budgetRow("p", "gpu-hours", 2, 1),
		budgetRow("p", "gpu-hours (a100)", 1, 0.1), budgetRow("p", "node-hours", 1, 1.5))
}

// Users are listed with a limit of their own only, and have a share factor.
func TestSlurmUserBudgets(t *testing.T) {
	alice := budgetRow("p", "core-hours", 1, 1.5)
	alice.User, alice.Scope, alice.Fairshare = "alice", fleet.UserScope, new(0.25)
	checkAllocations(t, slurm.Accounts{Associations: []slurm.Association{
		{Account: "p", Budgets: []slurm.Budget{budgetOf("cpu", 600, 90)}},
		{Account: "p", User: "alice", ShareFactor: new(0.25), Budgets: []slurm.Budget{budgetOf("cpu", 60, 90)}},
		{Account: "p", User: "bob", ShareFactor: new(0.75), Budgets: free()},
	}}, &slurm.Config{ResetPeriod: "YEARLY"}, budgetRow("p", "core-hours", 10, 1.5), alice)
}

func TestSlurmProjectsWithoutLimit(t *testing.T) {
	above := "no limit of its own; the limit is on account top"
	checkAllocations(t, slurm.Accounts{Associations: []slurm.Association{
		{Account: "root"},
		{Account: "free", Parent: "root", Budgets: free()},
		{Account: "top", Parent: "root", Budgets: []slurm.Budget{budgetOf("cpu", 600, 90)}},
		{Account: "mid", Parent: "top", Budgets: free()},
		{Account: "low", Parent: "mid", Budgets: free()},
		{Account: "loop", Parent: "pool"},
		{Account: "pool", Parent: "loop"},
	}}, &slurm.Config{ResetPeriod: "YEARLY"},
		unmeteredRow("free", nil, new(1.5), "no limit set"),
		unmeteredRow("loop", nil, nil, "no limit set"),
		unmeteredRow("low", nil, new(1.5), above),
		unmeteredRow("mid", nil, new(1.5), above),
		unmeteredRow("pool", nil, nil, "no limit set"),
		budgetRow("top", "core-hours", 10, 1.5))
}

// A limit whose use fades, or may, is no budget.
func TestSlurmDecay(t *testing.T) {
	accounts := slurm.Accounts{Associations: []slurm.Association{{Account: "p", Budgets: []slurm.Budget{budgetOf("cpu", 600, 90)}}}}
	for why, config := range map[string]*slurm.Config{
		"the limit decays (PriorityDecayHalfLife=7-00:00:00)":                         {HalfLife: "7-00:00:00"},
		"not known whether use against the limit decays: scontrol show config failed": nil,
	} {
		checkAllocations(t, accounts, config, unmeteredRow("p", new(10.0), new(1.5), why))
	}
}

// Only the classic fair share has factors for accounts.
func TestSlurmClassicFairshare(t *testing.T) {
	want := unmeteredRow("p", nil, new(1.5), "no limit set")
	want.Fairshare, want.Source = new(0.5), "scontrol show assoc_mgr, partition gpu"
	checkAllocations(t, slurm.Accounts{Associations: []slurm.Association{
		{Account: "p", Partition: "gpu", ShareFactor: new(0.5), Budgets: free()},
	}}, &slurm.Config{ClassicFairshare: true}, want)
}

func TestSlurmQOSBudgets(t *testing.T) {
	limit := []slurm.Budget{budgetOf("cpu", 60, 6)}
	kept := budgetRow("kept (QOS)", "core-hours", 1, 0.1)
	kept.PeriodEnd = time.Time{}
	fades := "the limit decays (PriorityDecayHalfLife=1-0)"
	checkAllocations(t, slurm.Accounts{QOS: []slurm.QOS{
		{Name: "kept", NoDecay: new(true), Budgets: limit},
		{Name: "fades", NoDecay: new(false), Budgets: limit},
		{Name: "unclear", Budgets: limit},
		{Name: "free", Budgets: free()},
	}}, &slurm.Config{HalfLife: "1-0", ResetPeriod: "YEARLY"},
		unmeteredRow("fades (QOS)", new(1.0), new(0.1), fades), kept,
		unmeteredRow("unclear (QOS)", new(1.0), new(0.1), fades+", unless the QOS has the flag NoDecay, which Slurm does not show here"))
	checkAllocations(t, slurm.Accounts{QOS: []slurm.QOS{{Name: "kept", NoDecay: new(false), Budgets: limit}}},
		&slurm.Config{ResetPeriod: "YEARLY"}, budgetRow("kept (QOS)", "core-hours", 1, 0.1))
}
