package server

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/generator/publish"
)

var noon = time.Date(2026, 1, 22, 12, 0, 0, 0, time.UTC)

const styles = "assets/site.0a1b2c3d4e.css"

// site is a small published site; its texts are long enough to be compressed where it says so.
func site() map[string][]byte {
	long := strings.Repeat("nautilus is up; ", 500)
	files := map[string]string{
		"index.html":                      "<p>fleet " + long,
		"queues.html":                     "<p>queues",
		"api.html":                        "<p>about the api",
		"404.html":                        "<p>no such page",
		"system/nautilus.html":            "<p>nautilus",
		"system/gaea-c5.html":             "<p>gaea",
		"system/été.html":                 "<p>été",
		"feed.atom":                       "<feed/>",
		styles:                            "body{}" + long,
		"assets/logo.png":                 "png",
		"api/status.json":                 `{"summary":{}}`,
		"api/fleet/summary.json":          `{"text":"` + long + `"}`,
		"api/cluster-usage.json":          `{"clusters":{}}`,
		"api/cluster-usage/nautilus.json": `{"name":"Nautilus"}`,
		"api/cluster-usage/gaea-c5.json":  `{"name":"Gaea C5"}`,
		"api/cluster-usage/a-b.json":      `{"name":"a-b"}`,
		"api/cluster-usage/ab.json":       `{"name":"ab"}`,
		"api/system/nautilus.json":        `{"system":"Nautilus"}`,
		"api/system/gaea-c5.json":         `{"system":"Gaea C5"}`,
		"api/events.json":                 `{"events":[]}`,
		"api/health.json": `{"status":"healthy","uptime_seconds":null,"refresh":false,"schema":1,"problems":null,
			"valid_until":"2026-01-22T12:10:00Z","collectors":{"pw_cluster":{"status":"ok","last_run":"2026-01-22T12:00:00Z"}}}`,
	}
	out := map[string][]byte{}
	for path, text := range files {
		out[path] = []byte(text)
	}
	return out
}

func generation(t testing.TB, files map[string][]byte) *publish.Generation {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "public")
	if _, err := publish.Publish(dir, files, publish.Options{Cycle: "1", GeneratedAt: noon}); err != nil {
		t.Fatal(err)
	}
	g, err := publish.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// start returns a server of the small site, with its clock stopped at noon unless opts has one.
func start(t testing.TB, opts Options) *Server {
	t.Helper()
	if opts.Now == nil {
		opts.Now = func() time.Time { return noon }
	}
	s, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Set(generation(t, site()))
	return s
}

// ask sends a request; headers are pairs of name and value.
func ask(t testing.TB, s *Server, method, path string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, "http://status.example"+path, nil)
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "RemoteAddr" {
			r.RemoteAddr = headers[i+1]
			continue
		}
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t testing.TB, res *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func wantStatus(t testing.TB, res *http.Response, want int) {
	t.Helper()
	if res.StatusCode != want {
		t.Errorf("status %d, want %d; body %.200s", res.StatusCode, want, body(t, res))
	}
}

func wantHeaders(t testing.TB, res *http.Response, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := strings.Join(res.Header[pairs[i]], "; "); got != pairs[i+1] {
			t.Errorf("%s: %q, want %q", pairs[i], got, pairs[i+1])
		}
	}
}

