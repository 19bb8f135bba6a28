package hpcmp

import (
	"regexp"
	"strings"

	"hpcstatus/collectors/fleet"
)

// rule gives a status to texts in which any of its phrases stands as whole words.
type rule struct {
	status  fleet.Status
	phrases *regexp.Regexp
}

// rules, the worst news first: "down for scheduled maintenance" is down. They match a text
// in the form of plain(). Words are matched whole, because "unavailable" holds "available",
// "upgrading" holds "up" and "scheduled downtime" holds "down".
var rules = []rule{
	{fleet.Down, phrases(`down|unavailable|off ?line|out of service|unreachable`,
		`(?:not|no longer|never)(?: yet| currently| presently| now)? (?:available|operational|on ?line|up)`)},
	{fleet.Maintenance, phrases(`maintenance|maint|upgrad(?:e|es|ed|ing)`,
		`outage windows?|scheduled (?:outages?|downtimes?)|prevent(?:at)?ive`)},
	{fleet.Degraded, phrases(`degraded|degrading|degradation|limited|partial|partially|reduced`,
		`intermittent|intermittently|impacted|not (?:fully|completely|entirely) (?:available|operational|on ?line|up)`)},
	{fleet.Up, phrases(`up|available|operational|on ?line|normal`)},
}

// denied are words of good news that the text denies in some other way than the rules know
// ("not yet back up"), so that they prove nothing.
var denied = regexp.MustCompile(`\b(?:not|no longer|never)(?: \w+){0,2} (?:up|available|operational|on ?line|normal)\b`)

func phrases(alternatives ...string) *regexp.Regexp {
	return regexp.MustCompile(`\b(?:` + strings.Join(alternatives, "|") + `)\b`)
}

// Classify reads a status from the words of a page: DOWN, MAINTENANCE, DEGRADED or UP by the
// worst news that stands in them, else UNKNOWN.
func Classify(text string) fleet.Status {
	text = plain(text)
	for _, rule := range rules {
		if rule.status == fleet.Up {
			text = denied.ReplaceAllString(text, "")
		}
		if rule.phrases.MatchString(text) {
			return rule.status
		}
	}
	return fleet.Unknown
}

var (
	apostrophe = strings.NewReplacer("n't", " not", "n’t", " not")
	clauseEnd  = regexp.MustCompile(`[.,;:!?()]+`)
	noWord     = regexp.MustCompile(`[^\p{L}\p{N};]+`)
)

// plain is the text in lower case with one blank between words, whatever stood there, and
// a lone semicolon between clauses.
func plain(text string) string {
	text = apostrophe.Replace(strings.ToLower(text))
	text = clauseEnd.ReplaceAllString(text, " ; ")
	return strings.TrimSpace(noWord.ReplaceAllString(text, " "))
}

// severity orders statuses by how bad the news is; Unknown is no news.
func severity(s fleet.Status) int {
	switch s {
	case fleet.Down:
		return 4
	case fleet.Maintenance:
		return 3
	case fleet.Degraded:
		return 2
	case fleet.Up:
		return 1
	}
	return 0
}
