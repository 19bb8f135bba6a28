package slurm

import (
	"bytes"
	"strings"
)

// reasonTable knows the reasons seen so far by their full text, because a few come very often.
type reasonTable map[string]reason

// reason is why a job waits.
type reason struct {
	// text is what to show, without lists of nodes and messages of plugins.
	text string
	// phase is Eligible, Blocked or Held.
	phase Phase
}

func (t reasonTable) get(text []byte) reason {
	if known, ok := t[string(text)]; ok {
		return known
	}
	r := newReason(string(text))
	t[string(text)] = r
	return r
}

// maxReason is the longest reason that is shown, in bytes.
const maxReason = 100

// newReason shortens a reason and says which phase it means.
func newReason(full string) reason {
	text, _, _ := strings.Cut(full, ", UnavailableNodes") // ReqNodeNotAvail, UnavailableNodes:n[1-4]
	text, _, _ = strings.Cut(text, ":")                   // burst_buffer/lua: what a plugin says
	text = strings.TrimSpace(text[:min(len(text), maxReason)])
	switch text {
	case "", "(null)", "None":
		text = "None"
	}
	return reason{text: text, phase: waits(text)}
}

// waits is the phase of a waiting job by its reason, as Slurm documents them on the page
// "Job Reason Codes" (job_reason_codes.html) and prints them (job_state_reason.c). The
// reasons that are not named here (Resources, Priority, Licenses, ReqNodeNotAvail,
// PartitionDown, None and the like) are the machine's.
func waits(reason string) Phase {
	switch reason {
	case "JobHeldUser", "JobHeldAdmin",
		"JobHoldMaxRequeue", // requeued too often (MAX_BATCH_REQUEUE)
		"launch failed requeued held", "launch_failed_requeued_held",
		"job requeued in held state", "job_requeued_in_held_state":
		return Held
	case "Dependency", "DependencyNeverSatisfied", "BeginTime", "DeadLine",
		"JobArrayTaskLimit",                 // the array's own throttle (%2)
		"Reservation", "ReservationDeleted", // its own advance reservation has not begun, or is gone
		"AccountingPolicy", "AccountNotAllowed", "InvalidAccount", "InvalidQOS",
		"BadConstraints", "PartitionNodeLimit", "PartitionTimeLimit", "MaxMemPerLimit", // it asks for more than it may
		"FedJobLock":
		return Blocked
	}
	switch {
	case strings.HasPrefix(reason, "Assoc"), // AssocGrp*, AssocMax*, Association*Limit
		strings.HasPrefix(reason, "QOS"), // QOSGrp*, QOSMax*, QOSMin*, QOSNotAllowed, QOSUsageThreshold
		strings.HasPrefix(reason, "Max") && strings.HasSuffix(reason, "PerAccount"):
		return Blocked
	}
	return Eligible
}

// contains reports whether a list separated by commas holds the word, in whatever case.
func contains(list []byte, word string) bool {
	for item := range bytes.SplitSeq(list, []byte(",")) {
		if strings.EqualFold(string(bytes.TrimSpace(item)), word) {
			return true
		}
	}
	return false
}
