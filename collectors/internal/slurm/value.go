package slurm

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// count reads a whole number, which squeue and sinfo may print with the suffix K, M or G
// for exact multiples of 1024.
func count(text []byte) (int, bool) {
	scale := 1
	if n := len(text); n > 0 {
		switch text[n-1] {
		case 'K':
			scale = 1 << 10
		case 'M':
			scale = 1 << 20
		case 'G':
			scale = 1 << 30
		}
		if scale > 1 {
			text = text[:n-1]
		}
	}
	n, ok := digits(text)
	if !ok || n > math.MaxInt/scale {
		return 0, false
	}
	return n * scale, true
}

// digits reads a number of at most 18 decimal digits.
func digits(text []byte) (int, bool) {
	if len(text) == 0 || len(text) > 18 {
		return 0, false
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// counted returns a pointer to a number, nil where the text is none (UNLIMITED, N/A, empty).
func counted(text []byte) *int {
	if n, ok := count(text); ok {
		return &n
	}
	return nil
}

// Walltime is a time limit.
type Walltime struct {
	// Seconds is nil when there is no limit or none is known.
	Seconds *int64
	// Unlimited is set where Slurm says that there is no limit.
	Unlimited bool
}

// walltime reads a limit as scontrol prints it: "1-00:00:00", "UNLIMITED", "INFINITE".
// NONE, N/A and (null) are no limit known.
func walltime(text []byte) Walltime {
	switch string(text) {
	case "UNLIMITED", "INFINITE":
		return Walltime{Unlimited: true}
	}
	if s, ok := duration(text); ok {
		return Walltime{Seconds: &s}
	}
	return Walltime{}
}

// duration reads days-hours:minutes:seconds in any of the forms Slurm prints, in seconds:
// "1-00:00:00", "01:00:00", "30:00" (minutes and seconds), "7-00" (days and hours).
func duration(text []byte) (int64, bool) {
	rest, days, scale := text, 0, []int{3600, 60, 1}
	if head, tail, ok := bytes.Cut(text, []byte("-")); ok {
		if days, ok = digits(head); !ok || len(head) > 6 {
			return 0, false
		}
		rest = tail
	}
	parts := bytes.Split(rest, []byte(":"))
	if len(parts) > 3 || (len(parts) == 1 && len(rest) == len(text)) {
		return 0, false // a bare number has no unit
	}
	if len(rest) == len(text) {
		scale = scale[3-len(parts):] // without days the last part is seconds
	}
	total := days * 86400
	for i, part := range parts {
		n, ok := digits(part)
		if !ok || len(part) > 9 {
			return 0, false
		}
		total += n * scale[i]
	}
	return int64(total), true
}

// minutes reads a walltime that the association manager prints in minutes.
func minutes(text []byte) Walltime {
	if n, ok := digits(text); ok && len(text) <= 12 {
		seconds := int64(n) * 60
		return Walltime{Seconds: &seconds}
	}
	return walltime(text)
}

// moment reads a time as scontrol prints it under SLURM_TIME_FORMAT=standard and TZ=UTC,
// or as seconds since 1970. "Unknown", "N/A" and "None" are the zero time.
func moment(text []byte) (time.Time, error) {
	s := string(text)
	switch strings.ToLower(s) {
	case "", "unknown", "n/a", "none", "(null)":
		return time.Time{}, nil
	}
	if epoch, err := strconv.ParseInt(s, 10, 64); err == nil && epoch > 0 && epoch < 1<<40 {
		return time.Unix(epoch, 0).UTC(), nil
	}
	t, err := time.Parse("2006-01-02T15:04:05", s)
	if err != nil {
		return time.Time{}, fmt.Errorf("read time %s: not like 2006-01-02T15:04:05", quote(text))
	}
	return t, nil
}

// name is the text before the identifier in parentheses: "alice(1001)" is "alice".
func name(text []byte) string {
	if i := bytes.LastIndexByte(text, '('); i > 0 && text[len(text)-1] == ')' {
		text = text[:i]
	}
	return string(text)
}

// set reports whether a value says something: it is not empty, (null), NONE or N/A.
func set(text []byte) bool {
	switch string(text) {
	case "", "(null)", "NONE", "N/A", "n/a":
		return false
	}
	return true
}
