package hpcmp

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"hpcstatus/collectors/fleet"
)

// maxGuides is how many guides of a system are kept.
const maxGuides = 30

// guides finds the guides of each system, by folded name: links within its territory, and
// those elsewhere that name it and no other.
func (p *parser) guides(land *territory) map[string][]fleet.Link {
	found := map[string][]fleet.Link{}
	blockOf := map[*html.Node]string{}
	for key, blocks := range land.blocks {
		for _, n := range blocks {
			blockOf[n] = key
		}
	}
	for _, a := range p.doc.Find("a[href]").Nodes {
		link, ok := p.guide(a)
		if !ok {
			continue
		}
		key := ownerOf(a, blockOf)
		if key == "" {
			key = p.named(link)
		}
		known := func(l fleet.Link) bool { return l.URL == link.URL }
		if key != "" && len(found[key]) < maxGuides && !slices.ContainsFunc(found[key], known) {
			found[key] = append(found[key], link)
		}
	}
	return found
}

// ownerOf is the system in whose block an element is.
func ownerOf(n *html.Node, blockOf map[*html.Node]string) string {
	for ; n != nil; n = n.Parent {
		if key := blockOf[n]; key != "" {
			return key
		}
	}
	return ""
}

// named is the only system that a link names; empty when it names none or several.
func (p *parser) named(link fleet.Link) string {
	found := ""
	for _, w := range linkWords(link) {
		key := fleet.Fold(w)
		if _, known := p.index[key]; !known || key == found {
			continue
		}
		if found != "" {
			return ""
		}
		found = key
	}
	return found
}

// guideWords make a link a guide.
var guideWords = []string{
	"guide", "guides", "manual", "documentation", "docs", "handbook", "quickstart", "tutorial", "faq",
	"userguide", "reference", "policy", "policies",
}

// guide is the link of an element when it leads to a document: an absolute http or https
// address on another page, which calls itself a guide or the like.
func (p *parser) guide(a *html.Node) (fleet.Link, bool) {
	raw := strings.TrimSpace(attr(a, "href"))
	u, err := url.Parse(raw)
	if err != nil || strings.HasPrefix(raw, "#") {
		return fleet.Link{}, false
	}
	if p.base != nil {
		u = p.base.ResolveReference(u)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || p.isThisPage(u) {
		return fleet.Link{}, false
	}
	link := fleet.Link{Title: textOf(a), URL: u.String()}
	if link.Title == "" {
		link.Title = orDefault(tidy(attr(a, "title")), tidy(path.Base(u.Path)))
	}
	isGuide := slices.ContainsFunc(linkWords(link), func(w string) bool { return slices.Contains(guideWords, w) })
	return link, isGuide && len(link.URL) <= maxValue
}

func (p *parser) isThisPage(u *url.URL) bool {
	return p.base != nil && u.Host == p.base.Host && u.Path == p.base.Path && u.RawQuery == p.base.RawQuery
}

// linkWords are the words of a link's title and of the last element of its path.
func linkWords(link fleet.Link) []string {
	out := words(link.Title)
	if u, err := url.Parse(link.URL); err == nil {
		out = append(out, words(path.Base(u.Path))...)
	}
	return out
}

// schedulerOf is the scheduler that a system's guides are about. Those that name the system
// outweigh others; guides that disagree, and a guide to both, prove nothing.
func schedulerOf(name string, guides []fleet.Link) string {
	var own, all []string
	for _, link := range guides {
		found := schedulerIn(link.Title + " " + strings.Join(linkWords(link), " "))
		if found == "" {
			continue
		}
		all = append(all, found)
		if slices.Contains(linkWords(link), strings.ToLower(name)) {
			own = append(own, found)
		}
	}
	for _, said := range [][]string{own, all} {
		slices.Sort(said)
		if said = slices.Compact(said); len(said) == 1 {
			return said[0]
		} else if len(said) > 1 {
			return ""
		}
	}
	return ""
}

// schedulerIn is the scheduler that a text names as a word of its own or of a name such as
// "nautilusPBSGuide"; empty when it names none or both.
func schedulerIn(text string) string {
	said := words(text)
	pbs := slices.ContainsFunc(said, func(w string) bool { return w == "pbs" || w == "pbspro" || w == "openpbs" })
	slurm := slices.Contains(said, "slurm")
	switch {
	case pbs && !slurm:
		return "PBS"
	case slurm && !pbs:
		return "Slurm"
	}
	return ""
}
