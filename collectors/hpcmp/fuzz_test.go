package hpcmp

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"

	"hpcstatus/collectors/fleet"
)

// FuzzParse holds that no page makes Parse panic or return anything but whole systems, or
// an error and nothing.
func FuzzParse(f *testing.F) {
	pages, err := filepath.Glob("testdata/*.html")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(pages, demoPage) {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte("\x00\x01\xff<img class=statusImg alt='\xff is currently up'>"))
	sites := fleet.BuiltinSites()
	f.Fuzz(func(t *testing.T, raw []byte) {
		page, err := Parse(raw, testBase, sites)
		if (err == nil) != (len(page.Systems) > 0) {
			t.Fatalf("%d systems and error %v", len(page.Systems), err)
		}
		seen := map[string]bool{}
		for _, sys := range page.Systems {
			checkSystem(t, sys, sites)
			if key := fleet.Fold(sys.Name); seen[key] || key == "" {
				t.Errorf("system %q is there twice, or has no name to find it by", sys.Name)
			} else {
				seen[key] = true
			}
		}
	})
}

func checkSystem(t *testing.T, sys System, sites fleet.Sites) {
	if !slices.Contains(fleet.Statuses(), sys.Status) {
		t.Errorf("%q: status %q", sys.Name, sys.Status)
	}
	if _, known := sites[sys.Site]; !known && sys.Site != "" {
		t.Errorf("%q: site %q", sys.Name, sys.Site)
	}
	if !slices.Contains([]string{"", "PBS", "Slurm"}, sys.Scheduler) {
		t.Errorf("%q: scheduler %q", sys.Name, sys.Scheduler)
	}
	d := sys.Details
	if (d.Cores != nil && *d.Cores <= 0) || (d.MemoryTB != nil && *d.MemoryTB <= 0) {
		t.Errorf("%q: amounts of nothing", sys.Name)
	}
	texts := []string{sys.Name, sys.Text, d.Architecture, d.Description}
	for _, more := range d.More {
		texts = append(texts, more.Name, more.Value)
	}
	for _, link := range d.Guides {
		texts = append(texts, link.Title, link.URL)
		u, err := url.Parse(link.URL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			t.Errorf("%q: link %q", sys.Name, link.URL)
		}
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxValue+1 ||
			slices.ContainsFunc([]rune(text), func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("%q: text %q is not clean", sys.Name, text)
		}
	}
}
