package config

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"golang.org/x/tools/txtar"
)

// seeds adds the files of the other tests.
func seeds(f *testing.F) {
	full, err := os.ReadFile("testdata/full.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(full))
	f.Add(string(Starter()))
	f.Add("a = [[], [{ b = 1, c = [ '''x''', \"\"\"y\"\"\"\"\" ] }]]\r\n\"\\u00e9\".\"\" = 1e3\r\n")
	archive, err := txtar.ParseFile("testdata/bad.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		f.Add(string(file.Data))
	}
}

// FuzzParse shows that any text gives either a configuration that keeps its promises or
// problems of one line each, in order, on lines that the file has.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		c, err := Parse("f.toml", []byte(src))
		if err == nil {
			if c.Site.Timezone == nil || c.Cycle.ValidFor < c.Cycle.Interval || c.Publish.Profile != "full" {
				t.Errorf("accepted %+v", c)
			}
			return
		}
		all, ok := errors.AsType[*Error](err)
		if !ok {
			t.Fatalf("error is a %T", err)
		}
		last := 1
		for _, p := range all.Problems {
			if p.Line < last || p.Line > strings.Count(src, "\n")+1 {
				t.Errorf("line %d after %d, of a file of %d lines", p.Line, last, strings.Count(src, "\n")+1)
			}
			if strings.ContainsAny(p.Message, "\r\n") || strings.TrimSpace(p.Message) == "" {
				t.Errorf("message %q", p.Message)
			}
			last = p.Line
		}
	})
}

// FuzzLocate shows that every key and element of a valid text has a position, and that
// there are no others.
func FuzzLocate(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		lines := locate(src) // must end whatever the text is
		var tree map[string]any
		if _, err := toml.Decode(src, &tree); err != nil || strings.HasPrefix(src, "\ufeff") {
			return
		}
		keys := map[string]bool{}
		flatten(keys, "", tree)
		for key := range keys {
			if lines[key] == 0 {
				t.Errorf("%s has no line", key)
			}
		}
		for key := range lines {
			if !keys[key] {
				t.Errorf("%s is not in the text", key)
			}
		}
	})
}

func flatten(keys map[string]bool, at string, value any) {
	if at != "" {
		keys[at] = true
	}
	switch v := value.(type) {
	case map[string]any:
		for name, below := range v {
			flatten(keys, childKey(at, name), below)
		}
	case []map[string]any:
		for i, below := range v {
			flatten(keys, elementKey(at, i), below)
		}
	case []any:
		for i, below := range v {
			flatten(keys, elementKey(at, i), below)
		}
	}
}
