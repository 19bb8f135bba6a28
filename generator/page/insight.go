package page

import (
	"cmp"
	"slices"

	"hpcstatus/collectors/fleet/doc"
)

// insightsView is the page of everything worth knowing or doing.
type insightsView struct {
	frame
	Insights []insightRow
	// Levels count the insights by priority.
	Levels []level
}

// level is a priority with how many insights have it.
type level struct {
	Priority badge
	Count    int
}

// insightRow is one insight.
type insightRow struct {
	Priority badge
	// Kind is its type in words.
	Kind                 string
	Name, Href           string
	Message, Action      string
	Queue, Project, Path string
}

func (m *model) insights() insightsView {
	v := insightsView{frame: m.frame(framed{path: "insights.html", title: "Insights", data: "api/cluster-usage.json",
		description: "What follows from the numbers, most urgent first, and what to do about it."})}
	v.Insights = m.insightRows(m.Documents.Usage.Insights)
	for _, priority := range []string{"high", "medium", "low"} {
		n := 0
		for _, insight := range m.Documents.Usage.Insights {
			if insight.Priority == priority {
				n++
			}
		}
		v.Levels = append(v.Levels, level{priorityBadge(priority), n})
	}
	return v
}

// insightRows are the insights, most urgent first, else in the order of the document.
func (m *model) insightRows(insights []doc.Insight) []insightRow {
	sorted := slices.Clone(insights)
	order := []string{"low", "medium", "high"}
	slices.SortStableFunc(sorted, func(a, b doc.Insight) int {
		return cmp.Compare(slices.Index(order, b.Priority), slices.Index(order, a.Priority))
	})
	rows := make([]insightRow, len(sorted))
	for i := range sorted {
		in := &sorted[i]
		rows[i] = insightRow{Priority: priorityBadge(in.Priority), Kind: kindWord(in.Type),
			Name: m.name(in.Cluster), Message: in.Message, Action: in.Action,
			Queue: value(in.Queue), Project: value(in.Project), Path: value(in.Path)}
		if _, known := m.names[in.Cluster]; known {
			rows[i].Href = "system/" + in.Cluster + ".html"
		}
	}
	return rows
}

func priorityBadge(priority string) badge {
	switch priority {
	case "high":
		return badge{Icon: "high", Word: "High", Class: "down"}
	case "medium":
		return badge{Icon: "medium", Word: "Medium", Class: "degraded"}
	}
	return badge{Icon: "low", Word: "Low", Class: "unknown"}
}

func kindWord(kind string) string {
	switch kind {
	case "allocation":
		return "Allocation"
	case "storage":
		return "Storage"
	case "system":
		return "System"
	case "gpu":
		return "GPUs"
	case "stale":
		return "Stale data"
	}
	return "Recommendation"
}
