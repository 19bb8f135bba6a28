// Package pbs reads what the commands of OpenPBS and PBS Professional print: qstat -B,
// qstat -Q and pbsnodes -a, as JSON (-F json, version 13 and later) or, for queues, as
// text. Attributes are decoded loosely, because versions print the same one as a string,
// a number or a boolean.
package pbs

import (
	"math"
	"strconv"
	"strings"
)

// maxCount is beyond what any count of jobs, cores or nodes can be; more is an error of
// the server's and not known.
const maxCount = 1 << 40

// count reads a count; nil when the text is none. PBS servers are known to print
// negative counts, which are no counts.
func count(text string) *int {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 || n > maxCount || n != math.Trunc(n) {
		return nil
	}
	whole := int(n)
	return &whole
}

// boolean reads a boolean in any of the spellings of pbs_queue_attributes(7B); nil when
// the text is none.
func boolean(text string) *bool {
	var b bool
	switch strings.ToLower(text) {
	case "true", "t", "y", "yes", "1":
		b = true
	case "false", "f", "n", "no", "0":
	default:
		return nil
	}
	return &b
}

// seconds reads a duration, [[hours:]minutes:]seconds[.fraction]; nil when the text is none.
func seconds(text string) *int64 {
	text, _, _ = strings.Cut(text, ".")
	parts := strings.Split(text, ":")
	if len(parts) > 3 {
		return nil
	}
	var sum int64
	for _, part := range parts {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil {
			return nil
		}
		sum = sum*60 + int64(n)
	}
	return &sum
}

// sum adds counts; nil when one of them is not known.
func sum(counts ...*int) *int {
	total := 0
	for _, n := range counts {
		if n == nil {
			return nil
		}
		total += *n
	}
	return &total
}
