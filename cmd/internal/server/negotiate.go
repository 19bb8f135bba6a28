package server

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// acceptsGzip says whether a client takes gzip at least as gladly as no encoding, by the
// values of Accept-Encoding (RFC 9110, 12.5.3).
func acceptsGzip(values []string) bool {
	gzip, identity, rest := -1.0, -1.0, -1.0 // not mentioned
	for _, value := range values {
		for item := range strings.SplitSeq(value, ",") {
			coding, params, _ := strings.Cut(item, ";")
			switch strings.ToLower(strings.TrimSpace(coding)) {
			case "gzip", "x-gzip":
				gzip = quality(params)
			case "identity":
				identity = quality(params)
			case "*":
				rest = quality(params)
			}
		}
	}
	if gzip < 0 {
		gzip = rest
	}
	return gzip > 0 && gzip >= identity
}

// quality is the q value among the parameters of a coding: 1 when there is none, 0 when it
// makes no sense.
func quality(params string) float64 {
	for param := range strings.SplitSeq(params, ";") {
		name, value, found := strings.Cut(param, "=")
		if !found || !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(q >= 0 && q <= 1) {
			return 0
		}
		return q
	}
	return 1
}

// notModified says whether the client has what it asks for already (RFC 9110, 13.2.2):
// If-Modified-Since counts only without If-None-Match.
func notModified(r *http.Request, tag string, modified time.Time) bool {
	if tags := r.Header.Values("If-None-Match"); len(tags) > 0 {
		for item := range strings.SplitSeq(strings.Join(tags, ","), ",") {
			// A proxy that compresses makes our tag a weak one.
			item = strings.TrimPrefix(strings.TrimSpace(item), "W/")
			if item == tag || item == "*" {
				return true
			}
		}
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !modified.IsZero() && !modified.After(since)
}
