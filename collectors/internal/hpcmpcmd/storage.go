package hpcmpcmd

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"hpcstatus/collectors/internal/storage"
)

// Disk is a row of show_storage. Nil is a dash or a column that the table does not have.
type Disk struct {
	Path string
	// Bytes.
	Used, Quota, Limit *int64
}

// ParseStorage reads the output of show_storage. No policy defines its format, so that only
// a table is taken whose heading names a path, its use and a quota or limit, with units.
func ParseStorage(text []byte) ([]Disk, error) {
	found, _ := tables(text)
	for _, t := range found {
		columns, ok := t.diskColumns()
		if !ok {
			continue
		}
		disks, err := columns.disks(&t)
		if err != nil {
			return nil, fmt.Errorf("read the output of show_storage: %w", err)
		}
		if len(disks) > 0 {
			return disks, nil
		}
	}
	return nil, errors.New("read the output of show_storage: no table in it with a path, its use and a quota; this centre's format is not known")
}

// diskColumns are the positions of the columns of show_storage, -1 for one that is missing.
type diskColumns struct{ path, used, quota, limit int }

// diskColumns finds the columns by their heading. Two columns with one meaning (space and
// files without saying so) make the table one that is not clear.
func (t *table) diskColumns() (diskColumns, bool) {
	columns := diskColumns{-1, -1, -1, -1}
	clear := true
	set := func(column *int, i int) {
		clear = clear && *column < 0
		*column = i
	}
	for i, c := range t.columns {
		switch {
		case c.has("percent", "%"):
		case c.has("path", "directory", "filesystem", "file system", "mount", "location"):
			set(&columns.path, i)
		case c.has("file", "inode"):
		case c.has("used", "usage"):
			set(&columns.used, i)
		case c.has("quota", "soft"):
			set(&columns.quota, i)
		case c.has("limit", "hard"):
			set(&columns.limit, i)
		}
	}
	return columns, clear && columns.path >= 0 && columns.used >= 0 && (columns.quota >= 0 || columns.limit >= 0)
}

// disks reads the rows that begin with a path.
func (d diskColumns) disks(t *table) ([]Disk, error) {
	var disks []Disk
	for _, row := range t.rows {
		path := row[d.path]
		if !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "$") {
			continue
		}
		disk := Disk{Path: path}
		for _, c := range []struct {
			column int
			amount **int64
		}{{d.used, &disk.Used}, {d.quota, &disk.Quota}, {d.limit, &disk.Limit}} {
			if c.column < 0 {
				continue
			}
			var err error
			if *c.amount, err = size(row[c.column], t.columns[c.column].label); err != nil {
				return nil, fmt.Errorf("%s of %s: %w", t.columns[c.column].label, path, err)
			}
		}
		disks = append(disks, disk)
	}
	return disks, nil
}

// labelUnit matches the unit in a heading: "Used (GB)", "quota_tb", "Used GiB".
var labelUnit = regexp.MustCompile(`(?:^|[^a-z])([kmgtp])i?b(?:ytes)?(?:[^a-z]|$)`)

// size reads a cell whose unit stands in it or above it; nil for a dash.
func size(cell, label string) (*int64, error) {
	cell = strings.ReplaceAll(strings.TrimRight(cell, "*"), ",", "")
	if !strings.ContainsAny(cell, "0123456789") {
		return nil, nil
	}
	if m := labelUnit.FindStringSubmatch(label); m != nil && number(cell) != nil {
		cell += m[1]
	}
	if number(cell) != nil && *number(cell) != 0 {
		return nil, fmt.Errorf("%q has no unit", cell)
	}
	if n, ok := storage.Size(cell, 1); ok {
		return &n, nil
	}
	return nil, fmt.Errorf("%q is no size", cell)
}
