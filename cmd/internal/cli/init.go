package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"hpcstatus/cmd/internal/config"
	"hpcstatus/content"
)

func (a *app) init() *cobra.Command {
	return &cobra.Command{
		Use:   "init DIR",
		Short: "Write a commented configuration and a starter content folder",
		Long: `Writes DIR/hpcstatus.toml, with every key and its default, and DIR/content with an
example. A file that exists already is left as it is and reported.`,
		Example: `  hpcstatus init my-fleet
  cd my-fleet && editor hpcstatus.toml && hpcstatus check && hpcstatus serve`,
		Args: oneArg("folder"),
		RunE: func(_ *cobra.Command, args []string) error { return a.writeStarter(args[0]) },
	}
}

func (a *app) writeStarter(dir string) error {
	files := map[string][]byte{config.FileName: config.Starter()}
	err := fs.WalkDir(content.Starter(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(content.Starter(), name)
		files[filepath.Join("content", filepath.FromSlash(name))] = data
		return err
	})
	if err != nil {
		return fmt.Errorf("read the starter content: %w", err)
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, name)
		if err := writeNew(path, files[name]); err != nil {
			errs = append(errs, err)
			continue
		}
		fmt.Fprintln(a.stdio.Out, "wrote", path)
	}
	if len(errs) == 0 {
		fmt.Fprintf(a.stdio.Out, "next: enable what to collect in %s, then run `hpcstatus check` and `hpcstatus serve` in %s\n",
			filepath.Join(dir, config.FileName), dir)
	}
	return errors.Join(errs...)
}

// writeNew writes a file that must not exist yet.
func writeNew(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists and was left as it is; remove it to get a new one", path)
	}
	if err != nil {
		return fmt.Errorf("write starter: %w", err)
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
