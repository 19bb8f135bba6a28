package page

import (
	"fmt"
	"html/template"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"hpcstatus/collectors/fleet/doc"
)

func TestFilesOfTheSite(t *testing.T) {
	out := build(t, fixture())
	for _, file := range []string{"index.html", "queues.html", "quota.html", "storage.html", "insights.html", "help.html",
		"api.html", "about.html", "404.html", "system/nautilus.html", "system/warhawk.html"} {
		if len(out[file]) == 0 {
			t.Errorf("no %s", file)
		}
	}
	hashed := regexp.MustCompile(`^assets/[a-z]+\.[0-9a-f]{8,}\.(css|js|svg)$`)
	for file := range out {
		if strings.HasPrefix(file, "assets/") && !hashed.MatchString(file) {
			t.Errorf("asset %s", file)
		}
	}
}

// row finds a row of a table by its heading and returns the text of its cells by their labels.
func row(t *testing.T, data []byte, caption, name string) map[string]string {
	t.Helper()
	cells := map[string]string{}
	walk(parseHTML(data), func(n *html.Node) {
		if n.Data != "table" || !strings.Contains(textOf(n.FirstChild.NextSibling), caption) {
			return
		}
		walk(n, func(tr *html.Node) {
			if tr.Data != "tr" || cells["name"] != "" {
				return
			}
			found := map[string]string{"class": attr(tr, "class")}
			walk(tr, func(cell *html.Node) {
				switch {
				case cell.Data == "th":
					found["name"] = textOf(cell)
				case cell.Data == "td":
					found[attr(cell, "data-label")] = flat(cell)
				}
			})
			if strings.HasPrefix(found["name"], name) {
				cells = found
			}
		})
	})
	if cells["name"] == "" {
		t.Fatalf("no row %s in the table %s", name, caption)
	}
	return cells
}

