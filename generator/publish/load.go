package publish

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hpcstatus/collectors/fleet/doc"
)

// ErrNoGeneration is returned when nothing was ever published to a folder.
var ErrNoGeneration = errors.New("nothing is published here yet")

// Loading again helps when files were renamed while they were read; ten attempts take
// about a second.
const (
	loadAttempts = 10
	firstPause   = 5 * time.Millisecond
	longestPause = 200 * time.Millisecond
)

// Generation is a published set of files in memory. It is not changed after it was loaded.
type Generation struct {
	Manifest doc.Manifest
	// Files holds every file of the manifest by its path, and the manifest itself.
	Files map[string]File
}

// File is a published file.
type File struct {
	Body []byte
	// SHA256 of Body in hex.
	SHA256 string
	// ModTime is when the bytes last changed on disk.
	ModTime time.Time
}

// Load reads the generation in a folder and checks every file against the manifest. It
// reads a generation that is being put in place, or whose publication was killed halfway,
// through the staging folder. Files that do not match the manifest are an error after about a second
// of trying; ErrNoGeneration is returned at once.
func Load(dir string) (*Generation, error) { return Reload(dir, nil) }

// Reload is Load, but takes the bodies of files that did not change from old, which may be
// nil, and reads only the others.
func Reload(dir string, old *Generation) (*Generation, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("load %s: %w", dir, ErrNoGeneration)
	}
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", dir, cause(err))
	}
	defer root.Close()
	pause := firstPause
	for attempt := 1; ; attempt++ {
		g, err := load(root, old)
		if err == nil {
			return g, nil
		}
		if attempt == loadAttempts || errors.Is(err, ErrNoGeneration) || errors.Is(err, ErrNewer) {
			return nil, fmt.Errorf("load %s: %w", dir, err)
		}
		time.Sleep(pause)
		pause = min(2*pause, longestPause)
	}
}

// Markers are the files of the folder whose change announces a new generation, for
// readers that watch instead of asking Changed.
func Markers(dir string) []string {
	return []string{filepath.Join(dir, ManifestName), filepath.Join(dir, filepath.FromSlash(commitName))}
}

// Changed says, cheaply, whether the folder holds another generation than g. It says no
// when the folder cannot be read, for then there is nothing better to show.
func Changed(dir string, g *Generation) bool {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return false
	}
	defer root.Close()
	f, err := readFirst(root, commitName, ManifestName)
	return err == nil && (g == nil || !bytes.Equal(f.Body, g.Files[ManifestName].Body))
}

// load reads the committed generation if there is one, and else the published one.
func load(root *os.Root, old *Generation) (*Generation, error) {
	if f, err := readFile(root, commitName); err == nil {
		if g, err := assemble(root, f, old); err == nil {
			return g, nil
		}
	}
	f, err := readFile(root, ManifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoGeneration
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", ManifestName, cause(err))
	}
	return assemble(root, f, old)
}

// assemble reads what a manifest lists.
func assemble(root *os.Root, manifest File, old *Generation) (*Generation, error) {
	m, err := parseManifest(manifest.Body)
	if err != nil {
		return nil, err
	}
	g := &Generation{Manifest: m, Files: make(map[string]File, len(m.Files)+1)}
	for _, entry := range m.Files {
		if f, ok := old.file(entry); ok {
			g.Files[entry.Path] = f
			continue
		}
		f, err := find(root, entry)
		if err != nil && !entry.Expires.IsZero() {
			continue // an asset that no page needs any more
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", filepath.FromSlash(entry.Path), cause(err))
		}
		g.Files[entry.Path] = f
	}
	g.Files[ManifestName] = manifest
	return g, nil
}

// find reads a file from its place or from the staging folder, between which it may move
// while we look.
func find(root *os.Root, entry doc.ManifestFile) (f File, err error) {
	for _, name := range []string{entry.Path, staged(entry.Path), entry.Path} {
		if f, err = readVerified(root, name, entry); err == nil {
			break
		}
	}
	return f, err
}

// file returns the file of a generation, which may be nil, if it is the one in entry.
func (g *Generation) file(entry doc.ManifestFile) (File, bool) {
	if g == nil {
		return File{}, false
	}
	f, ok := g.Files[entry.Path]
	return f, ok && f.SHA256 == entry.SHA256
}

// readFirst reads the first of some files that is there.
func readFirst(root *os.Root, names ...string) (f File, err error) {
	for _, name := range names {
		if f, err = readFile(root, name); err == nil {
			return f, nil
		}
	}
	return File{}, err
}

// readVerified reads a file that must be the one in entry.
func readVerified(root *os.Root, name string, entry doc.ManifestFile) (File, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return File{}, err
	}
	// The size is looked at first, so that whatever took the file's place is not read.
	if !info.Mode().IsRegular() || info.Size() != entry.Size {
		return File{}, errors.New("it is not the file that the manifest lists")
	}
	f, err := readFile(root, name)
	if err == nil && f.SHA256 != entry.SHA256 {
		err = errors.New("its content does not match the manifest")
	}
	return f, err
}

func readFile(root *os.Root, name string) (File, error) {
	f, err := root.Open(name)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return File{}, err
	}
	buf := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead))
	if _, err := io.Copy(buf, f); err != nil {
		return File{}, err
	}
	return File{Body: buf.Bytes(), SHA256: hash(buf.Bytes()), ModTime: info.ModTime()}, nil
}
