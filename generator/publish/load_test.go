package publish

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestLoadErrors(t *testing.T) {
	dir := t.TempDir()
	for _, missing := range []string{dir, filepath.Join(dir, "missing")} {
		if _, err := Load(missing); !errors.Is(err, ErrNoGeneration) {
			t.Errorf("load %s: %v, want ErrNoGeneration", missing, err)
		}
	}
	tests := []struct {
		name  string
		spoil func(path string) error
		word  string
	}{
		{"same size", func(path string) error { return os.WriteFile(path, []byte("2"), 0o644) }, "does not match"},
		{"other size", func(path string) error { return os.WriteFile(path, []byte("longer"), 0o644) }, "not the file"},
		{"missing", os.Remove, "no such file"},
		{"folder", func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o755)) }, "not the file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			mustPublish(t, dir, set("system/a.html", "1"), noon)
			if err := tt.spoil(filepath.Join(dir, "system/a.html")); err != nil {
				t.Fatal(err)
			}
			_, err := Load(dir)
			wantError(t, err, dir, filepath.FromSlash("system/a.html"), tt.word)
		})
	}
}

func TestReloadReadsOnlyWhatChanged(t *testing.T) {
	dir := t.TempDir()
	mustPublish(t, dir, set("a.html", "same", "b.html", "old"), noon)
	old, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if Changed(dir, old) {
		t.Error("changed without a publication")
	}
	mustPublish(t, dir, set("a.html", "same", "b.html", "new"), noon.Add(time.Minute))
	if !Changed(dir, old) || !Changed(dir, nil) {
		t.Error("the new generation goes unnoticed")
	}
	next, err := Reload(dir, old)
	if err != nil {
		t.Fatal(err)
	}
	if &next.Files["a.html"].Body[0] != &old.Files["a.html"].Body[0] {
		t.Error("an unchanged file was read again")
	}
	if string(next.Files["b.html"].Body) != "new" || string(old.Files["b.html"].Body) != "old" {
		t.Error("the changed file is not the new one, or the old generation was changed")
	}
	if Changed(dir, next) || Changed(filepath.Join(dir, "missing"), next) {
		t.Error("changed without a publication")
	}
}

// fleet is a set as large as that of a hundred machines with a year of incidents.
func fleet(generation int) map[string][]byte {
	files := map[string][]byte{}
	for i := range 3000 {
		text := fmt.Sprintf("%d of %d\n", i, generation*min(1, i%100)) // one in a hundred never changes
		files[fmt.Sprintf("system/%04d.html", i)] = []byte(strings.Repeat(text, 800))
	}
	return files
}

func BenchmarkPublish3000Files(b *testing.B) {
	b.Run("first", func(b *testing.B) {
		files := fleet(1)
		for b.Loop() {
			dir := b.TempDir()
			mustPublish(b, dir, files, noon)
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		dir, files := b.TempDir(), fleet(1)
		mustPublish(b, dir, files, noon)
		for b.Loop() {
			mustPublish(b, dir, files, noon)
		}
	})
	b.Run("load", func(b *testing.B) {
		dir := b.TempDir()
		mustPublish(b, dir, fleet(1), noon)
		for b.Loop() {
			if _, err := Load(dir); err != nil {
				b.Fatal(err)
			}
		}
	})
}
