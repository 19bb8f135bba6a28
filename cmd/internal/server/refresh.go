package server

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/julienschmidt/httprouter"

	"hpcstatus/collectors/fleet/doc"
)

// maxRefreshBody is how many bytes of body, which nothing reads, a refresh may have.
const maxRefreshBody = 4096

// cooldown keeps accepted refreshes apart.
type cooldown struct {
	mu   sync.Mutex
	last time.Time // of the last accepted refresh; zero when there was none
}

// refresh starts a cycle unless the request comes from another site or too soon.
func (s *Server) refresh(w http.ResponseWriter, r *http.Request, _ httprouter.Params) error {
	if err := s.guard.Check(r); err != nil {
		return &failure{status: http.StatusForbidden, body: doc.Error{Error: "Forbidden: a refresh cannot be asked for from another site"}}
	}
	if err := skipBody(w, r); err != nil {
		return err
	}
	if s.opts.Refresh == nil {
		return &failure{status: http.StatusServiceUnavailable, body: doc.Error{
			Error: "Refresh not available: this server only shows what another process collects"}}
	}
	if err := s.startRefresh(); err != nil {
		return err
	}
	s.writeJSON(w, http.StatusOK, doc.Refreshing{Status: "refreshing", Message: "Data refresh initiated"})
	return nil
}

// skipBody reads the body that a refresh does not need.
func skipBody(w http.ResponseWriter, r *http.Request) error {
	_, err := io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, maxRefreshBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return &failure{status: http.StatusRequestEntityTooLarge, body: doc.Error{Error: "Request too large: a refresh needs no body"}}
	}
	if err != nil {
		return &failure{status: http.StatusBadRequest, body: doc.Error{Error: "Bad request: the body could not be read"}}
	}
	return nil
}

// startRefresh starts a cycle if the last accepted refresh is long enough ago. One that could
// not be started was not accepted.
func (s *Server) startRefresh() error {
	c := &s.cooldown
	c.mu.Lock()
	defer c.mu.Unlock()
	now := s.now()
	if wait := s.opts.RefreshCooldown - now.Sub(c.last); !c.last.IsZero() && wait > 0 {
		return limitedFor(seconds(wait))
	}
	if err := s.opts.Refresh(); err != nil {
		return fmt.Errorf("start refresh: %w", err)
	}
	c.last = now
	return nil
}

// seconds rounds up, so that whoever waits that long does not come too soon.
func seconds(d time.Duration) int { return max(1, int(math.Ceil(d.Seconds()))) }
