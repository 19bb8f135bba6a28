package server

import (
	"net/http"

	"github.com/julienschmidt/httprouter"

	"hpcstatus/collectors/fleet/doc"
)

// What a health status is called in the API.
const (
	healthy   = "healthy"
	degraded  = "degraded"
	unhealthy = "unhealthy"
)

// health answers with the live health: 200 whenever there is something to show, else 503 with
// the same body.
func (s *Server) health(w http.ResponseWriter, r *http.Request, _ httprouter.Params) error {
	v := s.view.Load()
	status := http.StatusOK
	if v == nil {
		status = http.StatusServiceUnavailable
	}
	s.writeJSON(w, status, s.liveHealth(v))
	return nil
}

// liveHealth is what is known now: from the process that collects, else from the
// generation, else that there is none.
func (s *Server) liveHealth(v *view) doc.Health {
	var h doc.Health
	switch {
	case s.opts.Health != nil:
		h = s.opts.Health()
	case v != nil:
		h = v.health
	default:
		h.Problems = []string{errNoGeneration.body.Error}
	}
	now := s.now()
	uptime := int64(now.Sub(s.started).Seconds())
	h.UptimeSeconds, h.Refresh, h.Schema = &uptime, s.opts.Refresh != nil, doc.Schema
	if h.Status == "" {
		h.Status = unhealthy
	}
	if h.Status == healthy && !h.ValidUntil.IsZero() && now.After(h.ValidUntil.Time) {
		h.Status = degraded
	}
	if h.Collectors == nil {
		h.Collectors = map[string]doc.CollectorHealth{}
	}
	if h.Problems == nil {
		h.Problems = []string{}
	}
	return h
}
