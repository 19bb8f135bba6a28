package fleet

import "strings"

// Site is a centre that runs systems.
type Site struct {
	// Code is its short name, such as "NAVO".
	Code string `json:"code"`
	// Name is its full name, such as "Navy DSRC".
	Name string `json:"name"`
	// Domain is the DNS domain of its login nodes; empty when unknown.
	Domain string `json:"domain,omitempty"`
	// Location in words.
	Location string `json:"location,omitempty"`
	// Lat and Lon in degrees, north and east positive; nil when unknown.
	Lat *float64 `json:"lat,omitempty"`
	Lon *float64 `json:"lon,omitempty"`
	// Names are the other names that sources use for it.
	Names []string `json:"names,omitempty"`
}

// Sites maps the code of a site to the site.
type Sites map[string]Site

// Find returns the code of the site that a text names, by code, name or another
// name as a whole word sequence, or "" when it names none. The longest match wins.
func (s Sites) Find(text string) string {
	padded := " " + strings.ReplaceAll(Slug(text), "-", " ") + " "
	best, length := "", 0
	for code, site := range s {
		for _, name := range append([]string{code, site.Name}, site.Names...) {
			needle := strings.ReplaceAll(Slug(name), "-", " ")
			if needle == "" || !strings.Contains(padded, " "+needle+" ") {
				continue
			}
			if len(needle) > length || (len(needle) == length && code < best) {
				best, length = code, len(needle)
			}
		}
	}
	return best
}
