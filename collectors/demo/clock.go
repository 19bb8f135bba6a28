package demo

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// The times in recordings that run.Shift does not move: seconds since 1970 in what the probe
// says of its host, and the title of show_usage.
var (
	epochLine   = regexp.MustCompile(`(?m)^epoch=(\d+)$`)
	newYearLine = regexp.MustCompile(`(?m)^newyear=\d+$`)
	fiscalYears = regexp.MustCompile(`Fiscal Year \d{4} \(01 October \d{4} - 30 September \d{4}\)`)
)

// epoch is the time at which a probe was recorded, which it printed itself.
func epoch(out []byte) (time.Time, error) {
	line := epochLine.FindSubmatch(out)
	if line == nil {
		return time.Time{}, errors.New("the recording does not say when it was made")
	}
	seconds, err := strconv.ParseInt(string(line[1]), 10, 64)
	return time.Unix(seconds, 0), err
}

// retime puts a probe's clock, the end of its year and its fiscal year to now, so that no
// budget in a recording has ended.
func retime(out []byte, now time.Time) []byte {
	now = now.UTC()
	newYear := time.Date(now.Year()+1, time.January, 1, 0, 0, 0, 0, time.UTC)
	fiscal := now.Year()
	if now.Month() >= time.October {
		fiscal++ // a fiscal year is named for the year in which it ends
	}
	for line, text := range map[*regexp.Regexp]string{
		epochLine:   fmt.Sprintf("epoch=%d", now.Unix()),
		newYearLine: fmt.Sprintf("newyear=%d", newYear.Unix()),
		fiscalYears: fmt.Sprintf("Fiscal Year %[2]d (01 October %[1]d - 30 September %[2]d)", fiscal-1, fiscal),
	} {
		out = line.ReplaceAllLiteral(out, []byte(text))
	}
	return out
}
