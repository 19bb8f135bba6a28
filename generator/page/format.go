package page

import (
	"math"
	"strconv"
	"strings"
	"time"

	"hpcstatus/collectors/fleet/doc"
)

// thousands writes n with a comma between every three digits: 1,234,567.
func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	head := (len(digits)-1)%3 + 1
	var b strings.Builder
	b.WriteString(sign)
	b.WriteString(digits[:head])
	for ; head < len(digits); head += 3 {
		b.WriteByte(',')
		b.WriteString(digits[head : head+3])
	}
	return b.String()
}

// decimal writes an amount: whole from a thousand up, else with up to two decimals.
func decimal(n float64) string {
	if math.Abs(n) >= 1000 {
		return thousands(int64(math.Round(n)))
	}
	return trimmed(n, 2)
}

// trimmed writes n with at most that many decimals, without trailing zeros.
func trimmed(n float64, decimals int) string {
	s := strconv.FormatFloat(n, 'f', decimals, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

// percent writes a percentage with one decimal and never rounds across a border that
// matters: what is below 100 is never shown as 100, nor what is above 0 as 0.
func percent(p float64) string {
	switch rounded := math.Round(p*10) / 10; {
	case p > 0 && rounded == 0:
		return "<0.1%"
	case p < 100 && rounded >= 100:
		return "99.9%"
	case p > 100 && rounded <= 100:
		return "100.1%"
	default:
		return strconv.FormatFloat(rounded, 'f', 1, 64) + "%"
	}
}

// binarySize writes a size given in GiB with three significant digits and the unit that fits.
func binarySize(gib float64) string {
	units := []string{"MiB", "GiB", "TiB", "PiB", "EiB"}
	value, unit := gib*1024, 0
	for math.Abs(value) >= 1023.5 && unit < len(units)-1 {
		value /= 1024
		unit++
	}
	if value == 0 {
		unit = 1
	}
	decimals := 0
	switch abs := math.Abs(value); {
	case abs < 10:
		decimals = 2
	case abs < 100:
		decimals = 1
	}
	return trimmed(value, decimals) + " " + units[unit]
}

// walltimeWords writes a walltime the way people say it: 30 min, 24 h, 1 h 30 min, 7 d.
func walltimeWords(seconds int64) string {
	d := time.Duration(seconds) * time.Second
	if d < time.Minute {
		return strconv.FormatInt(seconds, 10) + " s"
	}
	var parts []string
	if days := int64(d / (24 * time.Hour)); days >= 2 {
		parts = append(parts, thousands(days)+" d")
		d -= time.Duration(days) * 24 * time.Hour
	}
	if hours := int64(d / time.Hour); hours > 0 {
		parts = append(parts, strconv.FormatInt(hours, 10)+" h")
	}
	if minutes := int64(d % time.Hour / time.Minute); minutes > 0 {
		parts = append(parts, strconv.FormatInt(minutes, 10)+" min")
	}
	return strings.Join(parts, " ")
}

// millis writes a duration given in milliseconds: 820 ms, 1.2 s, 2 min 5 s.
func millis(ms int64) string {
	switch {
	case ms < 1000:
		return strconv.FormatInt(ms, 10) + " ms"
	case ms < 60_000:
		return trimmed(float64(ms)/1000, 1) + " s"
	}
	minutes, seconds := ms/60_000, ms%60_000/1000
	return thousands(minutes) + " min " + strconv.FormatInt(seconds, 10) + " s"
}

// list joins words as in a sentence: "a", "a and b", "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// count writes a number with its noun, which takes an s unless there is one.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(int64(n)) + " " + noun + "s"
}

// past reports whether a time is known and before now.
func past(t doc.Time, now time.Time) bool { return !t.IsZero() && now.After(t.Time) }
