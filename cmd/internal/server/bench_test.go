package server

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// blank takes an answer without keeping it.
type blank struct{ header http.Header }

func (b *blank) Header() http.Header         { return b.header }
func (b *blank) Write(p []byte) (int, error) { return len(p), nil }
func (b *blank) WriteHeader(int)             {}

func BenchmarkFleetSummary(b *testing.B) {
	files := site()
	var systems strings.Builder
	for i := range 100 {
		fmt.Fprintf(&systems, `{"system":"machine-%d","status":"UP","dsrc":"NAVO","scheduler":"PBS","observed_at":"2026-01-22T15:30:00Z"},`, i)
	}
	files["api/fleet/summary.json"] = []byte(`{"systems":[` + strings.TrimSuffix(systems.String(), ",") + `]}`)
	for _, encoding := range []string{"identity", "gzip"} {
		b.Run(encoding, func(b *testing.B) {
			s, err := New(Options{RequestsPerMinute: 1 << 30, Now: time.Now})
			if err != nil {
				b.Fatal(err)
			}
			s.Set(generation(b, files))
			r := httptest.NewRequest("GET", "/api/fleet/summary", nil)
			r.Header.Set("Accept-Encoding", encoding)
			b.ReportAllocs()
			for b.Loop() {
				w := &blank{http.Header{}}
				s.Handler().ServeHTTP(w, r)
			}
		})
	}
}
