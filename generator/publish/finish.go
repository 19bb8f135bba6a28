package publish

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"hpcstatus/collectors/fleet/doc"
)

// finish puts a committed generation in place: assets, then documents and pages, then
// removes what no longer belongs, and the manifest last. Every step may be repeated.
func (p *publication) finish(old, m doc.Manifest) error {
	files, err := p.stagedFiles()
	if err != nil {
		return err
	}
	for _, file := range files {
		// The folder is there, unless somebody removed it since the commit.
		if err := p.root.MkdirAll(path.Dir(file), dirMode); err != nil {
			return p.fail("create", path.Dir(file), err)
		}
		if err := p.root.Rename(staged(file), file); err != nil {
			return p.fail("put in place", file, err)
		}
	}
	// A file that cannot be removed must not keep the site from ever being published again.
	removeErr := p.prune(old, m)
	if err := p.root.Rename(commitName, ManifestName); err != nil {
		return errors.Join(removeErr, p.fail("put in place", ManifestName, err))
	}
	p.clearStaging()
	return removeErr
}

// stagedFiles are the paths of what waits to be put in place, in that order.
func (p *publication) stagedFiles() ([]string, error) {
	var files []string
	err := fs.WalkDir(p.root.FS(), stagedDir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, name[len(stagedDir)+1:])
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, p.fail("read", stagedDir, err)
	}
	slices.SortFunc(files, assetsFirst)
	return files, nil
}

// prune removes the files of the old manifest that the new one does not have.
func (p *publication) prune(old, m doc.Manifest) error {
	current := make(map[string]string, len(m.Files))
	for _, f := range m.Files {
		current[strings.ToLower(f.Path)] = f.Path
	}
	var errs []error
	for _, f := range old.Files {
		if now, ok := current[strings.ToLower(f.Path)]; ok && (now == f.Path || p.sameFile(now, f.Path)) {
			continue
		}
		switch err := p.remove(f.Path); {
		case err == nil:
			p.report.Removed++
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ENOTDIR):
			errs = append(errs, p.fail("remove", f.Path, err))
		}
	}
	return errors.Join(errs...)
}

// sameFile says whether two names are one file, as on a file system that ignores case.
func (p *publication) sameFile(a, b string) bool {
	x, err := p.root.Lstat(a)
	if err != nil {
		return false
	}
	y, err := p.root.Lstat(b)
	return err == nil && os.SameFile(x, y)
}

// remove removes a file and the folders that this empties. A folder under the file's name
// is not ours.
func (p *publication) remove(file string) error {
	info, err := p.root.Lstat(file)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return fs.ErrNotExist
	}
	if err := p.root.Remove(file); err != nil {
		return err
	}
	for dir := path.Dir(file); dir != "." && p.removeEmpty(dir); dir = path.Dir(dir) {
	}
	return nil
}

// removeEmpty removes a folder if it is one and empty.
func (p *publication) removeEmpty(dir string) bool {
	info, err := p.root.Lstat(dir)
	return err == nil && info.IsDir() && p.root.Remove(dir) == nil
}
