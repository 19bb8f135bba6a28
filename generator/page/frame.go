package page

import (
	"strings"

	"hpcstatus/collectors/fleet/doc"
)

// frame is what every page shows around its content. Every view embeds it.
type frame struct {
	// Title and Description of the page.
	Title, Description string
	SiteTitle, Version string
	// Theme is auto, light or dark.
	Theme string
	// Root leads from the page to the site's root: "", "../", or an absolute path on the 404 page.
	Root string
	// Data is the JSON document behind the page, below the root; empty when there is none.
	Data string
	// CSS, JS and Icon are the published paths of the assets, below the root.
	CSS, JS, Icon string
	Nav           []navItem
	Demo          bool
	// Generated is when the generation was made, ValidUntil when the page stops being good.
	Generated, ValidUntil doc.Time
	// Expired says that the page was past its validity when it was made.
	Expired bool
}

// navItem is one entry of the navigation.
type navItem struct {
	Href, Label string
	// Current is "page" on the page itself, "true" on a page below it, else empty: a value of aria-current.
	Current string
}

// framed describes a page to frame.
type framed struct {
	path, title, description, data string
}

// frame makes the frame of a page; the path is below the site's root.
func (m *model) frame(f framed) frame {
	health := &m.Documents.Health
	return frame{
		Title: f.title, Description: f.description, Data: f.data,
		SiteTitle: m.Site.Title, Version: m.Site.Version, Theme: theme(m.Site.Theme),
		Root: strings.Repeat("../", strings.Count(f.path, "/")),
		CSS:  m.assets["assets/site.css"], JS: m.assets["assets/site.js"], Icon: m.assets["assets/icon.svg"],
		Nav: navigation(f.path), Demo: m.Site.Demo || health.Demo,
		Generated: health.GeneratedAt, ValidUntil: health.ValidUntil,
		Expired: past(health.ValidUntil, m.Now),
	}
}

// theme is the theme to put on the page, auto unless one was chosen.
func theme(chosen string) string {
	if chosen == "light" || chosen == "dark" {
		return chosen
	}
	return "auto"
}

// navigation lists the pages and marks the one at path.
func navigation(path string) []navItem {
	items := []navItem{
		{Href: "index.html", Label: "Fleet"},
		{Href: "queues.html", Label: "Queues"},
		{Href: "quota.html", Label: "Quota"},
		{Href: "storage.html", Label: "Storage"},
		{Href: "insights.html", Label: "Insights"},
		{Href: "help.html", Label: "Help"},
		{Href: "api.html", Label: "API"},
		{Href: "about.html", Label: "About"},
	}
	for i := range items {
		if items[i].Href == path {
			items[i].Current = "page"
		}
	}
	if strings.HasPrefix(path, "system/") {
		items[0].Current = "true"
	}
	return items
}

// notFound is the view of 404.html, which a server shows at any depth and which
// therefore links by the absolute path of the site.
func (m *model) notFound() frame {
	f := m.frame(framed{path: "404.html", title: "Page not found",
		description: "There is no page at this address."})
	f.Root = m.Site.URLPrefix + "/"
	return f
}
