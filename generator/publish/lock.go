package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// lockAttempts bounds how often a lock file is opened that its holder removes meanwhile.
const lockAttempts = 20

// lock is held by the only process that may write to the folder. The kernel releases it
// when the process dies.
type lock struct{ file *os.File }

// lock takes the lock without waiting.
func (p *publication) lock() (*lock, error) {
	for range lockAttempts {
		f, err := p.openLock()
		if errors.Is(err, fs.ErrNotExist) {
			continue // the last holder has just removed the folder
		}
		if err != nil {
			return nil, err
		}
		held, err := p.acquire(f)
		if held {
			return &lock{f}, nil
		}
		_ = f.Close()
		if err != nil {
			return nil, err
		}
	}
	return nil, p.fail("lock", "", ErrBusy)
}

// openLock opens the lock file in the staging folder, which it makes.
func (p *publication) openLock() (*os.File, error) {
	info, err := p.root.Lstat(stagingDir)
	if err == nil && !info.IsDir() {
		return nil, p.fail("stage in", stagingDir, errors.New("not a folder; move it away"))
	}
	if err := p.root.Mkdir(stagingDir, dirMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, p.fail("create", stagingDir, err)
	}
	f, err := p.root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		_ = p.root.Remove(stagingDir)
		return nil, p.fail("create", lockName, err)
	}
	return f, nil
}

// acquire locks f. It returns false without an error when the file is no longer the one
// in the folder: its holder removed it between our opening and our locking it.
func (p *publication) acquire(f *os.File) (bool, error) {
	switch err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); {
	case errors.Is(err, unix.EWOULDBLOCK):
		return false, p.fail("lock", "", fmt.Errorf("%w: %s", ErrBusy, holder(f)))
	case errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.ENOLCK):
		// Lustre mounted without -o flock, NFS without a lock daemon. Every file still
		// becomes whole at once, so that publishing is better than refusing to.
		p.report.Unlocked = true
	case err != nil:
		return false, p.fail("lock", lockName, err)
	}
	mine, err := f.Stat()
	if err != nil {
		return false, p.fail("lock", lockName, err)
	}
	if there, err := p.root.Lstat(lockName); err != nil || !os.SameFile(mine, there) {
		return false, nil
	}
	host, _ := os.Hostname()
	// Only for the message of others: a full disk must not matter here.
	_ = f.Truncate(0)
	_, _ = f.WriteAt(fmt.Appendf(nil, "process %d on %s\n", os.Getpid(), host), 0)
	return true, nil
}

// holder is what the process that has the lock wrote of itself.
func holder(f *os.File) string {
	buf := make([]byte, 256)
	n, _ := f.ReadAt(buf, 0)
	if text := strings.TrimSpace(string(buf[:n])); text != "" {
		return text
	}
	return "a process that has not said which"
}

// release removes the lock file and, when it is empty, the staging folder.
func (l *lock) release(root *os.Root) {
	_ = root.Remove(lockName)
	_ = root.Remove(stagingDir)
	_ = l.file.Close()
}
