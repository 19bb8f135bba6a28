package history

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// ErrLocked is returned when another process holds the lock of the state folder.
var ErrLocked = errors.New("another hpcstatus is at work here")

// Lock is held by the process that runs a cycle with a state folder.
type Lock struct{ file *os.File }

// Lock takes the folder's lock without waiting. When another process has it, the error
// wraps ErrLocked and names that process and its host. The kernel releases the lock of a
// process that dies, so it can never be left behind.
func (s *Store) Lock() (*Lock, error) {
	path := filepath.Join(s.dir, "lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: %s holds %s", ErrLocked, holder(f), path)
		}
		return nil, fmt.Errorf("lock %s: %w; set [paths] state to a folder on a local disk", path, err)
	}
	host, _ := os.Hostname()
	if err := errors.Join(f.Truncate(0), writeAt(f, fmt.Sprintf("process %d on %s\n", os.Getpid(), host))); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("write lock: %w", err)
	}
	return &Lock{f}, nil
}

func writeAt(f *os.File, text string) error {
	_, err := f.WriteAt([]byte(text), 0)
	return err
}

// holder is what the process that has the lock wrote of itself.
func holder(f *os.File) string {
	buf := make([]byte, 256)
	n, _ := f.ReadAt(buf, 0)
	if text := strings.TrimSpace(string(buf[:n])); text != "" {
		return text
	}
	return "a process"
}

// Unlock releases the lock.
func (l *Lock) Unlock() error { return l.file.Close() }
