package fleet

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// OperatorSource is the source of a fact that an operator wrote down.
const OperatorSource = "operator"

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

// Names are the names that the override says are one machine.
func (o Override) Names() []string {
	names := append([]string{o.System}, o.Aliases...)
	if o.Name != "" {
		names = append(names, o.Name)
	}
	return names
}

// Overlay applies what operators say to the merged fleet. A system that no collector knows
// is added, with status UNKNOWN unless the override gives one. Two overrides of one system
// are an error that names both files; the first is used.
func Overlay(f Fleet, overrides []Override, now time.Time) (Fleet, []error) {
	f.Systems = slices.Clone(f.Systems)
	f.Clusters = slices.Clone(f.Clusters)
	var errs []error
	used := map[string]string{}
	names := f.names()
	clusters := make(map[string]*Cluster, len(f.Clusters))
	for i := range f.Clusters {
		clusters[f.Clusters[i].Slug] = &f.Clusters[i]
	}
	for _, o := range overrides {
		i, known := find(names, o.Names())
		if !known {
			i = len(f.Systems)
			f.Systems = append(f.Systems, System{Name: o.System, Slug: Slug(o.System)})
			names[Slug(o.System)] = i
		}
		s := &f.Systems[i]
		if first, twice := used[s.Slug]; twice {
			errs = append(errs, fmt.Errorf("%s: system %q is already described by %s", o.Origin, o.System, first))
			continue
		}
		used[s.Slug] = o.Origin
		s.apply(o, now)
		if c := clusters[s.Slug]; c != nil {
			c.Name = s.Name
		}
	}
	slices.SortStableFunc(f.Systems, func(a, b System) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return f, errs
}

// names maps every slug that names a system to its index. A system's own slug comes
// before its name, and that before the aliases of any other.
func (f Fleet) names() map[string]int {
	index := make(map[string]int, 2*len(f.Systems))
	add := func(slug string, i int) {
		if _, taken := index[slug]; !taken {
			index[slug] = i
		}
	}
	for i, s := range f.Systems {
		add(s.Slug, i)
	}
	for i, s := range f.Systems {
		add(Slug(s.Name), i)
	}
	for i, s := range f.Systems {
		for _, alias := range s.Aliases {
			add(Slug(alias), i)
		}
	}
	return index
}

func find(index map[string]int, names []string) (int, bool) {
	for _, name := range names {
		if i, known := index[Slug(name)]; known {
			return i, true
		}
	}
	return 0, false
}

// apply sets every field that the override gives.
func (s *System) apply(o Override, now time.Time) {
	given := System{
		Name: o.Name, Site: o.Site, Scheduler: o.Scheduler, LoginNode: o.LoginNode,
		LoginNodeSource: LoginConfigured, Details: o.Details,
	}
	if o.LoginNode == "" {
		given.LoginNodeSource = ""
	}
	if o.Status != "" {
		// An operator's word holds for as long as the file says so: it carries no expiry.
		given.Reported = &Fact{Status: o.Status, Text: o.StatusText, Source: OperatorSource, ObservedAt: now}
	}
	origins := maps.Clone(s.Origins)
	if origins == nil {
		origins = map[string]string{}
	}
	for field, set := range fieldsOf(given) {
		if set {
			origins[field] = o.Origin
		}
	}
	given.fill(*s, now)
	given.Slug, given.Aliases, given.Observed, given.Origins = s.Slug, s.Aliases, s.Observed, origins
	*s = given
}
