package run

import (
	"bytes"
	"time"
)

// stampLayout is the part of an ISO 8601 timestamp that Shift moves.
const stampLayout = "2006-01-02T15:04:05"

// Shift returns a copy of a recording in which every timestamp like 2026-01-22T15:30:00
// is moved by whole seconds, so that what was recent when it was recorded is recent now.
// A fraction or zone behind it stays as it is, and so does everything else, byte for byte
// and in its place. What has the form but is no date, and what would need a year of more
// than four digits, is left alone.
func Shift(text []byte, by time.Duration) []byte {
	out := bytes.Clone(text)
	by = by.Truncate(time.Second)
	for at := 0; ; {
		next := bytes.IndexByte(out[at:], 'T')
		if next < 0 {
			return out
		}
		at += next + 1
		start, end := at-len("2006-01-02T"), at+len("15:04:05")
		if !isStamp(out, start, end) {
			continue
		}
		stamp := out[start:end]
		when, err := time.Parse(stampLayout, string(stamp))
		if moved := when.Add(by); err == nil && moved.Year() >= 0 && moved.Year() <= 9999 {
			moved.AppendFormat(stamp[:0], stampLayout)
		}
		at = end
	}
}

// isStamp reports whether text[start:end] is inside the text, has a timestamp's marks in
// their places and is no part of a longer number.
func isStamp(text []byte, start, end int) bool {
	digit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	return start >= 0 && end <= len(text) &&
		text[start+4] == '-' && text[start+7] == '-' && text[end-6] == ':' && text[end-3] == ':' &&
		!digit(start-1) && !digit(end)
}
