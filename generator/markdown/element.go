package markdown

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// elements renders what goldmark's own renderer would not render as a page needs it.
type elements struct{}

var _ renderer.NodeRenderer = elements{}

// RegisterFuncs implements renderer.NodeRenderer.
func (e elements) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindRawHTML, e.rawHTML)
	reg.Register(ast.KindHTMLBlock, e.htmlBlock)
}

var comment = regexp.MustCompile(`(?s)<!--.*?-->`)

// rawHTML shows HTML inside a line as the text it is, because what looks like it is most
// often a placeholder: in "ssh <user>@host" nothing may get lost. Comments stay unseen.
func (elements) rawHTML(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		raw := n.(*ast.RawHTML).Segments.Value(source)
		_, _ = w.Write(util.EscapeHTML(comment.ReplaceAll(raw, nil)))
	}
	return ast.WalkSkipChildren, nil
}

// htmlBlock shows lines of HTML as text.
func (elements) htmlBlock(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	block := n.(*ast.HTMLBlock)
	if !entering {
		return ast.WalkContinue, nil
	}
	raw := block.Lines().Value(source)
	if block.HasClosure() {
		raw = slices.Concat(raw, block.ClosureLine.Value(source))
	}
	if shown := bytes.TrimSpace(comment.ReplaceAll(raw, nil)); len(shown) > 0 {
		_, _ = w.WriteString("<p>")
		_, _ = w.Write(util.EscapeHTML(shown))
		_, _ = w.WriteString("</p>\n")
	}
	return ast.WalkContinue, nil
}
