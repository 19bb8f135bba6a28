package config

import (
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// place is where a value stands in a file: key as the positions name it, with the index of
// list elements, and shown as people read it, without.
type place struct{ key, shown string }

func (p place) child(name string) place {
	return place{childKey(p.key, name), childKey(p.shown, name)}
}

func (p place) element(i int) place { return place{elementKey(p.key, i), p.shown} }

func childKey(parent, name string) string {
	quoted := toml.Key{name}.String()
	if parent == "" {
		return quoted
	}
	return parent + "." + quoted
}

func elementKey(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// locate returns the line of every key and list element of a TOML text. The toml package
// keeps positions to itself and names unknown keys without any, so this walks the text
// once more. It relies on the text being valid; on any other it ends all the same, with
// fewer or wrong positions.
func locate(src string) map[string]int {
	s := &scanner{src: src, line: 1, lines: map[string]int{}, tables: map[string]int{}}
	context := ""
	for s.skipBlank("") {
		if s.src[s.at] == '[' {
			context = s.header()
			continue
		}
		s.pair(context)
	}
	return s.lines
}

// scanner walks a TOML text.
type scanner struct {
	src      string
	at, line int
	lines    map[string]int
	// tables counts the elements of each [[list of tables]] so far.
	tables map[string]int
}

func (s *scanner) record(key string) {
	if _, known := s.lines[key]; !known {
		s.lines[key] = s.line
	}
}

// next moves over n bytes and counts the lines in them.
func (s *scanner) next(n int) {
	n = min(n, len(s.src)-s.at)
	s.line += strings.Count(s.src[s.at:s.at+n], "\n")
	s.at += n
}

// skipBlank moves over white space, comments and the bytes in also, and reports whether
// anything is left.
func (s *scanner) skipBlank(also string) bool {
	for s.at < len(s.src) {
		switch c := s.src[s.at]; {
		case c == '#':
			s.skipUntil("\n")
		case strings.IndexByte(" \t\r\n", c) >= 0 || strings.IndexByte(also, c) >= 0:
			s.next(1)
		default:
			return true
		}
	}
	return false
}

// skipUntil moves to the first of some bytes.
func (s *scanner) skipUntil(stop string) {
	n := strings.IndexAny(s.src[s.at:], stop)
	if n < 0 {
		n = len(s.src) - s.at
	}
	s.next(n)
}

// header reads [table] or [[list.of.tables]] and returns the key of what it opens.
func (s *scanner) header() string {
	isList := strings.HasPrefix(s.src[s.at:], "[[")
	s.next(1)
	if isList {
		s.next(1)
	}
	parts, key := s.key(), ""
	for i, part := range parts {
		key = childKey(key, part)
		s.record(key)
		if isList && i == len(parts)-1 {
			s.tables[key]++
		}
		if n := s.tables[key]; n > 0 {
			key = elementKey(key, n-1)
			s.record(key)
		}
	}
	for s.at < len(s.src) && s.src[s.at] == ']' {
		s.next(1)
	}
	return key
}

// pair reads `key = value` in a table.
func (s *scanner) pair(context string) {
	start, key := s.at, context
	for _, part := range s.key() {
		key = childKey(key, part)
		s.record(key)
	}
	if s.at < len(s.src) && s.src[s.at] == '=' {
		s.next(1)
		s.value(key)
	}
	if s.at == start {
		s.next(1)
	}
}

// key reads a dotted key and stops before what follows it.
func (s *scanner) key() []string {
	var parts []string
	for {
		s.skipBlank("")
		parts = append(parts, s.keyPart())
		s.skipBlank("")
		if s.at >= len(s.src) || s.src[s.at] != '.' {
			return parts
		}
		s.next(1)
	}
}

func (s *scanner) keyPart() string {
	start := s.at
	if s.at < len(s.src) && (s.src[s.at] == '"' || s.src[s.at] == '\'') {
		s.text()
		return unquote(s.src[start:s.at])
	}
	s.skipUntil(".=[]{}#, \t\r\n")
	return s.src[start:s.at]
}

// unquote leaves the escapes of a quoted key to the toml package.
func unquote(quoted string) string {
	var v struct{ Key string }
	if _, err := toml.Decode("key = "+quoted, &v); err != nil {
		return quoted
	}
	return v.Key
}

// value moves over a value and records what is inside it.
func (s *scanner) value(key string) {
	if !s.skipBlank("") {
		return
	}
	switch s.src[s.at] {
	case '"', '\'':
		s.text()
	case '[':
		s.next(1)
		for i := 0; s.skipBlank(",") && s.src[s.at] != ']'; i++ {
			start := s.at
			element := elementKey(key, i)
			s.record(element)
			if s.value(element); s.at == start {
				s.next(1)
			}
		}
		s.next(1)
	case '{':
		s.next(1)
		for s.skipBlank(",") && s.src[s.at] != '}' {
			s.pair(key)
		}
		s.next(1)
	default:
		s.skipUntil(",]}#\n")
	}
}

// text moves over a string of any of the four kinds.
func (s *scanner) text() {
	quote := s.src[s.at : s.at+1]
	if long := strings.Repeat(quote, 3); strings.HasPrefix(s.src[s.at:], long) {
		s.next(3)
		s.skipPast(long, quote == `"`)
		for s.at < len(s.src) && s.src[s.at:s.at+1] == quote {
			s.next(1) // up to two quotes may stand right before the closing three
		}
		return
	}
	s.next(1)
	s.skipPast(quote, quote == `"`)
}

// skipPast moves behind the first end that is not escaped.
func (s *scanner) skipPast(end string, escapes bool) {
	for s.at < len(s.src) && !strings.HasPrefix(s.src[s.at:], end) {
		if escapes && s.src[s.at] == '\\' {
			s.next(1)
		}
		s.next(1)
	}
	s.next(len(end))
}