func TestEveryPath(t *testing.T) {
	tests := []struct{ path, file string }{
		{"/", "index.html"}, {"/index.html", "index.html"}, {"/index", "index.html"},
		{"/queues", "queues.html"}, {"/queues.html", "queues.html"}, {"/Queues", "queues.html"}, {"/QUEUES.HTML", "queues.html"},
		{"/system/nautilus", "system/nautilus.html"}, {"/system/Nautilus.html", "system/nautilus.html"},
		{"/System/GAEA_C5", "system/gaea-c5.html"}, {"/system/Gaea%20C5", "system/gaea-c5.html"}, {"/system/%C3%89T%C3%89", "system/été.html"},
		{"/api", "api.html"}, {"/api.html", "api.html"},
		{"/feed.atom", "feed.atom"}, {"/manifest.json", "manifest.json"}, {"/" + styles, styles}, {"/assets/logo.png", "assets/logo.png"},
		{"/api/status", "api/status.json"}, {"/api/status.json", "api/status.json"}, {"/api/status/", "api/status.json"}, {"/API/Status", "api/status.json"},
		{"/api/fleet/summary", "api/fleet/summary.json"}, {"/api/fleet/summary.json", "api/fleet/summary.json"},
		{"/api/cluster-usage", "api/cluster-usage.json"}, {"/api/cluster-usage.json", "api/cluster-usage.json"}, {"/api/cluster-usage/", "api/cluster-usage.json"},
		{"/api/cluster-usage/nautilus", "api/cluster-usage/nautilus.json"}, {"/api/cluster-usage/NAUTILUS.json", "api/cluster-usage/nautilus.json"},
		{"/api/cluster-usage/Gaea%20C5", "api/cluster-usage/gaea-c5.json"}, {"/api/cluster-usage/gaeac5.JSON", "api/cluster-usage/gaea-c5.json"},
		{"/api/cluster-usage/AB", "api/cluster-usage/ab.json"}, {"/api/cluster-usage/A-B/", "api/cluster-usage/a-b.json"},
		{"/api/system/Nautilus", "api/system/nautilus.json"}, {"/api/system/nautilus.json", "api/system/nautilus.json"},
		{"/api/events", "api/events.json"}, {"/api/events.json", "api/events.json"},
	}
	for _, prefix := range []string{"", "/prefix", "/a/b"} {
		s := start(t, Options{URLPrefix: prefix})
		files := s.view.Load().files
		for _, tt := range tests {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				res := ask(t, s, method, prefix+tt.path)
				if res.StatusCode != http.StatusOK || body(t, res) != string(files[tt.file].body) {
					t.Errorf("%s %s%s is not %s: status %d", method, prefix, tt.path, tt.file, res.StatusCode)
				}
			}
		}
	}
}

