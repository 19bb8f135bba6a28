package hpcmpcmd

import (
	"math"
	"strconv"
	"strings"
)

// maxCount is beyond what any count of jobs, nodes or cores can be.
const maxCount = 1 << 40

// number reads a number with or without decimals, thousands separated by commas. It is
// nil for what stands for nothing ("-", "N/A") and for what is no number.
func number(text string) *float64 {
	text = strings.ReplaceAll(strings.TrimRight(text, "%*"), ",", "")
	if strings.Trim(text, "+-.0123456789") != "" {
		return nil // not even NaN, Inf or hexadecimal digits
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) {
		return nil
	}
	return &f
}

// amount is a number that is not negative.
func amount(text string) *float64 {
	if f := number(text); f != nil && *f >= 0 {
		return f
	}
	return nil
}

// count is a whole number that is not negative.
func count(text string) *int {
	f := amount(text)
	if f == nil || *f > maxCount || *f != math.Trunc(*f) {
		return nil
	}
	n := int(*f)
	return &n
}

// limit is a count in which 0 stands for no limit.
func limit(text string) *int {
	if n := count(text); n != nil && *n > 0 {
		return n
	}
	return nil
}

// walltime reads hhh:mm or hhh:mm:ss, with days before a hyphen or not, in seconds.
func walltime(text string) *int64 {
	days, clock, found := strings.Cut(text, "-")
	if !found {
		days, clock = "0", text
	}
	parts := strings.Split(clock, ":")
	if len(parts) == 2 {
		parts = append(parts, "0")
	}
	if len(parts) != 3 {
		return nil
	}
	var seconds int64
	for i, part := range append([]string{days}, parts...) {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			return nil
		}
		seconds += int64(n) * [...]int64{86400, 3600, 60, 1}[i]
	}
	return &seconds
}

// yes reads a yes or no; nil when the text is neither.
func yes(text string) *bool {
	var b bool
	switch strings.ToLower(text) {
	case "y", "yes":
		b = true
	case "n", "no":
	default:
		return nil
	}
	return &b
}
