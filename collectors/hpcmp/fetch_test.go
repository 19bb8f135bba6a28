package hpcmp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"hpcstatus/collectors"
	"hpcstatus/collectors/fleet"
)

const onePage = `<h3>Navy DSRC</h3><p><img class="statusImg" alt="Nautilus is currently Up."></p>`

// answer is one answer of a scripted server.
type answer struct {
	status int
	body   string
	header http.Header
	err    error
	hangs  bool
}

// script answers requests in its order, the last one for ever, and notes when they came.
type script struct {
	answers []answer
	began   time.Time
	at      []time.Duration
	agents  []string
}

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	s.at = append(s.at, time.Since(s.began))
	s.agents = append(s.agents, req.UserAgent())
	a := s.answers[min(len(s.at), len(s.answers))-1]
	if a.hangs {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	if a.err != nil {
		return nil, a.err
	}
	header := a.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "text/html; charset=utf-8")
	}
	return &http.Response{
		StatusCode: a.status, Header: header, Body: io.NopCloser(strings.NewReader(a.body)),
		ContentLength: -1, Request: req,
	}, nil
}

// collectFrom runs the collector once against the script, in a bubble where waiting costs nothing.
func collectFrom(t *testing.T, s *script, limit time.Duration) (fleet.Batch, error) {
	t.Helper()
	c, err := New(Options{Transport: s, Sites: fleet.BuiltinSites(), UserAgent: "hpcstatus/test"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	s.began = time.Now()
	return c.Collect(ctx, collectors.Request{Now: time.Now(), ValidFor: time.Minute})
}

func refusedConnection() error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

func TestRetries(t *testing.T) {
	good := answer{status: 200, body: onePage}
	for _, tt := range []struct {
		name    string
		answers []answer
		limit   time.Duration
		tries   int
		err     string // part of the error; empty for success
	}{
		{"first try", []answer{good}, 0, 1, ""},
		{"busy, then well", []answer{{status: 503}, {status: 502}, good}, 0, 3, ""},
		{"too many requests", []answer{{status: 429}, good}, 0, 2, ""},
		{"connection refused, then well", []answer{{err: refusedConnection()}, good}, 0, 2, ""},
		{"hangs, then well", []answer{{hangs: true}, good}, 0, 2, ""},
		{"cut off in the middle", []answer{{err: io.ErrUnexpectedEOF}, good}, 0, 2, ""},
		{"broken for good", []answer{{status: 500}}, 0, maxTries, "500 Internal Server Error (tried 4 times)"},
		{"never listens", []answer{{err: refusedConnection()}}, 0, maxTries, "connection refused (tried 4 times)"},
		{"always hangs", []answer{{hangs: true}}, 0, maxTries, "timed out after 20s (tried 4 times)"},
		{"cycle ends during a try", []answer{{hangs: true}}, 5 * time.Second, 1, "no answer before the cycle ended: context deadline exceeded"},
		{"cycle ends during the second try", []answer{{status: 503}, {hangs: true}}, 10 * time.Second, 2, "503 Service Unavailable (tried 2 times), then the cycle ended"},
		{"no time for another try", []answer{{status: 503}}, 400 * time.Millisecond, 1, "503 Service Unavailable"},
		{"moved", []answer{{status: 404}}, 0, 1, "set url to its new address"},
		{"login", []answer{{status: 401}}, 0, 1, "needs a login"},
		{"forbidden", []answer{{status: 403}}, 0, 1, "closed to this network"},
		{"teapot", []answer{{status: 418}}, 0, 1, "418 I'm a teapot: check url"},
		{"proxy login", []answer{{status: 407}}, 0, 1, "set proxy"},
		{"unknown host", []answer{{err: &net.DNSError{Name: "centers.hpc.mil", Err: "no such host", IsNotFound: true}}}, 0, 1, "host centers.hpc.mil is not known: check url"},
		{"name service down", []answer{{err: &net.DNSError{Name: "centers.hpc.mil", Err: "server misbehaving", IsTemporary: true}}, good}, 0, 2, ""},
		{"not a page", []answer{{status: 200, header: http.Header{"Content-Type": {"application/json"}}}}, 0, 1, "the answer is application/json, not a page"},
		{"no systems", []answer{{status: 200, body: "<html><title>New</title></html>"}}, 0, 1, "format has changed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: tt.answers}
				batch, err := collectFrom(t, s, tt.limit)
				if len(s.at) != tt.tries {
					t.Errorf("%d tries, want %d", len(s.at), tt.tries)
				}
				if tt.err == "" && (err != nil || len(batch.Systems) != 1) {
					t.Errorf("%d systems, error %v", len(batch.Systems), err)
				}
				if tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err) || len(batch.Systems) != 0) {
					t.Errorf("error %v, want one with %q", err, tt.err)
				}
				if s.agents[0] != "hpcstatus/test" {
					t.Errorf("user agent %q", s.agents[0])
				}
			})
		})
	}
}

func TestErrorsWrapTheCauseOfTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shutdown := errors.New("shutting down")
		ctx, cancel := context.WithCancelCause(t.Context())
		c, err := New(Options{Transport: &script{answers: []answer{{hangs: true}}, began: time.Now()}})
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(3*time.Second, func() { cancel(shutdown) })
		began := time.Now()
		if _, err := c.Collect(ctx, collectors.Request{}); !errors.Is(err, shutdown) {
			t.Errorf("error %v, want one that wraps %v", err, shutdown)
		}
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("returned after %s", took)
		}
	})
}

func TestBackOffGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []answer{{status: 500}}}
		if _, err := collectFrom(t, s, 0); err == nil {
			t.Fatal("no error")
		}
		for i, least := range []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second} {
			if pause := s.at[i+1] - s.at[i]; pause < least || pause > 3*least+1 {
				t.Errorf("pause %d is %s, want %s to %s", i, pause, least, 3*least)
			}
		}
	})
}

func TestRetryAfter(t *testing.T) {
	date := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, value string
		limit       time.Duration
		wait        time.Duration // before the second try; zero when there is none
	}{
		{"seconds", "7", 0, 7 * time.Second},
		{"date", date.Add(11 * time.Second).Format(http.TimeFormat), 0, 11 * time.Second},
		{"longer than the cycle", "3600", time.Minute, 0},
		{"longer than any cycle", "86400", 0, 0},
		{"beyond reason", "99999999999999999999", 0, -1},
		{"in the past", date.Add(-time.Hour).Format(http.TimeFormat), 0, -1},
		{"negative", "-5", 0, -1},
		{"none of the forms", "soon", 0, -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				busy := answer{status: 429, header: http.Header{
					"Retry-After": {tt.value}, "Date": {date.Format(http.TimeFormat)},
				}}
				s := &script{answers: []answer{busy, {status: 200, body: onePage}}}
				_, err := collectFrom(t, s, tt.limit)
				switch {
				case tt.wait == 0:
					if err == nil || len(s.at) != 1 || !strings.Contains(err.Error(), "the server asks to wait") {
						t.Errorf("%d tries, error %v", len(s.at), err)
					}
					if time.Since(s.began) > time.Second {
						t.Error("waited in vain")
					}
				case err != nil || len(s.at) != 2:
					t.Errorf("%d tries, error %v", len(s.at), err)
				case tt.wait > 0 && s.at[1] != tt.wait:
					t.Errorf("waited %s, want %s", s.at[1], tt.wait)
				case tt.wait < 0 && (s.at[1] < 500*time.Millisecond || s.at[1] > 2*time.Second):
					t.Errorf("waited %s, want the usual pause", s.at[1])
				}
			})
		})
	}
}

func TestRedirects(t *testing.T) {
	to := func(address string) answer { return answer{status: 302, header: http.Header{"Location": {address}}} }
	for _, tt := range []struct {
		name    string
		answers []answer
		tries   int
		err     string
	}{
		{"to another page", []answer{to("/new/systems.html"), {status: 200, body: onePage}}, 2, ""},
		{"to www", []answer{to("https://www.centers.hpc.mil/"), {status: 200, body: onePage}}, 2, ""},
		{"to another host", []answer{to("https://login.example.mil/?next=x")}, 1, "redirects to another host, login.example.mil"},
		{"to http", []answer{to("http://centers.hpc.mil/systems/unclassified.html")}, 1, "redirects from https to http"},
		{"to another scheme", []answer{to("ftp://centers.hpc.mil/")}, 1, "redirects from https to ftp"},
		{"in circles", []answer{to("/systems/unclassified.html")}, 6, "more than 5 redirects"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: tt.answers}
				_, err := collectFrom(t, s, 0)
				if len(s.at) != tt.tries {
					t.Errorf("%d requests, want %d", len(s.at), tt.tries)
				}
				if (tt.err == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), tt.err)) {
					t.Errorf("error %v, want %q", err, tt.err)
				}
			})
		})
	}
}

func TestErrorsHideThePassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Options{URL: "https://me:secret@example.mil/", Transport: &script{answers: []answer{{err: refusedConnection()}}}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Collect(t.Context(), collectors.Request{})
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("error %v", err)
		}
	})
	for _, opts := range []Options{{URL: "ftp://me:secret@x/"}, {Proxy: "gopher://me:secret@x"}, {Proxy: "http://me:secret@x:port"}} {
		if _, err := New(opts); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("New(%+v): %v", opts, err)
		}
	}
}

func TestExplainKeepsWhatIsTemporary(t *testing.T) {
	c := &client{}
	page, _ := url.Parse("https://x/")
	passing := &temporary{error: errors.New("later"), after: time.Second}
	if got := c.explain(page, fmt.Errorf("wrapped: %w", passing)); !errors.Is(got, passing) {
		t.Errorf("explain lost %v: %v", passing, got)
	}
}
