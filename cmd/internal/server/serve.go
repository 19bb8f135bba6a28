package server

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// maxHeader is how many bytes the header of a request may have.
const maxHeader = 64 << 10

// timeouts keep slow clients from holding connections.
type timeouts struct {
	header, read, write, idle time.Duration
	// grace is how long requests may go on once the server is told to stop.
	grace time.Duration
}

func defaultTimeouts() timeouts {
	return timeouts{
		header: 10 * time.Second, read: 30 * time.Second, idle: 2 * time.Minute,
		write: 2 * time.Minute, // a large page over a slow line
		grace: 10 * time.Second,
	}
}

// Serve answers on l until ctx ends, then lets running requests finish, for ten seconds at
// most, and returns nil. It closes l. An error means that the listener failed.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler: s.handler, MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: s.timeouts.header, ReadTimeout: s.timeouts.read,
		WriteTimeout: s.timeouts.write, IdleTimeout: s.timeouts.idle,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		s.shutDown(h)
	})
	err := h.Serve(l)
	if stop() { // nobody asked for it
		_ = h.Close()
		return fmt.Errorf("serve on %s: %w", l.Addr(), err)
	}
	<-stopped
	return nil
}

func (s *Server) shutDown(h *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), s.timeouts.grace)
	defer cancel()
	if err := h.Shutdown(ctx); err != nil {
		s.log.Warn("requests that did not end in time were cut off", "after", s.timeouts.grace)
		_ = h.Close()
	}
}
