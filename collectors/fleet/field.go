package fleet

import "time"

// take sets *dst to value when it is still empty, and notes where the field is from.
func (s *System) take(field string, dst *string, value, origin string) {
	if *dst == "" && value != "" {
		*dst = value
		s.setOrigin(field, origin)
	}
}

func (s *System) setOrigin(field, origin string) {
	if s.Origins == nil {
		s.Origins = map[string]string{}
	}
	s.Origins[field] = origin
}

// loginRank orders the ways to know a login node, the best first.
var loginRank = map[LoginSource]int{LoginConfigured: 1, LoginObserved: 2, LoginDerived: 3, "": 4}

func (s *System) takeLogin(node string, how LoginSource, origin string) {
	if node == "" || (s.LoginNode != "" && loginRank[how] >= loginRank[s.LoginNodeSource]) {
		return
	}
	s.LoginNode, s.LoginNodeSource = node, how
	s.setOrigin("login_node", origin)
}

// fill adds what another source says of the system wherever nothing is known yet.
func (s *System) fill(from System, now time.Time) {
	s.take("system", &s.Name, from.Name, from.Origins["system"])
	s.take("dsrc", &s.Site, from.Site, from.Origins["dsrc"])
	s.take("scheduler", &s.Scheduler, from.Scheduler, from.Origins["scheduler"])
	s.takeLogin(from.LoginNode, from.LoginNodeSource, from.Origins["login_node"])
	if fresher(s.Reported, from.Reported, now) {
		s.Reported = from.Reported
		s.setOrigin("status", from.Origins["status"])
	}
	if fresher(s.Observed, from.Observed, now) {
		s.Observed = from.Observed
	}
	s.fillDetails(from.Details, from.Origins)
}

// fresher reports whether the new fact should replace the old one: there was none, or
// the old one has expired and the new one has not.
func fresher(old, new *Fact, now time.Time) bool {
	switch {
	case new == nil:
		return false
	case old == nil:
		return true
	}
	return old.Expired(now) && !new.Expired(now)
}

func (s *System) fillDetails(d Details, origins map[string]string) {
	s.take("architecture", &s.Details.Architecture, d.Architecture, origins["architecture"])
	s.take("description", &s.Details.Description, d.Description, origins["description"])
	if s.Details.Cores == nil && d.Cores != nil {
		s.Details.Cores = d.Cores
		s.setOrigin("cores", origins["cores"])
	}
	if s.Details.MemoryTB == nil && d.MemoryTB != nil {
		s.Details.MemoryTB = d.MemoryTB
		s.setOrigin("memory_tb", origins["memory_tb"])
	}
	if len(s.Details.Guides) == 0 && len(d.Guides) > 0 {
		s.Details.Guides = d.Guides
		s.setOrigin("guides", origins["guides"])
	}
	if len(s.Details.More) == 0 && len(d.More) > 0 {
		s.Details.More = d.More
		s.setOrigin("more", origins["more"])
	}
}

// observe adds what a cluster's session shows.
func (s *System) observe(c Cluster, now time.Time) {
	s.take("system", &s.Name, c.Name, c.Source)
	s.take("dsrc", &s.Site, c.Site, c.Source)
	if c.Scheduler != "" && s.Scheduler != c.Scheduler {
		s.Scheduler = c.Scheduler
		s.setOrigin("scheduler", c.Source)
	}
	s.takeLogin(c.LoginNode, c.LoginNodeSource, c.Source)
	fact := Observe(c, now)
	s.Observed = &fact
}
