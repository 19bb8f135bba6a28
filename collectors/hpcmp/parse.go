package hpcmp

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"hpcstatus/collectors/fleet"
)

var (
	// ErrNoSystems is returned for a page on which nothing says how a system is.
	ErrNoSystems = errors.New("no systems found: the page's format has changed")
	// ErrLoginPage is returned for a login or consent page that came instead of the status page.
	ErrLoginPage = errors.New("this is a login or consent page, not the status page")
	// ErrCutOff is returned for a page without its end, which would hide the systems after the cut.
	ErrCutOff = errors.New("the page is cut off before its end")
)

// maxImages bounds the work on a page that is not the status page.
const maxImages = 2000

// Page is what a status page says.
type Page struct {
	// Systems in the order of the page, each once.
	Systems []System
	// Unnamed are the alternative texts or addresses of status images that name no
	// system, such as those of a legend.
	Unnamed []string
}

// System is what a status page says of one system. Empty fields are unknown.
type System struct {
	Name   string
	Status fleet.Status
	// Text is the page's wording of the status.
	Text string
	// Site is a key of the sites table.
	Site string
	// Scheduler is "PBS" or "Slurm".
	Scheduler string
	Details   fleet.Details
}

// Parse reads a status page. Links resolve against base; sites are the centres whose names
// it may hold. The error is ErrNoSystems, ErrLoginPage or ErrCutOff, with what the page
// says of itself, or that of a page that is no HTML at all.
func Parse(page []byte, base *url.URL, sites fleet.Sites) (Page, error) {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(page))
	if err != nil {
		return Page{}, fmt.Errorf("parse HTML: %w", err)
	}
	doc.Find("script, style, noscript, template").Remove()
	images := statusImages(doc)
	if len(images) > maxImages {
		return Page{}, fmt.Errorf("%d status images: check that url is the status page", len(images))
	}
	if isCutOff(page) {
		return Page{}, fmt.Errorf("%w: it has no </html>", ErrCutOff)
	}
	p := &parser{base: base, sites: sites, doc: doc, index: map[string]int{}}
	p.readStatus(images)
	if len(p.page.Systems) == 0 {
		return Page{}, nothingFound(doc)
	}
	p.readDescriptions(images)
	return p.page, nil
}

// parser holds one page while it is read.
type parser struct {
	base  *url.URL
	sites fleet.Sites
	doc   *goquery.Document
	page  Page
	index map[string]int // place in page.Systems by folded name
}

// readStatus enters every system that a status image names, with the worst news of it.
func (p *parser) readStatus(images []*image) {
	p.nameFromContext(images)
	for _, img := range images {
		if img.name == "" {
			p.page.Unnamed = append(p.page.Unnamed, img.text)
			continue
		}
		i, known := p.index[img.key()]
		if !known {
			p.index[img.key()] = len(p.page.Systems)
			p.page.Systems = append(p.page.Systems, System{Name: img.name, Status: img.status, Text: img.text})
			continue
		}
		if sys := &p.page.Systems[i]; severity(img.status) > severity(sys.Status) {
			sys.Status, sys.Text = img.status, img.text
		}
	}
}

// readDescriptions adds what the page says of the systems beside their status.
func (p *parser) readDescriptions(images []*image) {
	land := p.divide(images)
	headings := p.outline(land)
	guides := p.guides(land)
	for key, i := range p.index {
		sys := &p.page.Systems[i]
		desc := describe(sys.Name, land.blocks[key], land.titles[key])
		sys.Details = desc.details
		sys.Details.Guides = guides[key]
		sys.Scheduler = orDefault(desc.scheduler, schedulerOf(sys.Name, sys.Details.Guides))
		sys.Site = p.site(desc, land.titles[key], headings[key])
	}
}

// isCutOff reports whether a page that begins as a whole document does not end as one.
func isCutOff(page []byte) bool {
	lower := bytes.ToLower(page)
	return bytes.Contains(lower, []byte("<html")) && !bytes.Contains(lower, []byte("</html"))
}

// nothingFound says what came instead of the status page.
func nothingFound(doc *goquery.Document) error {
	text := textOf(doc.Nodes[0])
	says := "it says nothing"
	if title := firstText(doc.Find("title, h1").Nodes); title != "" {
		says = fmt.Sprintf("it says %q", title)
	} else if text != "" {
		says = fmt.Sprintf("it says %q", firstWords(text, 8))
	}
	if doc.Find("input[type=password]").Length() > 0 || isConsent(text) {
		return fmt.Errorf("%w (%s): open it in a browser on this machine", ErrLoginPage, says)
	}
	return fmt.Errorf("%w (%s): look at it in a browser, and if it shows systems, update hpcstatus", ErrNoSystems, says)
}

// isConsent knows the notice that U.S. government systems show before they let anybody in,
// and the words of login pages.
func isConsent(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc([]string{
		"you are accessing a u.s. government", "you consent to the following",
		"log in to continue", "sign in to continue", "certificate is required", "common access card",
	}, func(phrase string) bool { return strings.Contains(text, phrase) })
}

// firstText is the text of the first node that has any.
func firstText(nodes []*html.Node) string {
	for _, n := range nodes {
		if text := textOf(n); text != "" {
			return text
		}
	}
	return ""
}

func firstWords(text string, n int) string {
	fields := strings.Fields(text)
	return strings.Join(fields[:min(n, len(fields))], " ")
}
