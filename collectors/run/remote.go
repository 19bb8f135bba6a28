package run

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

const (
	// chunk is the length of the words a script is cut into: the original csh refuses words
	// of 1024 characters. A multiple of four keeps the padding of base64 at a word's end.
	chunk = 800
	// maxRemoteCommand is the longest command line that is sent. Linux takes 128 KiB in one
	// argument, and sshd hands the whole line to the login shell as one.
	maxRemoteCommand = 120 << 10
)

// bootstrap decodes its arguments and runs them in a login shell, because that is where sites
// put their commands on PATH: in bash, which reads the same start-up files as people's own
// sessions, else in sh. It has no single quote, exclamation mark, backslash or line break,
// so that between single quotes every login shell, csh and fish too, passes it on unchanged.
const bootstrap = `B=$(printf %s "$@" | base64 -d) || exit 127; S=$(command -v bash) || S=sh; exec "$S" -lc "$B"`

// remoteCommand is the command line that runs a POSIX script through any login shell.
func remoteCommand(script string) (string, error) {
	encoded := base64.StdEncoding.EncodeToString([]byte(script))
	words := []string{"exec sh -c '" + bootstrap + "' sh"}
	for part := range slices.Chunk([]byte(encoded), chunk) {
		words = append(words, string(part))
	}
	line := strings.Join(words, " ")
	if len(line) > maxRemoteCommand {
		return "", fmt.Errorf("send script: %d bytes make a command line of %d, more than the %d a login shell may get",
			len(script), len(line), maxRemoteCommand)
	}
	return line, nil
}

// checkTarget refuses what a tool would not read as the name of a host or cluster.
func checkTarget(kind, name string) error {
	odd := func(r rune) bool { return r <= ' ' || r == 0x7f }
	if name == "" || strings.HasPrefix(name, "-") || strings.ContainsFunc(name, odd) {
		return fmt.Errorf("%s %q cannot be one: it is empty, begins with a hyphen or holds a blank", kind, name)
	}
	return nil
}
