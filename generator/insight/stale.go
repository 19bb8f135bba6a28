package insight

import (
	"fmt"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// stale tells of clusters whose numbers are old or missing.
func stale(m machine) []doc.Insight {
	if m.Status == fleet.Off || (m.fresh() && !m.needsLogin) || m.unmeasured() {
		return nil
	}
	i := doc.Insight{Priority: Medium, Action: "Look at the monitor's health for the reason."}
	age := "nothing is known of its queues yet"
	switch {
	case m.observed().IsZero():
	case m.OutdatedAt(m.now):
		age = fmt.Sprintf("its last numbers, of %s, are too old to show", moment(m.observed()))
	default:
		i.Priority = Low
		i.Action = "Mind the age of its numbers before you rely on them."
		age = "its numbers are of " + moment(m.observed())
	}
	if m.needsLogin {
		i.Priority = High
		i.Action = "Log in again for the monitor; until then it does not ask this cluster."
	}
	i.Message = fmt.Sprintf("%s %s: %s.", m.Name, m.silence(), age)
	return []doc.Insight{i}
}

// silence says why there are no new numbers.
func (m machine) silence() string {
	switch {
	case m.needsLogin:
		return "needs a new login"
	case m.Status == fleet.Stale, m.Status == fleet.Unreachable:
		return "does not answer"
	}
	return "is not up to date"
}

// observed is when the counts that are shown were measured; zero when none ever were.
func (m machine) observed() time.Time { return m.Usage.ObservedAt }

// unmeasured reports whether the cluster answers and has no scheduler that could tell anything.
func (m machine) unmeasured() bool {
	return m.Status == fleet.Connected && !m.expired(m.ValidUntil) && m.Scheduler == ""
}
