// Package content holds the Markdown that comes with the program: the chapters of the
// help page for every site, the briefings of the demonstration, and the files that a new
// site starts from. An operator's folder overlays it file by file.
package content

import (
	"embed"
	"io/fs"
)

//go:embed help
var builtin embed.FS

//go:embed demo all:starter
var others embed.FS

// Builtin is the content of every site: help/*.md.
func Builtin() fs.FS { return builtin }

// Demo is the content of the demonstration alone: systems/*.md.
func Demo() fs.FS { return below("demo") }

// Starter is what a new content folder begins with.
func Starter() fs.FS { return below("starter") }

func below(folder string) fs.FS {
	sub, err := fs.Sub(others, folder)
	if err != nil {
		panic(err) // the folder's name is one of the constants above
	}
	return sub
}
