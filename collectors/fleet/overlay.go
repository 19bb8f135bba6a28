package fleet

// Override is what an operator's content says of a system; it outranks every collector.
// Zero values leave the field as it is.
type Override struct {
	// System names the system it is about, by name, alias or slug.
	System    string
	Name      string
	Aliases   []string
	Site      string
	Scheduler string
	LoginNode string
	// Status, when set, is what the operator reports.
	Status Status
	// StatusText is the reason given with Status.
	StatusText string
	Details    Details
	// Origin is the content file it is from, such as "systems/nautilus.md".
	Origin string
}
