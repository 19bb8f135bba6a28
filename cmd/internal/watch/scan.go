package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxEntries bounds the work where a path is a folder that was never meant to be watched.
const maxEntries = 50_000

// tree is what is at the watched paths.
type tree struct {
	roots []string
	// files by the path that reports name.
	files map[string]file
	// folders to get events of, by their real path, for what in them matters. Two paths
	// to one folder are one to the kernel.
	folders map[string]*interest
	// problems by path: why it could not be read.
	problems map[string]string
}

// file is what tells one state of a file from another.
type file struct {
	// real is the path without symbolic links.
	real string
	info fs.FileInfo
}

// interest is what matters in a folder.
type interest struct {
	everything bool
	some       map[string]bool
}

func (f file) same(g file) bool {
	return f.real == g.real && f.info.Size() == g.info.Size() && f.info.ModTime().Equal(g.info.ModTime()) &&
		f.info.Mode() == g.info.Mode() && os.SameFile(f.info, g.info)
}

// difference returns the files that one tree has and the other hasn't, or that differ
// or were touched, as far as both were to look at them.
func difference(old, now tree, touched map[string]bool) []string {
	var paths []string
	for path, f := range now.files {
		before, known := old.files[path]
		if known && (touched[f.real] || !f.same(before)) || !known && under(path, old.roots) {
			paths = append(paths, path)
		}
	}
	for path := range old.files {
		if _, still := now.files[path]; !still && under(path, now.roots) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

func (t tree) sameFolders(u tree) bool {
	return maps.EqualFunc(t.folders, u.folders, func(a, b *interest) bool {
		return a.everything == b.everything && maps.Equal(a.some, b.some)
	})
}

// join adds what another tree has at roots that this one hasn't.
func (t *tree) join(u tree) {
	for path, f := range u.files {
		if !under(path, t.roots) {
			t.files[path] = f
		}
	}
	t.roots = slices.Concat(t.roots, u.roots)
}

// under reports whether a path is one of some others or below it.
func under(path string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		return path == root || strings.HasPrefix(path, strings.TrimSuffix(root, "/")+"/")
	})
}

// scanner builds a tree.
type scanner struct {
	tree
	ignore func(string) bool
	old    tree
	count  int
}

// scan looks at all roots. Below a folder that can't be read the old tree is taken to
// hold on: a file server that is away for a moment has not lost its files.
func scan(roots []string, ignore func(string) bool, old tree) tree {
	s := scanner{ignore: ignore, old: old, tree: tree{
		roots: roots, files: map[string]file{}, folders: map[string]*interest{}, problems: map[string]string{},
	}}
	for _, root := range roots {
		s.approach(root)
		s.entry(root, resolve(root), nil)
	}
	return s.tree
}

// approach takes an interest in what can make a path appear, go or lead elsewhere: its
// own name, each symbolic link on the way and the first part that is missing.
func (s *scanner) approach(path string) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	at := "/"
	for i, part := range parts {
		info, err := os.Lstat(filepath.Join(at, part))
		if err != nil || i == len(parts)-1 || info.Mode()&fs.ModeSymlink != 0 {
			s.care(at, part)
		}
		if err != nil {
			return
		}
		at = filepath.Join(at, part)
	}
}

// care takes an interest in one name in a folder.
func (s *scanner) care(folder, name string) {
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		s.folder(real).some[name] = true
	}
}

func (s *scanner) folder(real string) *interest {
	if s.folders[real] == nil {
		s.folders[real] = &interest{some: map[string]bool{}}
	}
	return s.folders[real]
}

// entry looks at a file or folder; real is its path without symbolic links, and parents
// are the folders it was reached through.
func (s *scanner) entry(path, real string, parents []fs.FileInfo) {
	s.count++
	if s.count > maxEntries {
		s.problems[s.roots[0]] = fmt.Sprintf("there are more than %d files, some are not watched", maxEntries)
		return
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		s.keep(path, err)
	case info.IsDir():
		s.below(path, real, append(parents, info))
	case info.Mode().IsRegular():
		s.files[path] = file{real, info}
		if real != path {
			s.care(filepath.Dir(real), filepath.Base(real))
		}
	}
}

// below looks at everything in a folder, the last of parents.
func (s *scanner) below(path, real string, parents []fs.FileInfo) {
	last := len(parents) - 1
	if slices.ContainsFunc(parents[:last], func(p fs.FileInfo) bool { return os.SameFile(p, parents[last]) }) {
		return // a link to a folder that it is in
	}
	entries, err := os.ReadDir(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.keep(path, err)
		return
	}
	s.folder(real).everything = true
	for _, e := range entries {
		child := filepath.Join(path, e.Name())
		if ignored(e.Name()) || s.ignore != nil && s.ignore(child) {
			continue
		}
		if e.Type()&fs.ModeSymlink == 0 {
			s.entry(child, filepath.Join(real, e.Name()), parents)
		} else {
			s.entry(child, resolve(child), parents)
		}
	}
}

// keep takes over what was known at and below a path.
func (s *scanner) keep(path string, err error) {
	s.problems[path] = err.Error()
	for known, f := range s.old.files {
		if under(known, []string{path}) {
			s.files[known] = f
		}
	}
}

// resolve returns a path without symbolic links, or as it is where one leads nowhere.
func resolve(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// ignored reports whether a name is one that editors and file managers use for files of
// their own: swap, backup and lock files of vim and Emacs, the file that vim creates to
// try a folder, what NFS keeps of deleted files.
func ignored(name string) bool {
	switch {
	case name == "4913", name == ".git", name == ".DS_Store":
		return true
	case strings.HasSuffix(name, "~"), strings.HasPrefix(name, ".#"), strings.HasPrefix(name, ".nfs"):
		return true
	case strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#"):
		return true
	}
	ext := filepath.Ext(name)
	return strings.HasPrefix(name, ".") && (ext == ".swp" || ext == ".swo" || ext == ".swx" || ext == ".swpx")
}
