package fleet

import (
	"fmt"
	"time"
)

// Status is the state of a system in the five words the monitor uses.
type Status string

// The statuses, from the worst known news to the best, and Unknown for no news at all.
const (
	Down        Status = "DOWN"
	Maintenance Status = "MAINTENANCE"
	Degraded    Status = "DEGRADED"
	Up          Status = "UP"
	Unknown     Status = "UNKNOWN"
)

// Statuses lists every status in the order in which breakdowns and filters show them.
func Statuses() []Status { return []Status{Up, Degraded, Maintenance, Down, Unknown} }

// ParseStatus reads one of the five words exactly as written; anything else is an error that names them.
func ParseStatus(s string) (Status, error) {
	for _, known := range Statuses() {
		if string(known) == s {
			return known, nil
		}
	}
	return "", fmt.Errorf("status %q is not one of UP, DEGRADED, MAINTENANCE, DOWN, UNKNOWN", s)
}

// Fact is a status as one source gave it, with the provenance that every datum carries.
type Fact struct {
	Status Status `json:"status"`
	// Text is the source's own wording or the reason of the verdict, for people.
	Text string `json:"text,omitempty"`
	// Source names the collector the fact came from.
	Source string `json:"source"`
	// ObservedAt is when the source was read (our clock).
	ObservedAt time.Time `json:"observed_at"`
	// ValidUntil is when the fact stops being good.
	ValidUntil time.Time `json:"valid_until"`
	// Stale says that the source has failed since and this is its last good word.
	Stale bool `json:"stale,omitempty"`
}

// Expired reports whether the fact is past its validity at now.
func (f Fact) Expired(now time.Time) bool { return !f.ValidUntil.IsZero() && now.After(f.ValidUntil) }

// Rule names the rule that picked a system's shown status.
type Rule string

// The rules, in the order in which they apply.
const (
	// RuleReported: a status page or an operator says so.
	RuleReported Rule = "reported"
	// RuleObserved: nobody reports on the system; a cluster session shows it.
	RuleObserved Rule = "observed"
	// RuleExpired: the fact that would be shown is past its validity, so the status is UNKNOWN.
	RuleExpired Rule = "expired"
	// RuleNone: no source says anything.
	RuleNone Rule = "none"
)

// Verdict is the status a system is shown with, and why.
type Verdict struct {
	Status Status
	Rule   Rule
	// Last is the status before it expired; empty unless Rule is RuleExpired.
	Last Status
	// Fact is the fact that decided; nil when there is none.
	Fact *Fact
}

// Judge picks the status to show. The reported fact outranks the observed one,
// so a site that says DOWN is never overruled by a live login and a live login
// never proves UP what the site calls MAINTENANCE. When the reported fact has
// expired or says UNKNOWN, a fresh observed one is used instead.
func Judge(reported, observed *Fact, now time.Time) Verdict {
	usable := func(f *Fact) bool { return f != nil && !f.Expired(now) && f.Status != Unknown }
	switch {
	case usable(reported):
		return Verdict{Status: reported.Status, Rule: RuleReported, Fact: reported}
	case usable(observed):
		return Verdict{Status: observed.Status, Rule: RuleObserved, Fact: observed}
	}
	for _, f := range []*Fact{reported, observed} {
		if f != nil && f.Expired(now) && f.Status != Unknown {
			return Verdict{Status: Unknown, Rule: RuleExpired, Last: f.Status, Fact: f}
		}
	}
	switch {
	case reported != nil:
		return Verdict{Status: Unknown, Rule: RuleReported, Fact: reported}
	case observed != nil:
		return Verdict{Status: Unknown, Rule: RuleObserved, Fact: observed}
	}
	return Verdict{Status: Unknown, Rule: RuleNone}
}
