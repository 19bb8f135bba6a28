package server

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// client is the address by which the requests of r's sender are counted. Behind trusted
// proxies it is the last address in X-Forwarded-For that is not one of them: what stands
// further left is the sender's own claim. IPv6 counts by /64, of which one person has
// many addresses. Senders without an address are counted as one.
func (s *Server) client(r *http.Request) netip.Addr {
	addr, ok := parseAddr(r.RemoteAddr)
	if !ok || !s.trusted(addr) {
		return network(addr)
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		next, ok := parseAddr(strings.TrimSpace(hop))
		if !ok {
			break // the nearest one that said something sensible
		}
		addr = next
		if !s.trusted(addr) {
			break
		}
	}
	return network(addr)
}

func (s *Server) trusted(addr netip.Addr) bool {
	return slices.ContainsFunc(s.opts.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// parseAddr reads an address with or without a port and brackets.
func parseAddr(text string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		withPort, portErr := netip.ParseAddrPort(text)
		addr, err = withPort.Addr(), portErr
	}
	return addr.Unmap().WithZone(""), err == nil
}

// network is the /64 of an IPv6 address, and any other address itself.
func network(addr netip.Addr) netip.Addr {
	if !addr.Is6() {
		return addr
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return addr
	}
	return prefix.Addr()
}
