package server

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// askRaw sends a request with a path as it is, decoded or not.
func askRaw(s *Server, method, path string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, "http://status.example/", nil)
	r.Method, r.URL.Path = method, path
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, Options{RequestsPerMinute: 3, Now: time.Now})
		began := time.Now()
		reset := fmt.Sprint(began.Add(time.Minute).Unix())
		// Whatever becomes of a request, it counts.
		for i, path := range []string{"/api/status", "/api/nothing", "/API/Status"} {
			res := ask(t, s, "GET", path)
			wantHeaders(t, res, "X-RateLimit-Limit", "3", "X-RateLimit-Remaining", fmt.Sprint(2-i), "X-RateLimit-Reset", reset)
			if res.StatusCode == http.StatusTooManyRequests {
				t.Errorf("%s is refused too soon", path)
			}
			time.Sleep(10 * time.Second)
		}
		for _, path := range []string{"/api/status", "/api/health", "/api/refresh"} {
			res := ask(t, s, "GET", path)
			wantStatus(t, res, http.StatusTooManyRequests)
			wantHeaders(t, res, "Retry-After", "30", "X-RateLimit-Limit", "3", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", reset, "Content-Type", "application/json")
			if got := body(t, res); got != `{"error":"Rate limited","retry_after":30}`+"\n" {
				t.Errorf("body %s", got)
			}
		}
		for _, path := range []string{"/", "/queues", "/" + styles, "/api"} {
			res := ask(t, s, "GET", path)
			wantStatus(t, res, http.StatusOK)
			wantHeaders(t, res, "X-RateLimit-Limit", "")
		}
		wantStatus(t, ask(t, s, "GET", "/api/status", "RemoteAddr", "192.0.2.99:1"), http.StatusOK)
		time.Sleep(30*time.Second - time.Millisecond)
		wantHeaders(t, ask(t, s, "GET", "/api/status"), "Retry-After", "1")
		time.Sleep(time.Millisecond)
		wantHeaders(t, ask(t, s, "GET", "/api/status"), "X-RateLimit-Remaining", "2")
	})
}

func TestNoRateLimit(t *testing.T) {
	s := start(t, Options{})
	for range 100 {
		res := ask(t, s, "GET", "/api/status")
		wantStatus(t, res, http.StatusOK)
		wantHeaders(t, res, "X-RateLimit-Limit", "", "X-RateLimit-Remaining", "", "X-RateLimit-Reset", "")
	}
}

func TestLimiterIsBounded(t *testing.T) {
	l := newLimiter(1)
	addr := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}) }
	for i := range maxClients + 100 {
		if _, _, ok := l.take(addr(i), noon); !ok {
			t.Fatal("a new client is refused")
		}
	}
	if len(l.clients) != maxClients || l.order.Len() != maxClients {
		t.Errorf("%d clients in the map, %d in the list", len(l.clients), l.order.Len())
	}
	if _, _, ok := l.take(addr(maxClients), noon); ok {
		t.Error("a client that is still counted gets a second request")
	}
	if l.take(addr(1), noon.Add(limitWindow)); len(l.clients) != 1 || l.order.Len() != 1 {
		t.Errorf("after their windows %d clients are kept", len(l.clients))
	}
}

func TestClient(t *testing.T) {
	s := start(t, Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}})
	tests := []struct {
		remote, forwarded, want string
	}{
		{"192.0.2.1:1234", "", "192.0.2.1"},
		{"192.0.2.1:1234", "198.51.100.7", "192.0.2.1"}, // not a proxy of ours
		{"10.0.0.1:1234", "", "10.0.0.1"},
		{"10.0.0.1:1234", "198.51.100.7", "198.51.100.7"},
		{"10.0.0.1:1234", "203.0.113.5, 198.51.100.7, 10.1.1.1", "198.51.100.7"}, // the first is the sender's claim
		{"10.0.0.1:1234", "10.2.2.2,10.1.1.1", "10.2.2.2"},
		{"10.0.0.1:1234", "198.51.100.7, unknown", "10.0.0.1"},
		{"10.0.0.1:1234", "198.51.100.7:443", "198.51.100.7"},
		{"10.0.0.1:1234", "[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::"},
		{"[fd00::1]:1", "2001:db8:1:2:9::", "2001:db8:1:2::"},
		{"[2001:db8:1:2:3::4%eth0]:1", "", "2001:db8:1:2::"},
		{"[::ffff:192.0.2.1]:1", "", "192.0.2.1"},
		{"[::ffff:10.0.0.1]:1", "::ffff:198.51.100.7", "198.51.100.7"},
		{"@", "", "invalid IP"},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/api/status", nil)
		r.RemoteAddr = tt.remote
		if tt.forwarded != "" {
			r.Header["X-Forwarded-For"] = strings.SplitN(tt.forwarded, ", ", 2) // also over two headers
		}
		if got := s.client(r).String(); got != tt.want {
			t.Errorf("from %s for %q: %s, want %s", tt.remote, tt.forwarded, got, tt.want)
		}
	}
}
