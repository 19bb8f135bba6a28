// Package slurm parses what Slurm's own commands print into plain structs: squeue in the
// format JobFormat, and `scontrol show` of nodes, partitions, reservations, the
// configuration and the association manager, with or without -o. The formats are those
// of Slurm 20.11 to 26.05; they were checked on a real 22.05.
//
// The functions are pure, read each byte once or twice and keep few strings: a cluster of
// 100,000 jobs and 10,000 nodes is parsed in a tenth of a second.
package slurm

import (
	"bytes"
	"fmt"
	"iter"
)

// records yields the records of `scontrol show`. Each begins with a line that starts with
// the prefix, such as "NodeName="; without -o the indented lines below belong to it.
func records(body []byte, prefix string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		start := -1 // of the open record
		for at := 0; at <= len(body); {
			line := body[at:]
			if i := bytes.IndexByte(line, '\n'); i >= 0 {
				line = line[:i]
			}
			indented := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
			if !indented {
				if start >= 0 && !yield(body[start:at]) {
					return
				}
				start = -1
				if bytes.HasPrefix(line, []byte(prefix)) {
					start = at
				}
			}
			at += len(line) + 1
		}
		if start >= 0 {
			yield(body[start:])
		}
	}
}

// fields yields the keys and values of a record in their order. Values may hold blanks,
// commas and equal signs (OS, Reason, CfgTRES), so a field ends only where white space, a
// word that looks like a key and an equal sign follow. A Reason that somebody words like
// fields can therefore forge some: where a key comes twice, the first counts, and Slurm
// prints Reason, Comment and Extra last.
func fields(record []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		start, equal := nextKey(record, 0)
		for start >= 0 {
			next, nextEqual := nextKey(record, equal+1)
			end := next
			if next < 0 {
				end = len(record)
			}
			if !yield(record[start:equal], bytes.TrimSpace(record[equal+1:end])) {
				return
			}
			start, equal = next, nextEqual
		}
	}
}

// nextKey finds the next key at or after from: where it starts and where its equal sign
// is; -1 when there is none.
func nextKey(record []byte, from int) (start, equal int) {
	for at := from; ; {
		i := bytes.IndexByte(record[at:], '=')
		if i < 0 {
			return -1, -1
		}
		equal = at + i
		start = equal
		for start > from && isKeyByte(record[start-1]) {
			start--
		}
		begins := start == 0 || isBlank(record[start-1])
		if begins && start < equal && record[start] >= 'A' && record[start] <= 'Z' {
			return start, equal
		}
		at = equal + 1
	}
}

// isKeyByte reports whether c stands in keys, such as MCS_label and SharesRaw/Norm/Level/Factor.
func isKeyByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '/'
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// firsts keeps the first value of each key that is asked for.
type firsts struct {
	names  []string
	values [][]byte
}

// newFirsts asks for keys.
func newFirsts(names ...string) *firsts {
	return &firsts{names: names, values: make([][]byte, len(names))}
}

// read replaces the values by those of a record; a key that it lacks is nil.
func (f *firsts) read(record []byte) {
	clear(f.values)
	for key, value := range fields(record) {
		for i, name := range f.names {
			if f.values[i] == nil && string(key) == name {
				f.values[i] = value
				if value == nil {
					f.values[i] = []byte{}
				}
				break
			}
		}
	}
}

// get returns the value of a key, nil when the record lacks it.
func (f *firsts) get(name string) []byte {
	for i, known := range f.names {
		if known == name {
			return f.values[i]
		}
	}
	return nil
}

// interner keeps one copy of each of the few strings that come many times.
type interner map[string]string

func (in interner) string(b []byte) string {
	if s, ok := in[string(b)]; ok {
		return s
	}
	s := string(b)
	in[s] = s
	return s
}

// quote shortens a line that came from outside for an error.
func quote(line []byte) string {
	const most = 80
	if len(line) > most {
		return fmt.Sprintf("%q…", line[:most])
	}
	return fmt.Sprintf("%q", line)
}

// noRecords is the error for output without a single record: its shape is not the known one.
func noRecords(command string, body []byte) error {
	first, _, _ := bytes.Cut(bytes.TrimSpace(body), []byte("\n"))
	if len(first) == 0 {
		return fmt.Errorf("%s: printed nothing", command)
	}
	return fmt.Errorf("%s: no record in what it printed, which begins %s", command, quote(first))
}
