package pbs

import (
	"fmt"
	"strings"

	"hpcstatus/collectors/internal/clean"
)

// kind is the kind of a JSON value.
type kind uint8

const (
	nullValue kind = iota
	scalarValue
	objectValue
	listValue
)

// value is a JSON value. A string, a number and a boolean are all scalars that keep
// their text, because PBS prints one attribute as either (5, "5" and 005 are one thing).
type value struct {
	kind kind
	text string
	// members of an object, in their order, with duplicate keys; those of a list have none.
	members []member
}

type member struct {
	key   string
	value value
}

// get returns the value at the path of keys, nil when there is none. Of duplicate keys
// the last counts, as in every JSON reader.
func (v *value) get(path ...string) *value {
	for _, key := range path {
		i := -1
		for n := range v.members {
			if v.members[n].key == key {
				i = n
			}
		}
		if i < 0 {
			return nil
		}
		v = &v.members[i].value
	}
	return v
}

// scalar returns the cleaned text of the scalar at the path, "" when there is none.
func (v *value) scalar(path ...string) string {
	if found := v.get(path...); found != nil && found.kind == scalarValue {
		return clean.Text(found.text)
	}
	return ""
}

// decode reads the first JSON object whose brace begins a line: some qstat options print
// a table before it. It bears with what PBS servers print that is no JSON: numbers such as
// 005, .123 and -00, escapes such as \' and \, and commas before a closing brace. When
// that does not help, it reads again and takes raw quotes inside strings for text.
// A document that ends too early is always an error.
func decode(text []byte) (value, error) {
	src := string(text)
	start := objectStart(src)
	if start < 0 {
		return value{}, fmt.Errorf("no JSON object in %s", excerpt(src))
	}
	v, err := (&parser{src: src, pos: start}).document()
	if err == nil {
		return v, nil
	}
	if v, rawErr := (&parser{src: src, pos: start, rawQuotes: true}).document(); rawErr == nil {
		return v, nil
	}
	return value{}, err
}

// objectStart is the offset of the first brace that begins a line, -1 when none does.
func objectStart(src string) int {
	for at := 0; at < len(src); {
		rest := src[at:]
		blank := len(rest) - len(strings.TrimLeft(rest, " \t\r"))
		if blank < len(rest) && rest[blank] == '{' {
			return at + blank
		}
		end := strings.IndexByte(rest, '\n')
		if end < 0 {
			break
		}
		at += end + 1
	}
	return -1
}

// excerpt quotes the beginning of an output for an error.
func excerpt(src string) string {
	const limit = 80
	line, _, _ := strings.Cut(strings.TrimSpace(src[:min(len(src), 4096)]), "\n")
	line = clean.Text(line)
	if line == "" {
		return "an empty output"
	}
	if runes := []rune(line); len(runes) > limit {
		line = string(runes[:limit]) + "…"
	}
	return fmt.Sprintf("the output, which begins %q", line)
}
