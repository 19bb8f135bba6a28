package publish

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// begin does what Publish does up to the commit, as a process that is killed there.
func begin(t *testing.T, dir string, files map[string][]byte) *publication {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	paths, err := checkPaths(files)
	if err != nil {
		t.Fatal(err)
	}
	p := &publication{root: root, dir: dir, files: files, paths: paths, opts: withDefaults(Options{Cycle: "killed", Now: noon})}
	lock, err := p.lock()
	if err != nil {
		t.Fatal(err)
	}
	old, err := p.published()
	if err != nil {
		t.Fatal(err)
	}
	changed, err := p.compare()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.stage(changed, p.manifest(p.retained(old))); err != nil {
		t.Fatal(err)
	}
	lock.file.Close() // as the kernel does; the lock file stays
	return p
}

func wantLoaded(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	g, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for path, f := range g.Files {
		if path != ManifestName {
			got[path] = string(f.Body)
		}
	}
	want := map[string]string{}
	for path, body := range files {
		want[path] = string(body)
	}
	if !maps.Equal(got, want) {
		t.Errorf("loaded %q, want %q", got, want)
	}
}

func TestKilledBeforeTheCommit(t *testing.T) {
	dir := t.TempDir()
	old := set("a.html", "old", "b.html", "old")
	mustPublish(t, dir, old, noon)
	begin(t, dir, set("a.html", "new", "system/c.html", "new"))
	if err := os.Rename(filepath.Join(dir, commitName), filepath.Join(dir, draftName)); err != nil {
		t.Fatal(err)
	}
	wantLoaded(t, dir, old)
	mustPublish(t, dir, old, noon)
	wantTree(t, dir, "a.html", "old", "b.html", "old")
}

func TestKilledAfterTheCommit(t *testing.T) {
	old, next := set("a.html", "old", "b.html", "old", "gone.html", "1"), set("a.html", "new", "b.html", "new", "system/c.html", "new")
	renamed := []string{"a.html", "b.html", "system/c.html"}
	for n := range len(renamed) + 1 {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			dir := t.TempDir()
			mustPublish(t, dir, old, noon)
			before, err := Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			p := begin(t, dir, next)
			for _, path := range renamed[:n] {
				if err := p.root.Rename(staged(path), path); err != nil {
					t.Fatal(err)
				}
			}
			if !Changed(dir, before) {
				t.Error("the committed generation goes unnoticed")
			}
			wantLoaded(t, dir, next)
			// What only the killed publication had brought is known as ours later.
			report := mustPublish(t, dir, set("z.html", "last"), noon)
			if want := (Report{Written: 1, Removed: 3, Bytes: 4}); report != want {
				t.Errorf("report %+v, want %+v", report, want)
			}
			wantTree(t, dir, "z.html", "last")
		})
	}
}

func TestLeftoversThatMakeNoSense(t *testing.T) {
	dir := t.TempDir()
	mustPublish(t, dir, set("a.html", "1"), noon)
	write(t, filepath.Join(dir, commitName), `{"schema":1,"files":[{"path":"/etc/passwd"}]}`)
	write(t, filepath.Join(dir, stagedDir, "evil.html"), "?")
	wantLoaded(t, dir, set("a.html", "1"))
	mustPublish(t, dir, set("a.html", "2"), noon)
	wantTree(t, dir, "a.html", "2")
}

const (
	childDir  = "PUBLISH_TEST_DIR" // set in the environment of the child that publishes until it is killed
	childSeed = "PUBLISH_TEST_SEED"
	kinds     = 4
)

// version is one of a few sets of files, each file of which names the set, is long
// enough to be seen half written, and says at its end that it is whole.
func version(n int) map[string][]byte {
	n %= kinds
	files := map[string][]byte{}
	body := func(path string) []byte {
		return []byte(strconv.Itoa(n) + "\n" + strings.Repeat(path+"\n", 2000) + "whole\n")
	}
	for i := range 20 + 5*n {
		path := fmt.Sprintf("system/%02d.html", i)
		files[path] = body(path)
	}
	path := fmt.Sprintf("only-in-%d/page.html", n)
	files[path] = body(path)
	files["always.html"] = []byte(strings.Repeat("always\n", 1000) + "whole\n")
	return files
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		publishUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// publishUntilKilled is the process that TestKill kills.
func publishUntilKilled(dir string) {
	seed, _ := strconv.Atoi(os.Getenv(childSeed))
	for n := seed; ; n++ {
		if _, err := Publish(dir, version(n), Options{Cycle: strconv.Itoa(n % kinds), Now: noon, KeepAssets: -1}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func TestKill(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	mustPublish(t, dir, version(0), noon)
	stop := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
				checkWhole(t, dir)
			}
		}
	})
	halfway := 0
	for round := range 20 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childDir+"="+dir, childSeed+"="+strconv.Itoa(round))
		var stderr strings.Builder
		child.Stderr = &stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		// Not a wait for something to happen: it is the random moment of the kill.
		time.Sleep(time.Duration(30+7*round) * time.Millisecond)
		_ = child.Process.Kill()
		_ = child.Wait()
		if stderr.Len() > 0 {
			t.Errorf("round %d: the child failed: %s", round, &stderr)
		}
		if _, err := os.Stat(filepath.Join(dir, commitName)); err == nil {
			halfway++
		}
		checkSet(t, dir)
	}
	t.Logf("%d of 20 kills came between the commit and the end", halfway)
	close(stop)
	reader.Wait()
	last := version(1)
	if _, err := Publish(dir, last, Options{Now: noon, KeepAssets: -1}); err != nil {
		t.Fatal(err)
	}
	found := tree(t, dir)
	maps.DeleteFunc(found, func(_, text string) bool { return text == "/" })
	if !slices.Equal(slices.Sorted(maps.Keys(found)), slices.Sorted(maps.Keys(last))) {
		t.Errorf("orphans: the folder holds %q", slices.Sorted(maps.Keys(found)))
	}
}

// checkSet loads the set, which must be one of those published, all of it. At most half a
// publication is on disk, and nobody is at work on it.
func checkSet(t *testing.T, dir string) {
	t.Helper()
	g, err := Load(dir)
	if err != nil {
		t.Fatalf("after a kill: %v", err)
	}
	n, _ := strconv.Atoi(g.Manifest.Cycle)
	want := version(n)
	if len(g.Files) != len(want)+1 {
		t.Errorf("set %d has %d files, want %d", n, len(g.Files)-1, len(want))
	}
	for path, body := range want {
		if string(g.Files[path].Body) != string(body) {
			t.Errorf("set %d: %s is of another set", n, path)
		}
	}
}

// checkWhole reads the files by themselves, as a plain web server does, and the set by Load.
func checkWhole(t *testing.T, dir string) {
	for path := range version(kinds - 1) {
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err == nil && !strings.HasSuffix(string(data), "\nwhole\n") {
			t.Errorf("half a file: %s has %d bytes", path, len(data))
		}
	}
	if _, err := Load(dir); err != nil {
		t.Errorf("while publishing: %v", err)
	}
}
