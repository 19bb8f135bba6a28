package hpcmp

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"hpcstatus/collectors/fleet"
)

// row is one statement of a table: what it is about and what is said, in one or several columns.
type row struct {
	label string
	cells []cell
	taken bool // it became a field of its own
}

// cell is a value and the heading of its column, which is empty where there is only one.
type cell struct {
	column, value string
}

// rowsOf are the statements of all tables of a block, or of the block itself where that is
// a row of a table of systems.
func rowsOf(block *html.Node) []row {
	var rows []row
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		inner := len(rows)
		for _, c := range elements(n) {
			walk(c)
		}
		if n.DataAtom == atom.Table && len(rows) == inner { // else it is there for the layout
			rows = append(rows, downTable(n)...)
		}
	}
	walk(block)
	if block.DataAtom == atom.Tr && len(rows) == 0 {
		return acrossRow(block)
	}
	return rows
}

// tableRows are the cells of each row of a table, with those of its sections.
func tableRows(table *html.Node) [][]*html.Node {
	var rows [][]*html.Node
	for _, n := range elements(table) {
		switch n.DataAtom {
		case atom.Tr:
			rows = append(rows, elements(n))
		case atom.Thead, atom.Tbody, atom.Tfoot:
			rows = append(rows, tableRows(n)...)
		}
	}
	return rows
}

// downTable reads a specification table: a label in each row, then a value for the machine
// or one for each kind of node, which the first row names.
func downTable(table *html.Node) []row {
	var columns []string
	var rows []row
	for i, cells := range tableRows(table) {
		if len(cells) < 2 {
			continue
		}
		var texts []string
		for _, c := range cells {
			texts = append(texts, textOf(c))
		}
		if i == 0 && (texts[0] == "" || allHeadings(cells)) {
			columns = texts[1:]
			continue
		}
		r := row{label: strings.TrimRight(texts[0], ": ")}
		for j, value := range texts[1:] {
			c := cell{value: value}
			if len(texts) > 2 && len(columns) == len(texts)-1 {
				c.column = columns[j]
			}
			r.cells = append(r.cells, c)
		}
		rows = append(rows, r)
	}
	return rows
}

func allHeadings(cells []*html.Node) bool {
	return !slices.ContainsFunc(cells, func(n *html.Node) bool { return n.DataAtom != atom.Th })
}

// acrossRow reads a system's row in a table of systems: its first row labels the columns.
// Where that does not fit, the cells still may name the centre.
func acrossRow(tr *html.Node) []row {
	table := tr.Parent
	for table != nil && table.DataAtom != atom.Table {
		table = table.Parent
	}
	var labels []*html.Node
	if table != nil {
		if all := tableRows(table); len(all) > 0 && allHeadings(all[0]) {
			labels = all[0]
		}
	}
	cells := elements(tr)
	var rows []row
	for i, c := range cells {
		r := row{cells: []cell{{value: textOf(c)}}}
		if len(labels) == len(cells) && attr(labels[i], "colspan") == "" {
			r.label = strings.TrimRight(textOf(labels[i]), ": ")
		}
		rows = append(rows, r)
	}
	return rows
}

// key is the label as labels are compared.
func (r row) key() string { return fleet.Fold(r.label) }

// text is the row's value for people; columns of one value are that value.
func (r row) text() string {
	var parts, values []string
	for _, c := range r.cells {
		if c.value == "" {
			continue
		}
		values = append(values, c.value)
		if c.column != "" {
			c.value = c.column + ": " + c.value
		}
		parts = append(parts, c.value)
	}
	if len(values) == len(r.cells) && len(slices.Compact(slices.Clone(values))) == 1 {
		return values[0]
	}
	return tidy(strings.Join(parts, "; "))
}

// has reports whether any of the words stands in the label.
func (r row) has(any ...string) bool {
	return slices.ContainsFunc(words(r.label), func(w string) bool { return slices.Contains(any, w) })
}

// isCores reports whether the row says how many cores the machine has, not a node, a socket
// or its accelerators. A bare "Cores" counts where there is one value, for the machine.
func (r row) isCores() bool {
	switch r.key() {
	case "cores", "cpucores", "computecores", "processorcores", "corecount", "numberofcores":
		return len(r.cells) == 1
	}
	return r.has("cores", "core") && r.has("total", "aggregate", "overall") &&
		!r.has("node", "per", "socket", "gpu", "cuda", "accelerator", "tensor", "memory")
}

// large matches the units in which the memory of a machine is given; that of a node is in GB.
var large = regexp.MustCompile(`(?i)\b[TP]i?B\b`)

// isMemory reports whether the row says how much memory the machine has.
func (r row) isMemory() bool {
	switch r.key() {
	case "memory", "systemmemory", "mainmemory", "ram", "memorytb", "memorypb":
		return len(r.cells) == 1 && large.MatchString(r.label+" "+r.cells[0].value)
	}
	return r.has("memory", "ram") && r.has("total", "aggregate", "overall") &&
		!r.has("node", "nodes", "per", "core", "socket", "processor", "gpu", "accelerator", "device", "hbm", "disk", "swap")
}

// total is the column that the table calls its total, else the sum of a total's parts. It is
// not known when any of them is not.
func (r row) total(parse func(string) (float64, bool)) (float64, bool) {
	cells := r.cells
	for _, c := range r.cells {
		if slices.Contains(words(c.column), "total") {
			cells = []cell{c}
		}
	}
	var sum float64
	for _, c := range cells {
		if isNothing(c.value) {
			continue
		}
		x, ok := parse(c.value)
		if !ok {
			return 0, false
		}
		sum += x
	}
	return sum, sum > 0 && sum < math.MaxInt32*1000
}

// isNothing reports whether a cell says that its column has none.
func isNothing(value string) bool {
	switch strings.ToLower(value) {
	case "", "-", "–", "—", "n/a", "na", "none", "0":
		return true
	}
	return false
}

// quantity matches a number, with commas between thousands or without, a unit, and an
// explanation in parentheses. Anything else ("1,376 x 128", "256 GB per node") is no amount.
var quantity = regexp.MustCompile(`^(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)? ?([A-Za-z]+)?(?: cores)?(?: ?\([^)]*\))?$`)

func parseQuantity(value string) (number float64, unit string, ok bool) {
	m := quantity.FindStringSubmatch(value)
	if m == nil {
		return 0, "", false
	}
	number, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", "")+m[2], 64)
	return number, strings.ToUpper(m[3]), err == nil
}

// parseCores reads a number of cores.
func parseCores(value string) (float64, bool) {
	n, unit, ok := parseQuantity(value)
	switch unit {
	case "", "CORES", "CPU", "COMPUTE", "TOTAL":
		return n, ok && n == math.Trunc(n)
	}
	return 0, false
}

// unitInLabel matches the unit of a whole row: "Total Memory (TB)".
var unitInLabel = regexp.MustCompile(`(?i)[(\[, ]([GTP]i?B)[)\]]?$`)

// parseMemoryTB reads an amount of memory in TB of 1024 GB, with its unit in the value or
// in the row's label.
func (r row) parseMemoryTB(value string) (float64, bool) {
	x, unit, ok := parseQuantity(value)
	if m := unitInLabel.FindStringSubmatch(r.label); unit == "" && m != nil {
		unit = strings.ToUpper(m[1])
	}
	switch unit {
	case "GB", "GIB":
		x /= 1024
	case "TB", "TIB":
	case "PB", "PIB":
		x *= 1024
	default:
		return 0, false
	}
	return math.Round(x*1000) / 1000, ok
}
