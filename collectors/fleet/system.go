package fleet

// System is one machine as people know it: what is said of it, by whom, and its description.
type System struct {
	// Name is the name as its first source spells it.
	Name string `json:"name"`
	// Slug identifies the system in paths and look-ups; Merge assigns it.
	Slug string `json:"slug"`
	// Aliases are other names that sources use for the same machine.
	Aliases []string `json:"aliases,omitempty"`
	// Site is the code of the centre that runs it (a key of the sites table); empty when unknown.
	Site string `json:"site,omitempty"`
	// Scheduler is "PBS", "Slurm" or another scheduler's own name; empty when unknown.
	Scheduler string `json:"scheduler,omitempty"`
	// LoginNode is the host to log in to; empty when unknown.
	LoginNode string `json:"login_node,omitempty"`
	// LoginNodeSource says where LoginNode comes from.
	LoginNodeSource LoginSource `json:"login_node_source,omitempty"`
	// Reported is what a status page or an operator says; nil when nobody says anything.
	Reported *Fact `json:"reported,omitempty"`
	// Observed is what a cluster session shows; nil when there is no session.
	Observed *Fact `json:"observed,omitempty"`
	// Details describe the machine.
	Details Details `json:"details,omitzero"`
	// Origins names the source of each field above, by its JSON name.
	Origins map[string]string `json:"origins,omitempty"`
}

// LoginSource says how a login node became known.
type LoginSource string

// The ways to know a login node.
const (
	LoginConfigured LoginSource = "configured" // an operator wrote it down
	LoginObserved   LoginSource = "observed"   // the cluster itself said its name
	LoginDerived    LoginSource = "derived"    // built from the name and the site's domain
)

// Details describe a machine. The zero value knows nothing.
type Details struct {
	Architecture string   `json:"architecture,omitempty"`
	Cores        *int64   `json:"cores,omitempty"`
	MemoryTB     *float64 `json:"memory_tb,omitempty"`
	Description  string   `json:"description,omitempty"`
	// Guides are links to the site's own documentation.
	Guides []Link `json:"guides,omitempty"`
	// More holds the specification table's other rows, in their order.
	More []Detail `json:"more,omitempty"`
}

// Link is a titled absolute http or https address.
type Link struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Detail is one further row of a specification table.
type Detail struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
