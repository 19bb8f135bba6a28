package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layer is a row of the import table: what packages under a path may import of ours, and
// what they never import at all. The data flows one way: collectors, generator, public, server.
type layer struct {
	path string // of the package below the module; a trailing /... takes those below it too
	may  []string
	// never are import paths, or prefixes that end in /..., that must not appear even
	// among the imports of imports.
	never []string
}

// The table of the design. The first row that matches a package holds.
var layers = []layer{
	{"collectors/fleet", []string{}, []string{"os", "net/http", "database/sql"}},
	{"collectors/fleet/doc", []string{"collectors/fleet"}, []string{"os", "net/http", "database/sql"}},
	{"collectors/internal/...", []string{"collectors/fleet", "collectors/internal/..."}, []string{"os/exec", "net/http"}},
	{"collectors/run", []string{"collectors/internal/..."}, []string{"net/http"}},
	{"collectors/...", []string{"collectors", "collectors/..."}, nil},
	{"collectors", []string{"collectors/fleet"}, nil},
	{"generator/publish", []string{"collectors/fleet/doc", "collectors/fleet"}, nil},
	{"generator/site", []string{}, []string{"os", "net/http"}},
	{"generator/...", []string{"generator/...", "collectors/fleet", "collectors/fleet/doc", "templates", "content"}, []string{"os/exec", "net/http", "database/sql"}},
	{"generator", []string{"generator/...", "collectors/fleet", "collectors/fleet/doc", "templates", "content"}, []string{"os/exec", "net/http", "database/sql"}},
	{"templates", []string{}, nil},
	{"content", []string{}, nil},
	{"cmd/internal/config", []string{}, nil},
	{"cmd/internal/watch", []string{}, nil},
	{"cmd/internal/history", []string{"collectors/fleet", "collectors/fleet/doc"}, nil},
	{"cmd/internal/server", []string{"collectors/fleet/doc", "generator/publish"}, nil},
	{"cmd/internal/cycle", []string{"collectors", "collectors/fleet", "collectors/fleet/doc", "generator", "generator/publish", "generator/site", "cmd/internal/history"}, nil},
	{"cmd/internal/cli", []string{"collectors/...", "collectors", "generator/...", "generator", "templates", "content", "cmd/internal/..."}, nil},
	{"cmd/hpcstatus", []string{"cmd/internal/cli"}, nil},
}

// homes says which package alone may use a library.
var homes = map[string][]string{
	"github.com/BurntSushi/toml":          {"cmd/internal/config", "generator/markdown"},
	"github.com/yuin/goldmark":            {"generator/markdown"},
	"github.com/julienschmidt/httprouter": {"cmd/internal/server"},
	"github.com/fsnotify/fsnotify":        {"cmd/internal/watch"},
	"github.com/PuerkitoBio/goquery":      {"collectors/hpcmp"},
	"github.com/cenkalti/backoff/v5":      {"collectors/hpcmp"},
	"github.com/spf13/cobra":              {"cmd/internal/cli"},
	"github.com/jedib0t/go-pretty/v6":     {"cmd/internal/cli"},
	"github.com/chromedp/chromedp":        {},
	"github.com/rogpeppe/go-internal":     {},
	"github.com/google/go-cmp":            {"generator/internal/golden"}, // tests only
	"golang.org/x/term":                   {"cmd/internal/cli"},
	"golang.org/x/net":                    {"collectors/hpcmp"},
	"golang.org/x/sync":                   {"collectors/cluster", "generator/page"},
	"golang.org/x/sys":                    {"cmd/internal/history", "generator/publish", "collectors/run"},
	"github.com/andybalholm/brotli":       {"generator/publish"},
}

const module = "hpcstatus"

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func TestImportTable(t *testing.T) {
	for _, pkg := range ourPackages(t) {
		name := strings.TrimPrefix(strings.TrimPrefix(pkg.ImportPath, module), "/")
		i := slices.IndexFunc(layers, func(l layer) bool { return matches(l.path, name) })
		if i < 0 {
			t.Errorf("%s is in no row of the import table", name)
			continue
		}
		for _, imported := range pkg.Imports {
			if ours, isOurs := strings.CutPrefix(imported, module+"/"); isOurs && !allowed(layers[i].may, ours) {
				t.Errorf("%s imports %s, which its row of the table does not allow", name, ours)
			}
			for library, users := range homes {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && !slices.Contains(users, name) {
					t.Errorf("%s imports %s, which belongs to %v", name, library, users)
				}
			}
		}
		for _, dep := range layers[i].never {
			if slices.Contains(pkg.Imports, dep) {
				t.Errorf("%s imports %s", name, dep)
			}
		}
	}
}

// TestImportOneWay holds the direction of the data whatever the table allows: nothing of
// the generator knows a source, and nothing of the collectors knows the generator.
func TestImportOneWay(t *testing.T) {
	for _, pkg := range ourPackages(t) {
		name := strings.TrimPrefix(pkg.ImportPath, module+"/")
		for _, dep := range pkg.Deps {
			ours, isOurs := strings.CutPrefix(dep, module+"/")
			switch {
			case !isOurs:
			case strings.HasPrefix(name, "collectors") && !strings.HasPrefix(ours, "collectors"):
				t.Errorf("%s depends on %s", name, ours)
			case strings.HasPrefix(name, "generator") && strings.HasPrefix(ours, "collectors") && !strings.HasPrefix(ours, "collectors/fleet"):
				t.Errorf("%s depends on %s", name, ours)
			case name == "cmd/internal/server" && (ours == "generator/page" || ours == "generator/api" || ours == "collectors"):
				t.Errorf("%s depends on %s", name, ours)
			}
		}
	}
}

func matches(pattern, name string) bool {
	if prefix, deep := strings.CutSuffix(pattern, "/..."); deep {
		return strings.HasPrefix(name, prefix+"/")
	}
	return pattern == name
}

func allowed(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, name) })
}

// ourPackages lists the packages of the module without their tests.
func ourPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg goPackage
		err := decoder.Decode(&pkg)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, pkg)
	}
	if len(all) < 15 {
		t.Fatalf("go list names only %d packages", len(all))
	}
	return all
}
