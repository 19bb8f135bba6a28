// Package site describes the web site that is generated: what an operator chose for
// it, apart from what the fleet says.
package site

import "time"

// Site describes the web site.
type Site struct {
	Title string
	// BaseURL is where public/ will live, without a trailing slash; empty when not known.
	BaseURL string
	// URLPrefix is the path below the host, such as "/prefix"; empty at the root.
	URLPrefix string
	// Location is the time zone in which local times of content are read and, beside UTC, shown.
	Location *time.Location
	// Theme is auto, light or dark.
	Theme string
	// Demo says that the fleet is the recorded one of the demonstration.
	Demo bool
	// Version of the program, for the footer.
	Version string
}
