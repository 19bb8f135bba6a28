// Package templates holds the built-in page templates, partials and assets. An
// operator's folder overlays them file by file.
package templates

import "embed"

// FS holds pages/*.html, partials/*.html and assets/*.
//
//go:embed pages partials assets
var FS embed.FS
