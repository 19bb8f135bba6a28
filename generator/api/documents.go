// Package api builds the JSON documents of a generation from the merged fleet. The
// pages are rendered from the same documents, so that no page can contradict the API.
//
// The documents are a pure function of Input. When only Now advances they change only
// where something runs out: a status or a cluster past its validity, counts past
// fleet.MaxStale, and with them the health. Nothing in them counts seconds.
package api

import (
	"encoding/json"
	"fmt"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/generator/site"
)

// Input is everything the documents are made of.
type Input struct {
	// Fleet is merged and overlaid; its order is the documents' order.
	Fleet fleet.Fleet
	// Sites gives the centres' full names.
	Sites fleet.Sites
	Site  site.Site
	// TakenAt is when the cycle ended that collected the fleet; zero when there was none.
	TakenAt time.Time
	// ValidFor is how long a generation is good after TakenAt; zero is for ever.
	ValidFor time.Duration
	// Briefings are the operators' notes as Markdown, by slug of the system.
	Briefings map[string]string
	// Insights in their order of rank.
	Insights []doc.Insight
	// Problems are what is wrong besides the collectors, for health.
	Problems []string
	// Disabled names the collectors that the configuration has switched off.
	Disabled []string
	// Now decides what has expired.
	Now time.Time
}

// Documents are the documents of one generation.
type Documents struct {
	Status  doc.Status
	Summary doc.FleetSummary
	Usage   doc.ClusterUsage
	Health  doc.Health
	// Systems by slug, in the order of Status.Systems.
	Systems []doc.SystemDetail
	// Clusters in the order of their slugs.
	Clusters []doc.ClusterDetail
}

// Build makes the documents.
func Build(in Input) Documents {
	var d Documents
	d.Status = in.status()
	d.Summary = in.summary(d.Status)
	d.Usage = in.usage()
	d.Health = in.health(d.Status)
	for i, s := range in.Fleet.Systems {
		_, hasCluster := d.Usage.Clusters[s.Slug]
		d.Systems = append(d.Systems, in.systemDetail(s, d.Status.Systems[i], hasCluster))
	}
	for _, c := range in.Fleet.Clusters {
		d.Clusters = append(d.Clusters, doc.ClusterDetail{
			Cluster: d.Usage.Clusters[c.Slug], Insights: about(c.Slug, d.Usage.Insights), Schema: doc.Schema,
		})
	}
	return d
}

// Files encodes every document and returns them by path below public/.
func (d Documents) Files() (map[string][]byte, error) {
	documents := map[string]any{
		"api/status.json":        d.Status,
		"api/fleet/summary.json": d.Summary,
		"api/cluster-usage.json": d.Usage,
		"api/health.json":        d.Health,
	}
	for _, s := range d.Systems {
		documents["api/system/"+s.Slug+".json"] = s
	}
	for _, c := range d.Clusters {
		documents["api/cluster-usage/"+c.Slug+".json"] = c
	}
	files := make(map[string][]byte, len(documents))
	for path, document := range documents {
		data, err := encode(document)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", path, err)
		}
		files[path] = data
	}
	return files, nil
}

// encode writes a document for people and programs: indented, with a newline at the end. The
// encoder's default stays that writes <, > and & as escapes, so that a document that is
// put into a page, or taken for one by an old browser, cannot become HTML.
func encode(document any) ([]byte, error) {
	data, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(data, '\n'), nil
}

// known is a pointer to the text, or nil when it is empty.
func known[T ~string](text T) *string {
	if text == "" {
		return nil
	}
	s := string(text)
	return &s
}

// listed is the list itself, never nil, because an empty list is published as [].
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// past reports whether a time is known and before now.
func (in Input) past(t time.Time) bool { return !t.IsZero() && in.Now.After(t) }

// earliest keeps the earliest time that is still to come; both may be zero.
func (in Input) earliest(a, b time.Time) time.Time {
	switch {
	case b.IsZero() || in.past(b):
		return a
	case a.IsZero() || b.Before(a):
		return b
	}
	return a
}
