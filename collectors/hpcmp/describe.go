package hpcmp

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"hpcstatus/collectors/fleet"
)

// description is what a system's part of the page says of it.
type description struct {
	details   fleet.Details
	scheduler string   // only where a row of a table says so
	places    []string // texts that should name the centre, the most telling first
}

// maxMore is how many further rows of a specification table are kept.
const maxMore = 60

// describe reads a system's blocks: the sentence that introduces it and its tables.
func describe(name string, blocks []*html.Node, titles []string) description {
	var d description
	d.details.Description = introduced(name, blocks, titles)
	d.details.Architecture = architectureIn(d.details.Description)
	var rows []row
	for _, block := range blocks {
		rows = append(rows, rowsOf(block)...)
	}
	d.takeTotals(rows)
	for _, r := range rows {
		d.take(r)
	}
	return d
}

// introduced is the text that begins "Nautilus is a ...", from a title or else a paragraph.
func introduced(name string, blocks []*html.Node, titles []string) string {
	for _, title := range titles {
		if introduces(title, name) {
			return strings.TrimLeftFunc(title, func(r rune) bool { return !isWordRune(r) })
		}
	}
	for _, block := range blocks {
		if text := paragraph(block, name); text != "" {
			return text
		}
	}
	return ""
}

func introduces(text, name string) bool {
	who, _, ok := introduction(text)
	return ok && fleet.Fold(who) == fleet.Fold(name)
}

// paragraph is the first smallest element of a block whose text introduces the system.
func paragraph(n *html.Node, name string) string {
	for _, c := range elements(n) {
		if text := paragraph(c, name); text != "" {
			return text
		}
	}
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Td, atom.Li, atom.Dd:
		if text := leadOf(n); introduces(text, name) {
			return text
		}
	}
	return ""
}

// kindEnds is where the make of a machine ends in the sentence that introduces it.
var kindEnds = regexp.MustCompile(`(?i)[,.;:(]| (?:system|supercomputer|cluster|machine|computer|located|housed|hosted|installed|with|at|that|which|and|consisting|featuring|comprised|composed|based|built)\b`)

// architectureIn is the make of a machine in "Nautilus is an HPE Cray EX system located at
// the Navy DSRC."; empty where the words do not begin like a make.
func architectureIn(sentence string) string {
	_, what, ok := introduction(sentence)
	if !ok {
		return ""
	}
	if end := kindEnds.FindStringIndex(what); end != nil {
		what = what[:end[0]]
	}
	brand := strings.Fields(what)
	small := func(word string) bool { return !unicode.IsUpper(rune(word[0])) && !unicode.IsDigit(rune(word[0])) }
	if len(brand) < 2 || len(brand) > 6 || slices.ContainsFunc(brand, small) {
		return "" // "a GPU-accelerated", "a Linux", "a distributed-memory"
	}
	return strings.Join(brand, " ")
}

// takeTotals reads the totals of cores and memory and leaves the rows out of the others.
func (d *description) takeTotals(rows []row) {
	for i := range rows {
		r := &rows[i]
		if d.details.Cores == nil && r.isCores() {
			if n, ok := r.total(parseCores); ok {
				cores := int64(n)
				d.details.Cores, r.taken = &cores, true
				continue
			}
		}
		if d.details.MemoryTB == nil && r.isMemory() {
			if tb, ok := r.total(r.parseMemoryTB); ok {
				d.details.MemoryTB, r.taken = &tb, true
			}
		}
	}
}

// take keeps what a row says.
func (d *description) take(r row) {
	value := r.text()
	if r.taken || value == "" {
		return
	}
	switch r.key() {
	case "system", "systemname", "name", "status", "systemstatus", "currentstatus", "guides", "documentation", "links":
		return // read elsewhere
	case "architecture", "systemarchitecture", "systemtype", "platform", "model", "systemmodel", "makemodel", "vendormodel":
		d.details.Architecture = value
		return
	case "scheduler", "batchsystem", "batchscheduler", "jobscheduler", "workloadmanager", "queuingsystem",
		"queueingsystem", "resourcemanager", "batchqueuingsystem":
		if name := schedulerIn(value); name != "" && d.scheduler == "" {
			d.scheduler = name
			return
		}
	case "dsrc", "center", "centre", "site", "location", "":
		d.places = append(d.places, value)
	}
	more := fleet.Detail{Name: r.label, Value: value}
	if r.label == "" || len(d.details.More) >= maxMore || slices.Contains(d.details.More, more) {
		return
	}
	d.details.More = append(d.details.More, more)
}
