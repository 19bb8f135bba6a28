package markdown

import "strings"

// nearest is the known word that a misspelt one most likely means, or "" when none is near.
func nearest(word string, known []string) string {
	best, least := "", max(2, len(word)/3)+1
	for _, k := range known {
		d := distance(strings.ToLower(word), k)
		if len(word) > 2 && strings.HasPrefix(k, strings.ToLower(word)) {
			d = min(d, 2) // cut short rather than misspelt
		}
		if d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is how many letters must be put in, left out or changed to turn a into b
// (Levenshtein). Hyphens and underscores count as one letter.
func distance(a, b string) int {
	x, y := []rune(strings.ReplaceAll(a, "-", "_")), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			change := diagonal
			if x[i] != y[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}
