package config

import (
	"fmt"
	"strings"
)

// Starter returns the commented file that `hpcstatus init` writes: every key, each
// commented out with its default, or with an example where it has none.
func Starter() []byte {
	var b strings.Builder
	b.WriteString("# Configuration of the HPC Status Monitor. `hpcstatus check` tells what is wrong with it.\n" +
		"# A key that is commented out shows its default; what follows it says what it means.\n")
	for _, e := range entries(schema()) {
		e.write(&b, "")
	}
	return []byte(b.String())
}

// write writes an entry and what is below it.
func (e entry) write(b *strings.Builder, parent string) {
	name := e.name
	if parent != "" {
		name = parent + "." + e.name
	}
	switch e.form {
	case formValue:
		e.writeValue(b)
		return
	case formTable:
		if e.children[0].form != formValue {
			break
		}
		fmt.Fprintf(b, "\n# %s\n[%s]\n", e.doc, name)
	case formList:
		fmt.Fprintf(b, "\n# %s\n# [[%s]]\n", e.doc, name)
	case formNamed:
		fmt.Fprintf(b, "\n# %s\n# [%s.NAVO]\n", e.doc, name)
	}
	for _, child := range e.children {
		child.write(b, name)
	}
}

func (e entry) writeValue(b *strings.Builder) {
	value := e.value
	if e.example != "" {
		value = e.example
	}
	line := "# " + e.name + " = " + value
	if e.doc != "" {
		line = fmt.Sprintf("%-36s # %s", line, e.doc)
	}
	b.WriteString(line + "\n")
}
