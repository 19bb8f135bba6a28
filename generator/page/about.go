package page

import (
	"slices"

	"hpcstatus/collectors/fleet/doc"
)

// aboutView is the page about the monitor itself.
type aboutView struct {
	frame
	Health badge
	// Verdict says in one sentence how the monitor does, Summary what that means.
	Verdict, Summary string
	Problems         []string
	Collectors       []collectorRow
	Parts            []partsRow
}

// collectorRow is a collector's last run.
type collectorRow struct {
	Name, Words          string
	Status               badge
	LastRun, LastSuccess doc.Time
	DurationMS           *int64
	Error                string
	Targets              []targetRow
}

// targetRow is how asking one cluster went.
type targetRow struct {
	Name, Href  string
	Status      badge
	LastSuccess doc.Time
	DurationMS  *int64
	Error       string
}

// partsRow is the age of each part of a cluster's data.
type partsRow struct {
	Name, Href                   string
	Connection                   badge
	Queues, Allocations, Storage seen
	Errors                       []string
}

func (m *model) about() aboutView {
	health := &m.Documents.Health
	v := aboutView{
		frame: m.frame(framed{path: "about.html", title: "About this monitor", data: "api/health.json",
			description: "How the monitor itself is doing: every collector’s last run, its errors and the age of its data."}),
		Health: runBadge(health.Status), Verdict: "The monitor is " + health.Status,
		Summary: healthWords(health.Status), Problems: health.Problems,
	}
	for _, name := range sortedKeys(health.Collectors) {
		v.Collectors = append(v.Collectors, m.collectorRow(name, health.Collectors[name]))
	}
	for i := range m.Documents.Clusters {
		c := &m.Documents.Clusters[i]
		v.Parts = append(v.Parts, partsRow{Name: c.Name, Href: "system/" + c.Slug + ".html",
			Connection: clusterBadge(c.Status), Queues: m.usageSeen(c), Allocations: seenPart(c.Parts.Allocations, m.Now),
			Storage: seenPart(c.Parts.Storage, m.Now), Errors: clusterErrors(c)})
	}
	return v
}

func (m *model) collectorRow(name string, c doc.CollectorHealth) collectorRow {
	row := collectorRow{Name: name, Words: sourceName(&name), Status: runBadge(c.Status),
		LastRun: c.LastRun, LastSuccess: c.LastSuccess, DurationMS: c.DurationMS, Error: value(c.Error)}
	for _, t := range c.Targets {
		target := targetRow{Name: t.Name, Status: runBadge(t.Status), LastSuccess: t.LastSuccess,
			DurationMS: t.DurationMS, Error: value(t.Error)}
		if _, known := m.names[t.Slug]; known {
			target.Href = "system/" + t.Slug + ".html"
		}
		row.Targets = append(row.Targets, target)
	}
	return row
}

func healthWords(status string) string {
	switch status {
	case "healthy":
		return "Every enabled collector’s last run succeeded."
	case "degraded":
		return "Some of the data could not be brought up to date; it is shown with its age."
	}
	return "There is no data to show."
}

// problems are what is wrong with the monitor, for the home page: its own problems
// and the collectors that failed.
func (m *model) problems() []string {
	problems := slices.Clone(m.Documents.Health.Problems)
	for _, name := range sortedKeys(m.Documents.Health.Collectors) {
		c := m.Documents.Health.Collectors[name]
		if c.Error != nil && *c.Error != "" {
			problems = append(problems, sourceName(&name)+": "+*c.Error)
		}
	}
	return problems
}
