package fleet

import (
	"strings"
	"unicode"
)

// Slug is the canonical identifier made from a name: lower case, every run of
// characters other than letters and digits becomes one hyphen, none at the ends.
// "Gaea C5" is "gaea-c5".
func Slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('-')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Fold is the form in which look-ups compare names: lower case with everything but
// letters and digits dropped, so that "Gaea C5", "gaea-c5" and "GAEAC5" are one.
func Fold(name string) string { return strings.ReplaceAll(Slug(name), "-", "") }
