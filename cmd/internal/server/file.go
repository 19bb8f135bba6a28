package server

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"hpcstatus/generator/publish"
)

// gzipFrom is the size in bytes from which compressing is worth it: about what fits in one packet
// together with the header.
const gzipFrom = 860

const (
	// cacheRevalidate lets a cache keep the answer but ask each time whether it still holds.
	cacheRevalidate = "no-cache"
	cacheForever    = "public, max-age=31536000, immutable"
	cacheNever      = "no-store"
)

// hashedAsset matches assets that are named after their content and so never change.
var hashedAsset = regexp.MustCompile(`^assets/.+\.[0-9a-f]{8,64}\.[A-Za-z0-9]+$`)

// file is a file of a generation with its header.
type file struct {
	name     string
	body     []byte
	sha256   string
	tag      string // strong ETag of the body as it is
	modified time.Time

	contentType  string
	cache        string
	lastModified string
	compressible bool
	compressed   func() []byte // nil when that saves nothing; made once
}

func newFile(name string, content publish.File) *file {
	f := &file{
		name: name, body: content.Body, sha256: content.SHA256, tag: `"` + content.SHA256 + `"`,
		modified: content.ModTime.Truncate(time.Second), cache: cacheRevalidate,
	}
	f.contentType, f.compressible = contentType(name)
	f.compressible = f.compressible && len(f.body) >= gzipFrom
	f.compressed = sync.OnceValue(f.compress)
	if hashedAsset.MatchString(name) {
		f.cache = cacheForever
	}
	if !f.modified.IsZero() {
		f.lastModified = f.modified.UTC().Format(http.TimeFormat)
	}
	return f
}

// contentType depends on the name alone, not on the machine's tables. It also says
// whether files of that kind can be compressed.
func contentType(name string) (string, bool) {
	switch strings.ToLower(path.Ext(name)) {
	case ".html":
		return "text/html; charset=utf-8", true
	case ".json", ".map":
		return "application/json", true
	case ".css":
		return "text/css; charset=utf-8", true
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8", true
	case ".svg":
		return "image/svg+xml", true
	case ".xml":
		return "application/xml", true
	case ".atom":
		return "application/atom+xml; charset=utf-8", true
	case ".rss":
		return "application/rss+xml; charset=utf-8", true
	case ".ics":
		return "text/calendar; charset=utf-8", true
	case ".csv":
		return "text/csv; charset=utf-8", true
	case ".md":
		return "text/markdown; charset=utf-8", true
	case ".txt":
		return "text/plain; charset=utf-8", true
	case ".webmanifest":
		return "application/manifest+json", true
	case ".ico":
		return "image/x-icon", true
	case ".png":
		return "image/png", false
	case ".jpg", ".jpeg":
		return "image/jpeg", false
	case ".webp":
		return "image/webp", false
	case ".woff2":
		return "font/woff2", false
	default:
		return "application/octet-stream", false
	}
}

func (f *file) isPage() bool { return strings.HasPrefix(f.contentType, "text/html") }

func (f *file) compress() []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(f.body) // a buffer takes everything
	_ = z.Close()
	if out.Len() >= len(f.body) {
		return nil
	}
	return out.Bytes()
}

// serve answers with the file, or with 304 if the client has it. The whole file is sent
// also when a range is asked for, which HTTP allows; all of them are small.
func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	body, tag := f.variant(h, r)
	h.Set("ETag", tag)
	if f.lastModified != "" {
		h.Set("Last-Modified", f.lastModified)
	}
	h.Set("Cache-Control", f.cache)
	f.share(h)
	if notModified(r, tag, f.modified) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body)
}

// variant picks the encoding that the client prefers, and says so in the header.
func (f *file) variant(h http.Header, r *http.Request) (body []byte, tag string) {
	if !f.compressible {
		return f.body, f.tag
	}
	h.Set("Vary", "Accept-Encoding")
	if !acceptsGzip(r.Header.Values("Accept-Encoding")) {
		return f.body, f.tag
	}
	packed := f.compressed()
	if packed == nil {
		return f.body, f.tag
	}
	h.Set("Content-Encoding", "gzip")
	return packed, strings.TrimSuffix(f.tag, `"`) + `-gzip"`
}

// share lets other sites use everything but pages: documents, feeds, badges.
func (f *file) share(h http.Header) {
	if !f.isPage() {
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
}
