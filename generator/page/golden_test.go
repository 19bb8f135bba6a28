package page

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGoldenPages holds the bytes of whole pages. Assets are stubs, so that a change of
// style does not touch the goldens.
func TestGoldenPages(t *testing.T) {
	in := fixture()
	for name := range in.Templates {
		if strings.HasPrefix(name, "assets/") {
			in.Templates[name] = []byte("stub")
		}
	}
	out := build(t, in)
	for _, file := range []string{"index.html", "queues.html", "system/nautilus.html"} {
		t.Run(file, func(t *testing.T) {
			golden := filepath.Join("testdata", strings.ReplaceAll(file, "/", "-"))
			if *update {
				if err := os.WriteFile(golden, out[file], 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(out[file])); diff != "" {
				t.Errorf("the page differs from %s (run with -update if it should):\n%s", golden, diff)
			}
		})
	}
}

func TestSameInputSameBytes(t *testing.T) {
	first, second := build(t, fixture()), build(t, fixture())
	if len(first) != len(second) {
		t.Fatalf("%d files, then %d", len(first), len(second))
	}
	for file := range first {
		if !bytes.Equal(first[file], second[file]) {
			t.Errorf("%s is not the same twice", file)
		}
	}
}

// TestNowIsNotShown: a later moment changes nothing as long as nothing expires in between.
func TestNowIsNotShown(t *testing.T) {
	in := fixture()
	first := build(t, in)
	in.Now = in.Now.Add(90_000_000_000)
	for file, data := range build(t, in) {
		if !bytes.Equal(first[file], data) {
			t.Errorf("%s changed with the clock alone", file)
		}
	}
}
