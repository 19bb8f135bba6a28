package publish

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var noon = time.Date(2026, 1, 22, 12, 0, 0, 0, time.UTC)

// set makes files of path and text.
func set(pairs ...string) map[string][]byte {
	files := map[string][]byte{}
	for i := 0; i < len(pairs); i += 2 {
		files[pairs[i]] = []byte(pairs[i+1])
	}
	return files
}

func mustPublish(t testing.TB, dir string, files map[string][]byte, now time.Time) Report {
	t.Helper()
	report, err := Publish(dir, files, Options{Cycle: now.Format(time.RFC3339), GeneratedAt: now, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// tree is everything below dir but the manifest: files with their text, folders with "/".
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || name == "." || name == ManifestName:
			return err
		case d.IsDir():
			found[name] = "/"
			return nil
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		found[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func wantTree(t testing.TB, dir string, pairs ...string) {
	t.Helper()
	want := map[string]string{}
	for path, text := range set(pairs...) {
		want[path] = string(text)
	}
	if got := tree(t, dir); !maps.Equal(got, want) {
		t.Errorf("the folder holds\n%q, want\n%q", got, want)
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// wantError checks that err has all of the words in it.
func wantError(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q does not say %q", err, word)
		}
	}
}

func TestPublishThenLoad(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "public")
	files := set("index.html", "<p>fleet", "api/status.json", "{}", "api/system/nautilus.json", "{}", "assets/site.0a1b2c3d4e.css", "a{}", "empty.txt", "")
	report, err := Publish(dir, files, Options{Cycle: "c1", GeneratedAt: noon, URLPrefix: "/hpc"})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Report{Written: 5, Bytes: 15}); report != want {
		t.Errorf("report %+v, want %+v", report, want)
	}
	g, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if m := g.Manifest; m.Cycle != "c1" || m.URLPrefix != "/hpc" || m.GeneratedAt.String() != "2026-01-22T12:00:00Z" || m.Schema != 1 || len(m.Files) != 5 {
		t.Errorf("manifest %+v", m)
	}
	if !slices.IsSortedFunc(g.Manifest.Files, func(a, b fileEntry) int { return strings.Compare(a.Path, b.Path) }) {
		t.Error("the manifest is not sorted")
	}
	for path, body := range files {
		if f := g.Files[path]; string(f.Body) != string(body) || f.SHA256 != hash(body) || f.ModTime.IsZero() {
			t.Errorf("%s loaded as %+v", path, f)
		}
	}
	onDisk, _ := os.ReadFile(filepath.Join(dir, ManifestName))
	if string(g.Files[ManifestName].Body) != string(onDisk) {
		t.Error("the manifest in memory is not the one on disk")
	}
	wantMode(t, dir, "index.html", 0o644)
	wantMode(t, dir, "api/system", 0o755)
}

func wantMode(t *testing.T, dir, path string, want os.FileMode) {
	t.Helper()
	umask := unix.Umask(0)
	unix.Umask(umask)
	info, err := os.Stat(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want&^os.FileMode(umask) {
		t.Errorf("%s has mode %o, want %o less the umask %o", path, got, want, umask)
	}
}

func TestUnchangedFilesAreNotTouched(t *testing.T) {
	dir := t.TempDir()
	mustPublish(t, dir, set("a.html", "same", "b.html", "old", "api/c.json", "same"), noon)
	past := noon.Add(-time.Hour)
	for _, path := range []string{"a.html", "b.html", "api/c.json"} {
		if err := os.Chtimes(filepath.Join(dir, path), past, past); err != nil {
			t.Fatal(err)
		}
	}
	before, inode := stat(t, dir, "a.html"), stat(t, dir, ".")
	report := mustPublish(t, dir, set("a.html", "same", "b.html", "new", "api/c.json", "same"), noon.Add(time.Minute))
	if want := (Report{Written: 1, Unchanged: 2, Bytes: 3}); report != want {
		t.Errorf("report %+v, want %+v", report, want)
	}
	if after := stat(t, dir, "a.html"); !os.SameFile(before, after) || !after.ModTime().Equal(past) {
		t.Errorf("a.html was touched: %v, now %v", past, after.ModTime())
	}
	if stat(t, dir, "b.html").ModTime().Equal(past) {
		t.Error("b.html was not written")
	}
	if !os.SameFile(inode, stat(t, dir, ".")) {
		t.Error("the folder was replaced")
	}
	wantTree(t, dir, "a.html", "same", "b.html", "new", "api", "/", "api/c.json", "same")
}

func stat(t *testing.T, dir, path string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestRemovesWhatNoLongerBelongs(t *testing.T) {
	dir := t.TempDir()
	mustPublish(t, dir, set("a.html", "1", "api/system/x.json", "1", "system/x.html", "1"), noon)
	write(t, filepath.Join(dir, "robots.txt"), "foreign")
	write(t, filepath.Join(dir, "system/notes.txt"), "foreign")
	if report := mustPublish(t, dir, set("a.html", "1"), noon); report.Removed != 2 {
		t.Errorf("report %+v, want 2 removed", report)
	}
	wantTree(t, dir, "a.html", "1", "robots.txt", "foreign", "system", "/", "system/notes.txt", "foreign")
	if report := mustPublish(t, dir, set(), noon); report.Removed != 1 {
		t.Errorf("report %+v, want 1 removed", report)
	}
	wantTree(t, dir, "robots.txt", "foreign", "system", "/", "system/notes.txt", "foreign")
}

func TestRemovedByHand(t *testing.T) {
	dir := t.TempDir()
	mustPublish(t, dir, set("a.html", "1", "system/x.html", "1", "system/y.html", "1"), noon)
	if err := os.RemoveAll(filepath.Join(dir, "system")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "system"), "a foreign file now")
	mustPublish(t, dir, set("a.html", "1"), noon)
	wantTree(t, dir, "a.html", "1", "system", "a foreign file now")
}

func TestForeignFileIsReplaced(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "index.html"), "It works!")
	if err := os.Symlink("/nowhere", filepath.Join(dir, "about.html")); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(filepath.Join(dir, "help.html"), 0o644); err != nil {
		t.Fatal(err)
	}
	mustPublish(t, dir, set("index.html", "fleet", "about.html", "1", "help.html", ""), noon)
	wantTree(t, dir, "index.html", "fleet", "about.html", "1", "help.html", "")
	if _, err := Load(dir); err != nil {
		t.Error(err)
	}
}

func TestForeignThingsInTheWay(t *testing.T) {
	tests := []struct {
		name, block string // a path ending in a slash is a folder
		words       []string
	}{
		{"folder", "new.html/", []string{"new.html", "a folder of that name is in the way"}},
		{"manifest", "manifest.json/", []string{"manifest.json", "a folder of that name is in the way"}},
		{"file for a folder", "api", []string{"api/status.json", "a file stands where a folder is needed"}},
		{"staging folder", ".next", []string{".next", "not a folder"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if tt.name != "manifest" {
				mustPublish(t, dir, set("a.html", "1"), noon)
			}
			if block, folder := strings.CutSuffix(tt.block, "/"); folder {
				write(t, filepath.Join(dir, block, "x"), "foreign")
			} else {
				write(t, filepath.Join(dir, block), "foreign")
			}
			before := tree(t, dir)
			_, err := Publish(dir, set("a.html", "2", "new.html", "1", "api/status.json", "1"), Options{})
			wantError(t, err, append(tt.words, dir)...)
			if after := tree(t, dir); !maps.Equal(before, after) {
				t.Errorf("the old site is not intact:\n%q, now\n%q", before, after)
			}
		})
	}
}

func TestLinkOutOfTheFolder(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "api")); err != nil {
		t.Fatal(err)
	}
	_, err := Publish(dir, set("api/status.json", "1"), Options{})
	wantError(t, err, filepath.Join(dir, "api/status.json"), "escapes")
	wantTree(t, outside)
}

