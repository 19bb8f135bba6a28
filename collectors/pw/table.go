package pw

import (
	"errors"
	"regexp"
	"strings"
)

// errNoList is the error of an output in which there is no list.
var errNoList = errors.New("`pw cluster ls` printed neither JSON nor a table with a URI column: " +
	"try it by hand, and `pw upgrade`")

// wideGap separates the columns of the layout without borders.
var wideGap = regexp.MustCompile(`\s{2,}|\t`)

// header says in which column of a table what stands; -1 is nowhere.
type header struct {
	columns                 int
	uri, name, kind, status int
}

// parseTable reads either layout of `pw cluster ls -o table`. Until 2026 it had borders:
//
//	+---------------+--------+----------+
//	| URI           | STATUS | TYPE     |
//	+---------------+--------+----------+
//	| pw://me/jean  | on     | existing |
//	+---------------+--------+----------+
//
// and since then it has not:
//
//	URI            STATUS  TYPE
//	pw://me/jean   active  existing
//
// What stands before the header and what is no row of it is passed over.
func parseTable(stdout []byte) ([]listed, error) {
	var head header
	var clusters []listed
	for line := range strings.Lines(string(stdout)) {
		cells := split(line, head.columns)
		if head.columns == 0 {
			head = readHeader(cells)
			continue
		}
		if c, ok := head.row(cells); ok {
			clusters = append(clusters, c)
		}
	}
	if head.columns == 0 {
		return nil, errNoList
	}
	return clusters, nil
}

// split cuts a line of either layout into its cells. Without borders the columns are apart
// by two blanks or more, but some rows have only one: where that gives fewer cells than the
// header has columns, every blank counts.
func split(line string, columns int) []string {
	line = strings.TrimSpace(strings.ReplaceAll(line, "│", "|"))
	var cells []string
	if inner, ok := strings.CutPrefix(line, "|"); ok {
		cells = strings.Split(strings.TrimSuffix(inner, "|"), "|")
	} else {
		cells = wideGap.Split(line, -1)
		if words := strings.Fields(line); len(cells) < columns || (columns == 0 && len(cells) == 1) {
			cells = words
		}
	}
	for i := range cells {
		cells[i] = short(cells[i])
	}
	return cells
}

// readHeader finds the columns; without a URI column the line is no header.
func readHeader(cells []string) header {
	h := header{uri: -1, name: -1, kind: -1, status: -1}
	for i, cell := range cells {
		switch title := strings.ToUpper(cell); {
		case title == "URI":
			h.uri = i
		case title == "NAME":
			h.name = i
		case title == "TYPE":
			h.kind = i
		case strings.HasSuffix(title, "STATUS"): // also "Provision status"
			h.status = i
		}
	}
	if h.uri >= 0 {
		h.columns = len(cells)
	}
	return h
}

// row reads a row; a line without a URI in its place is none.
func (h header) row(cells []string) (listed, bool) {
	cell := func(i int) string {
		if i < 0 || i >= len(cells) {
			return ""
		}
		return cells[i]
	}
	uri := cell(h.uri)
	if !strings.HasPrefix(uri, scheme) {
		return listed{}, false
	}
	return listed{name: cell(h.name), uri: uri, kind: cell(h.kind), status: cell(h.status)}.complete("")
}
