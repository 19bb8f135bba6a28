package api

import (
	"net/url"
	"strconv"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// unknownKey counts what has no centre or no scheduler in a breakdown, so that every
// breakdown sums to the number of systems.
const unknownKey = "unknown"

func (in Input) status() doc.Status {
	d := doc.Status{
		StatusBreakdown: map[string]int{}, DSRCBreakdown: map[string]int{}, SchedulerBreakdown: map[string]int{},
		Systems: []doc.System{}, Schema: doc.Schema, Demo: in.Site.Demo,
	}
	var validUntil, observed time.Time
	for _, s := range in.Fleet.Systems {
		verdict := fleet.Judge(s.Reported, s.Observed, in.Now)
		shown := in.system(s, verdict)
		d.Systems = append(d.Systems, shown)
		d.StatusBreakdown[shown.Status]++
		d.DSRCBreakdown[countedAs(shown.DSRC)]++
		d.SchedulerBreakdown[countedAs(shown.Scheduler)]++
		if verdict.Fact != nil {
			validUntil = in.earliest(validUntil, verdict.Fact.ValidUntil)
		}
		observed = newest(observed, s.Reported, s.Observed)
	}
	d.ValidUntil = doc.At(validUntil)
	d.Summary = doc.Summary{
		TotalSystems:  len(d.Systems),
		UpCount:       d.StatusBreakdown[string(fleet.Up)],
		DegradedCount: d.StatusBreakdown[string(fleet.Degraded)],
		FleetUptime:   fleetUptime(d.StatusBreakdown, len(d.Systems)),
		LastObserved:  doc.At(observed),
	}
	return d
}

// fleetUptime is UP over the systems whose status is known; with less than half of
// them known, a percentage would say more than we know.
func fleetUptime(breakdown map[string]int, total int) string {
	known := total - breakdown[string(fleet.Unknown)]
	if known == 0 || known*2 < total {
		return "n/a"
	}
	share := float64(breakdown[string(fleet.Up)]) / float64(known) * 100
	return strconv.FormatFloat(percent(share, 0), 'f', 0, 64) + "%"
}

func countedAs(value *string) string {
	if value == nil {
		return unknownKey
	}
	return *value
}

func newest(t time.Time, facts ...*fleet.Fact) time.Time {
	for _, f := range facts {
		// What an operator wrote is no observation.
		if f != nil && f.Source != fleet.OperatorSource && f.ObservedAt.After(t) {
			t = f.ObservedAt
		}
	}
	return t
}

func (in Input) system(s fleet.System, verdict fleet.Verdict) doc.System {
	d := doc.System{
		SystemBrief: doc.SystemBrief{
			System: s.Name, Slug: s.Slug, Status: string(verdict.Status),
			DSRC: known(s.Site), LoginNode: known(s.LoginNode), Scheduler: known(s.Scheduler),
		},
		DetailsURL:      in.Site.URLPrefix + "/system/" + url.PathEscape(s.Slug),
		SiteName:        known(in.Sites[s.Site].Name),
		LoginNodeSource: known(s.LoginNodeSource),
		StatusRule:      string(verdict.Rule),
		LastStatus:      known(verdict.Last),
		Reported:        in.fact(s.Reported),
		Observed:        in.fact(s.Observed),
	}
	if verdict.Fact != nil {
		d.SystemBrief.Provenance = in.fact(verdict.Fact).Provenance
	}
	return d
}

func (in Input) fact(f *fleet.Fact) *doc.Fact {
	if f == nil {
		return nil
	}
	return &doc.Fact{Status: string(f.Status), Text: f.Text, Provenance: doc.Provenance{
		ObservedAt: doc.At(f.ObservedAt), ValidUntil: doc.At(f.ValidUntil),
		Stale: f.Stale || f.Expired(in.Now), Source: known(f.Source),
	}}
}

// summary condenses the status: the same systems, counts and expiry.
func (in Input) summary(status doc.Status) doc.FleetSummary {
	d := doc.FleetSummary{
		GeneratedAt: doc.At(in.TakenAt),
		FleetStats: doc.FleetStats{
			TotalSystems: status.Summary.TotalSystems,
			StatusCounts: status.StatusBreakdown, DSRCCounts: status.DSRCBreakdown,
		},
		Systems: []doc.SystemBrief{}, Schema: doc.Schema, ValidUntil: status.ValidUntil, Demo: in.Site.Demo,
	}
	for _, s := range status.Systems {
		d.Systems = append(d.Systems, s.SystemBrief)
	}
	return d
}
