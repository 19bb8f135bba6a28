package content

import (
	"io/fs"
	"slices"
	"testing"
)

func TestFolders(t *testing.T) {
	for name, tt := range map[string]struct {
		files fs.FS
		want  []string
	}{
		"built in": {Builtin(), []string{
			"help/allocations.md", "help/briefings.md", "help/data-age.md", "help/publishing.md", "help/queues.md",
			"help/scheduling.md", "help/scripts.md", "help/status.md", "help/storage.md",
		}},
		"demo": {Demo(), []string{
			"systems/carpenter.md", "systems/narwhal.md", "systems/nautilus.md", "systems/raider.md", "systems/warhawk.md",
		}},
		"starter": {Starter(), []string{"README.md", "systems/_example.md"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			err := fs.WalkDir(tt.files, ".", func(path string, entry fs.DirEntry, err error) error {
				if err == nil && !entry.IsDir() {
					got = append(got, path)
				}
				return err
			})
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%v: got %q, want %q", err, got, tt.want)
			}
		})
	}
}
