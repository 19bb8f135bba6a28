//go:build unix && !linux

package publish

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncAll asks for everything written to become durable; this system cannot say when it is.
func syncAll(*os.File) error { return unix.Sync() }
