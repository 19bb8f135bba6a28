package page

import (
	"cmp"
	"slices"

	"hpcstatus/collectors/fleet/doc"
)

// quotaView is the page of all allocations.
type quotaView struct {
	frame
	budgets
	// Overspent and Nearly count what is used up and what soon will be.
	Overspent, Nearly int
	// Silent are the clusters from which no allocation is known, and why.
	Silent []silent
}

// budgets are the allocations of one cluster, or of all.
type budgets struct {
	// ByCluster says that the tables name the cluster of each row.
	ByCluster   bool
	Allocations []allocationRow
	Unmetered   []unmeteredRow
}

// Known reports whether there is anything to show.
func (b budgets) Known() bool { return len(b.Allocations)+len(b.Unmetered) > 0 }

// allocationRow is one budget.
type allocationRow struct {
	Cluster, Href              string
	Project, User, Scope, Unit string
	Allocated, Used, Remaining float64
	Bar                        bar
	Overspent                  bool
	PeriodEnd                  doc.Time
	Fairshare                  *float64
	Source                     string
	Seen                       seen
}

// unmeteredRow is a project without a budget.
type unmeteredRow struct {
	Cluster, Href, Project, User, Unit, Reason string
	Used, Fairshare                            *float64
	Seen                                       seen
}

// silent is a cluster that says nothing of a part.
type silent struct{ Cluster, Href, Why string }

func (m *model) quota() quotaView {
	v := quotaView{frame: m.frame(framed{path: "quota.html", title: "Quota", data: "api/cluster-usage.json",
		description: "Every project's allocation: what was granted, what is used and what is left."})}
	for i := range m.Documents.Clusters {
		c := &m.Documents.Clusters[i]
		own := m.budgets(c)
		v.Allocations = append(v.Allocations, own.Allocations...)
		v.Unmetered = append(v.Unmetered, own.Unmetered...)
		if !own.Known() {
			v.Silent = append(v.Silent, newSilent(c, c.Parts.Allocations, "no allocations found"))
		}
	}
	v.ByCluster = true
	slices.SortStableFunc(v.Allocations, func(a, b allocationRow) int { return cmp.Compare(b.Bar.Percent, a.Bar.Percent) })
	for _, row := range v.Allocations {
		switch {
		case row.Overspent:
			v.Overspent++
		case row.Bar.Level != "":
			v.Nearly++
		}
	}
	return v
}

// budgets are the rows of one cluster.
func (m *model) budgets(c *doc.ClusterDetail) budgets {
	var b budgets
	href, at := "system/"+c.Slug+".html", seenPart(c.Parts.Allocations, m.Now)
	for i := range c.Allocations {
		a := &c.Allocations[i]
		b.Allocations = append(b.Allocations, allocationRow{
			Cluster: c.Name, Href: href, Project: a.Project, User: value(a.User), Scope: a.Scope, Unit: a.Unit,
			Allocated: a.AllocatedHours, Used: a.UsedHours, Remaining: a.RemainingHours,
			Bar:       allocationBar(a.PercentUsed, decimal(a.UsedHours)+" of "+decimal(a.AllocatedHours)+" "+a.Unit+" used"),
			Overspent: a.RemainingHours < 0, PeriodEnd: a.PeriodEnd, Fairshare: a.Fairshare, Source: a.Source, Seen: at})
	}
	for i := range c.Unmetered {
		u := &c.Unmetered[i]
		b.Unmetered = append(b.Unmetered, unmeteredRow{Cluster: c.Name, Href: href, Project: u.Project, User: value(u.User),
			Unit: u.Unit, Reason: u.Reason, Used: u.UsedHours, Fairshare: u.Fairshare, Seen: at})
	}
	return b
}

// newSilent says why a cluster has nothing to show.
func newSilent(c *doc.ClusterDetail, part doc.Part, otherwise string) silent {
	s := silent{Cluster: c.Name, Href: "system/" + c.Slug + ".html", Why: otherwise}
	switch {
	case value(part.Error) != "":
		s.Why = *part.Error
	case part.ObservedAt.IsZero() && value(c.Error) != "":
		s.Why = *c.Error
	case part.ObservedAt.IsZero():
		s.Why = notMeasured
	}
	return s
}
