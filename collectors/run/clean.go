package run

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxQuote is how many characters of a command's own words an error quotes.
const maxQuote = 200

// terminalEscapes are the sequences that colour text, move a cursor or set a window's title (ECMA-48).
var terminalEscapes = regexp.MustCompile(`\x1b(\[[0-?]*[ -/]*[@-~]|\][^\a\x1b]*(\a|\x1b\\)?|[@-Z\\^_])`)

// Clean makes a command's words fit for a log line or a page: valid UTF-8 in one line, without
// terminal escapes and control characters, at most limit characters.
func Clean(text string, limit int) string {
	text = terminalEscapes.ReplaceAllString(strings.ToValidUTF8(text, "\uFFFD"), "")
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit]) + "…"
}

// lastLine is the last line with something to read, cleaned; "" when there is none.
func lastLine(text []byte) string {
	for len(text) > 0 {
		text = bytes.TrimRight(text, "\r\n")
		start := bytes.LastIndexByte(text, '\n') + 1
		if line := Clean(string(text[start:]), maxQuote); line != "" {
			return line
		}
		text = text[:start]
	}
	return ""
}
