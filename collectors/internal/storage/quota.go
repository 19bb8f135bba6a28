package storage

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hpcstatus/collectors/internal/clean"
)

// Scope says whom a quota binds.
type Scope string

// The scopes.
const (
	User    Scope = "user"
	Group   Scope = "group"
	Project Scope = "project"
)

// Quota is somebody's limit on a filesystem. Nil is "no limit", or for a use "not known".
type Quota struct {
	// Path is the filesystem: a path for lfs quota, the device for quota.
	Path  string
	Scope Scope
	// Owner is the user, group or project by name, or by number where it has none.
	Owner string
	// Bytes.
	Used, Soft, Hard *int64
	// Grace is the time left to go below the soft limit, as printed; empty below it.
	Grace                           string
	FilesUsed, FilesSoft, FilesHard *int64
}

// ParseQuota reads the output of `quota -w` of the Linux quota tools (with or without -s),
// and also without -w, where long devices stand on a line of their own. An account
// without quotas has none.
func ParseQuota(text []byte) ([]Quota, error) { return parse(text, "quota") }

// ParseLFS reads the output of several `lfs quota PATH`, with or without -h, in the layout
// of any version of Lustre. A line "# path" may stand before each; without Lustre there is
// nothing to read, and no quota.
func ParseLFS(text []byte) ([]Quota, error) { return parse(text, "lfs quota") }

// owner matches the line before the quotas of a user ("user", "usr"), a group ("group",
// "grp") or a project ("prj"); what follows the colon says that there are none.
var owner = regexp.MustCompile(`^Disk quotas for (\w+) (.+) \([a-z]id \S*?\):(.*)$`)

// parse reads blocks of quotas.
func parse(text []byte, command string) ([]Quota, error) {
	var found []Quota
	var b block
	understood := len(bytes.TrimSpace(text)) == 0
	for line := range clean.Lines(text) {
		line = strings.TrimSpace(line)
		if m := owner.FindStringSubmatch(line); m != nil {
			b = block{scope: scope(m[1]), owner: clean.Text(m[2])}
			understood = understood || strings.TrimSpace(m[3]) != ""
			continue
		}
		if q, ok := b.read(line); ok {
			found, understood = append(found, q), true
		}
	}
	if !understood {
		return nil, fmt.Errorf("read the output of %s: no quota in it", command)
	}
	return found, nil
}

// block is a heading and the rows below it.
type block struct {
	scope Scope
	owner string
	table bool   // the heading of the columns was read
	path  string // a path alone on its line
}

// read takes the next line and returns the quota when it completes one.
func (b *block) read(line string) (Quota, bool) {
	words := strings.Fields(line)
	switch {
	case strings.HasPrefix(line, "#"):
		*b = block{} // the next path
		return Quota{}, false
	case len(words) > 0 && words[0] == "Filesystem":
		b.table = true
		return Quota{}, false
	case !b.table || b.scope == "" || len(words) == 0:
		return Quota{}, false
	}
	path, cells := b.path, words
	if !amount.MatchString(words[0]) {
		path, cells = words[0], words[1:]
	}
	b.path = ""
	if len(cells) == 0 {
		b.path = path
	}
	if strings.HasSuffix(path, "_UUID") || path == "" {
		return Quota{}, false // a single server of lfs quota -v
	}
	q := Quota{Path: path, Scope: b.scope, Owner: b.owner}
	return q, q.fill(cells)
}

// amount matches a number of a row: "*" marks one over its limit, brackets one that lfs
// itself calls inaccurate, "-" one that does not exist.
var amount = regexp.MustCompile(`^(\[?\d+(\.\d+)?[kKmMgGtTpPeE]?\]?\*?|-)$`)

// fill reads the cells behind the path: use, soft and hard limit, grace, and the same for
// files. lfs quota prints every cell; quota leaves out a grace that does not run.
func (q *Quota) fill(cells []string) bool {
	space, rest, ok := cut(cells)
	if !ok {
		return false
	}
	q.Used, q.Soft, q.Hard = known(space[0], kibibytes), limit(space[1], kibibytes), limit(space[2], kibibytes)
	q.Grace = grace(space[3])
	if files, _, ok := cut(rest); ok {
		q.FilesUsed, q.FilesSoft, q.FilesHard = known(files[0], fileCount), limit(files[1], fileCount), limit(files[2], fileCount)
	}
	if q.Soft == nil {
		q.Soft = q.Hard // the only limit is the one that counts
	}
	if q.FilesSoft == nil {
		q.FilesSoft = q.FilesHard
	}
	return true
}

// cut takes three amounts and, where one follows, the grace. A fourth cell that looks like
// an amount is a grace too when enough cells are left for all of lfs quota's columns.
func cut(cells []string) (four [4]string, rest []string, ok bool) {
	if len(cells) < 3 || slices.ContainsFunc(cells[:3], func(c string) bool { return !amount.MatchString(c) }) {
		return four, nil, false
	}
	copy(four[:], cells[:3])
	rest = cells[3:]
	if n := len(rest); n > 0 && (n == 1 || n == 5 || rest[0] == "-" || !amount.MatchString(rest[0])) {
		four[3], rest = rest[0], rest[1:]
	}
	return four, rest, true
}

// grace is the cell of a grace that runs; "*" is how some sites mark that it can.
func grace(cell string) string {
	if cell == "-" || cell == "*" {
		return ""
	}
	return cell
}

func kibibytes(text string) (int64, bool) { return Size(text, KiB) }

// known is a use; nil for one that is inaccurate.
func known(cell string, read func(string) (int64, bool)) *int64 {
	n, ok := read(strings.TrimSuffix(cell, "*"))
	if !ok {
		return nil
	}
	return &n
}

// limit is a limit; 0 stands for none.
func limit(cell string, read func(string) (int64, bool)) *int64 {
	n := known(cell, read)
	if n == nil || *n == 0 {
		return nil
	}
	return n
}

// scope is what a word of a heading means; "" when nothing that is known.
func scope(word string) Scope {
	switch word {
	case "user", "usr":
		return User
	case "group", "grp":
		return Group
	case "project", "prj":
		return Project
	}
	return ""
}
