package markdown

import (
	"net/url"

	"hpcstatus/collectors/fleet"
)

// System is a file of systems/: an operator's briefing for the users of one system,
// and what its front matter says over the collectors.
type System struct {
	Document
	Override fleet.Override
}

// ParseSystem reads a file of systems/. The system is named by the key "system", else by
// the file's name. The error joins all mistakes, each an *Error.
func ParseSystem(path string, src []byte) (System, error) {
	doc, front, err := parse(path, src)
	if err != nil {
		return System{}, err
	}
	root := front.root()
	o := override(root)
	o.Origin = path
	if o.System == "" {
		o.System = baseName(path)
	}
	if fleet.Slug(o.System) == "" {
		root.report("system", "system needs a name with at least one letter or digit")
	}
	root.done()
	doc.Title = o.Name
	if doc.Title == "" {
		doc.Title = o.System
	}
	return System{Document: doc, Override: o}, finish(front.problems)
}

func override(root *table) fleet.Override {
	o := fleet.Override{
		System:     root.text("system"),
		Name:       root.text("name"),
		Aliases:    root.texts("aliases"),
		Site:       root.text("site"),
		Scheduler:  root.text("scheduler"),
		LoginNode:  root.text("login_node"),
		StatusText: root.text("status_text"),
		Details: fleet.Details{
			Architecture: root.text("architecture"),
			Cores:        root.count("cores"),
			MemoryTB:     root.amount("memory_tb"),
			Description:  root.text("description"),
			Guides:       guides(root),
			More:         details(root),
		},
	}
	o.Status = status(root)
	return o
}

// status is the state that the operator reports; empty when the collectors decide.
func status(root *table) fleet.Status {
	word := root.text("status")
	if word == "" {
		if root.values["status_text"] != nil {
			root.report("status_text", "status_text is the reason for a status: give status too, or leave it out")
		}
		return ""
	}
	status, err := fleet.ParseStatus(word)
	if err != nil {
		root.report("status", "%v", err)
	}
	return status
}

func guides(root *table) []fleet.Link {
	var links []fleet.Link
	for _, t := range root.tables("guide") {
		link := fleet.Link{Title: t.required("title"), URL: t.required("url")}
		if link.URL != "" && !absolute(link.URL) {
			t.report("url", "url %q must begin with https:// or http:// and name a host", link.URL)
		}
		t.done()
		links = append(links, link)
	}
	return links
}

func details(root *table) []fleet.Detail {
	var rows []fleet.Detail
	for _, t := range root.tables("detail") {
		rows = append(rows, fleet.Detail{Name: t.required("name"), Value: t.required("value")})
		t.done()
	}
	return rows
}

// absolute reports whether an address leads to a web site from anywhere.
func absolute(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
