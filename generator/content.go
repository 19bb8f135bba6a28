package generator

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"path"
	"slices"
	"strings"

	"hpcstatus/collectors/fleet"
	"hpcstatus/generator/markdown"
	"hpcstatus/generator/page"
)

// content is what operators wrote.
type content struct {
	systems []markdown.System
	help    []markdown.Help
}

// readContent reads all Markdown files in the order of their paths, and goes on after a mistake.
func readContent(files map[string][]byte) (content, []error) {
	var c content
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if ignored(name) {
			continue
		}
		if err := c.read(name, files[name]); err != nil {
			errs = append(errs, err)
		}
	}
	slices.SortStableFunc(c.help, func(a, b markdown.Help) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), strings.Compare(a.Title, b.Title), strings.Compare(a.Slug, b.Slug))
	})
	return c, errs
}

// ignored reports whether a file is none of ours: of another kind, at the top (a README),
// an editor's, or a draft, whose name begins with an underscore.
func ignored(name string) bool {
	base := path.Base(name)
	return path.Ext(name) != ".md" || path.Dir(name) == "." || strings.ContainsAny(base[:1], "._#")
}

func (c *content) read(name string, src []byte) error {
	switch path.Dir(name) {
	case "systems":
		s, err := markdown.ParseSystem(name, src)
		if err == nil {
			c.systems = append(c.systems, s)
		}
		return err
	case "help":
		h, err := markdown.ParseHelp(name, src)
		if err == nil {
			err = c.addHelp(h)
		}
		return err
	}
	return &markdown.Error{Path: name, Line: 1,
		Message: fmt.Sprintf("nothing is read from the folder %q: move the file to systems/ or help/", path.Dir(name))}
}

// addHelp refuses a second chapter with the same anchor.
func (c *content) addHelp(h markdown.Help) error {
	for _, other := range c.help {
		if other.Slug == h.Slug {
			return &markdown.Error{Path: h.Path, Line: 1,
				Message: fmt.Sprintf("its chapter %q is already that of %s: rename one of the files", h.Slug, other.Path)}
		}
	}
	c.help = append(c.help, h)
	return nil
}

// chapters are the chapters of the help page in their order.
func (c content) chapters() []page.HelpDoc {
	var docs []page.HelpDoc
	for _, h := range c.help {
		docs = append(docs, page.HelpDoc{Slug: h.Slug, Title: h.Title, HTML: h.HTML})
	}
	return docs
}

// briefings are the briefings as written and as HTML, by slug of their system.
func (c content) briefings(f fleet.Fleet) (map[string]string, map[string]template.HTML) {
	bodies, htmls := map[string]string{}, map[string]template.HTML{}
	slugs := slugsByName(f)
	for _, s := range c.systems {
		for _, name := range s.Override.Names() {
			if slug, known := slugs[fleet.Slug(name)]; known {
				bodies[slug], htmls[slug] = s.Body, s.HTML
				break
			}
		}
	}
	return bodies, htmls
}

// slugsByName maps every name of a system, as a slug, to the slug of the system.
func slugsByName(f fleet.Fleet) map[string]string {
	names := map[string]string{}
	claim := func(name, slug string) {
		if _, taken := names[fleet.Slug(name)]; !taken {
			names[fleet.Slug(name)] = slug
		}
	}
	for _, s := range f.Systems {
		names[s.Slug] = s.Slug // a system's own slug outranks another's name
	}
	for _, s := range f.Systems {
		claim(s.Name, s.Slug)
	}
	for _, s := range f.Systems {
		for _, alias := range s.Aliases {
			claim(alias, s.Slug)
		}
	}
	return names
}
