package hpcmp

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"hpcstatus/collectors/internal/clean"
)

// The page's own texts are far shorter than these bounds, which keep a broken page cheap.
const (
	maxNodes = 5000 // of an element that are read as one text
	maxValue = 1000 // characters of a text that are kept
)

// tidy cleans a text and puts one blank wherever the page has any space.
func tidy(s string) string {
	s = strings.Join(strings.Fields(clean.Text(s)), " ")
	if utf8.RuneCountInString(s) > maxValue {
		s = strings.TrimSpace(string([]rune(s)[:maxValue])) + "…"
	}
	return s
}

// textOf is the tidy text of an element as a reader sees it. Elements that begin a new line
// or cell part words; others, such as the bold half of a name, do not.
func textOf(n *html.Node) string {
	var b strings.Builder
	budget := maxNodes
	writeText(&b, n, &budget)
	return tidy(b.String())
}

// leadOf is the tidy text of an element before the first block within it.
func leadOf(n *html.Node) string {
	var b strings.Builder
	budget := maxNodes
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Table, atom.Div, atom.P, atom.Ul, atom.Ol, atom.Dl, atom.Hr, atom.Section:
			return tidy(b.String())
		}
		writeText(&b, c, &budget)
	}
	return tidy(b.String())
}

func writeText(b *strings.Builder, n *html.Node, budget *int) {
	if *budget--; *budget < 0 {
		return
	}
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
		return
	}
	apart := n.Type == html.ElementNode && partsWords(n.DataAtom)
	if apart {
		b.WriteByte(' ')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		writeText(b, c, budget)
	}
	if apart {
		b.WriteByte(' ')
	}
}

func partsWords(tag atom.Atom) bool {
	switch tag {
	case atom.A, atom.Abbr, atom.B, atom.Em, atom.Font, atom.I, atom.Mark, atom.Small, atom.Span,
		atom.Strong, atom.Sub, atom.Sup, atom.U, atom.Wbr:
		return false
	}
	return true
}

// attr is the value of an attribute; empty when there is none.
func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// hasClass reports whether one of the element's classes is one of the words.
func hasClass(n *html.Node, words ...string) bool {
	for _, class := range strings.Fields(strings.ToLower(attr(n, "class"))) {
		for _, word := range words {
			if class == word {
				return true
			}
		}
	}
	return false
}

// elements are the element children of a node.
func elements(n *html.Node) []*html.Node {
	var out []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			out = append(out, c)
		}
	}
	return out
}

// words are the words of a text, cut also where a capital begins a new one
// ("bluebackSlurmGuide", "PBSPro"), in lower case.
func words(text string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, strings.ToLower(string(word)))
			word = nil
		}
	}
	runes := []rune(text)
	for i, r := range runes {
		switch {
		case !isWordRune(r):
			flush()
			continue
		case i > 0 && startsWord(runes, i):
			flush()
		}
		word = append(word, r)
	}
	flush()
	return out
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// startsWord reports whether a capital at i begins a word: after a small letter or digit, or
// as the first of a capitalised word after capitals.
func startsWord(runes []rune, i int) bool {
	if !unicode.IsUpper(runes[i]) {
		return false
	}
	before := runes[i-1]
	if unicode.IsLower(before) || unicode.IsDigit(before) {
		return true
	}
	return unicode.IsUpper(before) && i+1 < len(runes) && unicode.IsLower(runes[i+1])
}
