package page

import (
	"bytes"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// build renders and fails the test on any error.
func build(t testing.TB, in Input) map[string][]byte {
	t.Helper()
	out, err := Build(in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPagesAreWellFormed walks every page of a full and of an empty fleet.
func TestPagesAreWellFormed(t *testing.T) {
	empty := fixture()
	empty.Documents, empty.Briefings, empty.Help = Input{}.Documents, nil, nil
	late := fixture()
	late.Now = now.AddDate(0, 0, 2)
	prefixed := fixture()
	prefixed.Site.URLPrefix = "/a/b"
	for name, in := range map[string]Input{"full": fixture(), "empty": empty, "late": late, "prefix": prefixed} {
		t.Run(name, func(t *testing.T) {
			out := build(t, in)
			checker := newChecker(in, out)
			for file, data := range out {
				if strings.HasSuffix(file, ".html") {
					checker.check(file, data)
				}
			}
			slices.Sort(checker.faults)
			for _, fault := range checker.faults {
				t.Error(fault)
			}
		})
	}
}

// checker finds what no page may have.
type checker struct {
	ids    map[string]map[string]bool
	out    map[string][]byte
	data   map[string]bool
	prefix string
	faults []string
	file   string
}

func newChecker(in Input, out map[string][]byte) *checker {
	c := &checker{out: out, ids: map[string]map[string]bool{}, prefix: in.Site.URLPrefix,
		data: map[string]bool{"api/status.json": true, "api/fleet/summary.json": true, "api/cluster-usage.json": true, "api/health.json": true}}
	for _, s := range in.Documents.Systems {
		c.data["api/system/"+s.Slug+".json"] = true
	}
	for _, cl := range in.Documents.Clusters {
		c.data["api/cluster-usage/"+cl.Slug+".json"] = true
	}
	for file, data := range out {
		c.ids[file] = map[string]bool{}
		walk(parseHTML(data), func(n *html.Node) {
			if id := attr(n, "id"); id != "" {
				if c.ids[file][id] {
					c.faults = append(c.faults, fmt.Sprintf("%s: id %q stands twice", file, id))
				}
				c.ids[file][id] = true
			}
		})
	}
	return c
}

func parseHTML(data []byte) *html.Node {
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		panic(err)
	}
	return doc
}

func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for child := range n.ChildNodes() {
		walk(child, visit)
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for child := range n.ChildNodes() {
		b.WriteString(textOf(child))
	}
	return strings.TrimSpace(b.String())
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, c.file+": "+fmt.Sprintf(format, args...))
}

// check looks at one page.
func (c *checker) check(file string, data []byte) {
	c.file = file
	for _, leak := range []string{"ZgotmplZ", "<nil>", "&lt;nil&gt;", "%!", "0001-01-01"} {
		if bytes.Contains(data, []byte(leak)) {
			c.fault("holds %q", leak)
		}
	}
	c.checkTokens(data)
	counts, level := map[string]int{}, 0
	walk(parseHTML(data), func(n *html.Node) {
		counts[n.Data]++
		c.checkNode(n)
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			if now := int(n.Data[1] - '0'); now > level+1 {
				c.fault("heading %q jumps from h%d to h%d", textOf(n), level, now)
			}
			level = int(n.Data[1] - '0')
		}
	})
	for _, once := range []string{"h1", "main", "title", "footer", "header"} {
		if once != "title" && counts[once] != 1 {
			c.fault("%d <%s>", counts[once], once)
		}
	}
}

