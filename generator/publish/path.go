package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"
)

// checkPaths returns the paths of files, sorted. Paths that would leave the folder, that
// are reserved, or of which a file system that ignores case can hold only one are errors,
// all told at once.
func checkPaths(files map[string][]byte) ([]string, error) {
	paths := slices.Sorted(maps.Keys(files))
	seen := names{}
	var errs []error
	for _, p := range paths {
		err := checkPath(p)
		if err == nil {
			err = seen.add(p)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("publish %q: %w", p, err))
		}
	}
	return paths, errors.Join(errs...)
}

// checkPath tells whether p may name a published file.
func checkPath(p string) error {
	switch {
	case !fs.ValidPath(p) || p == ".":
		return errors.New("not a clean relative path with slashes")
	case strings.ContainsRune(p, '\\') || strings.ContainsFunc(p, unicode.IsControl):
		return errors.New("backslashes and control characters are not allowed")
	case strings.HasPrefix(p, "."):
		return errors.New("names with a leading dot are reserved at the top")
	case strings.EqualFold(p, ManifestName):
		return errors.New("the manifest is written by the publisher")
	}
	return nil
}

// names holds files and folders by their lower-case path.
type names map[string]name

type name struct {
	path   string
	folder bool
}

// add enters a file and the folders it is in.
func (n names) add(p string) error {
	if err := n.enter(p, false); err != nil {
		return err
	}
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if err := n.enter(dir, true); err != nil {
			return err
		}
	}
	return nil
}

func (n names) enter(p string, folder bool) error {
	key := strings.ToLower(p)
	other, taken := n[key]
	switch {
	case !taken:
		n[key] = name{p, folder}
	case other.path != p:
		return fmt.Errorf("differs from %q only in case", other.path)
	case other.folder != folder:
		return fmt.Errorf("%q is both a file and a folder", p)
	}
	return nil
}

// isAsset says whether p is an asset: named after its content, and published before the
// pages that use it.
func isAsset(p string) bool { return strings.HasPrefix(p, assetsDir+"/") }

// assetsFirst compares paths in the order in which they are put in place.
func assetsFirst(a, b string) int {
	switch x, y := isAsset(a), isAsset(b); {
	case x == y:
		return strings.Compare(a, b)
	case x:
		return -1
	default:
		return 1
	}
}
