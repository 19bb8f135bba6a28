package publish

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// errFolder is a folder where a file must go. It may hold somebody's work, so that it is
// never removed.
var errFolder = errors.New("a folder of that name is in the way; move it away")

// compare returns the paths whose bytes on disk are not those to be published. It looks at
// the bytes themselves, so that damage is repaired.
func (p *publication) compare() ([]string, error) {
	var changed []string
	var buf []byte
	for _, path := range p.paths {
		same, err := p.same(path, &buf)
		if err != nil {
			return nil, err
		}
		if same {
			p.report.Unchanged++
		} else {
			changed = append(changed, path)
		}
	}
	return changed, nil
}

// same says whether the file on disk has the bytes to be published. What stands in the
// way of the file is an error, found before anything is touched.
func (p *publication) same(path string, buf *[]byte) (bool, error) {
	want := p.files[path]
	info, err := p.root.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case errors.Is(err, unix.ENOTDIR):
		return false, p.fail("publish", path, errors.New("a file stands where a folder is needed; move it away"))
	case err != nil:
		return false, p.fail("publish", path, err)
	case info.IsDir():
		return false, p.fail("publish", path, errFolder)
	case !info.Mode().IsRegular() || info.Size() != int64(len(want)):
		return false, nil
	}
	have, err := readInto(p.root, path, buf, len(want))
	// What cannot be read is written anew; when that fails too, the error says why.
	return err == nil && bytes.Equal(have, want), nil
}

// readInto reads size bytes of a file into buf, which grows as needed.
func readInto(root *os.Root, path string, buf *[]byte, size int) ([]byte, error) {
	f, err := root.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if cap(*buf) < size {
		*buf = make([]byte, size)
	}
	got := (*buf)[:size]
	_, err = io.ReadFull(f, got)
	return got, err
}
