package api

import (
	"slices"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// The words for the health of the whole.
const (
	healthy   = "healthy"   // every enabled collector's last run went well
	degraded  = "degraded"  // some did not, something shown has expired, or a file of the operator is broken
	unhealthy = "unhealthy" // there is nothing to show
)

// health is how the monitor is, not the machines. What only a running server knows stays empty.
func (in Input) health(status doc.Status) doc.Health {
	d := doc.Health{
		Status: in.overall(status), Collectors: map[string]doc.CollectorHealth{}, Schema: doc.Schema,
		GeneratedAt: doc.At(in.TakenAt), ValidUntil: doc.At(in.validUntil()),
		Problems: listed(in.Problems), Demo: in.Site.Demo,
	}
	for _, source := range in.Fleet.Sources {
		d.Collectors[source.Run.Name] = collectorHealth(source)
	}
	for _, name := range in.Disabled {
		c := d.Collectors[name]
		c.Status, c.Targets = string(fleet.RunDisabled), listed(c.Targets)
		d.Collectors[name] = c
	}
	return d
}

// validUntil is when the generation stops being good; zero when it has no data or no end.
func (in Input) validUntil() time.Time {
	if in.TakenAt.IsZero() || in.ValidFor <= 0 {
		return time.Time{}
	}
	return in.TakenAt.Add(in.ValidFor)
}

func (in Input) overall(status doc.Status) string {
	switch {
	case !in.hasData():
		return unhealthy
	case in.failed() || in.expired(status) || len(in.Problems) > 0:
		return degraded
	}
	return healthy
}

// hasData reports whether anything was ever said of any machine.
func (in Input) hasData() bool {
	for _, s := range in.Fleet.Systems {
		if s.Reported != nil || (s.Observed != nil && !s.Observed.ObservedAt.IsZero()) {
			return true
		}
	}
	return false
}

// failed reports whether the last run of an enabled collector was not ok.
func (in Input) failed() bool {
	for _, source := range in.Fleet.Sources {
		enabled := source.Run.Status != fleet.RunDisabled && !slices.Contains(in.Disabled, source.Run.Name)
		if enabled && source.Run.Status != fleet.RunOK {
			return true
		}
	}
	return false
}

// expired reports whether something that is shown is past its validity.
func (in Input) expired(status doc.Status) bool {
	for _, s := range status.Systems {
		if s.StatusRule == string(fleet.RuleExpired) {
			return true
		}
	}
	for _, c := range in.Fleet.Clusters {
		if c.Status != fleet.Off && in.past(c.ValidUntil) {
			return true
		}
	}
	return in.past(in.validUntil())
}

func collectorHealth(source fleet.Source) doc.CollectorHealth {
	run := source.Run
	d := doc.CollectorHealth{
		Status: string(run.Status), LastRun: doc.At(run.StartedAt), LastSuccess: doc.At(run.SucceededAt),
		Error: known(run.Error), Targets: []doc.TargetHealth{},
	}
	if !run.StartedAt.IsZero() {
		d.DurationMS = milliseconds(run.Duration)
	}
	for _, t := range source.Batch.Targets {
		d.Targets = append(d.Targets, targetHealth(t))
	}
	return d
}

func targetHealth(t fleet.Target) doc.TargetHealth {
	d := doc.TargetHealth{
		Name: t.Name, Slug: t.Slug, Status: "ok", LastSuccess: doc.At(t.SucceededAt), Error: known(t.Error),
	}
	switch {
	case t.NeedsLogin:
		d.Status = "needs login"
	case t.Error != "":
		d.Status = "error"
	}
	if t.Duration > 0 {
		d.DurationMS = milliseconds(t.Duration)
	}
	return d
}

func milliseconds(d time.Duration) *int64 {
	ms := d.Milliseconds()
	return &ms
}
