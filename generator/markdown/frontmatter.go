package markdown

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// frontMatter is the TOML at the top of a file. Its keys are asked for one by one; the
// keys that nobody asked for are the unknown ones.
type frontMatter struct {
	path     string
	text     string
	values   map[string]any
	problems []*Error
}

// table is the front matter itself or one of its tables.
type table struct {
	file   *frontMatter
	where  []any // the way to it: keys and array indices
	values map[string]any
	asked  []string
}

func readFrontMatter(path, text string) (*frontMatter, error) {
	values, err := decode(text)
	if parse, ok := errors.AsType[toml.ParseError](err); ok {
		return nil, &Error{path, max(parse.Position.Line, 1), "read front matter: " + parse.Message}
	}
	if err != nil {
		return nil, &Error{path, 1, fmt.Sprintf("read front matter: %v", err)}
	}
	return &frontMatter{path: path, text: text, values: values}, nil
}

func decode(text string) (map[string]any, error) {
	values := map[string]any{}
	_, err := toml.Decode(text, &values)
	return values, err
}

// root is the table of all keys.
func (fm *frontMatter) root() *table { return &table{file: fm, values: fm.values} }

func (fm *frontMatter) report(line int, format string, args ...any) {
	fm.problems = append(fm.problems, &Error{fm.path, line, fmt.Sprintf(format, args...)})
}

// line finds the line on which the key at the end of the way stands. The decoder does not
// tell, so the text is decoded again, line by line longer, until the key appears; it
// begins after the last line up to which the text was whole without it.
func (fm *frontMatter) line(where ...any) int {
	lines := strings.SplitAfter(fm.text, "\n")
	begin := 0
	for n := range lines {
		values, err := decode(strings.Join(lines[:n+1], ""))
		switch {
		case err != nil:
			continue // in the middle of a value
		case lookup(values, where):
			return begin + 1
		}
		begin = n + 1
	}
	return 1
}

// lookup reports whether something is at the end of the way.
func lookup(value any, where []any) bool {
	for _, step := range where {
		switch step := step.(type) {
		case string:
			table, ok := value.(map[string]any)
			if !ok {
				return false
			}
			if value, ok = table[step]; !ok {
				return false
			}
		case int:
			list := tables(value)
			if step >= len(list) {
				return false
			}
			value = list[step]
		}
	}
	return true
}

// tables is an array of tables in either of the forms in which TOML can spell one; nil
// when it is something else.
func tables(value any) []map[string]any {
	if list, ok := value.([]map[string]any); ok {
		return list
	}
	items, ok := value.([]any)
	if !ok {
		return nil
	}
	list := []map[string]any{}
	for _, item := range items {
		table, ok := item.(map[string]any)
		if !ok {
			return nil
		}
		list = append(list, table)
	}
	return list
}

// at is the way to a key of the table.
func (t *table) at(key string) []any { return append(slices.Clone(t.where), key) }

// report notes a mistake in the value of a key; where the key is missing, in the table.
func (t *table) report(key, format string, args ...any) {
	where := t.at(key)
	if _, given := t.values[key]; !given {
		where = t.where
	}
	t.file.report(t.file.line(where...), format, args...)
}

// get notes that the key is known, and returns its value.
func (t *table) get(key string) (any, bool) {
	t.asked = append(t.asked, key)
	value, given := t.values[key]
	return value, given
}

// text is a key's text without surrounding space; empty when it is not given.
func (t *table) text(key string) string {
	value, given := t.get(key)
	text, ok := value.(string)
	if given && !ok {
		t.report(key, `%s must be text in quotes, such as %s = "…"`, key, key)
	}
	return strings.TrimSpace(text)
}

// required is text that must be given.
func (t *table) required(key string) string {
	text := t.text(key)
	switch t.values[key].(type) {
	case nil, string: // of another type is reported already
		if text == "" {
			t.report(key, `%s is missing: give it as %s = "…"`, key, key)
		}
	}
	return text
}

// texts is a key's list of texts.
func (t *table) texts(key string) []string {
	value, given := t.get(key)
	items, ok := value.([]any)
	var texts []string
	for _, item := range items {
		text, isText := item.(string)
		ok = ok && isText
		texts = append(texts, text)
	}
	if given && !ok {
		t.report(key, `%s must be a list of texts, such as %s = ["…", "…"]`, key, key)
		return nil
	}
	return texts
}

// integer is a key's whole number; 0 when it is not given.
func (t *table) integer(key string) int64 {
	value, given := t.get(key)
	n, ok := value.(int64)
	if given && !ok {
		t.report(key, "%s must be a whole number without quotes, such as %s = 1", key, key)
	}
	return n
}

// count is a key's whole number above 0; nil when it is not given.
func (t *table) count(key string) *int64 {
	value, given := t.get(key)
	n, ok := value.(int64)
	switch {
	case !given:
		return nil
	case !ok:
		t.report(key, "%s must be a whole number without quotes, such as %s = 1", key, key)
	case n <= 0:
		t.report(key, "%s must be above 0; leave it out when it is not known", key)
	}
	return &n
}

// amount is a key's number above 0; nil when it is not given.
func (t *table) amount(key string) *float64 {
	value, given := t.get(key)
	if !given {
		return nil
	}
	var x float64
	switch value := value.(type) {
	case int64:
		x = float64(value)
	case float64:
		x = value
	default:
		t.report(key, "%s must be a number without quotes, such as %s = 1.5", key, key)
		return nil
	}
	if !(x > 0) || math.IsInf(x, 0) {
		t.report(key, "%s must be above 0; leave it out when it is not known", key)
	}
	return &x
}

// tables are the tables under [[key]].
func (t *table) tables(key string) []*table {
	value, given := t.get(key)
	list := tables(value)
	if given && list == nil {
		t.report(key, "%s must be tables, each under a line of [[%s]]", key, key)
	}
	var found []*table
	for i, values := range list {
		found = append(found, &table{file: t.file, where: append(t.at(key), i), values: values})
	}
	return found
}

// done reports the keys that nobody asked for.
func (t *table) done() {
	for _, key := range slices.Sorted(maps.Keys(t.values)) {
		if slices.Contains(t.asked, key) {
			continue
		}
		if near := nearest(key, t.asked); near != "" {
			t.report(key, "unknown key %q: did you mean %q?", key, near)
			continue
		}
		t.report(key, "unknown key %q: known are %s", key, strings.Join(slices.Sorted(slices.Values(t.asked)), ", "))
	}
}
