package config

import (
	"errors"
	"maps"
	"slices"
)

// form is how a key is written in a file.
type form int

const (
	formValue form = iota // key = value
	formTable             // [key]
	formList              // [[key]]
	formNamed             // [key.NAME]
)

// entry is what is known of a key apart from where its value goes.
type entry struct {
	name string
	// value is the default as TOML, or "" for a key without one.
	value string
	// example stands in the starter file instead of the default.
	example string
	doc     string
	form    form
	// children are the keys of a table, or of each table of a list.
	children []entry
}

// field is a key of the table that becomes a T.
type field[T any] struct {
	entry
	set  func(d *decoder, at place, dst *T, value any)
	fill func(d *decoder, dst *T)
}

// like gives the example that the starter file shows instead of the default.
func (f field[T]) like(example string) field[T] {
	f.example = example
	return f
}

// entries drops where the values of fields go.
func entries[T any](fields []field[T]) []entry {
	list := make([]entry, len(fields))
	for i, f := range fields {
		list[i] = f.entry
	}
	return list
}

// key is one value: what it is by default, where it goes, and how it is read and checked.
func key[T, V any](name, value, doc string, at func(*T) *V, read func(any) (V, error)) field[T] {
	set := func(d *decoder, where place, dst *T, value any) {
		v, err := read(value)
		if err != nil {
			d.report(where, err)
			return
		}
		*at(dst) = v
	}
	return valueField(entry{name: name, value: value, doc: doc}, set)
}

// keys is a list of values, each checked on its own; it is empty by default.
func keys[T, V any](name, doc string, at func(*T) *[]V, read func(any) (V, error)) field[T] {
	set := func(d *decoder, where place, dst *T, value any) {
		list, ok := value.([]any)
		if !ok {
			if tables, isTables := value.([]map[string]any); isTables {
				value = tables[0]
			}
			d.report(where, wrongType("a list, such as [\"a\", \"b\"]", value))
			return
		}
		var values []V
		for i, element := range list {
			v, err := read(element)
			if err != nil {
				d.report(where.element(i), err)
				continue
			}
			values = append(values, v)
		}
		*at(dst) = values
	}
	return valueField(entry{name: name, value: "[]", doc: doc}, set)
}

func valueField[T any](e entry, set func(*decoder, place, *T, any)) field[T] {
	fill := func(d *decoder, dst *T) {
		if e.value != "" {
			set(d, place{e.name, e.name}, dst, literal(e.value))
		}
	}
	return field[T]{entry: e, set: set, fill: fill}
}

// table is [name].
func table[T, V any](name, doc string, at func(*T) *V, fields []field[V]) field[T] {
	return field[T]{
		entry: entry{name: name, doc: doc, form: formTable, children: entries(fields)},
		set: func(d *decoder, where place, dst *T, value any) {
			if v, ok := value.(map[string]any); ok {
				decodeTable(d, where, v, fields, at(dst))
				return
			}
			d.report(where, errors.New("must be one table: write ["+where.shown+"]"))
		},
		fill: func(_ *decoder, dst *T) { fill(fields, at(dst)) },
	}
}

// list is [[name]]; each element starts from the defaults of its own fields.
func list[T, V any](name, doc string, at func(*T) *[]V, fields []field[V]) field[T] {
	set := func(d *decoder, where place, dst *T, value any) {
		elements, ok := tables(value)
		if !ok {
			d.report(where, errors.New("must be a list of tables: write [["+where.shown+"]]"))
			return
		}
		for i, element := range elements {
			var v V
			fill(fields, &v)
			decodeTable(d, where.element(i), element, fields, &v)
			*at(dst) = append(*at(dst), v)
		}
	}
	e := entry{name: name, doc: doc, form: formList, children: entries(fields)}
	return field[T]{entry: e, set: set, fill: func(*decoder, *T) {}}
}

// tables returns the elements of a list of tables, written as [[name]] or inline.
func tables(value any) ([]map[string]any, bool) {
	if t, ok := value.([]map[string]any); ok {
		return t, true
	}
	elements, ok := value.([]any)
	var list []map[string]any
	for _, e := range elements {
		t, isTable := e.(map[string]any)
		ok = ok && isTable
		list = append(list, t)
	}
	return list, ok
}

// byName is [name.NAME], a table for each name.
func byName[T, V any](name, doc string, at func(*T) *map[string]V, fields []field[V]) field[T] {
	set := func(d *decoder, where place, dst *T, value any) {
		named, ok := value.(map[string]any)
		if !ok {
			d.report(where, errors.New("must hold one table a name: write ["+where.shown+".NAME]"))
			return
		}
		*at(dst) = map[string]V{}
		for _, name := range slices.Sorted(maps.Keys(named)) {
			element, ok := named[name].(map[string]any)
			if !ok {
				here := where.child(name)
				d.report(here, errors.New("must be one table: write ["+here.shown+"]"))
				continue
			}
			var v V
			fill(fields, &v)
			decodeTable(d, where.child(name), element, fields, &v)
			(*at(dst))[name] = v
		}
	}
	e := entry{name: name, doc: doc, form: formNamed, children: entries(fields)}
	return field[T]{entry: e, set: set, fill: func(*decoder, *T) {}}
}
