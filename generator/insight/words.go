package insight

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// thousands writes a whole number with commas, such as 47,424.
func thousands[T int | int64](n T) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign, digits := digits[:len(digits)-len(strings.TrimLeft(digits, "-"))], strings.TrimLeft(digits, "-")
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// count writes a number with its noun, such as "1 job" and "2 jobs".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return thousands(n) + " " + noun
}

// amount writes hours: with two decimals below 1,000, whole above.
func amount(x float64) string {
	if math.Abs(x) >= 1000 {
		return thousands(int64(math.Round(x)))
	}
	return trim(strconv.FormatFloat(x, 'f', 2, 64))
}

// percentage writes a percentage with one decimal; what is below 100 never reads 100.
func percentage(p float64) string {
	if p < 100 {
		p = math.Min(math.Round(p*10)/10, 99.9)
	}
	return strconv.FormatFloat(p, 'f', 1, 64) + "%"
}

// size writes a number of bytes in the unit that suits, such as 1.5 TiB.
func size(bytes int64) string {
	x, unit := float64(bytes), "B"
	for _, next := range []string{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"} {
		if math.Abs(x) < 1024 {
			break
		}
		x, unit = x/1024, next
	}
	return trim(strconv.FormatFloat(x, 'f', 1, 64)) + " " + unit
}

// trim takes the zeros off the end of a decimal fraction.
func trim(s string) string { return strings.TrimRight(strings.TrimRight(s, "0"), ".") }

// walltime writes a limit in its two largest units, such as "7 d", "24 h" and "1 h 30 min".
func walltime(seconds int64) string {
	var parts []string
	for _, unit := range []struct {
		seconds, from int64
		name          string
	}{{86400, 2 * 86400, "d"}, {3600, 3600, "h"}, {60, 60, "min"}, {1, 1, "s"}} {
		if n := seconds / unit.seconds; seconds >= unit.from && len(parts) < 2 {
			parts = append(parts, fmt.Sprintf("%d %s", n, unit.name))
			seconds %= unit.seconds
		}
	}
	return strings.Join(parts, " ")
}

// moment writes a time of day in UTC.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
