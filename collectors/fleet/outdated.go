package fleet

import "time"

// MaxStale is how long the last good counts of a cluster are shown after it stopped
// answering. Later they say nothing of the machine any more.
const MaxStale = 24 * time.Hour

// OutdatedAt reports whether the cluster's counts of jobs and nodes are older than MaxStale at now.
func (c Cluster) OutdatedAt(now time.Time) bool {
	old := func(t time.Time) bool { return !t.IsZero() && now.Sub(t) > MaxStale }
	return old(c.ObservedAt) || old(c.Usage.ObservedAt)
}