// checkTokens finds what the parser mends silently: attributes that stand twice and tags that do not match.
func (c *checker) checkTokens(data []byte) {
	void := []string{"meta", "link", "input", "br", "hr", "img", "wbr"}
	var open []string
	for z := html.NewTokenizer(bytes.NewReader(data)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		raw := string(z.Raw())
		name, _ := z.TagName()
		tag := string(name)
		if dup := duplicate(raw); dup != "" && (kind == html.StartTagToken || kind == html.SelfClosingTagToken) {
			c.fault("<%s> has %s twice", tag, dup)
		}
		switch {
		case kind == html.StartTagToken && !slices.Contains(void, tag):
			open = append(open, tag)
		case kind == html.EndTagToken && (len(open) == 0 || open[len(open)-1] != tag):
			c.fault("</%s> closes %v", tag, open)
			return
		case kind == html.EndTagToken:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		c.fault("%v stay open", open)
	}
}

var attributeName = regexp.MustCompile(`\s([a-zA-Z-]+)(?:="[^"]*")?`)

// duplicate finds an attribute that stands twice in a tag; the tokenizer itself drops the second.
func duplicate(tag string) string {
	seen := map[string]bool{}
	for _, m := range attributeName.FindAllStringSubmatch(tag, -1) {
		if seen[m[1]] {
			return m[1]
		}
		seen[m[1]] = true
	}
	return ""
}

// checkNode looks at one element.
func (c *checker) checkNode(n *html.Node) {
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			c.fault("<%s %s> breaks the content security policy", n.Data, a.Key)
		}
		if slices.Contains([]string{"aria-labelledby", "aria-describedby", "for"}, a.Key) && !c.ids[c.file][a.Val] {
			c.fault("<%s %s=%q> names no element", n.Data, a.Key, a.Val)
		}
	}
	switch n.Data {
	case "style":
		c.fault("inline style")
	case "script":
		if attr(n, "src") == "" || textOf(n) != "" {
			c.fault("inline script")
		}
	case "svg":
		c.checkPicture(n)
	case "th":
		if !slices.Contains([]string{"col", "row"}, attr(n, "scope")) {
			c.fault("th %q has no scope", textOf(n))
		}
	case "table":
		if n.FirstChild.NextSibling == nil || !hasChild(n, "caption") {
			c.fault("table without caption")
		}
	case "a", "button":
		if textOf(n) == "" && attr(n, "aria-label") == "" {
			c.fault("<%s href=%q> has no name", n.Data, attr(n, "href"))
		}
	case "html":
		if attr(n, "lang") == "" {
			c.fault("no lang")
		}
	}
	for _, key := range []string{"href", "src"} {
		if has(n, key) {
			c.checkLink(n.Data, attr(n, key))
		}
	}
}

func hasChild(n *html.Node, name string) bool {
	for child := range n.ChildNodes() {
		if child.Data == name {
			return true
		}
	}
	return false
}

// checkPicture wants a text for every drawing, or that it is hidden from those who cannot see it.
func (c *checker) checkPicture(n *html.Node) {
	if attr(n, "aria-hidden") == "true" {
		return
	}
	if attr(n, "role") != "img" || !hasChild(n, "title") {
		c.fault("svg %q has no text", attr(n, "class"))
	}
}

// checkLink follows a link to a file of the site and to an anchor in it.
func (c *checker) checkLink(element, link string) {
	u, err := url.Parse(link)
	switch {
	case err != nil:
		c.fault("link %q: %v", link, err)
		return
	case u.Scheme == "http" || u.Scheme == "https":
		if element != "a" {
			c.fault("<%s> asks another host for %s", element, link)
		}
		return
	case u.Scheme != "" || u.Host != "":
		c.fault("link %q leads elsewhere", link)
		return
	}
	file := path.Join(path.Dir(c.file), u.Path)
	if u.Path == "" {
		file = c.file
	}
	if strings.HasPrefix(u.Path, "/") {
		if c.file != "404.html" {
			c.fault("link %q is absolute", link)
		}
		file = strings.TrimPrefix(u.Path, c.prefix+"/")
	}
	if _, ok := c.out[file]; !ok && !c.data[file] {
		c.fault("link %q leads to %s, which is not there", link, file)
		return
	}
	if u.Fragment != "" && !c.ids[file][u.Fragment] {
		c.fault("link %q: there is no such anchor in %s", link, file)
	}
}

// TestCheckerFinds makes sure that the checker can fail.
func TestCheckerFinds(t *testing.T) {
	for broken, want := range map[string]string{
		`<p style="color:red">x</p>`:                       "content security policy",
		`<p onclick="x()">x</p>`:                           "content security policy",
		`<script>x()</script>`:                             "inline script",
		`<a href="gone.html">x</a>`:                        "which is not there",
		`<a href="queues.html#gone">x</a>`:                 "no such anchor",
		`<a href="/queues.html">x</a>`:                     "is absolute",
		`<a href="index.html"></a>`:                        "has no name",
		`<img src="https://example.org/x.png" alt="x">`:    "another host",
		`<svg><rect/></svg>`:                               "has no text",
		`<table><tr><th>x</th></tr></table>`:               "has no scope",
		`<p class="a" class="b">x</p>`:                     "has class twice",
		`<div><p>x</div></p>`:                              "closes",
		`<p id="main-content">x</p>`:                       "stands twice",
		`<p aria-labelledby="gone">x</p>`:                  "names no element",
		`<h2>x</h2><h4>x</h4>`:                             "jumps",
		`<section aria-label="x"><h1>again</h1></section>`: "2 <h1>",
	} {
		in := fixture()
		source := string(in.Templates["pages/insights.html"])
		in.Templates["pages/insights.html"] = []byte(strings.Replace(source, "{{template \"partials/foot.html\" .}}", broken+"{{template \"partials/foot.html\" .}}", 1))
		out := build(t, in)
		c := newChecker(in, out)
		c.check("insights.html", out["insights.html"])
		if !strings.Contains(strings.Join(c.faults, "\n"), want) {
			t.Errorf("%s: no fault %q in %q", broken, want, c.faults)
		}
	}
}
