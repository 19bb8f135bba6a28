package fleet

import (
	"slices"
	"testing"
	"time"
)

var testSites = Sites{"NAVO": {Code: "NAVO", Name: "Navy DSRC"}, "ERDC": {Code: "ERDC", Name: "ERDC DSRC"}}

func source(name string, b Batch) Source { return Source{Run: Run{Name: name}, Batch: b} }

func slugs(f Fleet) []string {
	var out []string
	for _, s := range f.Systems {
		out = append(out, s.Slug)
	}
	return out
}

func TestMergeJoinsSources(t *testing.T) {
	page := source("hpcmp_fleet", Batch{Systems: []System{{
		Name: "Nautilus", Site: "Navy DSRC", Scheduler: "Slurm", LoginNode: "nautilus.example", LoginNodeSource: LoginDerived,
		Reported: fact(Up, time.Minute),
	}}})
	session := source("pw_cluster", Batch{Clusters: []Cluster{{
		Name: "nautilus", Slug: "nautilus", Status: Connected, Source: "pw_cluster", Scheduler: "PBS", ObservedAt: now,
		LoginNode: "nautilus01.example", LoginNodeSource: LoginObserved,
	}}})
	f := Merge(Snapshot{Sources: []Source{page, session}}, testSites, now)
	if len(f.Systems) != 1 || len(f.Clusters) != 1 {
		t.Fatalf("got %d systems and %d clusters, want one of each", len(f.Systems), len(f.Clusters))
	}
	s := f.Systems[0]
	if s.Name != "Nautilus" || s.Site != "NAVO" || s.Scheduler != "PBS" || s.LoginNode != "nautilus01.example" {
		t.Errorf("merged system is %+v", s)
	}
	if s.Origins["scheduler"] != "pw_cluster" || s.Origins["status"] != "hpcmp_fleet" || s.Origins["login_node"] != "pw_cluster" {
		t.Errorf("origins are %v", s.Origins)
	}
	if s.Observed == nil || s.Reported == nil {
		t.Error("both facts must stay visible")
	}
	if f.Clusters[0].Name != "Nautilus" {
		t.Errorf("the cluster is shown as %q", f.Clusters[0].Name)
	}
	if page.Batch.Systems[0].Origins != nil {
		t.Error("Merge wrote into the snapshot")
	}
}

func TestMergeNames(t *testing.T) {
	sys := func(name, site string, aliases ...string) System {
		return System{Name: name, Site: site, Aliases: aliases}
	}
	for _, c := range []struct {
		name    string
		sources []Source
		same    [][]string
		want    []string
	}{
		{"one source never joins its own entries",
			[]Source{source("a", Batch{Systems: []System{sys("Foo 1", "NAVO"), sys("foo-1", "ERDC")}})},
			nil, []string{"foo-1-navo", "foo-1"}},
		{"the order of the page does not matter",
			[]Source{source("a", Batch{Systems: []System{sys("foo-1", "ERDC"), sys("Foo 1", "NAVO")}})},
			nil, []string{"foo-1-navo", "foo-1"}},
		{"an alias joins",
			[]Source{source("a", Batch{Systems: []System{sys("Narwhal", "")}}), source("b", Batch{Systems: []System{sys("nwl", "", "narwhal")}})},
			nil, []string{"narwhal"}},
		{"an alias joins two that came before",
			[]Source{source("a", Batch{Systems: []System{sys("Narwhal", "")}}), source("b", Batch{Systems: []System{sys("nwl", "")}}), source("c", Batch{Systems: []System{sys("x", "", "nwl", "Narwhal")}})},
			nil, []string{"narwhal"}},
		{"content joins",
			[]Source{source("a", Batch{Systems: []System{sys("Narwhal", "")}}), source("b", Batch{Systems: []System{sys("nwl", "")}})},
			[][]string{{"Narwhal", "nwl"}}, []string{"narwhal"}},
		{"no guess: folded names are not one slug",
			[]Source{source("a", Batch{Systems: []System{sys("Gaea C5", "")}}), source("b", Batch{Systems: []System{sys("GaeaC5", "")}})},
			nil, []string{"gaea-c5", "gaeac5"}},
		{"same name at two sites from two sources",
			[]Source{source("a", Batch{Systems: []System{sys("Reef", "NAVO")}}), source("b", Batch{Systems: []System{sys("Reef", "ERDC")}})},
			nil, []string{"reef", "reef-navo"}},
		{"a name without letters still has a slug",
			[]Source{source("a", Batch{Systems: []System{sys("???", "")}})}, nil, []string{"system"}},
	} {
		got := slugs(Merge(Snapshot{Sources: c.sources}, testSites, now, c.same...))
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: slugs %v, want %v", c.name, got, c.want)
		}
	}
}

