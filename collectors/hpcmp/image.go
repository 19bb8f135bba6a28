package hpcmp

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"hpcstatus/collectors/fleet"
)

// image is a status image and what it says.
type image struct {
	node   *html.Node
	name   string // of the system; empty when the image names none
	status fleet.Status
	text   string // the page's wording
}

// key is the name as systems are compared.
func (img *image) key() string { return fleet.Fold(img.name) }

// stating matches the sentence by which an image is known even without its class.
var stating = regexp.MustCompile(`(?i)\sis\s+(?:currently|now|presently)\b`)

// statusImages finds the images that show a status and reads what they say themselves. The
// page marks them with the class statusImg, and they say "is currently"; if both are gone, a
// class with "status" in it will do.
func statusImages(doc *goquery.Document) []*image {
	all := doc.Find("img")
	found := all.FilterFunction(func(_ int, s *goquery.Selection) bool {
		return hasClass(s.Nodes[0], "statusimg") || stating.MatchString(attr(s.Nodes[0], "alt"))
	})
	if found.Length() == 0 {
		found = all.FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.Contains(strings.ToLower(attr(s.Nodes[0], "class")), "status")
		})
	}
	var images []*image
	for _, n := range found.Nodes {
		images = append(images, readImage(n))
	}
	return images
}

// readImage reads an image by itself: its alternative text "Nautilus is currently Up.",
// else its title, else the name of its file.
func readImage(n *html.Node) *image {
	alt := orDefault(tidy(attr(n, "alt")), tidy(attr(n, "title")))
	file := fileName(attr(n, "src"))
	name, state := readAlt(alt)
	img := &image{node: n, name: name, text: alt, status: fleet.Unknown}
	if state != "" {
		img.status = Classify(firstSentence(state))
		if img.status == fleet.Unknown {
			img.status = Classify(state)
		}
		return img
	}
	img.status = Classify(strings.Join(words(strings.TrimSuffix(file, path.Ext(file))), " "))
	switch {
	case img.status != fleet.Unknown:
		img.text = "status image " + file
	case !says(alt):
		img.name = "" // neither says how the system is, so this may be any image
		img.text = orDefault(alt, "status image "+file)
	}
	return img
}

// saying matches the page's sentence. The state may be missing.
var saying = regexp.MustCompile(`(?i)^(.+?) is(?: (?:currently|now|presently))?(?: (.*))?$`)

// labelled matches "Nautilus: Up" and "Nautilus - Up".
var labelled = regexp.MustCompile(`^(.+?)(?: ?[:–—]| -) (.+)$`)

func says(alt string) bool { return saying.MatchString(alt) }

// readAlt parts an alternative text into a system's name and its state, each empty when the
// text does not hold it.
func readAlt(alt string) (name, state string) {
	if m := saying.FindStringSubmatch(alt); m != nil {
		return systemName(m[1]), strings.Trim(m[2], " .")
	}
	if m := labelled.FindStringSubmatch(alt); m != nil {
		return systemName(m[1]), m[2]
	}
	if Classify(alt) != fleet.Unknown {
		return "", alt
	}
	return systemName(alt), ""
}

// around are words that stand beside a system's name without being part of it.
var around = regexp.MustCompile(`(?i)^the | (?:hpc |computing )?(?:system|cluster|supercomputer|machine)$| status$|[:.]$`)

// unnaming are words of which no system's name is made.
var unnaming = []string{
	"a", "all", "an", "and", "center", "current", "currently", "data", "dsrc", "icon", "image", "img",
	"indicator", "information", "it", "legend", "light", "machine", "machines", "no", "of", "our", "overall",
	"service", "services", "site", "state", "status", "system", "systems", "that", "the", "there", "this", "unknown",
}

// systemName is the name of a system in a text that should be one; empty when it is none.
func systemName(text string) string {
	text = strings.TrimSpace(text)
	for cut := ""; cut != text; {
		cut = text
		text = strings.TrimSpace(around.ReplaceAllString(text, ""))
	}
	parts := words(text)
	named := slices.ContainsFunc(parts, func(w string) bool { return !slices.Contains(unnaming, w) })
	switch {
	case !named, utf8.RuneCountInString(text) > 48, len(strings.Fields(text)) > 3,
		strings.ContainsAny(text, "@<>{}|/\\"), Classify(text) != fleet.Unknown, fleet.Fold(text) == "":
		return ""
	}
	return text
}

// firstSentence is the text up to the first full stop that a blank follows.
func firstSentence(text string) string {
	first, _, _ := strings.Cut(text, ". ")
	return first
}

// fileName is the last element of an image's address; empty for an image in the page itself.
func fileName(src string) string {
	u, err := url.Parse(strings.TrimSpace(src))
	if err != nil || u.Scheme == "data" || u.Path == "" {
		return ""
	}
	return tidy(path.Base(u.Path))
}

// nameFromContext names the images that say a state but no name, by the element that holds
// them and no other status image: "collapseNautilus", a row, a list item, a heading.
func (p *parser) nameFromContext(images []*image) {
	count := map[*html.Node]int{}
	for _, img := range images {
		for n := img.node; n != nil; n = n.Parent {
			count[n]++
		}
	}
	for _, img := range images {
		if img.name != "" || img.status == fleet.Unknown {
			continue
		}
		for n := img.node.Parent; n != nil && count[n] == 1 && img.name == ""; n = n.Parent {
			img.name = p.contextName(n)
		}
	}
}

// contextName is the system's name that an element around a status image gives.
func (p *parser) contextName(n *html.Node) string {
	if id, ok := strings.CutPrefix(attr(n, "id"), "collapse"); ok && systemName(id) != "" {
		return systemName(id)
	}
	texts := []string{textOf(n)}
	switch n.DataAtom {
	case atom.Body, atom.Html, atom.Main:
		return ""
	case atom.Tr:
		texts = nil
		for _, cell := range elements(n) {
			texts = append(texts, textOf(cell))
		}
	}
	for _, text := range texts {
		if name, _, ok := introduction(text); ok {
			return name
		}
		if name := systemName(text); name != "" && p.sites.Find(text) == "" {
			return name
		}
	}
	return ""
}

// introducing matches "Nautilus is an HPE Cray EX system located at the Navy DSRC."
var introducing = regexp.MustCompile(`^(.{1,60}?) is an? (.+)$`)

// introduction parts a sentence that introduces a system into its name and what it is.
func introduction(text string) (name, what string, ok bool) {
	m := introducing.FindStringSubmatch(text)
	if m == nil {
		return "", "", false
	}
	name = systemName(m[1])
	return name, m[2], name != ""
}