func TestErrors(t *testing.T) {
	s := start(t, Options{URLPrefix: "/p", Refresh: func() error { return nil }})
	const badRequest = `{"error":"Bad request: a name has at most 128 characters, at least one letter or digit, and no control characters"}`
	tests := []struct {
		method, path string
		status       int
		body         string // exact, without the line's end
		allow        string
	}{
		{"GET", "/p/api/cluster-usage/Unknown", 404, `{"error":"Cluster not found","cluster":"Unknown"}`, ""},
		{"GET", "/p/api/cluster-usage/Unknown.json", 404, `{"error":"Cluster not found","cluster":"Unknown"}`, ""},
		{"GET", "/p/api/cluster-usage/a_b", 404, `{"error":"Cluster not found","cluster":"a_b"}`, ""}, // a-b or ab?
		{"GET", "/p/api/system/No%20Such", 404, `{"error":"System not found","system":"No Such"}`, ""},
		{"GET", "/p/api/system/nautilus.html", 404, `{"error":"System not found","system":"nautilus.html"}`, ""},
		{"GET", "/p/api/system/---", 400, badRequest, ""},
		{"GET", "/p/api/system/..", 400, badRequest, ""},
		{"GET", "/p/api/system/.json", 400, badRequest, ""},
		{"GET", "/p/api/system/a%00b", 400, badRequest, ""},
		{"GET", "/p/api/system/a%0Ab", 400, badRequest, ""},
		{"GET", "/p/api/system/%FF", 400, badRequest, ""},
		{"GET", "/p/api/cluster-usage/" + strings.Repeat("x", 129), 400, badRequest, ""},
		{"GET", "/p/api/cluster-usage/" + strings.Repeat("x", 128), 404, `{"error":"Cluster not found","cluster":"` + strings.Repeat("x", 128) + `"}`, ""},
		{"GET", "/p/api/system", 404, `{"error":"Not found"}`, ""},
		{"GET", "/p/api/nothing", 404, `{"error":"Not found"}`, ""},
		{"GET", "/p/API/nothing", 404, `{"error":"Not found"}`, ""},
		{"GET", "/p/api/cluster-usage/a/b", 404, `{"error":"Not found"}`, ""},
		{"GET", "/p/api/system/..%2f..%2fetc%2fpasswd", 404, `{"error":"Not found"}`, ""},
		{"GET", "/p/api/..%2findex.html", 404, `{"error":"Not found"}`, ""},
		{"POST", "/p/api/nothing", 404, `{"error":"Not found"}`, ""},
		{"POST", "/p/api/status", 405, `{"error":"Method not allowed"}`, "GET, HEAD, OPTIONS"},
		{"PUT", "/p/api/system/nautilus", 405, `{"error":"Method not allowed"}`, "GET, HEAD, OPTIONS"},
		{"DELETE", "/p/api/events.json", 405, `{"error":"Method not allowed"}`, "GET, HEAD, OPTIONS"},
		{"POST", "/p/api/health", 405, `{"error":"Method not allowed"}`, "GET, HEAD, OPTIONS"},
		{"GET", "/p/api/refresh", 405, `{"error":"Method not allowed"}`, "OPTIONS, POST"},
		{"POST", "/p/queues.html", 405, "Method not allowed", "GET, HEAD, OPTIONS"},
		{"GET", "/p/nothing", 404, "<p>no such page", ""},
		{"GET", "/p/assets/gone.0a1b2c3d4e.css", 404, "<p>no such page", ""},
		{"GET", "/p/" + styles + "/", 404, "<p>no such page", ""},
		{"GET", "/p/../secret", 404, "<p>no such page", ""},
		{"GET", "/p//queues", 404, "<p>no such page", ""},
		{"GET", "/p/a-p-i/status", 404, "<p>no such page", ""},
		{"GET", "/", 404, "Not found", ""},
		{"GET", "/prefix/", 404, "Not found", ""},
		{"GET", "/P/", 404, "Not found", ""},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			res := ask(t, s, tt.method, tt.path, "Accept-Encoding", "gzip")
			wantStatus(t, res, tt.status)
			wantHeaders(t, res, "Allow", tt.allow, "Cache-Control", "no-store", "Etag", "", "Content-Encoding", "")
			if got := strings.TrimSuffix(body(t, res), "\n"); got != tt.body {
				t.Errorf("body %s, want %s", got, tt.body)
			}
			wantType := "text/plain; charset=utf-8"
			if strings.HasPrefix(tt.body, "{") {
				wantType = "application/json"
			} else if strings.HasPrefix(tt.body, "<") {
				wantType = "text/html; charset=utf-8"
			}
			wantHeaders(t, res, "Content-Type", wantType)
		})
	}
}

