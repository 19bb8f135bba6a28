package fleet

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fleet is the merged picture: every machine once, whatever sources know it.
type Fleet struct {
	// Systems sorted by name; each cluster has one.
	Systems []System
	// Clusters sorted by slug.
	Clusters []Cluster
	// Sources in the order of the configuration, for health; their batches hold the targets.
	Sources []Source
}

// Merge joins what all sources say of each machine. Names are joined when their slugs are
// equal, or when an entry or one of the name lists in same says that they are one machine;
// never by guess. Two entries of one source are always two machines: when they share a
// slug, all but the first by site code get their site appended.
//
// A field is taken from the first source that has it, in the order of the snapshot, with
// three exceptions: what a scheduler said of itself outranks what a page implies of it, a
// configured login node outranks an observed one and that a derived one, and of several
// reported facts a fresh one outranks an expired one.
func Merge(s Snapshot, sites Sites, now time.Time, same ...[]string) Fleet {
	m := merger{sites: sites, now: now, parent: map[string]string{}, machines: map[string][]*machine{}}
	for _, names := range same {
		m.join(names)
	}
	for _, source := range s.Sources {
		for _, sys := range source.Batch.Systems {
			m.join(append([]string{sys.Name}, sys.Aliases...))
		}
		for _, c := range source.Batch.Clusters {
			m.join(append([]string{c.Slug, c.Name}, c.Aliases...))
		}
	}
	for _, source := range s.Sources {
		for _, sys := range source.Batch.Systems {
			m.addSystem(source.Run.Name, sys)
		}
		for _, c := range source.Batch.Clusters {
			m.addCluster(source.Run.Name, c)
		}
	}
	return m.fleet(s.Sources)
}

// machine gathers what all sources say of one machine.
type machine struct {
	key      string // slug of the first name
	site     string
	sources  map[string]bool // "system <source>" or "cluster <source>"
	systems  []System
	clusters []Cluster
}

type merger struct {
	sites    Sites
	now      time.Time
	parent   map[string]string // union-find over slugs
	order    []string          // roots in order of appearance
	machines map[string][]*machine
}

func (m *merger) root(slug string) string {
	for {
		up, known := m.parent[slug]
		if !known || up == slug {
			return slug
		}
		slug = up
	}
}

// join records that the names are one machine.
func (m *merger) join(names []string) {
	first := m.root(Slug(names[0]))
	for _, name := range names {
		slug := Slug(name)
		if slug == "" {
			continue
		}
		m.parent[m.root(slug)] = first
	}
}

// place finds the machine that an entry belongs to, or makes one.
func (m *merger) place(source, kind, slug, site string) *machine {
	root := m.root(slug)
	mark := kind + " " + source
	var found *machine
	for _, candidate := range m.machines[root] {
		if candidate.sources[mark] || m.otherSite(candidate.site, site) {
			continue
		}
		if found == nil || (site != "" && candidate.site == site && found.site != site) {
			found = candidate
		}
	}
	if found == nil {
		found = &machine{key: slug, sources: map[string]bool{}}
		if len(m.machines[root]) == 0 {
			m.order = append(m.order, root)
		}
		m.machines[root] = append(m.machines[root], found)
	}
	found.sources[mark] = true
	found.site = cmp.Or(found.site, site)
	return found
}

// otherSite reports whether two sites are both known and differ, so that machines of one
// name there are two machines. A spelling that the sites table does not know proves nothing.
func (m *merger) otherSite(a, b string) bool {
	_, knownA := m.sites[a]
	_, knownB := m.sites[b]
	return knownA && knownB && a != b
}

func (m *merger) addSystem(source string, sys System) {
	sys.Site = m.siteCode(sys.Site)
	sys.Origins = maps.Clone(sys.Origins) // the snapshot's own map stays as it is
	if sys.Origins == nil {
		sys.Origins = map[string]string{}
	}
	for field, value := range fieldsOf(sys) {
		if value && sys.Origins[field] == "" {
			sys.Origins[field] = source
		}
	}
	mach := m.place(source, "system", Slug(sys.Name), sys.Site)
	mach.systems = append(mach.systems, sys)
}

