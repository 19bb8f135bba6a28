package storage

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"hpcstatus/collectors/internal/clean"
)

// Filesystem is a mounted filesystem and how full it is.
type Filesystem struct {
	// Device is what is mounted: a block device, "server:/export", "mgs@o2ib:/fsname".
	Device string
	// Mount is where.
	Mount string
	// Bytes; Available is what a user can still write and 0 where only root can.
	Size, Used, Available int64
}

// ParseDF reads the output of `df -P -k PATHS`, and of df without -P, which wraps long
// devices, or with -h. Each mount is listed once, and without those that are not on a
// disk. An empty output lists none; any other without a heading is an error.
func ParseDF(text []byte) ([]Filesystem, error) {
	var found []Filesystem
	var device string // a device alone on its line
	var unit int64    // of a number without suffix; 0 before the heading
	seen := map[string]bool{}
	for line := range clean.Lines(text) {
		if strings.HasPrefix(line, "Filesystem") {
			var err error
			if unit, err = blockSize(line); err != nil {
				return nil, err
			}
			continue
		}
		if unit == 0 {
			continue
		}
		f, ok := filesystem(line, unit)
		if !ok && device != "" {
			f, ok = filesystem(device+" "+line, unit)
		}
		device = ""
		switch {
		case !ok:
			device = strings.TrimSpace(line)
		case !pseudo(f.Device) && f.Size > 0 && !seen[f.Mount]:
			seen[f.Mount] = true
			found = append(found, f)
		}
	}
	if unit == 0 && len(bytes.TrimSpace(text)) > 0 {
		return nil, errors.New("read the output of df: it has no heading")
	}
	return found, nil
}

// blocks matches the heading of the size column: 1024-blocks, 1K-blocks, 512-blocks, Size.
var blocks = regexp.MustCompile(`^Filesystem\s+(?:(\d+[KMG]?)-blocks|(Size))\s`)

// blockSize is the unit of the numbers below a heading.
func blockSize(heading string) (int64, error) {
	m := blocks.FindStringSubmatch(heading)
	if m == nil {
		return 0, fmt.Errorf("read the output of df: unknown heading %q", clean.Text(heading))
	}
	if m[2] != "" {
		return 1, nil // df -h prints bytes below 1K
	}
	unit, ok := Size(m[1], 1)
	if !ok || unit == 0 {
		return 0, fmt.Errorf("read the output of df: unknown block size %q", m[1])
	}
	return unit, nil
}

// row matches a line of df. A device or a mount may hold blanks; a path begins the mount.
var row = regexp.MustCompile(`^(\S.*?)\s+(\S+)\s+(\S+)\s+(-?\S+)\s+(?:\d+%|-)\s+(/.*)$`)

// filesystem reads a line of df.
func filesystem(line string, unit int64) (Filesystem, bool) {
	m := row.FindStringSubmatch(strings.TrimSpace(line))
	if m == nil {
		return Filesystem{}, false
	}
	f := Filesystem{Device: clean.Text(m[1]), Mount: clean.Text(m[5])}
	var sizeOK, usedOK, availableOK bool
	f.Size, sizeOK = Size(m[2], unit)
	f.Used, usedOK = Size(m[3], unit)
	f.Available, availableOK = Size(strings.TrimPrefix(m[4], "-"), unit)
	if strings.HasPrefix(m[4], "-") {
		f.Available = 0 // the blocks kept for root are in use
	}
	return f, sizeOK && usedOK && availableOK
}

// pseudo reports whether the device is none that keeps files.
func pseudo(device string) bool {
	switch device {
	case "tmpfs", "devtmpfs", "ramfs", "shm", "udev", "dev", "run", "none", "overlay", "overlayfs", "rootfs", "squashfs",
		"proc", "sysfs", "cgroup", "cgroup2", "devpts", "mqueue", "hugetlbfs", "debugfs", "tracefs", "securityfs",
		"configfs", "fusectl", "pstore", "bpf", "binfmt_misc", "efivarfs", "nsfs", "autofs", "systemd-1", "cvmfs2":
		return true
	}
	return strings.HasPrefix(device, "/dev/loop") || strings.HasPrefix(device, "map ") // images, automounter
}
