package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/julienschmidt/httprouter"

	"hpcstatus/collectors/fleet/doc"
)

// failure is an answer that is not a success. Every other error is a 500 of which the
// client learns nothing.
type failure struct {
	status int
	body   doc.Error
	allow  string // the methods allowed, for a 405
}

func (f *failure) Error() string { return f.body.Error }

// waitSeconds is when to look again for the first generation.
const waitSeconds = 5

// allowRead are the methods of everything that is only read.
const allowRead = "GET, HEAD, OPTIONS"

var (
	errNotFound   error = &failure{status: http.StatusNotFound, body: doc.Error{Error: "Not found"}}
	errIdentifier error = &failure{status: http.StatusBadRequest, body: doc.Error{
		Error: "Bad request: a name has at most 128 characters, at least one letter or digit, and no control characters"}}
	errServer       = &failure{status: http.StatusInternalServerError, body: doc.Error{Error: "Server error"}}
	errNoGeneration = &failure{status: http.StatusServiceUnavailable, body: doc.Error{
		Error: "No data yet: nothing has been published", RetryAfter: waitSeconds}}
)

func notAllowed(allow string) error {
	return &failure{status: http.StatusMethodNotAllowed, body: doc.Error{Error: "Method not allowed"}, allow: allow}
}

func limitedFor(seconds int) error {
	return &failure{status: http.StatusTooManyRequests, body: doc.Error{Error: "Rate limited", RetryAfter: seconds}}
}

// handle makes a route one of httprouter's.
func (s *Server) handle(h route) httprouter.Handle {
	return func(w http.ResponseWriter, r *http.Request, params httprouter.Params) {
		if err := h(w, r, params); err != nil {
			s.fail(w, r, err)
		}
	}
}

// fallback makes a route the handler of paths that have none.
func (s *Server) fallback(h route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.handle(h)(w, r, nil) })
}

// fail answers with an error: JSON below /api, a page or a line of text elsewhere.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	f, known := errors.AsType[*failure](err)
	if !known {
		s.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "err", err)
		f = errServer
	}
	h := w.Header()
	for _, name := range []string{"ETag", "Last-Modified", "Content-Encoding", "Vary", "Content-Length", "Allow"} {
		h.Del(name)
	}
	if f.allow != "" {
		h.Set("Allow", f.allow)
	}
	if f.body.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(f.body.RetryAfter))
	}
	if isAPI(r.URL.Path) {
		s.writeJSON(w, f.status, f.body)
		return
	}
	s.failPage(w, f)
}

// waitingPage stands for the site until there is one. It uses nothing that the policy of
// the pages forbids.
const waitingPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>No data yet</title>
</head>
<body>
<main>
<h1>No data yet</h1>
<p>Nothing has been published so far. This page looks again every five seconds.</p>
</main>
</body>
</html>
`

// failPage answers people.
func (s *Server) failPage(w http.ResponseWriter, f *failure) {
	const html = "text/html; charset=utf-8"
	v := s.view.Load()
	switch {
	case v == nil && f == errNoGeneration:
		write(w, f.status, html, []byte(waitingPage))
	case v != nil && f.status == http.StatusNotFound && v.files[missingPage] != nil:
		write(w, f.status, html, v.files[missingPage].body)
	default:
		write(w, f.status, "text/plain; charset=utf-8", []byte(f.body.Error+"\n"))
	}
}

// writeJSON answers with a value that is made for this one request.
func (s *Server) writeJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		s.log.Error("encode answer", "err", err)
		status, body = http.StatusInternalServerError, []byte(`{"error":"Server error"}`)
	}
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	write(w, status, "application/json", append(body, '\n'))
}

func write(w http.ResponseWriter, status int, contentType string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", cacheNever)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
