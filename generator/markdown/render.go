package markdown

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"hpcstatus/collectors/fleet"
)

// page is one body on its way to HTML.
type page struct {
	path     string
	source   []byte
	line     int // of the first line of the source in the file
	ids      *headingIDs
	problems []*Error
}

// render turns a body into HTML. The mistakes are links that a page must not hold.
func render(path, body string, line int) (template.HTML, []*Error) {
	p := page{path: path, source: []byte(body), line: line}
	p.ids = &headingIDs{prefix: fleet.Slug(baseName(path)), used: map[string]bool{}}
	md := converter()
	root := md.Parser().Parse(text.NewReader(p.source), parser.WithContext(parser.NewContext(parser.WithIDs(p.ids))))
	for _, n := range nodes(root) {
		p.prepare(n)
	}
	var html bytes.Buffer
	if err := md.Renderer().Render(&html, p.source, root); err != nil {
		p.report(root, "render: %v", err)
	}
	return template.HTML(html.String()), p.problems // goldmark's output, in which nothing is raw
}

func converter() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(
			// A style attribute would be refused by the pages' content security policy.
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)),
			extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:", "mailto:"})),
			extension.Strikethrough,
		),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(elements{}, 1))),
	)
}

// nodes lists a tree in the order of the text, so that it can be changed while it is gone through.
func nodes(root ast.Node) []ast.Node {
	var list []ast.Node
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		list = append(append(list, n), nodes(n)...)
	}
	return list
}

func (p *page) report(n ast.Node, format string, args ...any) {
	at := min(max(n.Pos(), 0), len(p.source))
	line := p.line + bytes.Count(p.source[:at], []byte("\n"))
	p.problems = append(p.problems, &Error{p.path, line, fmt.Sprintf(format, args...)})
}

// headingIDs makes the ids of headings: the file's name and the heading's text.
type headingIDs struct {
	prefix string
	used   map[string]bool
}

var _ parser.IDs = (*headingIDs)(nil)

// Generate implements parser.IDs.
func (h *headingIDs) Generate(heading []byte, _ ast.NodeKind) []byte {
	base := strings.Trim(h.prefix+"-"+fleet.Slug(string(heading)), "-")
	id := base
	for n := 2; h.used[id] || id == ""; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	h.used[id] = true
	return []byte(id)
}

// Put implements parser.IDs.
func (h *headingIDs) Put(id []byte) { h.used[string(id)] = true }
