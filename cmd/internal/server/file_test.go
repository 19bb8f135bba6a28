package server

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hpcstatus/generator/publish"
)

func TestCachingAndTypes(t *testing.T) {
	s := start(t, Options{})
	tests := []struct{ path, contentType, cache, vary string }{
		{"/", "text/html; charset=utf-8", "no-cache", "Accept-Encoding"},
		{"/queues", "text/html; charset=utf-8", "no-cache", ""},
		{"/api/fleet/summary", "application/json", "no-cache", "Accept-Encoding"},
		{"/manifest.json", "application/json", "no-cache", "Accept-Encoding"},
		{"/feed.atom", "application/atom+xml; charset=utf-8", "no-cache", ""},
		{"/" + styles, "text/css; charset=utf-8", cacheForever, "Accept-Encoding"},
		{"/assets/logo.png", "image/png", "no-cache", ""}, // its name has no hash
	}
	for _, tt := range tests {
		res := ask(t, s, "GET", tt.path)
		wantHeaders(t, res, "Content-Type", tt.contentType, "Cache-Control", tt.cache, "Vary", tt.vary)
		if res.Header.Get("ETag") == "" || res.Header.Get("Last-Modified") == "" || res.Header.Get("Content-Length") == "" {
			t.Errorf("%s: header %v", tt.path, res.Header)
		}
	}
}

func TestGzip(t *testing.T) {
	s := start(t, Options{})
	plain := ask(t, s, "GET", "/api/fleet/summary")
	packed := ask(t, s, "GET", "/api/fleet/summary", "Accept-Encoding", "br, gzip;q=0.5")
	wantHeaders(t, packed, "Content-Encoding", "gzip", "Vary", "Accept-Encoding")
	wantHeaders(t, plain, "Content-Encoding", "", "Vary", "Accept-Encoding")
	data := body(t, packed)
	if unzip(t, data) != body(t, plain) {
		t.Error("unpacked, the answer is not the file")
	}
	if packed.ContentLength != int64(len(data)) || packed.ContentLength >= plain.ContentLength {
		t.Errorf("%d bytes of %d, %d announced", len(data), plain.ContentLength, packed.ContentLength)
	}
	if packed.Header.Get("ETag") == plain.Header.Get("ETag") {
		t.Error("two representations have one strong tag")
	}
	for _, path := range []string{"/queues", "/assets/logo.png"} {
		wantHeaders(t, ask(t, s, "GET", path, "Accept-Encoding", "gzip"), "Content-Encoding", "")
	}
	f := s.view.Load().files["api/fleet/summary.json"]
	s.Set(generation(t, site()))
	if s.view.Load().files["api/fleet/summary.json"] != f {
		t.Error("an unchanged file is compressed again")
	}
	changed := site()
	changed["api/fleet/summary.json"] = []byte("{}")
	s.Set(generation(t, changed))
	if got := body(t, ask(t, s, "GET", "/api/fleet/summary", "Accept-Encoding", "gzip")); got != "{}" {
		t.Errorf("after a change: %q", got)
	}
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "x-gzip": true, "*": true, "br": false, "identity": false,
		"gzip;q=0": false, "gzip; q=0.0": false, "gzip;q=0.001": true, "*;q=0": false, "gzip;q=0, *": false,
		"identity;q=1, gzip;q=0.5": false, "identity;q=0.5, gzip;q=1.0": true, "gzip;q=0.5": true, "br;q=1, *;q=0.1": true,
		"gzip;q=x": false, "gzip;q=2": false, "gzip;level=1;q=0": false, "gzip;q=NaN": false, ",,;": false,
	} {
		if got := acceptsGzip([]string{header}); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
	if acceptsGzip(nil) || !acceptsGzip([]string{"br", "gzip"}) {
		t.Error("several headers, or none")
	}
}

