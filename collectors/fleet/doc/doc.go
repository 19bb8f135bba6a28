// Package doc holds the documents that are published under public/api, as Go types
// with their JSON names. The fields of the API reference keep their name, type and
// place for ever; everything else is additive. A nil pointer is published as null:
// not measured.
package doc

import (
	"encoding/json"
	"time"
)

// Schema is the version of the documents; a change that is not additive raises it.
const Schema = 1

// Time is a moment as every document prints it: RFC 3339, UTC, whole seconds.
// The zero time is published as null.
type Time struct{ time.Time }

// At wraps t.
func At(t time.Time) Time { return Time{t} }

// String is the published form, empty for the zero time.
func (t Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Truncate(time.Second).Format(time.RFC3339)
}

// MarshalJSON implements json.Marshaler.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(t.String())
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Time) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*t = Time{}
		return nil
	}
	return t.Time.UnmarshalJSON(data)
}

// Provenance says how old a datum is and where it is from. It is embedded wherever data can age.
type Provenance struct {
	// ObservedAt is when the source was last read with success; null when it never was.
	ObservedAt Time `json:"observed_at"`
	// ValidUntil is when the datum stops being good.
	ValidUntil Time `json:"valid_until"`
	// Stale says that the source has failed since, or that the validity had passed when this was written.
	Stale bool `json:"stale"`
	// Source names the collector; null when there is none.
	Source *string `json:"source"`
}
