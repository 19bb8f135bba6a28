package cluster

import (
	"crypto/rand"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"hpcstatus/collectors/internal/slurm"
)

// probe is the part of the script that is the same everywhere.
//
//go:embed probe.sh
var probe string

// Options are what Script puts into the probe.
type Options struct {
	// Nonce is a word of 8 to 64 letters and digits that nobody can guess; see NewNonce.
	Nonce string
	// Slug of the cluster, for the name of the lock.
	Slug string
	// Config and Reservations ask for those of Slurm.
	Config, Reservations bool
	// Accounts and Disks ask for the expensive parts: allocations; filesystems and quotas.
	Accounts, Disks bool
	// Paths are folders to ask the filesystem of, beside the usual ones. They may begin
	// with a variable of the cluster ("$WORKDIR/data") and hold the wildcards *, ? and [].
	Paths []string
	// Limit is the time limit of each command there; at least a second.
	Limit time.Duration
}

// usualPaths are the folders that people of a cluster write to, where they exist there.
func usualPaths() []string {
	return []string{"$HOME", "$WORKDIR", "$SCRATCH", "$CENTER", "/p/home", "/p/work*", "/scratch", "/work*"}
}

// NewNonce returns a word for Options.Nonce.
func NewNonce() string { return rand.Text() }

// Script is the probe as a POSIX shell script. Its output is for ParseSections.
func Script(o Options) string {
	var b strings.Builder
	b.WriteString("set +efuC\nunset IFS\n") // whatever somebody's start-up files have set
	fmt.Fprintf(&b, "nonce=%s slug=%s limit=%d config=%d reserved=%d accounts=%d disks=%d format=%s\n",
		quoteShell(o.Nonce), quoteShell(o.Slug), max(1, int(o.Limit.Seconds())),
		bit(o.Config), bit(o.Reservations), bit(o.Accounts), bit(o.Disks), quoteShell(slurm.JobFormat))
	b.WriteString("set --")
	for _, path := range append(usualPaths(), o.Paths...) {
		b.WriteString(" " + shellPath(path))
	}
	b.WriteString("\n" + probe)
	return b.String()
}

func bit(on bool) int {
	if on {
		return 1
	}
	return 0
}

// quoteShell makes one word of a text that the shell changes in nothing.
func quoteShell(text string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(text, "\x00", ""), "'", `'\''`) + "'"
}

// shellPath makes one word of a path in which the shell puts a leading variable's value
// and expands wildcards, and nothing else. A variable that is not set gives a path that
// does not exist, not one that begins at the root.
func shellPath(path string) string {
	var b strings.Builder
	if rest, ok := strings.CutPrefix(path, "$"); ok {
		end := strings.IndexFunc(rest, func(r rune) bool { return !isNameRune(r) })
		if end < 0 {
			end = len(rest)
		}
		if end > 0 {
			b.WriteString(`"${` + rest[:end] + `:-/nonexistent}"`)
			path = rest[end:]
		}
	}
	for path != "" {
		plain := strings.IndexAny(path, "*?[]")
		switch {
		case plain < 0:
			plain = len(path)
		case plain == 0:
			b.WriteByte(path[0])
			path = path[1:]
			continue
		}
		b.WriteString(quoteShell(path[:plain]))
		path = path[plain:]
	}
	return b.String()
}

// isNameRune reports whether r stands in names of shell variables.
func isNameRune(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
