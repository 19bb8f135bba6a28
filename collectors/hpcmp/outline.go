package hpcmp

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"hpcstatus/collectors/fleet"
)

// outliner walks a page and keeps the headings that are in force where it stands: those
// before it that no heading of the same or a higher level has ended, in what encloses it.
type outliner struct {
	p     *parser
	land  *territory
	marks map[*html.Node]string
	stack []section
	depth int
	found map[string][]string // the sites that head each system's places
}

// section is a heading in force and the site it names.
type section struct {
	level int
	site  string
	// unsure is set when it names several sites.
	unsure bool
}

// outline finds the sites under whose headings each system stands.
func (p *parser) outline(land *territory) map[string][]string {
	o := &outliner{p: p, land: land, marks: map[*html.Node]string{}, found: map[string][]string{}}
	for _, m := range land.marks {
		o.marks[m.node] = m.key
	}
	o.walk(p.doc.Nodes[0], shared)
	return o.found
}

func (o *outliner) walk(n *html.Node, around string) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if key, ok := o.marks[c]; ok {
			o.note(key)
		}
		o.enter(c)
		owner := o.land.owner[c]
		if owner == "" {
			owner = around
		}
		if encloses(c) || (owner != around && owner != shared) {
			outside := slices.Clone(o.stack)
			o.depth++
			o.walk(c, owner)
			o.depth--
			o.stack = outside
			continue
		}
		o.walk(c, owner)
	}
}

// enter puts a heading in force. One that is about a single system heads no list.
func (o *outliner) enter(n *html.Node) {
	text, level := headingOf(n)
	if level == 0 {
		return
	}
	if _, ok := o.p.keyOfTitle(text); ok {
		return
	}
	if _, _, ok := introduction(text); ok {
		return
	}
	if level == unranked {
		level += o.depth // an enclosed heading of that kind is below those outside
	}
	site, unsure := o.p.headingSite(text)
	o.stack = slices.DeleteFunc(o.stack, func(s section) bool { return s.level >= level })
	o.stack = append(o.stack, section{level, site, unsure})
}

// note adds the site of the innermost heading in force that names one.
func (o *outliner) note(key string) {
	for _, s := range slices.Backward(o.stack) {
		if s.unsure {
			return
		}
		if s.site != "" {
			o.found[key] = append(o.found[key], s.site)
			return
		}
	}
}

// maxHeadingWords is how long a heading may be that names the centre of a list of systems.
const maxHeadingWords = 14

// headingSite is the site that a heading names; unsure when it names several.
func (p *parser) headingSite(text string) (site string, unsure bool) {
	if len(strings.Fields(text)) > maxHeadingWords || isNotice(text) {
		return "", false
	}
	return p.onlySite(text)
}

// onlySite is the one site that a text names; unsure when it names several.
func (p *parser) onlySite(text string) (site string, unsure bool) {
	site = p.sites.Find(text)
	if site == "" {
		return "", false
	}
	others := fleet.Sites{}
	for code, other := range p.sites {
		if code != site {
			others[code] = other
		}
	}
	if others.Find(p.without(text, site)) != "" {
		return "", true
	}
	return site, false
}

// without is the text without the site's names, which may hold those of another: with a site
// called "Navy" beside "Navy DSRC", the text "Navy DSRC" names one.
func (p *parser) without(text, code string) string {
	site := p.sites[code]
	names := append([]string{code, site.Name}, site.Names...)
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	padded := " " + strings.ReplaceAll(fleet.Slug(text), "-", " ") + " "
	for _, name := range names {
		if needle := strings.ReplaceAll(fleet.Slug(name), "-", " "); needle != "" {
			padded = strings.ReplaceAll(padded, " "+needle+" ", " 0 ")
		}
	}
	return padded
}

// located matches where a description says that a system stands.
var located = regexp.MustCompile(`(?i)\b(?:located|housed|hosted|installed|operated|system|supercomputer|cluster) (?:at|by) (?:the )?((?:U\.S\. )?[^.;,(]+?)(?: (?:in|and|for|on|with|that|which) |[.;,(]|$)`)

// site is the centre of a system by what is closest to it: a row of its own table, its own
// description or title, else the headings it stands under. Where those disagree it is unknown.
func (p *parser) site(desc description, titles, headings []string) string {
	for _, place := range desc.places {
		if site, _ := p.headingSite(place); site != "" {
			return site
		}
	}
	if m := located.FindStringSubmatch(desc.details.Description); m != nil {
		if site, _ := p.headingSite(m[1]); site != "" {
			return site
		}
	}
	for _, title := range titles {
		if _, _, intro := introduction(title); intro {
			continue
		}
		if site, _ := p.headingSite(title); site != "" {
			return site
		}
	}
	slices.Sort(headings)
	if all := slices.Compact(headings); len(all) == 1 {
		return all[0]
	}
	return ""
}
