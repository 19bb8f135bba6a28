// Package fleet is the domain of the HPC Status Monitor: the systems, clusters,
// queues, allocations and filesystems of a fleet, what was said of them and by
// whom, and the rules that turn several sources into one picture.
//
// It imports only the standard library, reads no clock and touches no file: every
// function is a pure function of its arguments. What was not measured is nil (or
// the zero time), never zero and never UP.
package fleet

// SchemaVersion is the version of the Snapshot format that this program reads and writes.
const SchemaVersion = 1
