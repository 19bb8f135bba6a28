package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hpcstatus/collectors/fleet/doc"
)

// run serves on a port of its own; stop ends it and returns what Serve returned.
func run(t *testing.T, s *Server) (addr string, stop func() error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = stop() })
	return l.Addr().String(), stop
}

func TestOnTheWire(t *testing.T) {
	s := start(t, Options{RequestsPerMinute: 60})
	addr, _ := run(t, s)
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "HEAD /api/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	raw, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	header, rest, _ := strings.Cut(string(raw), "\r\n\r\n")
	for _, line := range []string{"HTTP/1.1 200 OK", "X-RateLimit-Limit: 60", "X-RateLimit-Remaining: 59", "X-RateLimit-Reset: 1769083260", "Content-Type: application/json", "Content-Length: 14"} {
		if !strings.Contains(header, line) {
			t.Errorf("no %q in\n%s", line, header)
		}
	}
	if rest != "" {
		t.Errorf("HEAD has a body: %q", rest)
	}
}

func TestGracefulShutdown(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	s := start(t, Options{Health: func() doc.Health {
		close(entered)
		<-leave
		return doc.Health{Status: "healthy"}
	}})
	addr, stop := run(t, s)
	answered := make(chan error, 1)
	go func() {
		res, err := http.Get("http://" + addr + "/api/health")
		if err == nil {
			defer res.Body.Close()
			if res.StatusCode != http.StatusOK {
				err = errors.New(res.Status)
			}
		}
		answered <- err
	}()
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	for { // until nobody is let in any more
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			break
		}
		conn.Close()
	}
	select {
	case err := <-stopped:
		t.Errorf("stopped under a running request: %v", err)
	default:
	}
	close(leave)
	if err := <-answered; err != nil {
		t.Errorf("the running request: %v", err)
	}
	if err := <-stopped; err != nil {
		t.Errorf("serve: %v", err)
	}
}

func TestShutdownDoesNotWaitForEver(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	defer close(leave)
	s := start(t, Options{Health: func() doc.Health { close(entered); <-leave; return doc.Health{} }})
	s.timeouts.grace = 10 * time.Millisecond
	addr, stop := run(t, s)
	go func() {
		if res, err := http.Get("http://" + addr + "/api/health"); err == nil {
			res.Body.Close()
		}
	}()
	<-entered
	if err := stop(); err != nil {
		t.Errorf("serve: %v", err)
	}
}

func TestSlowClients(t *testing.T) {
	s := start(t, Options{Refresh: func() error { return nil }})
	s.timeouts.header, s.timeouts.read = 50*time.Millisecond, 100*time.Millisecond
	addr, _ := run(t, s)
	for name, sent := range map[string]string{
		"header": "GET /api/status HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"body":   "POST /api/refresh HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow",
	} {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(conn, sent)
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		answer, err := io.ReadAll(bufio.NewReader(conn))
		if err != nil {
			t.Errorf("a slow %s holds the connection: %v", name, err)
		}
		if strings.Contains(string(answer), " 200 ") {
			t.Errorf("a slow %s is answered: %s", name, answer)
		}
		conn.Close()
	}
}

func TestLargeHeader(t *testing.T) {
	addr, _ := run(t, start(t, Options{}))
	r, _ := http.NewRequest("GET", "http://"+addr+"/", nil)
	r.Header.Set("X-Large", strings.Repeat("x", 2*maxHeader))
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	wantStatus(t, res, http.StatusRequestHeaderFieldsTooLarge)
}

func TestListenerThatFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := start(t, Options{}).Serve(t.Context(), l); err == nil || !strings.Contains(err.Error(), "serve on 127.0.0.1") {
		t.Errorf("error %v", err)
	}
}
