package server

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

const (
	limitWindow = time.Minute
	// maxClients bounds the memory that counting takes, to about 2 MB.
	maxClients = 10_000
)

// limiter counts the requests of each client in windows of a minute, the first of which
// begins with the client's first request. When more than maxClients are counted, the
// one whose window began first is forgotten: it gets a new window, nobody is shut out.
type limiter struct {
	limit int // 0 is none

	mu      sync.Mutex
	clients map[netip.Addr]*list.Element
	order   list.List // of *window, the one that ends first in front
}

// window is what a client has left until when.
type window struct {
	client netip.Addr
	used   int
	ends   time.Time
}

func newLimiter(limit int) *limiter {
	return &limiter{limit: limit, clients: map[netip.Addr]*list.Element{}}
}

// take counts a request. It returns what the client has left and when its window ends; false
// when the limit was reached before.
func (l *limiter) take(client netip.Addr, now time.Time) (remaining int, ends time.Time, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.window(client, now)
	if w.used >= l.limit {
		return 0, w.ends, false
	}
	w.used++
	return l.limit - w.used, w.ends, true
}

// window is the client's current one.
func (l *limiter) window(client netip.Addr, now time.Time) *window {
	for e := l.order.Front(); e != nil; e = l.order.Front() {
		if now.Before(e.Value.(*window).ends) {
			break
		}
		l.forget(e)
	}
	if e, counted := l.clients[client]; counted {
		return e.Value.(*window)
	}
	if l.order.Len() >= maxClients {
		l.forget(l.order.Front())
	}
	w := &window{client: client, ends: now.Add(limitWindow)}
	l.clients[client] = l.order.PushBack(w)
	return w
}

func (l *limiter) forget(e *list.Element) {
	delete(l.clients, l.order.Remove(e).(*window).client)
}
