package generator

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
	builtin "hpcstatus/content"
	"hpcstatus/generator/internal/fixture"
	"hpcstatus/generator/site"
	"hpcstatus/templates"
)

// tree reads all files of file systems by path; later ones replace earlier ones.
func tree(t *testing.T, from ...fs.FS) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, f := range from {
		err := fs.WalkDir(f, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			files[path], err = fs.ReadFile(f, path)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func input(t *testing.T, s fleet.Snapshot) Input {
	return Input{
		Snapshot: s, Sites: fixture.Sites(),
		Site:    site.Site{Title: "HPC Status Monitor", URLPrefix: "/prefix", Location: time.UTC, Theme: "auto", Version: "test"},
		Content: tree(t, builtin.Builtin(), builtin.Demo()), Templates: tree(t, templates.FS),
		Now: fixture.Now(), ValidFor: fixture.ValidFor,
	}
}

func generate(t *testing.T, in Input) map[string][]byte {
	t.Helper()
	files, err := Generate(in)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func document[T any](t *testing.T, files map[string][]byte, path string) T {
	t.Helper()
	var d T
	if err := json.Unmarshal(files[path], &d); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return d
}

func TestGenerateMakesTheWholeSite(t *testing.T) {
	files := generate(t, input(t, fixture.Seed()))
	for _, path := range []string{
		"index.html", "queues.html", "quota.html", "storage.html", "insights.html", "help.html", "about.html", "404.html",
		"system/nautilus.html", "api/status.json", "api/fleet/summary.json", "api/cluster-usage.json",
		"api/cluster-usage/nautilus.json", "api/system/nautilus.json", "api/health.json",
	} {
		if len(files[path]) == 0 {
			t.Errorf("%s is missing", path)
		}
	}
	usage := document[doc.ClusterUsage](t, files, "api/cluster-usage.json")
	if len(usage.Insights) == 0 || usage.Insights[0].Type != "recommendation" {
		t.Errorf("insights %+v", usage.Insights)
	}
}

// TestGenerateIsPure holds that the same input gives the same bytes, at once as well as
// again, and is itself left as it was.
func TestGenerateIsPure(t *testing.T) {
	for name, s := range map[string]fleet.Snapshot{
		"seed": fixture.Seed(), "mixed": fixture.Mixed(), "unknown": fixture.Unknown(), "empty": {},
	} {
		in := input(t, s)
		before := encoded(t, in)
		want := generate(t, in)
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				got, err := Generate(in)
				if err != nil || !maps.EqualFunc(want, got, bytes.Equal) {
					t.Errorf("%s: the same input gives other files: %v", name, err)
				}
			})
		}
		group.Wait()
		if !bytes.Equal(before, encoded(t, in)) {
			t.Errorf("%s: the input was changed", name)
		}
	}
}

