package fleet

// Fleet is the merged picture: every machine once, whatever sources know it.
type Fleet struct {
	// Systems sorted by name; each cluster has one.
	Systems []System
	// Clusters sorted by slug.
	Clusters []Cluster
	// Sources in the order of the configuration, for health; their batches hold the targets.
	Sources []Source
}
