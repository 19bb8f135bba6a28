package server

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/julienschmidt/httprouter"

	"hpcstatus/collectors/fleet/doc"
)

// maxIdentifier is how many characters a system or cluster may be asked for by.
const maxIdentifier = 128

// route is an answer of the API. Errors become JSON.
type route func(w http.ResponseWriter, r *http.Request, params httprouter.Params) error

// router has the routes of the API; everything else is looked up in the generation.
func (s *Server) router() http.Handler {
	r := httprouter.New()
	// It would redirect for good, by the case of the fixed parts of a path only.
	r.RedirectTrailingSlash, r.RedirectFixedPath = false, false
	r.HandleOPTIONS = false // answered before
	for path, get := range map[string]route{
		"/api/status":        s.file,
		"/api/fleet/summary": s.file,
		"/api/cluster-usage": s.file,
		"/api/health":        s.health,
	} {
		for _, p := range []string{path, path + ".json"} {
			r.GET(p, s.handle(get))
			r.HEAD(p, s.handle(get))
		}
	}
	for path, get := range map[string]route{
		"/api/cluster-usage/:id": s.cluster,
		"/api/system/:id":        s.system,
	} {
		r.GET(path, s.handle(get))
		r.HEAD(path, s.handle(get))
	}
	r.POST("/api/refresh", s.handle(s.refresh))
	r.POST("/api/refresh.json", s.handle(s.refresh))
	r.NotFound = s.fallback(s.any)
	r.MethodNotAllowed = s.fallback(func(w http.ResponseWriter, _ *http.Request, _ httprouter.Params) error {
		return notAllowed(w.Header().Get("Allow"))
	})
	return r
}

// current is the view that a request is answered from.
func (s *Server) current() (*view, error) {
	v := s.view.Load()
	if v == nil {
		return nil, errNoGeneration
	}
	return v, nil
}

// file answers with the file that the path names.
func (s *Server) file(w http.ResponseWriter, r *http.Request, _ httprouter.Params) error {
	v, err := s.current()
	if err != nil {
		return err
	}
	f := v.find(r.URL.Path)
	if f == nil {
		return errNotFound
	}
	f.serve(w, r)
	return nil
}

func (s *Server) cluster(w http.ResponseWriter, r *http.Request, params httprouter.Params) error {
	id := trimJSON(params.ByName("id"))
	return s.lookUp(w, r, id, doc.Error{Error: "Cluster not found", Cluster: id})
}

func (s *Server) system(w http.ResponseWriter, r *http.Request, params httprouter.Params) error {
	id := trimJSON(params.ByName("id"))
	return s.lookUp(w, r, id, doc.Error{Error: "System not found", System: id})
}

// lookUp answers with the document of what somebody called id, or with the given error.
func (s *Server) lookUp(w http.ResponseWriter, r *http.Request, id string, missing doc.Error) error {
	if !isIdentifier(id) {
		return errIdentifier
	}
	v, err := s.current()
	if err != nil {
		return err
	}
	f := v.find(r.URL.Path)
	if f == nil {
		return &failure{status: http.StatusNotFound, body: missing}
	}
	f.serve(w, r)
	return nil
}

// trimJSON drops the extension that the file has.
func trimJSON(id string) string {
	const ext = ".json"
	if cut := len(id) - len(ext); cut >= 0 && strings.EqualFold(id[cut:], ext) {
		return id[:cut]
	}
	return id
}

// isIdentifier says whether id can name a system or a cluster.
func isIdentifier(id string) bool {
	return utf8.ValidString(id) && utf8.RuneCountInString(id) <= maxIdentifier &&
		!strings.ContainsFunc(id, unicode.IsControl) && fold(id) != ""
}

// any answers for every path without a route of its own: pages, assets, further documents.
func (s *Server) any(w http.ResponseWriter, r *http.Request, params httprouter.Params) error {
	v, err := s.current()
	if err != nil {
		return err
	}
	p, slash := strings.CutSuffix(r.URL.Path, "/")
	f := v.find(p)
	switch {
	case f == nil || slash && p != "" && !f.isPage():
		return errNotFound
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return notAllowed(allowRead)
	case slash && p != "":
		// The links of a page are relative to the folder it is in.
		http.Redirect(w, r, s.location(f, r.URL.RawQuery), http.StatusPermanentRedirect)
		return nil
	case f.name == healthFile:
		return s.health(w, r, params)
	}
	f.serve(w, r)
	return nil
}

// location is the address of a page. It is made of the page's own name, never of what was
// asked for, so that it cannot lead to another site.
func (s *Server) location(f *file, query string) string {
	name := strings.TrimSuffix(f.name, ".html")
	if f.name == indexPage {
		name = ""
	}
	return (&url.URL{Path: s.opts.URLPrefix + "/" + name, RawQuery: query}).String()
}
