package generator

import (
	"bytes"
	"path"
	"strings"
	"testing"

	"golang.org/x/net/html"

	builtin "hpcstatus/content"
	"hpcstatus/generator/internal/fixture"
	"hpcstatus/generator/markdown"
)

// TestStarterIsGood holds that the example of a new site is good as it stands and with every key switched on.
func TestStarterIsGood(t *testing.T) {
	src := tree(t, builtin.Starter())["systems/_example.md"]
	if _, err := markdown.ParseSystem("systems/example.md", src); err != nil {
		t.Error(err)
	}
	var lines []string
	for line := range strings.Lines(string(src)) {
		key, on := strings.CutPrefix(line, "# ")
		if on && (strings.Contains(key, " = ") || strings.HasPrefix(key, "[[")) {
			line = key
		}
		lines = append(lines, line)
	}
	s, err := markdown.ParseSystem("systems/example.md", []byte(strings.Join(lines, "")))
	if err != nil {
		t.Error(err)
	}
	if o := s.Override; o.System != "nautilus" || o.Status == "" || len(o.Details.Guides) != 1 || len(o.Details.More) != 1 || o.Details.Cores == nil {
		t.Errorf("a key of the example is lost: %+v", o)
	}
}

// TestLinksAndIDs walks every page: a link into the site must lead to a file that is there
// and to an id that is there, and an id may stand on a page only once.
func TestLinksAndIDs(t *testing.T) {
	files := generate(t, input(t, fixture.Mixed()))
	ids := map[string]map[string]bool{}
	for name, data := range files {
		if strings.HasSuffix(name, ".html") {
			ids[name] = pageIDs(t, name, data)
		}
	}
	for name := range ids {
		for _, link := range links(files[name]) {
			checkLink(t, files, ids, name, link)
		}
	}
}

func checkLink(t *testing.T, files map[string][]byte, ids map[string]map[string]bool, from, link string) {
	t.Helper()
	target, fragment, _ := strings.Cut(link, "#")
	if strings.Contains(target, ":") {
		return
	}
	file := path.Join(path.Dir(from), target)
	if after, absolute := strings.CutPrefix(target, "/prefix/"); absolute {
		file = after
	}
	switch file {
	case ".", "":
		file = "index.html"
	}
	if target == "" {
		file = from
	}
	if _, ok := files[file]; !ok {
		t.Errorf("%s links to %s, which is not there", from, link)
	} else if fragment != "" && ids[file] != nil && !ids[file][fragment] {
		t.Errorf("%s links to %s, where the id is not there", from, link)
	}
}

func pageIDs(t *testing.T, name string, data []byte) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for _, id := range attributes(data, "id") {
		if ids[id] {
			t.Errorf("%s has the id %q twice", name, id)
		}
		ids[id] = true
	}
	return ids
}

func links(data []byte) []string { return attributes(data, "href") }

func attributes(data []byte, key string) []string {
	var values []string
	tokens := html.NewTokenizer(bytes.NewReader(data))
	for tokens.Next() != html.ErrorToken {
		for _, a := range tokens.Token().Attr {
			if a.Key == key {
				values = append(values, a.Val)
			}
		}
	}
	return values
}
