// Package api builds the JSON documents of a generation from the merged fleet. The
// pages are rendered from the same documents, so that no page can contradict the API.
package api

import (
	"hpcstatus/collectors/fleet/doc"
)

// Documents are the documents of one generation.
type Documents struct {
	Status  doc.Status
	Summary doc.FleetSummary
	Usage   doc.ClusterUsage
	Health  doc.Health
	// Systems by slug, in the order of Status.Systems.
	Systems []doc.SystemDetail
	// Clusters in the order of their slugs.
	Clusters []doc.ClusterDetail
}
