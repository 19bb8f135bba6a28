package config

import (
	"fmt"
	"slices"
	"strings"
)

// nearest returns the candidate that somebody who wrote word most likely meant, or "".
func nearest(word string, candidates []string) string {
	if len(word) > 64 {
		return ""
	}
	word = strings.ToLower(word)
	best, least := "", max(1, len(word)/3)+1
	for _, c := range candidates {
		if d := distance(word, strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	if best != "" {
		return best
	}
	for _, c := range candidates {
		if len(word) >= 4 && strings.Contains(c, word) {
			return c
		}
	}
	return ""
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that
// turn one word into another.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replace := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, replace)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

// unknownKey says what is wrong with a key that the table it stands in does not take.
func unknownKey(table place, name string, siblings, all []entry) error {
	var names []string
	for _, e := range siblings {
		names = append(names, e.name)
	}
	if near := nearest(name, names); near != "" {
		return fmt.Errorf("unknown key; did you mean %s?", header(table.shown, siblings[slices.Index(names, near)]))
	}
	if elsewhere := find(all, "", name); elsewhere != "" {
		return fmt.Errorf("unknown key; did you mean %s?", elsewhere)
	}
	return fmt.Errorf("unknown key; the keys here are %s", strings.Join(names, ", "))
}

// find returns how the first entry of a name anywhere below is written, or "".
func find(entries []entry, parent, name string) string {
	for _, e := range entries {
		if e.name == name {
			return header(parent, e)
		}
		below := childKey(parent, e.name)
		if e.form == formNamed {
			below += ".CODE"
		}
		if found := find(e.children, below, name); found != "" {
			return found
		}
	}
	return ""
}

// header returns how an entry is written in a file.
func header(parent string, e entry) string {
	full := childKey("", e.name)
	if parent != "" {
		full = parent + "." + full
	}
	switch e.form {
	case formTable:
		return "[" + full + "]"
	case formList:
		return "[[" + full + "]]"
	case formNamed:
		return "[" + full + ".CODE]"
	}
	return full
}
