package page

import (
	"cmp"
	"slices"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// topInsights is how many insights the home page shows.
const topInsights = 5

// fleetView is the home page.
type fleetView struct {
	frame
	Verdict string
	// Worst is the badge of the worst status in the fleet.
	Worst    badge
	Observed doc.Time
	// Strip is the share of each status, in one drawing.
	Strip      []segment
	StripTitle string
	Tiles      []tile
	// Attention lists the systems that are not up.
	Attention    []systemRow
	Insights     []insightRow
	MoreInsights int
	Systems      []systemRow
	Breakdowns   []breakdown
	// Problems are what is wrong with the monitor itself.
	Problems []string
}

// tile is one figure of the summary. The value is empty when it is not known.
type tile struct {
	Label, Value, Missing, Note, Href string
	Bar                               *bar
}

// segment is one status's part of the strip, in percent of its width.
type segment struct{ X, Width, Class, Title string }

// systemRow is a system in the fleet's table.
type systemRow struct {
	Name, Href string
	Status     badge
	// Off is set for a cloud cluster that is switched off and starts on demand.
	Off bool
	// Why is the source's wording or the reason of the verdict; empty for a system that is up.
	Why      string
	Site     *string
	SiteName string
	Login    *string
	// Scheduler is nil when unknown.
	Scheduler *string
	// HasCluster says whether somebody logs in there to count; Missing says why counts are unknown.
	HasCluster      bool
	Missing         string
	Running, Queued *int
	Busy            *bar
	// UsageClass is " na" without a cluster, " old" where its counts are stale.
	UsageClass string
	// Seen is the age of the status, UsageSeen of the counts.
	Seen, UsageSeen seen
}

// breakdown counts systems by one property.
type breakdown struct {
	Title string
	Rows  []share
}

// share is one value of a breakdown.
type share struct {
	Badge *badge
	Name  string
	Count int
	Bar   bar
}

func (m *model) fleet() fleetView {
	status := &m.Documents.Status
	v := fleetView{
		frame: m.frame(framed{path: "index.html", title: "Fleet status", data: "api/status.json",
			description: m.verdict() + "."}),
		Verdict: m.verdict(), Observed: status.Summary.LastObserved,
		Tiles: m.tiles(), Problems: m.problems(),
	}
	v.Strip, v.StripTitle = m.strip()
	for i := range status.Systems {
		v.Systems = append(v.Systems, m.systemRow(&status.Systems[i]))
	}
	v.Attention = attention(v.Systems)
	v.Worst = worst(v.Systems, v.Attention)
	v.Insights = m.insightRows(m.Documents.Usage.Insights)
	if len(v.Insights) > topInsights {
		v.MoreInsights = len(v.Insights) - topInsights
		v.Insights = v.Insights[:topInsights]
	}
	v.Breakdowns = m.breakdowns()
	return v
}

// systemRow joins a system with what its cluster counts.
func (m *model) systemRow(s *doc.System) systemRow {
	row := systemRow{
		Name: s.System, Href: "system/" + s.Slug + ".html", Status: statusBadge(s.Status),
		Site: s.DSRC, SiteName: value(s.SiteName), Login: s.LoginNode, Scheduler: s.Scheduler,
		Missing: "no session on this system", UsageClass: " na", Seen: seenProvenance(s.Provenance, m.Now),
	}
	if s.Status != string(fleet.Up) {
		row.Why = m.why(s)
	}
	c := m.clusters[s.Slug]
	if c == nil {
		return row
	}
	row.HasCluster, row.Missing, row.Off = true, countsMissing(c), m.switchedOff(s)
	row.Running, row.Queued = c.Totals.RunningJobs, c.Totals.QueuedJobs
	row.UsageClass, row.UsageSeen = "", m.usageSeen(c)
	if row.UsageSeen.Stale {
		row.UsageClass = " old"
	}
	if c.Nodes != nil {
		row.Busy = busyBar(c.Nodes.Cores, "cores")
	}
	return row
}

// attention picks the systems that are not up, worst first.
func attention(rows []systemRow) []systemRow {
	var picked []systemRow
	for _, row := range rows {
		if row.Status.Class != "up" && !row.Off {
			picked = append(picked, row)
		}
	}
	order := []string{"down", "degraded", "maintenance", "unknown"}
	slices.SortStableFunc(picked, func(a, b systemRow) int {
		return cmp.Compare(slices.Index(order, a.Status.Class), slices.Index(order, b.Status.Class))
	})
	return picked
}

// worst is the badge of the worst status, given all systems and those that are not up, worst first.
func worst(all, attention []systemRow) badge {
	switch {
	case len(attention) > 0:
		return attention[0].Status
	case len(all) > 0:
		return all[0].Status
	}
	return statusBadge(string(fleet.Unknown))
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
