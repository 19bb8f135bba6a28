package hpcmp

import (
	"encoding/json"
	"errors"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpcstatus/collectors/fleet"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// demoPage is the page that the demonstration replays.
const demoPage = "../demo/recording/hpcmp/systems.html"

var testBase = &url.URL{Scheme: "https", Host: "centers.hpc.mil", Path: "/systems/unclassified.html"}

// TestParsePages holds what is read from each page of testdata, or why nothing is.
func TestParsePages(t *testing.T) {
	pages, err := filepath.Glob("testdata/*.html")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, file := range pages {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			page, err := Parse(raw, testBase, fleet.BuiltinSites())
			compareGolden(t, strings.TrimSuffix(file, ".html")+".golden.json", page, err)
		})
	}
}

func compareGolden(t *testing.T, file string, page Page, parseErr error) {
	t.Helper()
	var got strings.Builder
	enc := json.NewEncoder(&got)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	var value any = page
	if parseErr != nil {
		value = map[string]string{"error": parseErr.Error()}
	}
	if err := enc.Encode(value); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-want +got), -update rewrites it:\n%s", file, diff)
	}
}

func TestParseErrors(t *testing.T) {
	for file, want := range map[string]error{
		"truncated":  ErrCutOff,
		"notfound":   ErrNoSystems,
		"redesigned": ErrNoSystems,
		"legend":     ErrNoSystems,
		"login":      ErrLoginPage,
		"consent":    ErrLoginPage,
	} {
		raw, err := os.ReadFile("testdata/" + file + ".html")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(raw, testBase, nil); !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", file, err, want)
		}
	}
}