// flat is an element's text with the reasons of missing values in brackets.
func flat(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if label := attr(n, "aria-label"); label != "" {
		return "[" + label + "]"
	}
	if n.Data == "svg" {
		return ""
	}
	var b strings.Builder
	for child := range n.ChildNodes() {
		b.WriteString(flat(child))
		b.WriteString(" ")
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestRows(t *testing.T) {
	out := build(t, fixture())
	cases := []struct {
		file, caption, name string
		want                map[string]string
	}{
		{"index.html", "Every system", "Nautilus", map[string]string{"Status": "Up", "Site": "NAVO", "Scheduler": "PBS",
			"Login node": "nautilus.navydsrc.hpc.mil", "Running": "280", "Queued": "366", "Cores busy": "90.1%", "Data from": "2026-01-22 15:28 UTC"}},
		{"index.html", "Every system", "Coral", map[string]string{"Status": "Unknown", "class": "is-stale", "Scheduler": "[not known]",
			"Running": "[no session on this system]", "Data from": "Stale 2026-01-22 10:20 UTC"}},
		{"index.html", "Every system", "Carpenter", map[string]string{"Queued": "[not visible to the collecting account]"}},
		{"index.html", "Every system", "Warhawk", map[string]string{"Status": "Maintenance", "Queued": "[never reached]"}},
		{"queues.html", "Queues of Nautilus", "standard_lg", map[string]string{"State": "Running", "Running": "45", "Queued": "105",
			"Eligible": "80", "Held": "2", "Cores busy": "90.1% 17,408 free", "Nodes busy": "1,240 of 1,376 4 down, 19 drained",
			"Walltime": "7 d", "Job size": "129–16,384 cores",
			"Waiting for": "80 Not Running: Insufficient amount of resource: ncpus 25 Not Running: User has reached queue standard_lg running job limit."}},
		{"queues.html", "Queues of Nautilus", "transfer", map[string]string{"State": "Stopped", "Running": "0", "Held": "[not measured]",
			"Walltime": "no limit", "Cores busy": "[not measured]", "Waiting for": "[reasons not known]"}},
		{"queues.html", "Queues of Carpenter", "debug", map[string]string{"Running": "[not visible to the collecting account]", "Held": "[not visible to the collecting account]"}},
		{"quota.html", "Allocations", "NAVO0017", map[string]string{"class": "is-over", "Spent": "102.5% Overspent", "Remaining": "-12,400",
			"Unit": "core-hours", "Cluster": "Nautilus"}},
		{"quota.html", "Allocations", "NRLDC04", map[string]string{"class": " is-stale", "Data from": "Stale 2026-01-22 12:50 UTC show_usage"}},
		{"quota.html", "Projects without", "navo0017", map[string]string{"Used": "[not measured]", "Fairshare": "0.42", "Why it is no budget": "the limit decays"}},
		{"storage.html", "Quotas", "/p/work1/user", map[string]string{"Full": "104.0% Over quota", "Available": "-4 TiB grace 5 days", "Files": "[not measured]"}},
		{"storage.html", "Filesystems", "/p/work1/shared", map[string]string{"Cluster": "Raider", "Full": "97.2%", "Used": "1.85 PiB"}},
		{"about.html", "Every collector", "pw_cluster", map[string]string{"Status": "Stale", "Took": "1 min 0 s", "Error": "2 of 6 clusters failed"}},
		{"about.html", "How asking", "Warhawk", map[string]string{"Status": "Needs login", "Last success": "[never]",
			"Error": "probe Warhawk: authentication failed: run pw auth login"}},
		{"about.html", "When each part", "Carpenter", map[string]string{"Storage": "[never]", "Trouble": "Storage: read quota: lfs: command not found"}},
	}
	for _, c := range cases {
		t.Run(c.file+"/"+c.name, func(t *testing.T) {
			got := row(t, out[c.file], c.caption, c.name)
			for label, want := range c.want {
				if got[label] != want {
					t.Errorf("%s is %q, want %q", label, got[label], want)
				}
			}
		})
	}
}

// TestLateIsStale: the same documents rendered after their time lose their colour.
func TestLateIsStale(t *testing.T) {
	in := fixture()
	in.Now = now.Add(time.Hour)
	out := build(t, in)
	if got := row(t, out["index.html"], "Every system", "Barfoot"); got["class"] != "is-stale" || !strings.HasPrefix(got["Data from"], "Stale") {
		t.Errorf("an hour later the row is %v", got)
	}
	if !strings.Contains(string(out["index.html"]), `class="is-expired"`) {
		t.Error("the page does not say that it is out of date")
	}
}

func TestErrorsNameFileAndLine(t *testing.T) {
	cases := map[string]struct{ file, source, want string }{
		"parse":   {"pages/queues.html", "\n\n{{if}}", "template: pages/queues.html:3: missing value for if"},
		"unknown": {"pages/queues.html", "\n{{.Nonsense}}", "render queues.html: template: pages/queues.html:2:"},
		"partial": {"partials/badge.html", "{{.Nonsense}}", "template: partials/badge.html:1:"},
		"context": {"pages/queues.html", "<p>\n<a href='{{if .Title}}'x{{end}}>", "pages/queues.html:2"},
		"missing": {"pages/queues.html", `{{template "partials/gone.html" .}}`, `pages/queues.html:1:11: no such template "partials/gone.html"`},
		"asset":   {"assets/site.css", "\n\na{b:url(gone.svg)}", "rewrite assets/site.css:3:"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := fixture()
			in.Templates[c.file] = []byte(c.source)
			_, err := Build(in)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// TestHostileText puts markup into everything that comes from elsewhere.
func TestHostileText(t *testing.T) {
	const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`
	in := fixture()
	for i := range in.Documents.Systems {
		s := &in.Documents.Systems[i]
		s.System.System, s.Scheduler, s.LoginNode, s.SiteName = evil, p(evil), p(evil), p(evil)
		s.Reported = &doc.Fact{Status: "DOWN", Text: evil, Provenance: fresh(evil)}
		s.StatusRule = "reported"
		s.Details = doc.Details{Description: p(evil), More: []doc.Detail{{Name: evil, Value: evil}}, Guides: []doc.Link{
			{Title: evil, URL: "javascript:alert(1)"}, {Title: "plain", URL: "data:text/html,x"}, {Title: evil, URL: `https://example.org/"onmouseover=alert(1)`}}}
		s.Origins = map[string]string{evil: evil}
	}
	in.Documents.Status = statusOf(in.Documents.Systems)
	for i := range in.Documents.Clusters {
		c := &in.Documents.Clusters[i]
		c.Name, c.Error, c.SchedulerVersion = evil, p(evil), p(evil)
		c.Queues = append(c.Queues, doc.Queue{Name: evil, State: evil, RoutesTo: []string{evil}, Kind: "route", Pending: []doc.Reason{{Reason: evil, Jobs: 1}}})
		c.Allocations = []doc.Allocation{{Project: evil, User: p(evil), Unit: evil, Source: evil}}
		c.Storage = []doc.Storage{{Path: evil, Owner: p(evil), Scope: evil, Grace: p(evil), Source: evil}}
		c.Reservations = []doc.Reservation{{Name: evil}}
	}
	in.Documents.Usage.Insights = []doc.Insight{{Type: evil, Priority: evil, Cluster: "jean", Message: evil, Action: evil}}
	in.Documents.Health.Problems = []string{evil}
	in.Documents.Health.Collectors = map[string]doc.CollectorHealth{"x": {Status: "error", Error: p(evil)}}
	in.Site.Title, in.Site.Version = evil, evil
	out := build(t, in)
	checker := newChecker(in, out)
	for file, data := range out {
		if !strings.HasSuffix(file, ".html") {
			continue
		}
		checker.check(file, data)
		walk(parseHTML(data), func(n *html.Node) {
			if n.Data == "img" {
				t.Errorf("%s: markup got through", file)
			}
			if href := attr(n, "href"); strings.HasPrefix(href, "javascript:") || strings.HasPrefix(href, "data:") {
				t.Errorf("%s: link to %s", file, href)
			}
		})
	}
	for _, fault := range checker.faults {
		t.Error(fault)
	}
}

func TestBriefingAndHelpAreShown(t *testing.T) {
	in := fixture()
	in.Help = []HelpDoc{{Slug: "units", Title: "Units", HTML: template.HTML("<p>One <em>GiB</em>.</p>")}}
	out := build(t, in)
	if !strings.Contains(string(out["help.html"]), `<section id="help-units"`) || !strings.Contains(string(out["help.html"]), "<p>One <em>GiB</em>.</p>") {
		t.Error("help.html lacks its section")
	}
	if !strings.Contains(string(out["system/nautilus.html"]), "<strong>30 days</strong>") {
		t.Error("the briefing is not on the system's page")
	}
	if strings.Contains(string(out["system/kay.html"]), "Briefing") {
		t.Error("a system without a briefing has a heading for one")
	}
}

// BenchmarkBuild renders a large fleet: 1,000 systems with 20 queues each.
func BenchmarkBuild(b *testing.B) {
	in := large(1000, 20)
	for b.Loop() {
		out, err := Build(in)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(out["index.html"])), "index-bytes")
		b.ReportMetric(float64(len(out["queues.html"])), "queues-bytes")
	}
}

// large makes a fleet of many systems with a cluster each.
func large(systems, queues int) Input {
	in := fixture()
	in.Documents.Systems, in.Documents.Clusters = nil, nil
	for i := range systems {
		name, slug := fmt.Sprintf("System %d", i), fmt.Sprintf("system-%d", i)
		s := system(name, slug, "NAVO", "Navy DSRC", "UP", name+" is currently Up.", "PBS")
		s.HasCluster = true
		in.Documents.Systems = append(in.Documents.Systems, s)
		c := cluster(name, slug, "PBS", "2022.1.3")
		for q := range queues {
			queue := limited(queue(fmt.Sprintf("queue%d", q), 45, 105, 80, 2), 168, 129, 16384, 1376, 1240, 128)
			queue.Pending = []doc.Reason{{Reason: "Priority", Jobs: 60}, {Reason: "Resources", Jobs: 45}}
			c.Queues = append(c.Queues, queue)
		}
		in.Documents.Clusters = append(in.Documents.Clusters, c)
	}
	in.Documents.Status = statusOf(in.Documents.Systems)
	return in
}
