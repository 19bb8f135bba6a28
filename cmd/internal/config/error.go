package config

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong with a configuration file.
type Problem struct {
	File string
	// Line counts from 1.
	Line int
	// Message is one line and says what to write instead.
	Message string
}

// Error returns "file:line: message".
func (p *Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message) }

// Error is everything wrong with a configuration file, sorted by line.
type Error struct {
	Problems []*Problem
}

// Error returns the problems, one a line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the problems one by one.
func (e *Error) Unwrap() []error {
	errs := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		errs[i] = p
	}
	return errs
}

// sorted orders problems by line and drops repetitions.
func sorted(problems []*Problem) []*Problem {
	slices.SortStableFunc(problems, func(a, b *Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Message, b.Message)
	})
	return slices.CompactFunc(problems, func(a, b *Problem) bool { return *a == *b })
}

// oneLine makes any text fit for one line of a log.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
