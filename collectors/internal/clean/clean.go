// Package clean makes text that came from outside fit to keep and to show: valid
// UTF-8 without terminal escapes, control characters and invisible marks.
package clean

import (
	"bytes"
	"iter"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLine is longer than any line of a command's table; the rest of a line is garbage.
const maxLine = 64 << 10

// escape matches terminal control sequences: CSI (colours, cursor), OSC (titles) and
// the two-byte ones.
var escape = regexp.MustCompile(`\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[ -~])?`)

// Text cleans a text that is one value: line breaks and tabs become blanks, and there
// are no blanks at its ends.
func Text(s string) string {
	if !printable(s) {
		s = visible(s, ' ')
	}
	return strings.TrimSpace(s)
}

// Lines yields the lines of a text without their line ends, each cut off at 64 KiB. Their
// leading blanks and their tabs stay, because tables and continuation lines need them.
func Lines(text []byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range bytes.Lines(text) {
			s := strings.TrimRight(string(line[:min(len(line), maxLine)]), "\r\n")
			if !printable(s) {
				s = visible(s, '\t')
			}
			if !yield(s) {
				return
			}
		}
	}
}

// printable reports whether s is printable ASCII, which nearly everything is.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// visible drops what cannot be seen and replaces what is not UTF-8; a tab becomes tab.
func visible(s string, tab rune) string {
	s = escape.ReplaceAllString(strings.ToValidUTF8(s, string(utf8.RuneError)), "")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return tab
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, s)
}
