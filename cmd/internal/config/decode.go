package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// decoder collects what is wrong with one file while the table of keys is walked over it.
type decoder struct {
	file     string
	lines    map[string]int
	problems []*Problem
	// failed has the key of each problem.
	failed map[string]bool
}

// newDecoder parses the syntax of a file. The toml package stops at the first mistake
// there, which leaves nothing to walk; all others are found together.
func newDecoder(file string, src []byte) (*decoder, map[string]any) {
	text := strings.TrimPrefix(string(src), "\ufeff")
	d := &decoder{file: file, lines: map[string]int{}, failed: map[string]bool{}}
	var tree map[string]any
	_, err := toml.Decode(text, &tree)
	if err == nil {
		d.lines = locate(text)
		return d, tree
	}
	line, message := 1, err.Error()
	if syntax, ok := errors.AsType[toml.ParseError](err); ok {
		line, message = syntax.Position.Line, syntax.Message
	}
	line = min(max(line, 1), strings.Count(text, "\n")+1)
	d.problems = []*Problem{{file, line, "not valid TOML: " + oneLine(message)}}
	return d, nil
}

// report records a problem of the value at a place.
func (d *decoder) report(at place, err error) {
	d.failed[at.key] = true
	d.problems = append(d.problems, &Problem{d.file, d.line(at.key), at.shown + ": " + oneLine(err.Error())})
}

// line is that of a key or of the nearest thing around it that the file has.
func (d *decoder) line(key string) int {
	for {
		if line, ok := d.lines[key]; ok {
			return line
		}
		end := strings.LastIndexAny(key, ".[")
		if end < 0 {
			return 1
		}
		key = key[:end]
	}
}

// err returns the problems as an *Error, or nil when there are none.
func (d *decoder) err() error {
	if len(d.problems) == 0 {
		return nil
	}
	return &Error{Problems: sorted(d.problems)}
}

// decodeTable sets the fields that a table of the file gives and reports the others.
func decodeTable[T any](d *decoder, at place, table map[string]any, fields []field[T], dst *T) {
	for name, value := range table {
		i := slices.IndexFunc(fields, func(f field[T]) bool { return f.name == name })
		if i < 0 {
			d.report(at.child(name), unknownKey(at, name, entries(fields), entries(schema())))
			continue
		}
		fields[i].set(d, at.child(name), dst, value)
	}
}

// fill sets the defaults of all fields.
func fill[T any](fields []field[T], dst *T) {
	d := &decoder{failed: map[string]bool{}}
	for _, f := range fields {
		f.fill(d, dst)
	}
	if len(d.problems) > 0 {
		panic("config: a default is wrong: " + d.problems[0].Message) // the first test shows it
	}
}

// literal returns the value that a TOML literal of the table of keys means.
func literal(text string) any {
	var v map[string]any
	if _, err := toml.Decode("v = "+text, &v); err != nil {
		panic(fmt.Sprintf("config: default %s: %v", text, err))
	}
	return v["v"]
}
