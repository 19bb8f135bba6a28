package page

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// tiles are the figures at the top of the home page. Sums cover only clusters whose
// figure is known and fresh, and say so.
func (m *model) tiles() []tile {
	summary := m.Documents.Status.Summary
	running, queued, eligible := sum{}, sum{}, sum{}
	var cores doc.Resource
	measured := 0
	for i := range m.Documents.Clusters {
		c := &m.Documents.Clusters[i]
		if m.usageSeen(c).Stale {
			continue
		}
		running.add(c.Totals.RunningJobs)
		queued.add(c.Totals.QueuedJobs)
		eligible.add(c.Totals.EligibleJobs)
		if c.Nodes != nil && c.Nodes.Cores != nil {
			measured++
			cores.Total += c.Nodes.Cores.Total
			cores.Used += c.Nodes.Cores.Used
		}
	}
	clusters := len(m.Documents.Clusters)
	tiles := []tile{
		{Label: "Fleet uptime", Value: summary.FleetUptime, Note: fmt.Sprintf("%d of %s up", summary.UpCount, count(m.inService(), "system"))},
		running.tile("Running jobs", clusters),
		queued.tile("Queued jobs", clusters),
		coresTile(cores, measured, clusters),
	}
	if eligible.known > 0 {
		tiles[2].Note = thousands(int64(eligible.jobs)) + " eligible to start, " + tiles[2].Note
	}
	return append(tiles, m.insightTile("Allocations", "allocation", "quota.html"), m.insightTile("Storage", "storage", "storage.html"))
}

// sum adds what is known.
type sum struct{ jobs, known int }

func (s *sum) add(n *int) {
	if n != nil {
		s.jobs += *n
		s.known++
	}
}

func (s *sum) tile(label string, clusters int) tile {
	t := tile{Label: label, Href: "queues.html", Note: coverage(s.known, clusters)}
	if s.known > 0 {
		t.Value = thousands(int64(s.jobs))
	} else {
		t.Missing = notMeasured
	}
	return t
}

func coverage(known, clusters int) string {
	return fmt.Sprintf("on %d of %s", known, count(clusters, "cluster"))
}

func coresTile(cores doc.Resource, measured, clusters int) tile {
	t := tile{Label: "Cores busy", Href: "queues.html", Note: coverage(measured, clusters)}
	if t.Bar = busyBar(&cores, "cores"); t.Bar == nil {
		t.Missing = notMeasured
		return t
	}
	t.Value = t.Bar.Text
	return t
}

// insightTile counts the insights of one type, so that the tile and the insights never disagree.
func (m *model) insightTile(label, kind, href string) tile {
	n, measured := 0, false
	for _, insight := range m.Documents.Usage.Insights {
		if insight.Type == kind {
			n++
		}
	}
	for i := range m.Documents.Clusters {
		parts := &m.Documents.Clusters[i].Parts
		part := &parts.Allocations
		if kind == "storage" {
			part = &parts.Storage
		}
		measured = measured || !part.ObservedAt.IsZero()
	}
	switch {
	case !measured && n == 0:
		return tile{Label: label, Missing: notMeasured, Note: "no cluster says", Href: href}
	case n == 0:
		return tile{Label: label, Value: "OK", Note: "none close to its limit", Href: href}
	case n == 1:
		return tile{Label: label, Value: "1", Note: "needs attention", Href: href}
	}
	return tile{Label: label, Value: thousands(int64(n)), Note: "need attention", Href: href}
}

// strip divides a width of 100 among the statuses, and says the same in words.
func (m *model) strip() ([]segment, string) {
	status, total := &m.Documents.Status, m.inService()
	var segments []segment
	var words []string
	x := 0.0
	for _, s := range fleet.Statuses() {
		n := status.StatusBreakdown[string(s)]
		if s == fleet.Unknown {
			n -= status.Summary.TotalSystems - total // the switched-off ones are among these
		}
		if n == 0 {
			continue
		}
		b := statusBadge(string(s))
		width := float64(n) / float64(total) * 100
		text := thousands(int64(n)) + " " + strings.ToLower(b.Word)
		segments = append(segments, segment{X: coordinate(x), Width: coordinate(width), Class: b.Class, Title: text})
		words = append(words, text)
		x += width
	}
	return segments, list(words)
}

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// breakdowns count the fleet by status, site and scheduler.
func (m *model) breakdowns() []breakdown {
	status := &m.Documents.Status
	byStatus := breakdown{Title: "By status"}
	for _, s := range fleet.Statuses() {
		if n := status.StatusBreakdown[string(s)]; n > 0 {
			b := statusBadge(string(s))
			byStatus.Rows = append(byStatus.Rows, share{Badge: &b, Name: b.Word, Count: n,
				Bar: shareBar(n, status.Summary.TotalSystems)})
		}
	}
	return []breakdown{byStatus,
		countsBreakdown("By site", status.DSRCBreakdown, status.Summary.TotalSystems),
		countsBreakdown("By scheduler", status.SchedulerBreakdown, status.Summary.TotalSystems)}
}

// countsBreakdown lists counts, largest first; the API counts what is not known under "unknown", which comes last.
func countsBreakdown(title string, counts map[string]int, total int) breakdown {
	b := breakdown{Title: title}
	for name, n := range counts {
		if name != "unknown" {
			b.Rows = append(b.Rows, share{Name: name, Count: n, Bar: shareBar(n, total)})
		}
	}
	slices.SortFunc(b.Rows, func(x, y share) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Name, y.Name))
	})
	if rest := counts["unknown"]; rest > 0 {
		b.Rows = append(b.Rows, share{Name: "Not known", Count: rest, Bar: shareBar(rest, total)})
	}
	return b
}

func shareBar(n, total int) bar {
	p := float64(n) / float64(max(total, 1)) * 100
	return bar{Width: barWidth(p), Text: thousands(int64(n)), Title: percent(p) + " of the fleet", Percent: p}
}