func TestRedirects(t *testing.T) {
	s := start(t, Options{URLPrefix: "/prefix"})
	tests := []struct{ path, location string }{
		{"/prefix", "/prefix/"}, {"/prefix?a=b", "/prefix/?a=b"},
		{"/prefix/queues/", "/prefix/queues"}, {"/prefix/Queues.HTML/?a=b", "/prefix/queues?a=b"},
		{"/prefix/System/Gaea%20C5/", "/prefix/system/gaea-c5"}, {"/prefix/system/%C3%A9t%C3%A9/", "/prefix/system/%C3%A9t%C3%A9"},
		{"/prefix/api/", "/prefix/api"}, {"/prefix/index/", "/prefix/"}, {"/prefix//", "/prefix/"},
	}
	for _, tt := range tests {
		res := ask(t, s, "GET", tt.path)
		if res.StatusCode != http.StatusPermanentRedirect || res.Header.Get("Location") != tt.location {
			t.Errorf("%s leads to %q (%d), want %q", tt.path, res.Header.Get("Location"), res.StatusCode, tt.location)
		}
	}
	atRoot := start(t, Options{})
	for _, path := range []string{"//evil.example/", "/%2f/evil.example/", "//evil.example/queues/", "/\\evil.example/"} {
		r := httptest.NewRequest("GET", "http://status.example/", nil)
		r.URL.Path = path
		w := httptest.NewRecorder()
		atRoot.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d, Location %q", path, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestSecurityHeadersEverywhere(t *testing.T) {
	s := start(t, Options{URLPrefix: "/p"})
	for _, path := range []string{"/p/", "/p", "/", "/p/nothing", "/p/api/status", "/p/api/nothing", "/p/api/health", "/p/" + styles} {
		wantHeaders(t, ask(t, s, "GET", path),
			"Content-Security-Policy", contentPolicy, "X-Content-Type-Options", "nosniff",
			"Referrer-Policy", "same-origin", "Cross-Origin-Opener-Policy", "same-origin",
			"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	}
	if strings.Contains(contentPolicy, "unsafe") {
		t.Error("the policy allows what is in the page itself")
	}
	for path, want := range map[string]string{"/p/": "same-origin", "/p/api/status": "cross-origin", "/p/api/nothing": "cross-origin", "/p/feed.atom": "cross-origin"} {
		wantHeaders(t, ask(t, s, "GET", path), "Cross-Origin-Resource-Policy", want)
	}
}

func TestCORS(t *testing.T) {
	s := start(t, Options{Refresh: func() error { return nil }, RequestsPerMinute: 100})
	origin := []string{"Origin", "https://elsewhere.example"}
	for _, path := range []string{"/api/status", "/api/nothing", "/api/health"} {
		wantHeaders(t, ask(t, s, "GET", path, origin...), "Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", exposed)
	}
	res := ask(t, s, "OPTIONS", "/api/status", append(origin, "Access-Control-Request-Method", "GET")...)
	wantStatus(t, res, http.StatusNoContent)
	wantHeaders(t, res, "Access-Control-Allow-Origin", "*", "Access-Control-Allow-Methods", "GET, HEAD",
		"Allow", "GET, HEAD, OPTIONS", "X-RateLimit-Limit", "100", "X-RateLimit-Remaining", "96")
	for _, method := range []string{"OPTIONS", "POST", "GET"} {
		res := ask(t, s, method, "/api/refresh", "Access-Control-Request-Method", "POST")
		wantHeaders(t, res, "Access-Control-Allow-Origin", "", "Access-Control-Allow-Methods", "")
	}
	wantHeaders(t, ask(t, s, "OPTIONS", "/api/refresh"), "Allow", "OPTIONS, POST")
	wantHeaders(t, ask(t, s, "POST", "/api/status", origin...), "Access-Control-Allow-Origin", "")
	res = ask(t, s, "OPTIONS", "/queues", origin...)
	wantStatus(t, res, http.StatusNoContent)
	wantHeaders(t, res, "Access-Control-Allow-Origin", "", "Allow", "GET, HEAD, OPTIONS")
	wantHeaders(t, ask(t, s, "GET", "/queues", origin...), "Access-Control-Allow-Origin", "")
}

func TestBeforeTheFirstGeneration(t *testing.T) {
	s, err := New(Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/status", "/api/system/nautilus", "/api/events", "/api/cluster-usage/x"} {
		res := ask(t, s, "GET", path)
		wantStatus(t, res, http.StatusServiceUnavailable)
		wantHeaders(t, res, "Retry-After", "5")
		if got := body(t, res); got != `{"error":"No data yet: nothing has been published","retry_after":5}`+"\n" {
			t.Errorf("%s: %s", path, got)
		}
	}
	res := ask(t, s, "GET", "/queues")
	wantStatus(t, res, http.StatusServiceUnavailable)
	wantHeaders(t, res, "Content-Type", "text/html; charset=utf-8", "Retry-After", "5")
	if !strings.Contains(body(t, res), "<h1>No data yet</h1>") {
		t.Error("the page does not say that there is no data")
	}
	res = ask(t, s, "GET", "/api/health")
	wantStatus(t, res, http.StatusServiceUnavailable)
	if got := body(t, res); got != `{"status":"unhealthy","uptime_seconds":0,"collectors":{},"schema":1,"refresh":false,"generated_at":null,"valid_until":null,"problems":["No data yet: nothing has been published"]}`+"\n" {
		t.Errorf("health: %s", got)
	}
	s.Set(generation(t, site()))
	wantStatus(t, ask(t, s, "GET", "/api/status"), http.StatusOK)
	s.Set(nil)
	wantStatus(t, ask(t, s, "GET", "/api/status"), http.StatusServiceUnavailable)
}

func TestPanicAndUnexpectedErrors(t *testing.T) {
	var log bytes.Buffer
	s := start(t, Options{
		Logger:  slog.New(slog.NewTextHandler(&log, nil)),
		Health:  func() doc.Health { panic("secret detail") },
		Refresh: func() error { return errors.New("secret detail") },
	})
	for method, path := range map[string]string{"GET": "/api/health", "POST": "/api/refresh"} {
		res := ask(t, s, method, path)
		wantStatus(t, res, http.StatusInternalServerError)
		if got := body(t, res); got != `{"error":"Server error"}`+"\n" {
			t.Errorf("body %s", got)
		}
		wantHeaders(t, res, "Content-Security-Policy", contentPolicy)
		if !strings.Contains(log.String(), "secret detail") {
			t.Errorf("the log does not say what failed: %s", &log)
		}
		log.Reset()
	}
	wantStatus(t, ask(t, s, "GET", "/api/status"), http.StatusOK)
}

func TestNewRefusesNonsense(t *testing.T) {
	for _, opts := range []Options{{URLPrefix: "prefix"}, {URLPrefix: "/a/../b"}, {URLPrefix: "/a//b"}, {URLPrefix: "/a?b"}, {URLPrefix: "//"}, {RequestsPerMinute: -1}, {RefreshCooldown: -1}} {
		if _, err := New(opts); err == nil {
			t.Errorf("%+v was accepted", opts)
		}
	}
	for _, prefix := range []string{"", "/", "/a", "/a/", "/a/b"} {
		if _, err := New(Options{URLPrefix: prefix}); err != nil {
			t.Error(err)
		}
	}
}

func TestWarnsOfAnotherPrefix(t *testing.T) {
	var log bytes.Buffer
	start(t, Options{URLPrefix: "/other", Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if !strings.Contains(log.String(), "another URL prefix") {
		t.Errorf("log: %s", &log)
	}
}

func TestHealth(t *testing.T) {
	now := noon
	s := start(t, Options{Now: func() time.Time { return now }})
	read := func() (h doc.Health) {
		t.Helper()
		res := ask(t, s, "GET", "/API/Health/")
		wantStatus(t, res, http.StatusOK)
		wantHeaders(t, res, "Cache-Control", "no-store")
		if err := json.Unmarshal([]byte(body(t, res)), &h); err != nil {
			t.Fatal(err)
		}
		return h
	}
	now = noon.Add(10 * time.Minute)
	if h := read(); h.Status != "healthy" || *h.UptimeSeconds != 600 || h.Refresh || h.Collectors["pw_cluster"].Status != "ok" || h.Problems == nil || h.GeneratedAt.String() != "2026-01-22T12:00:00Z" {
		t.Errorf("health of the file: %+v", h)
	}
	now = now.Add(time.Second)
	if h := read(); h.Status != "degraded" || *h.UptimeSeconds != 601 {
		t.Errorf("health past its time: %+v", h)
	}
	s.opts.Refresh = func() error { return nil }
	s.opts.Health = func() doc.Health { return doc.Health{Status: "unhealthy", Problems: []string{"content: broken"}} }
	if h := read(); h.Status != "unhealthy" || !h.Refresh || len(h.Problems) != 1 || *h.UptimeSeconds != 601 || h.Schema != 1 {
		t.Errorf("live health: %+v", h)
	}
	s.Set(nil)
	res := ask(t, s, "GET", "/api/health.json")
	wantStatus(t, res, http.StatusServiceUnavailable)
	if !strings.Contains(body(t, res), "content: broken") {
		t.Error("without a generation the body is not whole")
	}
}

func unzip(t testing.TB, data string) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
