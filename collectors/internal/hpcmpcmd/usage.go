package hpcmpcmd

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"hpcstatus/collectors/internal/clean"
)

// Usage is what show_usage prints: the budgets of a fiscal year.
type Usage struct {
	// Unit is that of all hours, such as "core-hours" (which the command calls CPU hours)
	// or "node-hours".
	Unit string
	// FiscalYearEnd is the last second, in UTC, of the last day of the fiscal year; zero when
	// not printed.
	FiscalYearEnd time.Time
	Subprojects   []Subproject
}

// Subproject is a row of show_usage. Nil is a dash or what is no number.
type Subproject struct {
	// System is the machine the row is about; empty where the table does not name it.
	System string
	Name   string
	// Hours; Remaining is negative when overspent.
	Allocated, Used, Remaining *float64
	// Background hours are extra ones that were not charged.
	Background *float64
}

// ParseUsage reads the output of show_usage. Its column "Percent Remaining" is left out,
// because it follows from the others.
func ParseUsage(text []byte) (Usage, error) {
	found, misfit := tables(text)
	usage := Usage{Unit: unit(text), FiscalYearEnd: fiscalYearEnd(text)}
	known := false
	for _, t := range found {
		columns, ok := t.usageColumns()
		if !ok {
			continue
		}
		known = true
		for _, row := range t.rows {
			if s, ok := columns.subproject(row); ok {
				usage.Subprojects = append(usage.Subprojects, s)
			}
		}
	}
	switch {
	case !known:
		misfit = cmp.Or(misfit, errors.New("no table of subprojects in it"))
		return Usage{}, fmt.Errorf("read the output of show_usage: %w; its format may have changed", misfit)
	case len(usage.Subprojects) == 0:
		return Usage{}, errors.New("read the output of show_usage: its table lists no subproject")
	}
	return usage, nil
}

// usageColumns are the positions of the columns of show_usage; 0 is "not there", because
// the first column is never a number.
type usageColumns struct {
	system, name                           int
	allocated, used, remaining, background int
}

// usageColumns finds the columns by their heading.
func (t *table) usageColumns() (usageColumns, bool) {
	columns := usageColumns{system: -1, name: -1}
	for i, c := range t.columns {
		switch {
		case c.has("percent", "%"):
		case c.has("system", "machine", "host"):
			columns.system = i
		case c.has("project", "account"):
			columns.name = i
		case c.has("background"):
			columns.background = i
		case c.has("alloc"):
			columns.allocated = i
		case c.has("remain", "balance"):
			columns.remaining = i
		case c.has("used", "usage", "charged"):
			columns.used = i
		}
	}
	return columns, columns.name >= 0 && columns.allocated > 0 && columns.used > 0
}

// subproject reads a row; false when it is a total or a note.
func (c usageColumns) subproject(row []string) (Subproject, bool) {
	cell := func(i int) string {
		if i <= 0 {
			return ""
		}
		return row[i]
	}
	s := Subproject{
		Name:       row[c.name],
		Allocated:  amount(cell(c.allocated)),
		Used:       amount(cell(c.used)),
		Remaining:  number(cell(c.remaining)),
		Background: amount(cell(c.background)),
	}
	if c.system >= 0 {
		s.System = row[c.system]
	}
	total := strings.Contains(strings.ToLower(s.System+" "+s.Name), "total")
	return s, s.Name != "" && !total && (s.Allocated != nil || s.Used != nil)
}

// hours matches the unit in the title: "(in CPU Hours)".
var hours = regexp.MustCompile(`(?i)\bin\s+(cpu|core|processor|node|gpu)[\s-]*hours`)

// unit is the unit that the title names. Without one it is core-hours, in which the HPCMP
// allocates.
func unit(text []byte) string {
	if m := hours.FindSubmatch(text); m != nil {
		switch name := strings.ToLower(string(m[1])); name {
		case "node", "gpu":
			return name + "-hours"
		}
	}
	return "core-hours"
}

// fiscalYear matches the title's "Fiscal Year 2006 (01 October 2005 - 30 September 2006)".
var fiscalYear = regexp.MustCompile(`(?i)fiscal year[^()]*\([^()]*\s(?:-|–|to|through)\s+([^()]+)\)`)

// fiscalYearEnd is the end of the last day of the fiscal year; zero when no line has it.
func fiscalYearEnd(text []byte) time.Time {
	for line := range clean.Lines(text) {
		m := fiscalYear.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		for _, layout := range []string{"2 January 2006", "2 Jan 2006", "2-Jan-2006", "January 2, 2006", "1/2/2006", "2006-01-02"} {
			if day, err := time.Parse(layout, strings.TrimSpace(m[1])); err == nil {
				return day.AddDate(0, 0, 1).Add(-time.Second)
			}
		}
	}
	return time.Time{}
}
