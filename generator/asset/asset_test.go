package asset

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestNamesFollowContent(t *testing.T) {
	build := func(js string) string {
		names, out, err := Build(map[string][]byte{"assets/site.js": []byte(js)})
		if err != nil {
			t.Fatal(err)
		}
		published := names["assets/site.js"]
		if string(out[published]) != js {
			t.Errorf("%s holds %q, want %q", published, out[published], js)
		}
		return published
	}
	first := build("one")
	if !regexp.MustCompile(`^assets/site\.[0-9a-f]{8,}\.js$`).MatchString(first) {
		t.Errorf("published as %s", first)
	}
	if again := build("one"); again != first {
		t.Errorf("the same content is published as %s and %s", first, again)
	}
	if other := build("two"); other == first {
		t.Errorf("other content is published under the same name %s", first)
	}
}

func TestRewritesReferences(t *testing.T) {
	files := map[string][]byte{
		"assets/site.css": []byte(`/* url(gone.svg) */ @import "base.css"; a{b:url(img/x.svg#y)} c{d:url( "img/x.svg" )} e{f:url('icon.svg')}
g{h:url(#frag) url(data:image/gif;base64,AA) url(https://example.org/x)}`),
		"assets/base.css":  []byte(`i{j:url(icon.svg)}`),
		"assets/icon.svg":  []byte("<svg/>"),
		"assets/img/x.svg": []byte("<svg/>"),
	}
	names, out, err := Build(files)
	if err != nil {
		t.Fatal(err)
	}
	short := func(name string) string { return strings.TrimPrefix(names[name], "assets/") }
	css := string(out[names["assets/site.css"]])
	for _, want := range []string{
		`/* url(gone.svg) */`, `@import "` + short("assets/base.css") + `"`, `url(` + short("assets/img/x.svg") + `#y)`,
		`url( "` + short("assets/img/x.svg") + `" )`, `url('` + short("assets/icon.svg") + `')`,
		`url(#frag) url(data:image/gif;base64,AA) url(https://example.org/x)`,
	} {
		if !strings.Contains(css, want) {
			t.Errorf("no %s in\n%s", want, css)
		}
	}
	if got := slices.Collect(maps.Keys(out)); len(got) != len(files) {
		t.Errorf("%d files became %v", len(files), got)
	}
}

func TestHashCoversReferences(t *testing.T) {
	publish := func(icon string) string {
		names, _, err := Build(map[string][]byte{
			"assets/a.css": []byte("a{b:url(icon.svg)}"), "assets/icon.svg": []byte(icon)})
		if err != nil {
			t.Fatal(err)
		}
		return names["assets/a.css"]
	}
	if publish("one") == publish("two") {
		t.Error("the stylesheet keeps its name though its icon changed")
	}
}

func TestErrorsNameFileAndLine(t *testing.T) {
	cases := map[string]struct {
		files map[string][]byte
		want  string
	}{
		"missing": {map[string][]byte{"assets/a.css": []byte("\n\nx{y:url(no.svg)}")},
			"rewrite assets/a.css:3: url(no.svg): there is no asset assets/no.svg"},
		"circle": {map[string][]byte{"assets/a.css": []byte(`@import "b.css";`), "assets/b.css": []byte(`@import 'a.css';`)},
			"it refers to itself"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, _, err := Build(c.files)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}