func (m *merger) addCluster(source string, c Cluster) {
	c.Site = m.siteCode(c.Site)
	mach := m.place(source, "cluster", c.Slug, c.Site)
	mach.clusters = append(mach.clusters, c)
}

// siteCode turns a site's name in any spelling into its code; an unknown one stays as it is.
func (m *merger) siteCode(site string) string {
	if _, known := m.sites[site]; known || site == "" {
		return site
	}
	return cmp.Or(m.sites.Find(site), site)
}

func (m *merger) fleet(sources []Source) Fleet {
	f := Fleet{Sources: sources}
	taken := map[string]bool{}
	for _, root := range m.order {
		group := m.machines[root]
		slices.SortStableFunc(group, func(a, b *machine) int { return strings.Compare(a.site, b.site) })
		for _, mach := range group {
			system, cluster := mach.combine(m.now)
			system.Slug = freeSlug(mach.key, mach.site, taken)
			f.Systems = append(f.Systems, system)
			if cluster != nil {
				cluster.Slug, cluster.Name = system.Slug, system.Name
				f.Clusters = append(f.Clusters, *cluster)
			}
		}
	}
	slices.SortFunc(f.Systems, func(a, b System) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Slug, b.Slug))
	})
	slices.SortFunc(f.Clusters, func(a, b Cluster) int { return strings.Compare(a.Slug, b.Slug) })
	return f
}

// freeSlug is the slug itself, or with the site appended, or with a number, whichever is free first.
func freeSlug(slug, site string, taken map[string]bool) string {
	slug = cmp.Or(slug, "system")
	candidate := slug
	if taken[candidate] && site != "" {
		candidate = slug + "-" + Slug(site)
	}
	for n := 2; taken[candidate]; n++ {
		candidate = slug + "-" + strconv.Itoa(n)
	}
	taken[candidate] = true
	return candidate
}

// combine makes one system of what all sources say, and picks the best of its clusters.
func (mach *machine) combine(now time.Time) (System, *Cluster) {
	var out System
	cluster := bestCluster(mach.clusters)
	for _, sys := range mach.systems {
		out.fill(sys, now)
	}
	if cluster != nil {
		out.observe(*cluster, now)
	}
	out.Site = mach.site
	out.Aliases = otherNames(out.Name, mach)
	return out, cluster
}

func bestCluster(clusters []Cluster) *Cluster {
	rank := map[ClusterStatus]int{Connected: 0, Stale: 1, Unreachable: 2, Off: 3}
	var best *Cluster
	for i := range clusters {
		if best == nil || rank[clusters[i].Status] < rank[best.Status] {
			best = &clusters[i]
		}
	}
	return best
}

// otherNames are all names that sources use for the machine but the shown one.
func otherNames(shown string, mach *machine) []string {
	var names []string
	for _, sys := range mach.systems {
		names = append(append(names, sys.Name), sys.Aliases...)
	}
	for _, c := range mach.clusters {
		names = append(append(names, c.Name), c.Aliases...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return slices.DeleteFunc(names, func(n string) bool { return n == shown || n == "" })
}

// fieldsOf says which fields of a system, by JSON name, hold something.
func fieldsOf(s System) map[string]bool {
	return map[string]bool{
		"system": s.Name != "", "dsrc": s.Site != "", "scheduler": s.Scheduler != "",
		"login_node": s.LoginNode != "", "status": s.Reported != nil,
		"architecture": s.Details.Architecture != "", "cores": s.Details.Cores != nil,
		"memory_tb": s.Details.MemoryTB != nil, "description": s.Details.Description != "",
		"guides": len(s.Details.Guides) > 0, "more": len(s.Details.More) > 0,
	}
}
