package page

import (
	"bytes"
	"fmt"
	"html/template"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// page is one file to render. The view is made when its turn comes, so that a large
// fleet's views are never in memory all at once.
type page struct {
	path     string
	template string
	view     func() any
}

// parse reads all sources into one set in which every template is named by its
// path, so that errors name the file, and partials are called by path. The newline at
// a file's end is dropped, so that partials can stand within a line.
func parse(sources map[string][]byte, loc *time.Location) (*template.Template, error) {
	set := template.New("").Funcs(funcs(loc))
	for _, name := range sortedKeys(sources) {
		if _, err := set.New(name).Parse(strings.TrimRight(string(sources[name]), "\n")); err != nil {
			return nil, fmt.Errorf("parse template: %w", err)
		}
	}
	return set, nil
}

// render executes the pages side by side, each whole in memory.
func render(set *template.Template, pages []page) (map[string][]byte, error) {
	results := make([][]byte, len(pages))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range pages {
		group.Go(func() error {
			var buf bytes.Buffer
			if err := set.ExecuteTemplate(&buf, p.template, p.view()); err != nil {
				return fmt.Errorf("render %s: %w", p.path, err)
			}
			results[i] = buf.Bytes()
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	out := make(map[string][]byte, len(pages))
	for i, p := range pages {
		out[p.path] = results[i]
	}
	return out, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
