package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"hpcstatus/cmd/internal/cycle"
	"hpcstatus/content"
	"hpcstatus/templates"
)

// sources names the operator's folders, which are laid over what is built in.
type sources struct {
	content, templates string
	demo               bool
}

// largestSource is how many bytes one content or template file may have.
const largestSource = 4 << 20

// The files that count, by folder and extension; everything else in the operator's folders is left alone.
var (
	contentFolders    = []string{"systems", "help"}
	contentTypes      = []string{".md"}
	templateFolders   = []string{"pages", "partials", "assets"}
	templateTypes     = []string{".html", ".css", ".js", ".svg", ".png", ".ico", ".webmanifest", ".woff2", ".txt"}
	errSourceTooLarge = fmt.Errorf("larger than %d MiB", largestSource>>20)
)

// read reads all files; what an operator gives replaces the built-in file of the same path.
func (s sources) read() (cycle.Sources, error) {
	out := cycle.Sources{Content: map[string][]byte{}, Templates: map[string][]byte{}}
	contents := []fs.FS{content.Builtin()}
	if s.demo {
		contents = append(contents, content.Demo())
	}
	contents = append(contents, os.DirFS(s.content))
	var errs []error
	for _, from := range contents {
		errs = append(errs, collectFiles(out.Content, from, contentFolders, contentTypes))
	}
	for _, from := range []fs.FS{templates.FS, os.DirFS(s.templates)} {
		errs = append(errs, collectFiles(out.Templates, from, templateFolders, templateTypes))
	}
	return out, errors.Join(errs...)
}

// collectFiles adds the files of the folders that have one of the extensions. A missing folder is empty.
func collectFiles(into map[string][]byte, from fs.FS, folders, types []string) error {
	for _, folder := range folders {
		err := fs.WalkDir(from, folder, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil
			case err != nil:
				return err
			case entry.IsDir() || strings.HasPrefix(path.Base(name), ".") || !slices.Contains(types, path.Ext(name)):
				return nil
			}
			data, err := readSource(from, name)
			switch {
			case errors.Is(err, fs.ErrNotExist): // an editor is replacing it; its event will come
				return nil
			case err != nil:
				return err
			}
			into[name] = data
			return nil
		})
		if err != nil {
			return fmt.Errorf("read %s: %w", folder, err)
		}
	}
	return nil
}

func readSource(from fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(from, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > largestSource {
		return nil, fmt.Errorf("%s: %w", name, errSourceTooLarge)
	}
	return fs.ReadFile(from, name)
}
