package server

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		started, refuse := 0, errors.New("the disk is full")
		var fail error
		s := start(t, Options{Now: time.Now, RefreshCooldown: 30 * time.Second, RequestsPerMinute: 60, Refresh: func() error {
			started++
			return fail
		}})
		post := func(want int, headers ...string) *http.Response {
			t.Helper()
			res := ask(t, s, "POST", "/api/refresh", headers...)
			wantStatus(t, res, want)
			return res
		}
		post(http.StatusForbidden, "Sec-Fetch-Site", "cross-site")
		if got := body(t, post(http.StatusForbidden, "Origin", "https://evil.example")); got != `{"error":"Forbidden: a refresh cannot be asked for from another site"}`+"\n" {
			t.Errorf("body %s", got)
		}
		fail = refuse
		post(http.StatusInternalServerError) // was not accepted, and so does not cool down
		fail = nil
		res := post(http.StatusOK, "Sec-Fetch-Site", "same-origin")
		if got := body(t, res); got != `{"status":"refreshing","message":"Data refresh initiated"}`+"\n" {
			t.Errorf("body %s", got)
		}
		wantHeaders(t, res, "Content-Type", "application/json", "Cache-Control", "no-store", "X-RateLimit-Remaining", "56")
		res = post(http.StatusTooManyRequests, "RemoteAddr", "192.0.2.77:1") // for all clients together
		wantHeaders(t, res, "Retry-After", "30")
		if got := body(t, res); got != `{"error":"Rate limited","retry_after":30}`+"\n" {
			t.Errorf("body %s", got)
		}
		post(http.StatusForbidden, "Sec-Fetch-Site", "cross-site") // the guard comes first
		time.Sleep(29500 * time.Millisecond)
		wantHeaders(t, post(http.StatusTooManyRequests), "Retry-After", "1")
		time.Sleep(500 * time.Millisecond)
		post(http.StatusOK)
		if started != 3 {
			t.Errorf("%d cycles were started, want 3", started)
		}
	})
}

func TestRefreshByOneOfMany(t *testing.T) {
	var started, accepted atomic.Int32
	s := start(t, Options{RefreshCooldown: time.Minute, Refresh: func() error { started.Add(1); return nil }})
	var clients sync.WaitGroup
	for range 50 {
		clients.Go(func() {
			if ask(t, s, "POST", "/api/refresh.json").StatusCode == http.StatusOK {
				accepted.Add(1)
			}
		})
	}
	clients.Wait()
	if started.Load() != 1 || accepted.Load() != 1 {
		t.Errorf("%d started, %d accepted, want one", started.Load(), accepted.Load())
	}
}

func TestRefreshElsewhere(t *testing.T) {
	res := ask(t, start(t, Options{}), "POST", "/api/refresh")
	wantStatus(t, res, http.StatusServiceUnavailable)
	if got := body(t, res); got != `{"error":"Refresh not available: this server only shows what another process collects"}`+"\n" {
		t.Errorf("body %s", got)
	}
}

func TestRefreshBody(t *testing.T) {
	s := start(t, Options{Refresh: func() error { return nil }})
	for size, want := range map[int]int{0: 200, maxRefreshBody: 200, maxRefreshBody + 1: 413} {
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, httptest.NewRequest("POST", "/api/refresh", strings.NewReader(strings.Repeat("x", size))))
		if w.Code != want {
			t.Errorf("%d bytes: status %d, want %d", size, w.Code, want)
		}
	}
}
