package server

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// contentPolicy forbids everything that the pages do not need, scripts and styles in the
// page above all.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// exposed are the headers that scripts of other sites may read.
const exposed = "ETag, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"

// secured puts the security headers on every answer.
func (s *Server) secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		// Not no-referrer: with that, browsers name no origin for a form of our own either,
		// and the guard of the refresh could not tell it from another site's.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// mounted takes the URL prefix off the path, and a slash at the end of a path of the API.
func (s *Server) mounted(next http.Handler) http.Handler {
	prefix := s.opts.URLPrefix
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		below, ok := strings.CutPrefix(r.URL.Path, prefix)
		if ok && below == "" && prefix != "" {
			to := url.URL{Path: prefix + "/", RawQuery: r.URL.RawQuery}
			http.Redirect(w, r, to.String(), http.StatusPermanentRedirect)
			return
		}
		if !ok || !strings.HasPrefix(below, "/") {
			write(w, http.StatusNotFound, "text/plain; charset=utf-8", []byte("Not found\n"))
			return
		}
		if isAPI(below) {
			below = strings.TrimSuffix(below, "/")
		}
		next.ServeHTTP(w, at(r, below))
	})
}

// at is the request with another path.
func at(r *http.Request, path string) *http.Request {
	if path == r.URL.Path {
		return r
	}
	moved := *r
	moved.URL = new(url.URL)
	*moved.URL = *r.URL
	moved.URL.Path, moved.URL.RawPath = path, ""
	return &moved
}

// recovered turns a panic into a 500, unless the answer has begun.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := &tracker{ResponseWriter: w}
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler {
				panic(cause)
			}
			s.log.Error("panic", "method", r.Method, "path", r.URL.Path, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			if t.begun {
				panic(http.ErrAbortHandler) // the client must not take the rest for an answer
			}
			s.fail(w, r, errServer)
		}()
		next.ServeHTTP(t, r)
	})
}

// tracker knows whether the answer has begun.
type tracker struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader implements http.ResponseWriter.
func (t *tracker) WriteHeader(status int) {
	t.begun = true
	t.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (t *tracker) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// shared lets scripts of other sites read the API, but never ask for a refresh.
func (s *Server) shared(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
		if reads && isAPI(r.URL.Path) && !isRefresh(r.URL.Path) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Access-Control-Expose-Headers", exposed)
		}
		next.ServeHTTP(w, r)
	})
}

// limited counts requests to the API, whatever becomes of them.
func (s *Server) limited(next http.Handler) http.Handler {
	if s.limiter.limit == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isAPI(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		now := s.now()
		remaining, ends, ok := s.limiter.take(s.client(r), now)
		wait := seconds(ends.Sub(now))
		h := w.Header() // with the names as documented, which Set would respell
		h["X-RateLimit-Limit"] = []string{strconv.Itoa(s.limiter.limit)}
		h["X-RateLimit-Remaining"] = []string{strconv.Itoa(remaining)}
		h["X-RateLimit-Reset"] = []string{strconv.FormatInt(ends.Add(time.Second-1).Unix(), 10)}
		if !ok {
			s.fail(w, r, limitedFor(wait))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// optioned answers OPTIONS: what is allowed, and to scripts of other sites that they may read the API.
func (s *Server) optioned(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodOptions {
			next.ServeHTTP(w, r)
			return
		}
		h := w.Header()
		switch {
		case isRefresh(r.URL.Path):
			h.Set("Allow", "OPTIONS, POST")
		case isAPI(r.URL.Path):
			h.Set("Access-Control-Allow-Methods", "GET, HEAD")
			h.Set("Access-Control-Allow-Headers", "*")
			h.Set("Access-Control-Max-Age", "86400")
			fallthrough
		default:
			h.Set("Allow", allowRead)
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// isRefresh says whether a path below the prefix is that of the refresh.
func isRefresh(p string) bool { return p == "/api/refresh" || p == "/api/refresh.json" }
