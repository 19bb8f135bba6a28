package demo

import (
	"fmt"
	"strings"
	"testing"

	"hpcstatus/collectors/fleet"
)

// scenery finds things in the fleet by name; what is not there fails the test.
type scenery struct {
	*testing.T
	fleet.Fleet
}

func (s scenery) cluster(slug string) fleet.Cluster {
	s.Helper()
	for _, c := range s.Clusters {
		if c.Slug == slug {
			return c
		}
	}
	s.Fatalf("no cluster %s", slug)
	panic("unreachable")
}

func (s scenery) queue(slug, name string) fleet.Queue {
	s.Helper()
	for _, q := range s.cluster(slug).Queues {
		if q.Name == name {
			return q
		}
	}
	s.Fatalf("no queue %s on %s", name, slug)
	panic("unreachable")
}

func (s scenery) allocation(slug, project string) fleet.Allocation {
	s.Helper()
	for _, a := range s.cluster(slug).Allocations {
		if a.Project == project {
			return a
		}
	}
	s.Fatalf("no project %s on %s", project, slug)
	panic("unreachable")
}

func (s scenery) storage(slug, path string, kind fleet.StorageKind) fleet.Storage {
	s.Helper()
	for _, part := range s.cluster(slug).Storage {
		if part.Path == path && part.Kind == kind {
			return part
		}
	}
	s.Fatalf("no %s %s on %s", kind, path, slug)
	panic("unreachable")
}

// show writes counts with a dash for what is not known.
func show(numbers ...*int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = "-"
		if n != nil {
			words[i] = fmt.Sprint(*n)
		}
	}
	return strings.Join(words, " ")
}

// The following are what the tests compare: text that a person can read.

func (s scenery) jobs(slug, queue string) string {
	s.Helper()
	return counts(s.queue(slug, queue).Jobs)
}

func (s scenery) totals(slug string) string {
	s.Helper()
	return counts(s.cluster(slug).Totals)
}

func counts(j fleet.Jobs) string { return show(j.Running, j.Queued, j.Held, j.Eligible) }

func (s scenery) state(slug, queue string) string {
	s.Helper()
	return string(s.queue(slug, queue).State)
}

func (s scenery) spent(slug, project string) string {
	s.Helper()
	a := s.allocation(slug, project)
	return strings.TrimSpace(fmt.Sprintf("%.0f%% %s %s", a.PercentUsed(), a.Unit, a.Unmetered))
}

func (s scenery) full(slug, path string, kind fleet.StorageKind) string {
	s.Helper()
	return fmt.Sprintf("%.0f%%", s.storage(slug, path, kind).PercentUsed())
}

func (s scenery) nodes(slug string) string {
	s.Helper()
	n := s.cluster(slug).Nodes
	return fmt.Sprintf("%d: %d busy, %d idle, %d drained, %d down, %d reserved",
		n.Total, n.Busy, n.Idle, n.Drained, n.Down, n.Reserved)
}

func free(r *fleet.Resource) string { return fmt.Sprintf("%d of %d free", r.Free, r.Total) }

// fact is something that the demo promises.
type fact struct{ what, got, want string }

func (s scenery) hold(facts ...fact) {
	s.Helper()
	for _, f := range facts {
		if f.got != f.want {
			s.Errorf("%s: got %s, want %s", f.what, f.got, f.want)
		}
	}
}
