package cycle

import (
	"slices"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// Health is how the monitor itself is at this moment. The server adds its uptime.
func (c *Cycle) Health() doc.Health {
	c.mu.Lock()
	defer c.mu.Unlock()
	health := doc.Health{Status: "unhealthy", Schema: doc.Schema, Collectors: map[string]doc.CollectorHealth{}, Demo: c.setup.Site.Demo}
	if c.health != nil {
		health = *c.health
	}
	collectors := make(map[string]doc.CollectorHealth, len(health.Collectors))
	for _, job := range c.setup.Jobs {
		collectors[job.Collector.Name()] = doc.CollectorHealth{Status: string(fleet.RunPending), Targets: []doc.TargetHealth{}}
	}
	for _, name := range c.setup.Disabled {
		collectors[name] = doc.CollectorHealth{Status: string(fleet.RunDisabled), Targets: []doc.TargetHealth{}}
	}
	for name, known := range health.Collectors {
		if _, configured := collectors[name]; configured {
			collectors[name] = known
		}
	}
	health.Collectors = collectors
	health.Problems = make([]string, 0, len(c.problems))
	for _, message := range c.problems {
		health.Problems = append(health.Problems, message)
	}
	slices.Sort(health.Problems)
	expired := !health.ValidUntil.IsZero() && c.opts.Now().After(health.ValidUntil.Time)
	if health.Status == "healthy" && (len(health.Problems) > 0 || expired) {
		health.Status = "degraded"
	}
	return health
}
