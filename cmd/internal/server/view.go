package server

import (
	"encoding/json"
	"path"
	"strings"
	"unicode"

	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/generator/publish"
)

const (
	indexPage   = "index.html"
	missingPage = "404.html"
	healthFile  = "api/health.json"
)

// view is a generation as it is looked up. It does not change.
type view struct {
	files map[string]*file
	// folded finds pages and documents by their folded path; nil where two have the same.
	folded map[string]*file
	// health is the document of the generation; its status is empty when there is none.
	health doc.Health
}

// newView indexes g. Files that the old view, which may be nil, has too are taken over
// with what was compressed.
func newView(g *publish.Generation, old *view) *view {
	v := &view{files: make(map[string]*file, len(g.Files)), folded: map[string]*file{}}
	for name, content := range g.Files {
		f := old.same(name, content)
		if f == nil {
			f = newFile(name, content)
		}
		v.files[name] = f
		if key, ok := foldPath(name); ok {
			_, ambiguous := v.folded[key]
			v.folded[key] = f
			if ambiguous {
				v.folded[key] = nil
			}
		}
	}
	if f := v.files[healthFile]; f != nil {
		_ = json.Unmarshal(f.body, &v.health) // a damaged one counts as none
	}
	if v.health.GeneratedAt.IsZero() {
		v.health.GeneratedAt = g.Manifest.GeneratedAt
	}
	return v
}

// same returns the view's file of that name if it has the same content.
func (v *view) same(name string, content publish.File) *file {
	if v == nil {
		return nil
	}
	if f := v.files[name]; f != nil && f.sha256 == content.SHA256 {
		return f
	}
	return nil
}

// find returns the file that a path below the prefix names, or nil. Nothing but the files
// of the generation can be found. The file's own name comes first, with or without its
// extension, then its lower-case form, then the one page or document whose name
// has the same letters and digits: "/system/Gaea_C5" finds system/gaea-c5.html.
func (v *view) find(p string) *file {
	p = strings.TrimPrefix(p, "/")
	if p == "" {
		p = indexPage
	}
	lower := strings.ToLower(p)
	for _, name := range []string{p, p + extension(lower), lower, lower + extension(lower)} {
		if f := v.files[name]; f != nil {
			return f
		}
	}
	key, ok := foldPath(p + missingExtension(lower))
	if !ok {
		return nil
	}
	return v.folded[key]
}

// extension is that of the kind of file that a path stands for: documents are below
// api/, everything else without an extension is a page.
func extension(lower string) string {
	if strings.HasPrefix(lower, "api/") {
		return ".json"
	}
	return ".html"
}

// missingExtension is the extension if the path does not have it.
func missingExtension(lower string) string {
	ext := extension(lower)
	if strings.HasSuffix(lower, ext) {
		return ""
	}
	return ext
}

// foldPath is the form in which paths of pages and documents are compared: lower case, and
// of the name only letters and digits. It is false for other files, which have one name only.
func foldPath(p string) (string, bool) {
	dir, base := path.Split(strings.ToLower(p))
	ext := path.Ext(base)
	if ext != extension(dir) {
		return "", false
	}
	name := fold(strings.TrimSuffix(base, ext))
	return dir + name + ext, name != ""
}

// fold drops everything but letters and digits, in lower case.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

// isAPI says whether a path below the prefix belongs to the API, in any case. "/api" and "/api/" are
// the page about it.
func isAPI(p string) bool {
	const api = "/api/"
	return len(p) > len(api) && strings.EqualFold(p[:len(api)], api)
}