func TestNotModified(t *testing.T) {
	s := start(t, Options{})
	first := ask(t, s, "GET", "/api/fleet/summary")
	tag, modified := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
	packed := ask(t, s, "GET", "/api/fleet/summary", "Accept-Encoding", "gzip").Header.Get("ETag")
	at, err := http.ParseTime(modified)
	if err != nil {
		t.Fatal(err)
	}
	earlier := at.Add(-time.Second).Format(http.TimeFormat)
	tests := []struct {
		name   string
		header []string
		want   int
	}{
		{"same", []string{"If-None-Match", tag}, 304},
		{"one of several", []string{"If-None-Match", `"x", W/` + tag}, 304},
		{"any", []string{"If-None-Match", "*"}, 304},
		{"other", []string{"If-None-Match", `"x"`}, 200},
		{"of the packed one", []string{"If-None-Match", packed}, 200},
		{"packed", []string{"If-None-Match", packed, "Accept-Encoding", "gzip"}, 304},
		{"of the plain one", []string{"If-None-Match", tag, "Accept-Encoding", "gzip"}, 200},
		{"same second", []string{"If-Modified-Since", modified}, 304},
		{"changed since", []string{"If-Modified-Since", earlier}, 200},
		{"no date", []string{"If-Modified-Since", "yesterday"}, 200},
		{"the tag counts", []string{"If-None-Match", `"x"`, "If-Modified-Since", modified}, 200},
		{"a range is answered whole", []string{"Range", "bytes=0-3"}, 200},
	}
	for _, tt := range tests {
		for _, method := range []string{"GET", "HEAD"} {
			res := ask(t, s, method, "/api/fleet/summary", tt.header...)
			wantStatus(t, res, tt.want)
			if res.StatusCode == http.StatusNotModified {
				wantHeaders(t, res, "Content-Encoding", "", "Content-Type", "", "Cache-Control", "no-cache", "Vary", "Accept-Encoding")
				if res.Header.Get("ETag") == "" || body(t, res) != "" {
					t.Errorf("%s: a 304 without tag or with a body", tt.name)
				}
			}
		}
	}
}

// Nothing that a request says can make the server answer with something that is not in
// the generation, or lead anywhere but to a page of it.
func FuzzPath(f *testing.F) {
	for _, path := range []string{"/", "/queues", "/System/Gaea C5/", "/../../etc/passwd", "//x", "/api/system/..", "/api/cluster-usage/a/b", "/API/Status/", "/assets/../manifest.json", "/\x00", "*", ""} {
		f.Add("GET", path)
	}
	s := start(f, Options{})
	known := map[string]bool{}
	for _, file := range s.view.Load().files {
		known[string(file.body)] = true
	}
	f.Fuzz(func(t *testing.T, method, path string) {
		res := askRaw(s, method, path)
		text := body(t, res)
		switch res.StatusCode {
		case http.StatusOK:
			if !known[text] && !strings.HasPrefix(text, `{"status":`) {
				t.Errorf("%s %q answers %q", method, path, text)
			}
		case http.StatusPermanentRedirect:
			to := res.Header.Get("Location")
			if strings.HasPrefix(to, "//") || strings.Contains(to, `\`) || askRaw(s, "GET", to).StatusCode != http.StatusOK {
				t.Errorf("%s %q leads to %q", method, path, to)
			}
		case http.StatusNoContent, http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusServiceUnavailable:
		default:
			t.Errorf("%s %q: status %d", method, path, res.StatusCode)
		}
	})
}

func FuzzFold(f *testing.F) {
	f.Add("Gaea C5")
	f.Add("ÉTÉ_2")
	f.Fuzz(func(t *testing.T, name string) {
		once := fold(name)
		if fold(once) != once {
			t.Errorf("fold(%q) is %q, and of that %q", name, once, fold(once))
		}
		if strings.ContainsAny(once, "/\\.%-_ ") {
			t.Errorf("fold(%q) is %q", name, once)
		}
	})
}

func TestModTimeUnknown(t *testing.T) {
	file := newFile("a.html", publish.File{Body: []byte("x"), SHA256: "0123"})
	if file.lastModified != "" {
		t.Errorf("Last-Modified %q", file.lastModified)
	}
}

func TestSwapUnderLoad(t *testing.T) {
	s := start(t, Options{})
	changed := site()
	changed["api/fleet/summary.json"] = []byte(strings.Repeat("other ", 1000))
	generations := []*publish.Generation{generation(t, site()), generation(t, changed)}
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 200 {
				res := ask(t, s, "GET", "/api/fleet/summary", "Accept-Encoding", "gzip")
				sum := sha256.Sum256([]byte(unzip(t, body(t, res))))
				if want := `"` + hex.EncodeToString(sum[:]) + `-gzip"`; res.Header.Get("ETag") != want {
					t.Errorf("the tag %s is not that of the body", res.Header.Get("ETag"))
				}
			}
		})
	}
	for i := range 200 {
		s.Set(generations[i%2])
	}
	readers.Wait()
}
