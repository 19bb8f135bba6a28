package hpcmp

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"hpcstatus/collectors/fleet"
)

// shared owns the elements that are about several systems.
const shared = "*"

// territory divides a page among its systems: an element belongs to a system when
// everything in it that is about any system is about that one.
type territory struct {
	owner map[*html.Node]string // folded name, or shared; absent where no system is
	// blocks are the largest elements that belong to a system, and what follows its titles.
	blocks map[string][]*html.Node
	// titles are the headings that name a system or introduce it, as texts.
	titles map[string][]string
	// marks are the elements that show where a system stands.
	marks []mark
}

// mark is an element that is about one system.
type mark struct {
	node *html.Node
	key  string
}

// divide finds the territory of every system: around its status images, the element whose
// id is its name or "collapse" and its name, and its titles with what follows them.
func (p *parser) divide(images []*image) *territory {
	t := &territory{
		owner: map[*html.Node]string{}, blocks: map[string][]*html.Node{}, titles: map[string][]string{},
	}
	for _, img := range images {
		if img.name != "" {
			t.mark(img.node, img.key())
		}
	}
	for _, n := range p.doc.Find("[id]").Nodes {
		if key, ok := p.keyOfID(attr(n, "id")); ok {
			t.mark(n, key)
		}
	}
	for _, n := range p.doc.Find(headingSelector).Nodes {
		text := textOf(n)
		if key, ok := p.keyOfTitle(text); ok {
			t.mark(n, key)
			t.titles[key] = append(t.titles[key], text)
		}
	}
	for _, m := range t.marks {
		block := t.around(m.node, m.key)
		t.add(block, m.key)
		for _, heading := range []*html.Node{m.node, block} {
			if isHeading(heading) && t.owner[heading] == m.key {
				t.addFollowing(heading, m.key)
			}
		}
	}
	p.order(t)
	return t
}

// keyOfID is the system that an id is made from.
func (p *parser) keyOfID(id string) (string, bool) {
	for _, name := range []string{id, strings.TrimPrefix(strings.ToLower(id), "collapse")} {
		key := fleet.Fold(name)
		if _, known := p.index[key]; known {
			return key, true
		}
	}
	return "", false
}

// keyOfTitle is the system that a heading is about: one that begins with its name and then
// ends, goes on with "is a", or with a mark such as a dash.
func (p *parser) keyOfTitle(text string) (string, bool) {
	fields := strings.Fields(text)
	for n := min(4, len(fields)); n > 0; n-- {
		name := strings.Join(fields[:n], " ")
		key := fleet.Fold(name)
		if _, known := p.index[key]; !known {
			continue
		}
		rest := strings.Join(fields[n:], " ")
		if rest == "" || strings.HasPrefix(rest, "is a") || strings.ContainsAny(rest[:1], "(-|:,") ||
			strings.HasPrefix(rest, "–") || strings.HasPrefix(rest, "—") || strings.HasSuffix(name, ":") {
			return key, true
		}
	}
	return "", false
}

// mark notes that an element is about a system, and so is everything around it.
func (t *territory) mark(n *html.Node, key string) {
	t.marks = append(t.marks, mark{n, key})
	for ; n != nil; n = n.Parent {
		switch t.owner[n] {
		case "":
			t.owner[n] = key
		case key:
			return
		default:
			t.owner[n] = shared
		}
	}
}

// around is the largest element around n that belongs to the system.
func (t *territory) around(n *html.Node, key string) *html.Node {
	for up := n.Parent; up != nil && t.owner[up] == key; up = up.Parent {
		switch up.DataAtom {
		case atom.Body, atom.Html, atom.Main:
			return n
		}
		n = up
	}
	return n
}

func (t *territory) add(n *html.Node, key string) {
	if t.owner[n] == key {
		t.blocks[key] = append(t.blocks[key], n)
	}
}

// addFollowing adds what belongs to a heading after it, up to something of another system.
func (t *territory) addFollowing(heading *html.Node, key string) {
	for n := heading.NextSibling; n != nil; n = n.NextSibling {
		if n.Type != html.ElementNode {
			continue
		}
		if owner := t.owner[n]; (owner != "" && owner != key) || !follows(heading, n) {
			return
		}
		t.owner[n] = key
		t.add(n, key)
	}
}

// order sorts each system's blocks as they stand on the page and drops those within others.
func (p *parser) order(t *territory) {
	in := map[*html.Node]bool{}
	for _, blocks := range t.blocks {
		for _, n := range blocks {
			in[n] = true
		}
	}
	t.blocks = map[string][]*html.Node{}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if in[n] {
			t.blocks[t.owner[n]] = append(t.blocks[t.owner[n]], n)
			return
		}
		for _, c := range elements(n) {
			walk(c)
		}
	}
	walk(p.doc.Nodes[0])
}
