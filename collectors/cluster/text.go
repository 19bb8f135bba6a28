package cluster

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes remote text fit to show: valid UTF-8 in one line, without terminal escapes
// and control characters, runs of white space as one blank, at most limit runes.
func Clean(text string, limit int) string {
	var b strings.Builder
	count, gap := 0, false
	for text != "" {
		if skip := escape(text); skip > 0 {
			text = text[skip:]
			continue
		}
		r, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		switch {
		case unicode.IsSpace(r):
			gap = count > 0
			continue
		case r != utf8.RuneError && !unicode.IsGraphic(r):
			continue
		}
		if count >= limit {
			return b.String() + "…"
		}
		if gap {
			b.WriteByte(' ')
			count++
			gap = false
		}
		b.WriteRune(r)
		count++
	}
	return b.String()
}

// escape is the length of the terminal escape sequence that text begins with, 0 for none:
// CSI (colours, cursor) ends with a byte from @ to ~, OSC (titles) with BEL or ESC \.
func escape(text string) int {
	if text[0] != '\x1b' {
		return 0
	}
	if len(text) == 1 {
		return 1
	}
	switch text[1] {
	case '[':
		if end := strings.IndexFunc(text[2:], func(r rune) bool { return r >= '@' && r <= '~' }); end >= 0 {
			return end + 3
		}
		return len(text)
	case ']':
		if end := strings.IndexAny(text, "\a"); end >= 0 {
			return end + 1
		}
		if end := strings.Index(text, "\x1b\\"); end >= 0 {
			return end + 2
		}
	}
	return 2
}

// firstLine is the first line with something to read in any of the texts, cleaned.
func firstLine(texts ...[]byte) string {
	for _, text := range texts {
		for line := range strings.Lines(string(text[:min(len(text), 64<<10)])) {
			if said := Clean(line, maxLine); said != "" {
				return said
			}
		}
	}
	return ""
}
