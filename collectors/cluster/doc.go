// Package cluster asks one cluster behind a shell what it has: a script, the probe, is run
// there in one round trip and prints what every command said in marked sections, and pure
// functions turn those into a fleet.Cluster.
package cluster
