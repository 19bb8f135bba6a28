// Package hpcmpcmd reads the commands that every HPCMP centre must offer on its systems
// (Baseline Configuration): show_queues, show_usage and show_storage. The policy leaves
// precision, widths and further columns to the centres, so that every table is read by
// its heading and its ruler, never by a count of columns.
package hpcmpcmd

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"hpcstatus/collectors/internal/clean"
)

const (
	maxHeading = 3  // lines above a ruler that can be a heading
	maxColumns = 64 // columns of any table
	minParts   = 3  // parts of a ruler that shows its columns
)

// table is a table with a ruler below its heading.
type table struct {
	columns []column
	rows    [][]string // of each row a cell for each column
}

// column is where a column stands, in runes from the left, and what stands above it.
type column struct {
	start, end int
	label      string // the words of the heading from top to bottom, in lower case
}

// has reports whether the label holds one of the texts.
func (c column) has(texts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(c.label, text) })
}

// word is a word of a line and where it stands, in runes from the left.
type word struct {
	text       string
	start, end int
}

// words splits a line. A tab reaches to the next multiple of eight.
func words(line string) []word {
	var found []word
	var text strings.Builder
	at := 0
	for _, r := range line + " " {
		switch {
		case !unicode.IsSpace(r):
			text.WriteRune(r)
		case text.Len() > 0:
			width := len([]rune(text.String()))
			found = append(found, word{text.String(), at - width, at})
			text.Reset()
		}
		if at++; r == '\t' {
			at = (at + 7) / 8 * 8
		}
	}
	return found
}

// tables finds the tables of a text: each ruler with lines above and below it. The error
// tells of the first ruler whose lines do not fit each other, as those of notes do not; it
// matters only to a caller that misses a table.
func tables(text []byte) ([]table, error) {
	lines := slices.Collect(clean.Lines(text))
	var found []table
	var misfit error
	for i, line := range lines {
		if !isRuler(line) {
			continue
		}
		body := body(lines[i+1:])
		if len(body) == 0 {
			continue
		}
		t := table{}
		if err := t.fill(words(line), body); err != nil {
			misfit = cmp.Or(misfit, err)
			continue
		}
		heading := heading(lines[:i])
		if len(heading) > 0 && len(words(line)) < minParts {
			t.align(phrases(heading[len(heading)-1]))
		}
		t.name(heading)
		found = append(found, t)
	}
	return found, misfit
}

// isRuler reports whether the line is drawn below a heading.
func isRuler(line string) bool {
	line = strings.TrimSpace(line)
	return strings.Trim(line, "-=_+| \t") == "" && strings.Count(line, "-")+strings.Count(line, "=")+strings.Count(line, "_") >= 5
}

// heading are the lines above a ruler that name columns: those without a number and
// without a colon, which titles and notes have.
func heading(above []string) []string {
	var found []string
	for i := len(above) - 1; i >= 0 && len(found) < maxHeading; i-- {
		if isRuler(above[i]) {
			continue // between the lines of a heading
		}
		if strings.TrimSpace(above[i]) == "" || strings.ContainsAny(above[i], "0123456789:") {
			break
		}
		found = append(found, above[i])
	}
	slices.Reverse(found)
	return found
}

// body are the rows below a ruler, up to a blank line or the next ruler.
func body(below []string) [][]word {
	var found [][]word
	for _, line := range below {
		row := words(line)
		if isRuler(line) || (len(row) == 0 && len(found) > 0) {
			break
		}
		if len(row) > 0 {
			found = append(found, row)
		}
	}
	return found
}

// fill finds the columns and cuts the rows. A ruler with gaps shows the columns; below one
// without, the rows themselves do.
func (t *table) fill(ruler []word, body [][]word) error {
	if max(len(ruler), len(body[0])) > maxColumns {
		return errors.New("more columns than any table has")
	}
	if len(ruler) >= minParts {
		for _, part := range ruler {
			t.columns = append(t.columns, column{start: part.start, end: part.end})
		}
		for _, row := range body {
			t.rows = append(t.rows, t.cut(row))
		}
		return nil
	}
	count := values(body[0])
	for _, row := range body {
		if values(row) != count {
			return fmt.Errorf("row %q has %d values, the row %q has %d", join(row), values(row), join(body[0]), count)
		}
		name := row[:len(row)-count]
		row = append([]word{{join(name), name[0].start, name[len(name)-1].end}}, row[len(row)-count:]...)
		cells := make([]string, len(row))
		for i, w := range row {
			cells[i] = w.text
			t.widen(i, w)
		}
		t.rows = append(t.rows, cells)
	}
	return nil
}

// value matches a cell that is no name: a number, a time, a percentage, a yes or no, a
// kind of queue, or what stands for nothing.
var value = regexp.MustCompile(`(?i)^(-+|[-+]?\d[\d.,:%*-]*|y|n|yes|no|exe\w*|rou\w*|n/?a|none|unlimited|inf(inite)?)$`)

// values is how many words at the end of a row are values; the first word is a name.
func values(row []word) int {
	n := 0
	for n < len(row)-1 && value.MatchString(row[len(row)-1-n].text) {
		n++
	}
	return n
}

// widen makes the column hold a word of one of its rows.
func (t *table) widen(i int, w word) {
	if i == len(t.columns) {
		t.columns = append(t.columns, column{start: w.start, end: w.end})
		return
	}
	c := &t.columns[i]
	c.start, c.end = min(c.start, w.start), max(c.end, w.end)
}

// align moves the columns below the phrases of a heading that has one for each: long names
// push the cells of their row aside.
func (t *table) align(phrases []word) {
	if len(phrases) != len(t.columns) {
		return
	}
	for i, p := range phrases {
		t.columns[i].start, t.columns[i].end = p.start, p.end
	}
}

// phrases are the words of a line, joined where only one blank is between them.
func phrases(line string) []word {
	var found []word
	for _, w := range words(line) {
		if n := len(found); n > 0 && w.start-found[n-1].end == 1 {
			found[n-1] = word{found[n-1].text + " " + w.text, found[n-1].start, w.end}
			continue
		}
		found = append(found, w)
	}
	return found
}

// cut puts the words of a row below the columns. A row with a word for each column needs
// no looking: long names push the rest of their row aside.
func (t *table) cut(row []word) []string {
	cells := make([]string, len(t.columns))
	for i, w := range row {
		if len(row) != len(t.columns) {
			i = t.nearest(w)
		}
		cells[i] = strings.TrimSpace(cells[i] + " " + w.text)
	}
	return cells
}

// name puts the words of the heading above the columns.
func (t *table) name(heading []string) {
	for _, line := range heading {
		for _, w := range words(strings.ReplaceAll(line, "|", " ")) {
			c := &t.columns[t.nearest(w)]
			c.label = strings.TrimSpace(c.label + " " + strings.ToLower(w.text))
		}
	}
}

// nearest is the column that the word overlaps most or, where it overlaps none, that
// is least far away.
func (t *table) nearest(w word) int {
	best, bestOverlap := 0, -1<<30
	for i, c := range t.columns {
		if overlap := min(c.end, w.end) - max(c.start, w.start); overlap > bestOverlap {
			best, bestOverlap = i, overlap
		}
	}
	return best
}

func join(row []word) string {
	texts := make([]string, len(row))
	for i, w := range row {
		texts[i] = w.text
	}
	return strings.Join(texts, " ")
}
