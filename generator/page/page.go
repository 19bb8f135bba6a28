// Package page renders the HTML pages of the site from the very documents that are
// published as JSON, so that no page can contradict the API. It reads no clock, no
// file and no network: the same input gives the same bytes.
package page

import (
	"fmt"
	"html/template"
	"maps"
	"strings"
	"time"

	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/generator/api"
	"hpcstatus/generator/asset"
	"hpcstatus/generator/site"
)

// Input is everything the pages are made of.
type Input struct {
	// Documents are the documents of the generation.
	Documents api.Documents
	Site      site.Site
	// Briefings are the operators' rendered notes by slug of the system.
	Briefings map[string]template.HTML
	// Help holds the sections of the help page in their order.
	Help []HelpDoc
	// Templates are the sources by path: "pages/queues.html", "partials/status.html", "assets/site.css".
	Templates map[string][]byte
	// Now decides what is stale; pages do not show it.
	Now time.Time
}

// HelpDoc is one section of the help page.
type HelpDoc struct {
	// Slug becomes the section's anchor, "help-" and the slug.
	Slug  string
	Title string
	HTML  template.HTML
}

// Build renders every page and hashes every asset, and returns them by path below
// public/. An error in a template names its file and line; then nothing is returned.
func Build(in Input) (map[string][]byte, error) {
	sources, assets := split(in.Templates)
	names, out, err := asset.Build(assets)
	if err != nil {
		return nil, fmt.Errorf("build pages: %w", err)
	}
	set, err := parse(sources, location(in.Site))
	if err != nil {
		return nil, fmt.Errorf("build pages: %w", err)
	}
	pages, err := render(set, newModel(in, names).pages())
	if err != nil {
		return nil, fmt.Errorf("build pages: %w", err)
	}
	maps.Copy(out, pages)
	return out, nil
}

// split tells page sources from assets.
func split(files map[string][]byte) (sources, assets map[string][]byte) {
	sources, assets = map[string][]byte{}, map[string][]byte{}
	for name, data := range files {
		switch {
		case strings.HasPrefix(name, "assets/"):
			assets[name] = data
		case strings.HasSuffix(name, ".html"):
			sources[name] = data
		}
	}
	return sources, assets
}

func location(s site.Site) *time.Location {
	if s.Location == nil {
		return time.UTC
	}
	return s.Location
}

// model is the input with what several pages look up in it.
type model struct {
	Input
	assets map[string]string
	// By slug: the clusters, the names to show, and the insights.
	clusters map[string]*doc.ClusterDetail
	names    map[string]string
	concerns map[string][]doc.Insight
}

func newModel(in Input, assets map[string]string) *model {
	m := &model{Input: in, assets: assets,
		clusters: make(map[string]*doc.ClusterDetail, len(in.Documents.Clusters)),
		names:    make(map[string]string, len(in.Documents.Systems)),
		concerns: map[string][]doc.Insight{}}
	for _, insight := range in.Documents.Usage.Insights {
		m.concerns[insight.Cluster] = append(m.concerns[insight.Cluster], insight)
	}
	for i := range in.Documents.Clusters {
		c := &in.Documents.Clusters[i]
		m.clusters[c.Slug], m.names[c.Slug] = c, c.Name
	}
	for i := range in.Documents.Systems {
		s := &in.Documents.Systems[i]
		m.names[s.Slug] = s.System.System
	}
	return m
}

// name is the name to show for a slug.
func (m *model) name(slug string) string {
	if name, ok := m.names[slug]; ok {
		return name
	}
	return slug
}

// pages lists every page of the site.
func (m *model) pages() []page {
	pages := []page{
		{"index.html", "pages/index.html", func() any { return m.fleet() }},
		{"queues.html", "pages/queues.html", func() any { return m.queues() }},
		{"quota.html", "pages/quota.html", func() any { return m.quota() }},
		{"storage.html", "pages/storage.html", func() any { return m.storage() }},
		{"insights.html", "pages/insights.html", func() any { return m.insights() }},
		{"help.html", "pages/help.html", func() any { return m.help() }},
		{"about.html", "pages/about.html", func() any { return m.about() }},
		{"api.html", "pages/api.html", func() any { return m.reference() }},
		{"404.html", "pages/404.html", func() any { return m.notFound() }},
	}
	for i := range m.Documents.Systems {
		s := &m.Documents.Systems[i]
		pages = append(pages, page{"system/" + s.Slug + ".html", "pages/system.html",
			func() any { return m.system(s) }})
	}
	return pages
}