func encoded(t *testing.T, in Input) []byte {
	t.Helper()
	in.Site.Location = nil
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestTimeAloneChangesNothing holds that pages and documents stay as they are while nothing expires.
func TestTimeAloneChangesNothing(t *testing.T) {
	in := input(t, fixture.Mixed())
	in.Content["systems/fran.md"] = []byte("+++\nstatus = \"DOWN\"\n+++\n")
	want := generate(t, in)
	in.Now = in.Now.Add(fixture.ValidFor - time.Minute)
	for path, data := range generate(t, in) {
		if !bytes.Equal(data, want[path]) {
			t.Errorf("%s changes with time alone", path)
		}
	}
}

func TestOperatorsWord(t *testing.T) {
	in := input(t, fixture.Mixed())
	in.Content["systems/narwhal.md"] = []byte("+++\nstatus = \"MAINTENANCE\"\nstatus_text = \"cooling\"\ncores = 5\n+++\nCome back.\n")
	in.Content["systems/new.md"] = []byte("+++\nname = \"New One\"\nsite = \"Navy DSRC\"\n+++\nSoon.\n")
	in.Content["systems/other.md"] = []byte("+++\nsystem = \"CARPENTER\"\n+++\nHello.\n")
	delete(in.Content, "systems/carpenter.md")
	files := generate(t, in)

	narwhal := document[doc.SystemDetail](t, files, "api/system/narwhal.json")
	if narwhal.Status != "MAINTENANCE" || narwhal.Reported.Text != "cooling" || narwhal.Source == nil || *narwhal.Source != "operator" {
		t.Errorf("narwhal: %+v", narwhal.System)
	}
	if *narwhal.Details.Cores != 5 || narwhal.MarkdownContent != "Come back.\n" || narwhal.Origins["cores"] != "systems/narwhal.md" {
		t.Errorf("narwhal: %+v", narwhal)
	}
	if !narwhal.ObservedAt.Equal(in.Snapshot.TakenAt) || !narwhal.HasCluster {
		t.Errorf("narwhal: observed at %s, has cluster %v", narwhal.ObservedAt, narwhal.HasCluster)
	}
	if page := files["system/narwhal.html"]; !bytes.Contains(page, []byte("<p>Come back.</p>")) {
		t.Error("the briefing is not on the page")
	}
	added := document[doc.SystemDetail](t, files, "api/system/new.json")
	if added.System.System != "New One" || added.Status != "UNKNOWN" || *added.DSRC != "NAVO" || added.MarkdownContent != "Soon.\n" {
		t.Errorf("new: %+v", added)
	}
	if carpenter := document[doc.SystemDetail](t, files, "api/system/carpenter.json"); carpenter.MarkdownContent != "Hello.\n" {
		t.Errorf("carpenter: %q", carpenter.MarkdownContent)
	}
}

// TestAliasesJoinSources holds that a briefing's aliases make one system of what sources call by two names.
func TestAliasesJoinSources(t *testing.T) {
	s := fixture.Mixed()
	s.Sources[1].Batch.Clusters[0].Name, s.Sources[1].Batch.Clusters[0].Slug = "nw-login", "nw-login"
	in := input(t, s)
	in.Content["systems/narwhal.md"] = []byte("+++\nsystem = \"Narwhal\"\naliases = [\"nw-login\"]\n+++\nText\n")
	d := document[doc.SystemDetail](t, generate(t, in), "api/system/narwhal.json")
	if !d.HasCluster || d.Reported == nil || d.Observed == nil || d.MarkdownContent == "" {
		t.Errorf("got %+v", d)
	}
}

func TestEveryMistakeAtOnce(t *testing.T) {
	in := input(t, fixture.Seed())
	in.Content = map[string][]byte{
		"README.md":           []byte("+++"),
		"systems/_draft.md":   []byte("+++"),
		"systems/.#a.md":      []byte("+++"),
		"systems/a.txt":       []byte("+++"),
		"systems/a.md":        []byte("+++\nstatus = \"up\"\ncoers = 3\n+++\n"),
		"systems/b/c.md":      []byte("Text"),
		"systems/raider.md":   []byte("Text"),
		"systems/raider-2.md": []byte("+++\nsystem = \"raider\"\n+++\n"),
		"help/units.md":       []byte("+++\ntitle = \"Units\"\n+++\n[x](javascript:1)"),
		"help/Data Age.md":    []byte("+++\ntitle = \"A\"\n+++\n"),
		"help/data-age.md":    []byte("+++\ntitle = \"B\"\n+++\n"),
	}
	in.Templates["pages/about.html"] = []byte("{{define \"x\"}}\n{{.Nothing}")
	files, err := Generate(in)
	if err == nil || files != nil {
		t.Fatalf("error %v with %d files", err, len(files))
	}
	got := strings.Split(err.Error(), "\n")
	want := []string{
		`help/data-age.md:1: its chapter "data-age" is already that of help/Data Age.md: rename one of the files`,
		`help/units.md:4: link "javascript:1" begins with javascript: use https, http, mailto or a relative path`,
		`systems/a.md:2: status "up" is not one of UP, DEGRADED, MAINTENANCE, DOWN, UNKNOWN`,
		`systems/a.md:3: unknown key "coers": did you mean "cores"?`,
		`systems/b/c.md:1: nothing is read from the folder "systems/b": move the file to systems/ or help/`,
		`systems/raider.md: system "raider" is already described by systems/raider-2.md`,
	}
	if len(got) != len(want)+1 || !slices.Equal(got[:len(want)], want) {
		t.Errorf("got\n%s\nwant\n%s\nand one of the template", err, strings.Join(want, "\n"))
	}
	if last := got[len(got)-1]; !strings.Contains(last, "about.html:2") {
		t.Errorf("the template's error %q names no file and line", last)
	}
}
