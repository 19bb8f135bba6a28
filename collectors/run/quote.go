package run

import (
	"strings"
	"unicode/utf8"

	"hpcstatus/collectors/internal/clean"
)

// maxQuote is how many characters of a command's own words an error quotes.
const maxQuote = 200

// quote makes a command's words fit for an error: one line, nothing invisible, not too long.
func quote(text string) string {
	text = strings.Join(strings.Fields(clean.Text(text)), " ")
	if utf8.RuneCountInString(text) <= maxQuote {
		return text
	}
	return string([]rune(text)[:maxQuote]) + "…"
}

// lastLine is the last line with something to read, as quote gives it; "" when there is none.
func lastLine(text []byte) string {
	last := ""
	for line := range clean.Lines(text) {
		if said := quote(line); said != "" {
			last = said
		}
	}
	return last
}
