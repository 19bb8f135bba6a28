// Package generator turns what was collected and what operators wrote into a whole web
// site: every page and every document, as bytes by path.
//
// It is a pure function. It reads no clock, no file and no network: the same Input gives
// the same bytes, which is what lets a publisher leave unchanged files alone.
package generator

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/generator/api"
	"hpcstatus/generator/insight"
	"hpcstatus/generator/page"
	"hpcstatus/generator/site"
)

// Input is everything a site is made of.
type Input struct {
	// Snapshot is what was collected.
	Snapshot fleet.Snapshot
	// Sites are the centres by code.
	Sites fleet.Sites
	Site  site.Site
	// Content holds Markdown by path: "systems/nautilus.md", "help/units.md".
	Content map[string][]byte
	// Templates holds page templates and assets by path: "pages/index.html", "assets/site.css".
	Templates map[string][]byte
	// Problems are what is wrong besides the collectors, for health.
	Problems []string
	// Disabled names the collectors that are switched off.
	Disabled []string
	// Now decides what has expired; it stands in no file.
	Now time.Time
	// ValidFor is how long a generation is good after the snapshot was taken; zero is for ever.
	ValidFor time.Duration
}

// Generate makes the site and returns its files by path below public/. The error joins
// everything that is wrong with the content and the templates, each with file and line;
// nothing is returned then, because half a site is none.
func Generate(in Input) (map[string][]byte, error) {
	in.Site.Demo = in.Site.Demo || in.Snapshot.Demo // recorded data says so wherever it is shown
	written, errs := readContent(in.Content)
	f, overlayErrs := in.fleet(written)
	errs = append(errs, overlayErrs...)
	bodies, briefings := written.briefings(f)
	documents := api.Build(api.Input{
		Fleet: f, Sites: in.Sites, Site: in.Site, TakenAt: in.Snapshot.TakenAt, ValidFor: in.ValidFor,
		Briefings: bodies, Insights: insight.Find(f, in.Now),
		Problems: in.Problems, Disabled: in.Disabled, Now: in.Now,
	})
	files, err := documents.Files()
	if err != nil {
		errs = append(errs, fmt.Errorf("build documents: %w", err))
	}
	pages, err := page.Build(page.Input{
		Documents: documents, Site: in.Site, Briefings: briefings, Help: written.chapters(),
		Templates: in.Templates, Now: in.Now,
	})
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	maps.Copy(files, pages)
	return files, nil
}

// fleet merges what all sources and the operators say.
func (in Input) fleet(written content) (fleet.Fleet, []error) {
	var overrides []fleet.Override
	var same [][]string
	for _, s := range written.systems {
		o := s.Override
		if _, code := in.Sites[o.Site]; !code && in.Sites.Find(o.Site) != "" {
			o.Site = in.Sites.Find(o.Site)
		}
		overrides = append(overrides, o)
		same = append(same, o.Names())
	}
	merged := fleet.Merge(in.Snapshot, in.Sites, in.Now, same...)
	// An operator's word counts as read when the cycle ended, not now, so that rendering
	// the same snapshot again later gives the same bytes.
	return fleet.Overlay(merged, overrides, in.Snapshot.TakenAt)
}
