package markdown

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	gfm "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// prepare adapts one node to the page it will stand on.
func (p *page) prepare(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		n.Level = min(n.Level+1, 6) // the page has its own first heading
	case *ast.Link:
		p.checkLink(n, n.Destination)
		n.Destination = p.anchor(n.Destination)
	case *ast.AutoLink:
		if n.AutoLinkType == ast.AutoLinkURL {
			p.checkLink(n, n.URL(p.source))
		}
	case *ast.Image:
		p.checkLink(n, n.Destination)
		linkForeignImage(n)
	case *gfm.TableCell:
		prepareCell(n)
	}
}

// checkLink refuses the addresses that do more than lead somewhere, such as javascript:.
func (p *page) checkLink(n ast.Node, destination []byte) {
	shown := string(util.URLEscape(destination, true)) // as the page will have it
	u, err := url.Parse(shown)
	switch {
	case err != nil:
		p.report(n, "link %q is no address: write a path, or begin it with https://", shown)
	case u.Scheme == "" && u.Host != "":
		p.report(n, "link %q does not say how to get there: begin it with https://", shown)
	case u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto":
		p.report(n, "link %q begins with %s: use https, http, mailto or a relative path", shown, u.Scheme)
	}
}

// anchor leads a link to a heading of the same file to the id that the heading got.
func (p *page) anchor(destination []byte) []byte {
	name, inPage := bytes.CutPrefix(destination, []byte("#"))
	if id := p.ids.prefix + "-" + string(name); inPage && p.ids.used[id] {
		return []byte("#" + id)
	}
	return destination
}

// linkForeignImage makes an image of another host a link to it: a page asks nobody else for anything.
func linkForeignImage(n *ast.Image) {
	address := string(util.URLEscape(n.Destination, true))
	if !strings.Contains(address, ":") {
		return
	}
	link := ast.NewLink()
	link.Destination, link.Title = n.Destination, n.Title
	for child := n.FirstChild(); child != nil; child = n.FirstChild() {
		link.AppendChild(link, child)
	}
	if link.FirstChild() == nil {
		link.AppendChild(link, ast.NewString([]byte(address)))
	}
	n.Parent().ReplaceChild(n.Parent(), n, link)
}

// prepareCell names the alignment of a table's cell by a class, and tells what a heading is for.
func prepareCell(n *gfm.TableCell) {
	if n.Alignment != gfm.AlignNone {
		n.SetAttributeString("class", []byte(n.Alignment.String()))
	}
	if n.Parent().Kind() == gfm.KindTableHeader {
		n.SetAttributeString("scope", []byte("col"))
	}
}
