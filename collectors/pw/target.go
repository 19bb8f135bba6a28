package pw

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hpcstatus/collectors/cluster"
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/run"
)

// targets are the clusters to ask, each with a runner, and those that cannot be asked, each
// with a runner that says why. Without a choice in the options it is every listed cluster.
func (c *Collector) targets(all []listed) []cluster.Target {
	chosen, missing := choose(all, c.opts.Clusters)
	slugs := map[string]bool{}
	var targets []cluster.Target
	for _, l := range chosen {
		targets = append(targets, c.target(l, slugs))
	}
	for _, name := range missing {
		l, ok := listed{uri: name, name: lastPart(name)}.complete("")
		if !ok {
			l.name = "cluster"
		}
		target := c.target(l, slugs)
		target.Runner = refusal{fmt.Errorf("%q is not listed by pw: "+
			"check [collectors.pw_cluster] clusters against `pw cluster ls`", name)}
		targets = append(targets, target)
	}
	return targets
}

// choose picks the wanted clusters from the list, all when none is named, and returns the
// names that nothing in the list answers to. A name in several namespaces picks each.
func choose(all []listed, wanted []string) (chosen []listed, missing []string) {
	if len(wanted) == 0 {
		return all, nil
	}
	found := make([]bool, len(wanted))
	for _, l := range all {
		hit := false
		for i, name := range wanted {
			if l.answersTo(name) {
				hit, found[i] = true, true
			}
		}
		if hit {
			chosen = append(chosen, l)
		}
	}
	for i, name := range wanted {
		if !found[i] && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
	}
	return chosen, missing
}

// answersTo reports whether a configured name or URI means the cluster.
func (l listed) answersTo(name string) bool {
	if strings.Contains(name, "/") {
		return name == l.uri
	}
	folded := fleet.Fold(name)
	return folded != "" && (folded == fleet.Fold(l.name) || folded == fleet.Fold(l.display))
}

// target is the cluster as the probe takes it. The first of several with one name keeps it;
// the others get their namespace appended.
func (c *Collector) target(l listed, slugs map[string]bool) cluster.Target {
	t := cluster.Target{Name: l.name, Slug: fleet.Slug(l.name), Paths: c.opts.StoragePaths, Timeout: c.opts.Timeout}
	if l.display != "" {
		t.Name = l.display
	}
	if fleet.Fold(t.Name) != fleet.Fold(l.name) {
		t.Aliases = []string{l.name}
	}
	if slugs[t.Slug] {
		t.Slug = fleet.Slug(l.name + " " + l.namespace())
		t.Name += " (" + l.namespace() + ")"
		t.Aliases = nil
	}
	for base, n := t.Slug, 2; slugs[t.Slug]; n++ {
		t.Slug = fmt.Sprintf("%s-%d", base, n)
	}
	slugs[t.Slug] = true
	c.connect(&t, l)
	return t
}

// connect decides by the status that pw gives whether the cluster is asked. Which words
// there are is known from the CLI's help and its vendor's scripts; a release before 2026
// said "on" for "active". A cloud cluster that is switched off can be started on demand, so
// that is no failure; a connection to an existing machine that is off is one.
func (c *Collector) connect(t *cluster.Target, l listed) {
	switch l.status {
	case "active", "on", "":
		t.Runner = c.opts.NewRunner(l.uri)
		return
	case "off", "stopped":
		t.Off = l.kind != "" && l.kind != existing
	}
	t.Runner = refusal{fmt.Errorf("not asked: pw gives its status as %q", l.status)}
}

// existing is the type of a machine that Parallel Works only connects to.
const existing = "existing"

// refusal is the runner of a cluster that cannot be asked.
type refusal struct{ why error }

var _ run.Runner = refusal{}

func (r refusal) Run(context.Context, string) (run.Output, error) { return run.Output{}, r.why }
func (r refusal) Credential() string                              { return "" }
