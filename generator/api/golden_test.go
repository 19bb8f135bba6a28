package api

import (
	"bytes"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"hpcstatus/collectors/fleet"
	"hpcstatus/generator/internal/fixture"
	"hpcstatus/generator/internal/golden"
)

func TestGolden(t *testing.T) {
	for name, in := range map[string]Input{
		"full":  seedInput(),
		"mixed": input(fixture.Mixed()),
		"empty": input(fleet.Snapshot{}),
	} {
		t.Run(name, func(t *testing.T) {
			files := files(t, in)
			var all bytes.Buffer
			for _, path := range slices.Sorted(maps.Keys(files)) {
				all.WriteString("-- " + path + " --\n")
				all.Write(files[path])
			}
			golden.Check(t, filepath.Join("testdata", name+".txt"), all.Bytes())
		})
	}
}

func TestFilesAreDocumentsOfTheDesign(t *testing.T) {
	got := slices.Sorted(maps.Keys(files(t, input(fixture.Unknown()))))
	want := []string{
		"api/cluster-usage.json", "api/cluster-usage/mystery.json", "api/fleet/summary.json", "api/health.json",
		"api/status.json", "api/system/mystery.json", "api/system/odd.json", "api/system/silent.json",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestFilesAreSafeInAnyContext(t *testing.T) {
	for path, data := range files(t, input(fixture.Mixed())) {
		if bytes.ContainsAny(data, "<>&") {
			t.Errorf("%s holds a character that HTML could read", path)
		}
		if !bytes.HasPrefix(data, []byte("{\n  \"")) || !bytes.HasSuffix(data, []byte("\n}\n")) {
			t.Errorf("%s is not indented by two spaces with a newline at its end", path)
		}
	}
}
