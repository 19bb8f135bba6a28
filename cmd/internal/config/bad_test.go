package config

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// TestParseBad holds the exact messages of wrong files. Each pair of files in bad.txtar
// is the text of one and what is said of it.
func TestParseBad(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/bad.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(archive.Files); i += 2 {
		src, want := archive.Files[i], &archive.Files[i+1]
		name, ok := strings.CutSuffix(src.Name, ".toml")
		if !ok || want.Name != name+".errors" {
			t.Fatalf("%s and %s are no pair", src.Name, want.Name)
		}
		t.Run(name, func(t *testing.T) {
			c, err := Parse(src.Name, src.Data)
			if err == nil {
				t.Fatal("no error")
			}
			if c.Site.Timezone != nil {
				t.Error("a configuration comes with the error")
			}
			got := strings.ReplaceAll(err.Error(), src.Name+":", "") + "\n"
			if *update {
				want.Data = []byte(got)
			}
			if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if *update {
		if err := os.WriteFile("testdata/bad.txtar", txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestErrorUnwraps(t *testing.T) {
	_, err := Parse("dir/hpcstatus.toml", []byte("[site]\ntitel = 1\n\ntheme = 2\n"))
	all, ok := errors.AsType[*Error](err)
	if !ok || len(all.Unwrap()) != 2 {
		t.Fatalf("error is %v", err)
	}
	first, ok := errors.AsType[*Problem](err)
	if !ok || first.File != "dir/hpcstatus.toml" || first.Line != 2 {
		t.Errorf("first problem is %+v", first)
	}
	if want := "dir/hpcstatus.toml:2: site.titel: unknown key; did you mean site.title?"; first.Error() != want {
		t.Errorf("first problem prints %q, want %q", first.Error(), want)
	}
}
