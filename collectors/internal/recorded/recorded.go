// Package recorded finds, for tests, the recordings of real commands that are kept
// beside the repository and are not part of it.
package recorded

import (
	"os"
	"path/filepath"
	"testing"
)

// File returns the content of a recording, such as "pbs/pbsnodes.json". Where the
// recordings are not there, as in a plain clone, it skips the test.
func File(t testing.TB, name string) []byte {
	t.Helper()
	root, err := repository()
	if err != nil {
		t.Skip("not in the repository: ", err)
	}
	content, err := os.ReadFile(filepath.Join(root, "..", "shared", "data", filepath.FromSlash(name)))
	if os.IsNotExist(err) {
		t.Skip("no recordings beside this clone: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// repository is the folder above the test that holds go.mod.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", os.ErrNotExist
		}
		dir = parent
	}
}
