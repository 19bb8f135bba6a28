package hpcmp

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// headingSelector finds what heads a part of the page: the elements meant for that, and the
// classes of the usual style sheets.
const headingSelector = "h1, h2, h3, h4, h5, h6, summary, dt, caption, legend, " +
	".accordion-heading, .accordion-header, .accordion-toggle, .panel-heading, .panel-title, .card-header, .card-title"

// unranked is the level of headings that are not h1 to h6.
const unranked = 7

// headingLevel is 1 to 6, or unranked for other headings; 0 when n is none.
func headingLevel(n *html.Node) int {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return int(n.Data[1] - '0')
	case atom.Summary, atom.Dt, atom.Caption, atom.Legend:
		return unranked
	}
	if hasClass(n, "accordion-heading", "accordion-header", "accordion-toggle",
		"panel-heading", "panel-title", "card-header", "card-title") {
		return unranked
	}
	return 0
}

func isHeading(n *html.Node) bool { return headingLevel(n) > 0 }

// follows reports whether a later sibling of a heading still belongs to it.
func follows(heading, n *html.Node) bool {
	level := headingLevel(heading)
	switch {
	case level < unranked:
		return !holdsHeading(n, level)
	case heading.DataAtom == atom.Dt:
		return n.DataAtom == atom.Dd
	case heading.DataAtom != atom.Summary && heading.DataAtom != atom.Caption && heading.DataAtom != atom.Legend:
		return n.DataAtom == atom.Table || hasClass(n, "accordion-body", "accordion-collapse", "accordion-content",
			"accordion-inner", "panel-body", "panel-collapse", "card-body", "collapse")
	}
	return true
}

// holdsHeading reports whether n is or holds an h1 to h6 of the level or above it.
func holdsHeading(n *html.Node, level int) bool {
	if l := headingLevel(n); l > 0 && l <= level {
		return true
	}
	for _, c := range elements(n) {
		if holdsHeading(c, level) {
			return true
		}
	}
	return false
}

// headingOf is the text with which an element heads what follows it, and its level; level 0
// when it heads nothing. Rows of a single cell and lines of only bold text head as well.
func headingOf(n *html.Node) (text string, level int) {
	if level = headingLevel(n); level > 0 {
		return textOf(n), level
	}
	switch n.DataAtom {
	case atom.Tr:
		if len(elements(n)) != 1 || holdsImage(n) {
			return "", 0
		}
		if text = textOf(n); len(strings.Fields(text)) <= maxHeadingWords { // longer rows are notes
			return text, unranked
		}
	case atom.P, atom.Div:
		inside := elements(n)
		if len(inside) != 1 || (inside[0].DataAtom != atom.Strong && inside[0].DataAtom != atom.B) || holdsImage(n) {
			return "", 0
		}
		if text = textOf(n); text == textOf(inside[0]) { // and not "<b>Note</b> that ..."
			return text, unranked
		}
	}
	return "", 0
}

func holdsImage(n *html.Node) bool {
	if n.DataAtom == atom.Img {
		return true
	}
	for _, c := range elements(n) {
		if holdsImage(c) {
			return true
		}
	}
	return false
}

// encloses reports whether the headings inside n are about what is inside n only.
func encloses(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Section, atom.Article, atom.Aside, atom.Nav, atom.Footer, atom.Table, atom.Td, atom.Th,
		atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dd, atom.Details, atom.Fieldset, atom.Figure, atom.Dialog, atom.Blockquote:
		return true
	}
	return hasClass(n, "panel", "card", "accordion", "accordion-group", "accordion-item", "accordion-body",
		"alert", "modal", "sidebar", "carousel")
}

// isNotice reports whether a heading announces something, so that it heads no list of systems
// however clearly it names a centre.
func isNotice(text string) bool {
	for _, w := range strings.Fields(plain(text)) {
		switch w {
		case "outage", "outages", "maintenance", "notice", "notices", "announcement", "announcements",
			"news", "alert", "alerts", "downtime", "contact":
			return true
		}
	}
	return false
}
