package page

import (
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// badge is a state with its icon, its word and the class that colours it.
type badge struct {
	Icon, Word, Class string
}

// statusBadge shows a system's status.
func statusBadge(status string) badge {
	switch fleet.Status(status) {
	case fleet.Up:
		return badge{Icon: "up", Word: "Up", Class: "up"}
	case fleet.Degraded:
		return badge{Icon: "degraded", Word: "Degraded", Class: "degraded"}
	case fleet.Maintenance:
		return badge{Icon: "maintenance", Word: "Maintenance", Class: "maintenance"}
	case fleet.Down:
		return badge{Icon: "down", Word: "Down", Class: "down"}
	}
	return badge{Icon: "unknown", Word: "Unknown", Class: "unknown"}
}

// clusterBadge shows how good the connection to a cluster is.
func clusterBadge(status string) badge {
	switch fleet.ClusterStatus(status) {
	case fleet.Connected:
		return badge{Icon: "up", Word: "Connected", Class: "up"}
	case fleet.Stale:
		return badge{Icon: "stale", Word: "Stale", Class: "stale"}
	case fleet.Off:
		return badge{Icon: "maintenance", Word: "Switched off", Class: "unknown"}
	}
	return badge{Icon: "down", Word: "Unreachable", Class: "down"}
}

// queueBadge shows what a queue does with jobs.
func queueBadge(state string) badge {
	switch fleet.QueueState(state) {
	case fleet.QueueRunning:
		return badge{Icon: "up", Word: "Running", Class: "up"}
	case fleet.QueueStopped:
		return badge{Icon: "maintenance", Word: "Stopped", Class: "degraded"}
	case fleet.QueueDraining:
		return badge{Icon: "degraded", Word: "Draining", Class: "degraded"}
	case fleet.QueueClosed:
		return badge{Icon: "down", Word: "Closed", Class: "down"}
	}
	return badge{Icon: "unknown", Word: "Unknown", Class: "unknown"}
}

// runBadge shows how a collector's last run, or its asking of one cluster, went.
func runBadge(status string) badge {
	switch status {
	case "ok", "healthy":
		return badge{Icon: "up", Word: word(status), Class: "up"}
	case "stale", "degraded":
		return badge{Icon: "degraded", Word: word(status), Class: "degraded"}
	case "pending", "disabled":
		return badge{Icon: "unknown", Word: word(status), Class: "unknown"}
	}
	return badge{Icon: "down", Word: word(status), Class: "down"}
}

// word is a state of the documents as a word for people.
func word(status string) string {
	switch status {
	case "ok":
		return "OK"
	case "":
		return "Unknown"
	}
	return string(status[0]-'a'+'A') + status[1:]
}

// seen is the age of a datum.
type seen struct {
	// At is when it was observed, Until when it stops being good; both may be zero.
	At, Until doc.Time
	// Stale says that it is not good any more, or not this cycle's.
	Stale bool
	// Never says why there is no time; empty is "never".
	Never string
}

func seenProvenance(p doc.Provenance, now time.Time) seen {
	return seen{At: p.ObservedAt, Until: p.ValidUntil, Stale: p.Stale || past(p.ValidUntil, now)}
}

// seenPart is the age of a part of a cluster's data.
func seenPart(p doc.Part, now time.Time) seen {
	return seen{At: p.ObservedAt, Until: p.ValidUntil,
		Stale: !p.ObservedAt.IsZero() && (p.Stale || past(p.ValidUntil, now))}
}

// sourceName is a collector's name for people.
func sourceName(source *string) string {
	if source == nil {
		return ""
	}
	switch *source {
	case "hpcmp_fleet":
		return "HPCMP status page"
	case "pw_cluster":
		return "Parallel Works session"
	case "cluster":
		return "cluster session"
	}
	return *source
}
