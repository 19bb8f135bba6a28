package publish

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncAll makes everything written to the file system of dir durable, and tells of errors
// that only showed when it was written back.
func syncAll(dir *os.File) error { return unix.Syncfs(int(dir.Fd())) }
