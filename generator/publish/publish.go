// Package publish writes a generation to disk so that no reader ever sees half a
// file, and reads it back with its hashes checked.
//
// A publication has two halves. First everything that changed is staged in .next/ of
// the folder and made durable; a failure there (a full disk, say) leaves the site as it
// was. Then .next/manifest.json is renamed into being: from that moment the new
// generation exists, for whatever is not in its place yet is whole in the staging folder.
// What remains is to rename the files into place, remove those that no longer belong
// and put the manifest over the old one. A process that is killed on the way leaves a
// site that Load still reads, and that the next publication finishes.
package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"hpcstatus/collectors/fleet/doc"
)

// ManifestName is the path of the manifest in the folder. It is written last, so that a
// change of it means that a new generation is whole.
const ManifestName = "manifest.json"

const (
	stagingDir = ".next"
	stagedDir  = ".next/files"
	lockName   = ".next/lock"
	// draftName is the manifest before everything is staged, commitName after it.
	draftName  = ".next/manifest.draft"
	commitName = ".next/manifest.json"

	assetsDir = "assets"

	fileMode os.FileMode = 0o644
	dirMode  os.FileMode = 0o755
)

// DefaultKeepAssets is how long assets of earlier generations stay, for pages that are
// still open in a browser or kept in a cache.
const DefaultKeepAssets = 24 * time.Hour

// ErrBusy is returned when another process is publishing to the same folder.
var ErrBusy = errors.New("another process is publishing here")

// ErrNewer is returned when the folder was written by a newer version of the program.
var ErrNewer = errors.New("written by a newer version of this program; use that one, or publish to another folder")

// Options describe a publication.
type Options struct {
	// Cycle identifies the generation; it goes into the manifest.
	Cycle string
	// GeneratedAt goes into the manifest; the zero time becomes null.
	GeneratedAt time.Time
	// URLPrefix goes into the manifest.
	URLPrefix string
	// Now is the moment of publishing; zero means GeneratedAt.
	Now time.Time
	// KeepAssets is how long assets that left the set stay; zero means DefaultKeepAssets,
	// negative not at all.
	KeepAssets time.Duration
}

// Report counts what a publication did. The manifest is not counted.
type Report struct {
	Written, Unchanged, Removed int
	// Bytes is the size of the written files.
	Bytes int64
	// Unlocked says that the file system knows no locks, so that nothing kept another
	// writer away.
	Unlocked bool
}

// publication is one call of Publish.
type publication struct {
	root   *os.Root
	dir    string // as the caller named the folder, for messages
	files  map[string][]byte
	paths  []string // of files, sorted
	opts   Options
	report Report
}

// Publish makes the folder dir hold files, by their path with slashes, and a manifest
// of them. Files that are already there with the same bytes are not touched, those of
// earlier publications that no longer belong are removed, and so are folders that this
// empties. Files that were never published (foreign ones) are left alone, except that one at a path
// of ours is replaced; a foreign folder in the way is an error, and so is a file where a
// folder is needed.
//
// The folder is created when it is missing and otherwise keeps its inode, owner and
// labels; it may be a symbolic link. An error names the path and the cause. Until everything
// is staged the old site is not touched; an error after that leaves the new generation
// readable by Load, and the next publication finishes it. While another process publishes to
// the folder the error wraps ErrBusy and names that process.
func Publish(dir string, files map[string][]byte, opts Options) (Report, error) {
	paths, err := checkPaths(files)
	if err != nil {
		return Report{}, err
	}
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return Report{}, fmt.Errorf("create %s: %w", dir, cause(err))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Report{}, fmt.Errorf("open %s: %w", dir, cause(err))
	}
	defer root.Close()
	p := &publication{root: root, dir: dir, files: files, paths: paths, opts: withDefaults(opts)}
	lock, err := p.lock()
	if err != nil {
		return Report{}, err
	}
	defer lock.release(root)
	err = p.run()
	return p.report, err
}

func withDefaults(opts Options) Options {
	if opts.Now.IsZero() {
		opts.Now = opts.GeneratedAt
	}
	if opts.KeepAssets == 0 {
		opts.KeepAssets = DefaultKeepAssets
	}
	return opts
}

// run publishes under the lock.
func (p *publication) run() error {
	if err := p.resume(); err != nil {
		return err
	}
	old, err := p.published()
	if err != nil {
		return err
	}
	changed, err := p.compare()
	if err != nil {
		return err
	}
	manifest := p.manifest(p.retained(old))
	if err := p.stage(changed, manifest); err != nil {
		p.discard()
		return err
	}
	return p.finish(old, manifest)
}

// published is the manifest on disk, empty when there is none. A damaged one counts as none:
// it is written anew, and what only it listed has become foreign.
func (p *publication) published() (doc.Manifest, error) {
	m, err := readManifest(p.root, ManifestName)
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist), errors.Is(err, errDamaged):
		return m, nil
	case errors.Is(err, unix.EISDIR):
		return m, p.fail("publish", ManifestName, errFolder)
	}
	return m, p.fail("read", ManifestName, err)
}

// fail says what could not be done to which file.
func (p *publication) fail(verb, path string, err error) error {
	return fmt.Errorf("%s %s: %w", verb, filepath.Join(p.dir, filepath.FromSlash(path)), cause(err))
}

// cause strips the names of the system call and of the path within the folder, for the
// message names the whole path.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.SyscallError](err); ok {
		return e.Err
	}
	return err
}

// Writable returns an error when files cannot be made in the folder, which it makes where it
// is missing. It leaves nothing else behind.
func Writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("create %s: %w", dir, cause(err))
	}
	f, err := os.CreateTemp(dir, ".hpcstatus-*")
	if err != nil {
		return fmt.Errorf("write in %s: %w", dir, cause(err))
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
