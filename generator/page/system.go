package page

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// systemView is the page of one system.
type systemView struct {
	frame
	Name, Slug string
	Status     badge
	Seen       seen
	// Summary is the status and its reason in one sentence.
	Summary string
	// Rule says in words how the status was picked.
	Rule            string
	Facts           []factRow
	Site, SiteName  string
	Scheduler       *string
	Login           *string
	LoginSource     string
	Details         doc.Details
	Guides          []doc.Link
	Origins         []origin
	Briefing        template.HTML
	Insights        []insightRow
	HasCluster      bool
	Usage           usage
	Reasons         []glossed
	Budgets         budgets
	AllocationsSeen seen
	Disks           disks
	StorageSeen     seen
	// NoBudgets and NoDisks say why there is nothing to show.
	NoBudgets, NoDisks string
}

// factRow is what one source says of a status.
type factRow struct {
	Label  string
	Status badge
	Text   string
	Source string
	Seen   seen
	// Known is false when there is no such fact; Absent then says so.
	Known  bool
	Absent string
}

// origin is a field and where it is from.
type origin struct{ Field, Source string }

func (m *model) system(s *doc.SystemDetail) systemView {
	at := seenProvenance(s.Provenance, m.Now)
	v := systemView{
		frame: m.frame(framed{path: "system/" + s.Slug + ".html", title: s.System.System, data: "api/system/" + s.Slug + ".json"}),
		Name:  s.System.System, Slug: s.Slug, Status: statusBadge(s.Status), Seen: at,
		Summary: m.why(&s.System), Rule: ruleWords(&s.System),
		Facts: []factRow{m.fact("Reported", "Nobody reports on it.", s.Reported), m.fact("Observed", "No session shows it.", s.Observed)},
		Site:  value(s.DSRC), SiteName: value(s.SiteName), Scheduler: s.Scheduler,
		Login: s.LoginNode, LoginSource: loginWords(s.LoginNodeSource),
		Details: s.Details, Guides: webLinks(s.Details.Guides), Briefing: m.Briefings[s.Slug],
		Insights: m.ownInsights(s.Slug),
	}
	if s.Status == string(fleet.Up) {
		v.Summary = ""
	}
	v.Description = fmt.Sprintf("%s is %s.", v.Name, statusPhrase(v.Status))
	for _, field := range sortedKeys(s.Origins) {
		source := s.Origins[field]
		v.Origins = append(v.Origins, origin{strings.ReplaceAll(field, "_", " "), sourceName(&source)})
	}
	if c := m.clusters[s.Slug]; c != nil {
		m.addCluster(&v, c)
	}
	return v
}

// addCluster adds what a session on the system shows.
func (m *model) addCluster(v *systemView, c *doc.ClusterDetail) {
	v.HasCluster, v.Usage = true, m.usage(c)
	v.Reasons = glossary(pendingReasons(c.Queues))
	v.Budgets = m.budgets(c)
	v.AllocationsSeen = seenPart(c.Parts.Allocations, m.Now)
	v.Disks = m.disks(c)
	v.StorageSeen = seenPart(c.Parts.Storage, m.Now)
	v.NoBudgets = newSilent(c, c.Parts.Allocations, "no allocations found").Why
	v.NoDisks = newSilent(c, c.Parts.Storage, "no storage found").Why
}

// fact is the row of a reported or observed status; absent stands where there is none.
func (m *model) fact(label, absent string, f *doc.Fact) factRow {
	if f == nil {
		return factRow{Label: label, Absent: absent}
	}
	row := factRow{Label: label, Known: true, Status: statusBadge(f.Status), Text: f.Text,
		Source: sourceName(f.Source), Seen: seenProvenance(f.Provenance, m.Now)}
	return row
}

// why is the wording of the fact that decided a system's status; where it expired, what it was.
func (m *model) why(s *doc.System) string {
	switch fleet.Rule(s.StatusRule) {
	case fleet.RuleReported:
		return factText(s.Reported)
	case fleet.RuleObserved:
		return factText(s.Observed)
	case fleet.RuleExpired:
		return fmt.Sprintf("Last known as %s; that is too old to count.", statusPhrase(statusBadge(value(s.LastStatus))))
	}
	return "No source says anything about this system."
}

func factText(f *doc.Fact) string {
	if f == nil {
		return ""
	}
	return f.Text
}

// statusPhrase is a status as it stands in a sentence after "is".
func statusPhrase(b badge) string {
	switch b.Class {
	case "maintenance":
		return "in maintenance"
	case "unknown":
		return "in an unknown state"
	}
	return strings.ToLower(b.Word)
}

// ruleWords say how the shown status was picked.
func ruleWords(s *doc.System) string {
	switch fleet.Rule(s.StatusRule) {
	case fleet.RuleReported:
		return "The status is the reported one: what a site says of its system outranks what we see there."
	case fleet.RuleObserved:
		return "Nobody reports a usable status, so the status is what a session on the system shows."
	case fleet.RuleExpired:
		return "What was last known is past its validity, so the status is unknown until a source answers again."
	}
	return "No source says anything about this system, so its status is unknown."
}

// loginWords say how the login node became known.
func loginWords(source *string) string {
	switch fleet.LoginSource(value(source)) {
	case fleet.LoginConfigured:
		return "as configured"
	case fleet.LoginObserved:
		return "as the system says"
	case fleet.LoginDerived:
		return "built from the name and the site’s domain"
	}
	return ""
}

// webLinks keeps the links that lead to a web page.
func webLinks(links []doc.Link) []doc.Link {
	var kept []doc.Link
	for _, link := range links {
		u, err := url.Parse(link.URL)
		if err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
			kept = append(kept, link)
		}
	}
	return kept
}

// ownInsights are the insights about one system, which need not name it.
func (m *model) ownInsights(slug string) []insightRow {
	rows := m.insightRows(m.concerns[slug])
	for i := range rows {
		rows[i].Name, rows[i].Href = "", ""
	}
	return rows
}

func pendingReasons(queues []doc.Queue) map[string]bool {
	found := map[string]bool{}
	for i := range queues {
		for _, r := range queues[i].Pending {
			found[r.Reason] = true
		}
	}
	return found
}
