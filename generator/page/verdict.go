package page

import (
	"fmt"
	"strings"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// mostNamed is how many systems of one status a verdict names before it only counts them.
const mostNamed = 3

// verdict says the state of the fleet in one sentence: "11 of 12 systems up; Warhawk in maintenance".
// A cloud cluster that is switched off is no bad news: it is left out.
func (m *model) verdict() string {
	status := &m.Documents.Status
	total, up := m.inService(), status.Summary.UpCount
	switch {
	case total == 0:
		return "No system is known yet"
	case up == total && len(status.Systems) == 1:
		return status.Systems[0].System + " is up"
	case up == total:
		return fmt.Sprintf("All %s systems up", thousands(int64(total)))
	}
	names := map[fleet.Status][]string{}
	for i := range status.Systems {
		s := &status.Systems[i]
		if m.switchedOff(s) {
			continue
		}
		names[fleet.Status(s.Status)] = append(names[fleet.Status(s.Status)], s.System)
	}
	parts := []string{fmt.Sprintf("%s of %s up", thousands(int64(up)), count(total, "system"))}
	for _, kind := range []struct {
		status fleet.Status
		format string
	}{
		{fleet.Down, "%s down"}, {fleet.Degraded, "%s degraded"},
		{fleet.Maintenance, "%s in maintenance"}, {fleet.Unknown, "%s unknown"},
	} {
		if found := names[kind.status]; len(found) > 0 {
			parts = append(parts, fmt.Sprintf(kind.format, named(found)))
		}
	}
	return strings.Join(parts, "; ")
}

// inService is the number of systems without those that are switched off.
func (m *model) inService() int {
	status := &m.Documents.Status
	n := status.Summary.TotalSystems
	for i := range status.Systems {
		if m.switchedOff(&status.Systems[i]) {
			n--
		}
	}
	return n
}

// switchedOff reports whether all that is known of the system is that its cloud cluster is off.
func (m *model) switchedOff(s *doc.System) bool {
	c := m.clusters[s.Slug]
	return c != nil && c.Status == string(fleet.Off) && s.Status == string(fleet.Unknown)
}

// named lists a few names, and counts many.
func named(names []string) string {
	if len(names) > mostNamed {
		return thousands(int64(len(names)))
	}
	return list(names)
}
