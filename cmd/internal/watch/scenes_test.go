package watch

import (
	"os"
	"path/filepath"
	"testing"
)

// scene is one way in which files change. Steps run one after the other; after each its
// files must be reported, and never any that no step names.
type scene struct {
	name  string
	watch []string
	// before makes what is there at first.
	before act
	steps  []step
}

type step struct {
	act  act
	want []string
}

// act changes files; paths are relative to the working folder.
type act = func(t *testing.T)

func writes(path, text string) act {
	return func(t *testing.T) { write(t, path, text) }
}

func moves(from, to string) act {
	return func(t *testing.T) { do(t, os.Rename(from, to)) }
}

func removes(path string) act {
	return func(t *testing.T) { do(t, os.RemoveAll(path)) }
}

// links turns a symbolic link at once.
func links(target, path string) act {
	return func(t *testing.T) {
		do(t, os.MkdirAll(filepath.Dir(path), 0o755))
		do(t, os.Symlink(target, path+".new"))
		do(t, os.Rename(path+".new", path))
	}
}

func all(acts ...act) act {
	return func(t *testing.T) {
		for _, act := range acts {
			act(t)
		}
	}
}

func fileScenes() []scene {
	return []scene{
		{"files in a folder", []string{"content"}, writes("content/a.md", "1"), []step{
			{writes("content/b.md", "new"), []string{"content/b.md"}},
			{writes("content/a.md", "longer"), []string{"content/a.md"}},
			{writes("content/a.md", "LONGER"), []string{"content/a.md"}},
			{moves("content/a.md", "content/c.md"), []string{"content/a.md", "content/c.md"}},
			{removes("content/c.md"), []string{"content/c.md"}},
		}},
		{"atomic replacement", []string{"dir/f.toml"}, writes("dir/f.toml", "1"), []step{
			{all(writes("dir/f.toml.tmp", "2"), moves("dir/f.toml.tmp", "dir/f.toml")), []string{"dir/f.toml"}},
			{all(writes("dir/f.toml.tmp", "3"), moves("dir/f.toml.tmp", "dir/f.toml")), []string{"dir/f.toml"}},
			{removes("dir/f.toml"), []string{"dir/f.toml"}},
			{writes("dir/f.toml", "4"), []string{"dir/f.toml"}},
		}},
		{"neighbours of a file", []string{"dir/f.toml"}, writes("dir/f.toml", "1"), []step{
			{all(writes("dir/other", "1"), writes("dir/public/index.html", "1"), writes("dir/f.toml", "22")), []string{"dir/f.toml"}},
		}},
		{"files of editors", []string{"content"}, writes("content/a.md", "1"), []step{
			{all(writes("content/.a.md.swp", "x"), writes("content/4913", ""), writes("content/a.md~", "x"),
				writes("content/.#a.md", "x"), writes("content/#a.md#", "x"), writes("content/.git/index", "x"),
				writes("content/skipped/a.md", "x"), writes("content/a.md", "22")), []string{"content/a.md"}},
		}},
	}
}

func folderScenes() []scene {
	return []scene{
		{"folders in a new folder", []string{"content"}, writes("content/a.md", "1"), []step{
			{writes("content/x/y/z/b.md", "1"), []string{"content/x/y/z/b.md"}},
			{writes("content/x/y/z/b.md", "22"), []string{"content/x/y/z/b.md"}},
			{writes("content/x/y/c.md", "1"), []string{"content/x/y/c.md"}},
			{removes("content/x"), []string{"content/x/y/z/b.md", "content/x/y/c.md"}},
		}},
		{"a folder that comes later", []string{"deep/down/content"}, nil, []step{
			{writes("deep/down/content/a.md", "1"), []string{"deep/down/content/a.md"}},
			{writes("deep/down/content/a.md", "22"), []string{"deep/down/content/a.md"}},
		}},
		{"a folder that goes and comes back", []string{"content"}, writes("content/a.md", "1"), []step{
			{removes("content"), []string{"content/a.md"}},
			{writes("content/a.md", "1"), []string{"content/a.md"}},
			{writes("content/a.md", "22"), []string{"content/a.md"}},
			{all(removes("content"), writes("content/a.md", "333")), []string{"content/a.md"}},
			{writes("content/a.md", "4444"), []string{"content/a.md"}},
		}},
		{"a folder in another's place", []string{"content"},
			all(writes("content/a.md", "1"), writes("next/a.md", "22")), []step{
				{all(moves("content", "last"), moves("next", "content")), []string{"content/a.md"}},
				{all(writes("last/a.md", "no"), writes("content/a.md", "333")), []string{"content/a.md"}},
			}},
	}
}

func linkScenes() []scene {
	return []scene{
		{"a link that is turned", []string{"content"},
			all(writes("r/1/a.md", "1"), writes("r/2/a.md", "2"), links("r/1", "content")), []step{
				{links("r/2", "content"), []string{"content/a.md"}},
				{all(writes("r/1/a.md", "no"), writes("r/2/a.md", "22")), []string{"content/a.md"}},
			}},
		{"a link on the way that is turned", []string{"now/content"},
			all(writes("r/1/content/a.md", "1"), writes("r/2/content/a.md", "2"), links("r/1", "now")), []step{
				{links("r/2", "now"), []string{"now/content/a.md"}},
				{writes("r/2/content/a.md", "22"), []string{"now/content/a.md"}},
			}},
		{"a link to a file elsewhere", []string{"content"},
			all(writes("shared/a.md", "1"), links("../shared/a.md", "content/a.md")), []step{
				{writes("shared/a.md", "22"), []string{"content/a.md"}},
				{all(writes("shared/b.md", "1"), links("../shared/b.md", "content/a.md")), []string{"content/a.md"}},
			}},
		{"a link to its own folder", []string{"content"},
			all(writes("content/a.md", "1"), links(".", "content/self")), []step{
				{writes("content/a.md", "22"), []string{"content/a.md"}},
			}},
	}
}