func TestMergeKeepsBestCluster(t *testing.T) {
	f := Merge(Snapshot{Sources: []Source{
		source("pw_cluster", Batch{Clusters: []Cluster{{Name: "fish", Slug: "fish", Status: Unreachable, Source: "pw_cluster"}}}),
		source("cluster", Batch{Clusters: []Cluster{{Name: "Fish", Slug: "fish", Status: Connected, Source: "cluster", ObservedAt: now}}}),
	}}, testSites, now)
	if len(f.Clusters) != 1 || f.Clusters[0].Source != "cluster" {
		t.Errorf("clusters %+v", f.Clusters)
	}
}

func TestMergeReportedFreshOutranksExpired(t *testing.T) {
	f := Merge(Snapshot{Sources: []Source{
		source("a", Batch{Systems: []System{{Name: "X", Reported: fact(Up, -time.Minute)}}}),
		source("b", Batch{Systems: []System{{Name: "X", Reported: fact(Down, time.Minute)}}}),
	}}, testSites, now)
	if got := f.Systems[0].Reported.Status; got != Down {
		t.Errorf("reported %s, want DOWN", got)
	}
}

func TestOverlay(t *testing.T) {
	cores := int64(7)
	f := Fleet{
		Systems:  []System{{Name: "Nautilus", Slug: "nautilus", Scheduler: "PBS", Reported: fact(Up, time.Minute), Details: Details{Cores: &cores, Description: "old"}}},
		Clusters: []Cluster{{Slug: "nautilus", Name: "Nautilus"}},
	}
	got, errs := Overlay(f, []Override{
		{System: "NAUTILUS", Name: "Nautilus II", Status: Maintenance, StatusText: "moving", Details: Details{Description: "new"}, Origin: "systems/nautilus.md"},
		{System: "Reef", Origin: "systems/reef.md"},
		{System: "nautilus", Origin: "systems/again.md"},
	}, now)
	if len(got.Systems) != 2 {
		t.Fatalf("%d systems, want 2", len(got.Systems))
	}
	s := got.Systems[0]
	if s.Name != "Nautilus II" || s.Slug != "nautilus" || s.Scheduler != "PBS" || s.Details.Description != "new" || *s.Details.Cores != 7 {
		t.Errorf("overlaid system is %+v", s)
	}
	if Judge(s.Reported, s.Observed, now).Status != Maintenance {
		t.Error("the operator's status does not count")
	}
	if s.Origins["description"] != "systems/nautilus.md" {
		t.Errorf("origins %v", s.Origins)
	}
	if got.Clusters[0].Name != "Nautilus II" {
		t.Errorf("the cluster kept the name %q", got.Clusters[0].Name)
	}
	if len(errs) != 1 || errs[0].Error() != `systems/again.md: system "nautilus" is already described by systems/nautilus.md` {
		t.Errorf("errors %v", errs)
	}
	if f.Systems[0].Name != "Nautilus" || f.Clusters[0].Name != "Nautilus" {
		t.Error("Overlay wrote into its argument")
	}
	if Judge(got.Systems[1].Reported, got.Systems[1].Observed, now).Status != Unknown {
		t.Error("a system that only content knows must be UNKNOWN")
	}
}