func TestRepairsDamage(t *testing.T) {
	dir := t.TempDir()
	files := set("a.html", "good", "b.html", "good", "c.html", "good")
	mustPublish(t, dir, files, noon)
	write(t, filepath.Join(dir, "a.html"), "evil")
	write(t, filepath.Join(dir, "b.html"), "")
	if err := os.Remove(filepath.Join(dir, "c.html")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, ManifestName), `{"schema":1,"files":[{"path":"../x"`)
	_, err := Load(dir)
	wantError(t, err, dir, "damaged manifest")
	if report := mustPublish(t, dir, files, noon); report.Written != 3 {
		t.Errorf("report %+v, want 3 written", report)
	}
	wantTree(t, dir, "a.html", "good", "b.html", "good", "c.html", "good")
}

func TestNewerManifestIsRefused(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, ManifestName), `{"schema":99,"files":"otherwise"}`)
	_, err := Publish(dir, set("a.html", "1"), Options{})
	if !errors.Is(err, ErrNewer) {
		t.Errorf("publish: %v, want ErrNewer", err)
	}
	wantTree(t, dir)
	if _, err := Load(dir); !errors.Is(err, ErrNewer) {
		t.Errorf("load: %v, want ErrNewer", err)
	}
}

func TestLinkedFolder(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "public")
	if err := os.Mkdir(filepath.Join(base, "target"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("target", dir); err != nil {
		t.Fatal(err)
	}
	mustPublish(t, dir, set("a.html", "1"), noon)
	wantTree(t, filepath.Join(base, "target"), "a.html", "1")
	if info, _ := os.Lstat(dir); info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
	if _, err := Load(dir); err != nil {
		t.Error(err)
	}
}

func TestPaths(t *testing.T) {
	bad := []string{"", ".", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", ".next/x", ".hidden", "a\\b", "a\x00b", "a\nb", "manifest.json", "Manifest.JSON", "a\xff"}
	for _, path := range bad {
		dir := filepath.Join(t.TempDir(), "public")
		if _, err := Publish(dir, set("ok.html", "1", path, "1"), Options{}); err == nil {
			t.Errorf("%q was published", path)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%q: something was written", path)
		}
	}
	collisions := [][]string{{"a.html", "A.html"}, {"x/a", "X/b"}, {"a", "a/b"}, {"a/b", "a/b/c"}}
	for _, paths := range collisions {
		_, err := Publish(t.TempDir(), set(paths[0], "1", paths[1], "1"), Options{})
		wantError(t, err, "publish")
	}
	_, err := Publish(t.TempDir(), set("a.html", "1", "A.html", "1", "../x", "1"), Options{})
	wantError(t, err, `"../x"`, `"a.html"`, "only in case")
}
