package page

// helpView is the help page.
type helpView struct {
	frame
	Sections []HelpDoc
	// Statuses explain the status words.
	Statuses []explained
}

// explained is a badge with its meaning.
type explained struct {
	Badge   badge
	Meaning string
}

func (m *model) help() helpView {
	v := helpView{
		frame:    m.frame(framed{path: "help.html", title: "Help", description: "What the words and figures of this site mean."}),
		Sections: m.Help,
	}
	for _, status := range []struct{ status, meaning string }{
		{"UP", "The system takes and runs jobs."},
		{"DEGRADED", "It works with less than it should: some nodes, queues or services are out, or its scheduler is silent."},
		{"MAINTENANCE", "Its site works on it; log-ins and jobs may be refused."},
		{"DOWN", "Its site says that it is out of service. A lost connection alone never counts as down."},
		{"UNKNOWN", "No source says anything, or what was last said is too old to count."},
	} {
		v.Statuses = append(v.Statuses, explained{statusBadge(status.status), status.meaning})
	}
	return v
}
