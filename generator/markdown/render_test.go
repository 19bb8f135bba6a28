package markdown

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestRender(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"headings are a level lower and have ids of their own",
			"# Queues & limits\n## Queues & limits\n###### Deep\n",
			"<h2 id=\"warhawk-queues-limits\">Queues &amp; limits</h2>\n<h3 id=\"warhawk-queues-limits-2\">Queues &amp; limits</h3>\n<h6 id=\"warhawk-deep\">Deep</h6>\n"},
		{"links to headings of the file follow their ids",
			"## Log in\n[up](#log-in) [elsewhere](#help-units)\n",
			"<h3 id=\"warhawk-log-in\">Log in</h3>\n<p><a href=\"#warhawk-log-in\">up</a> <a href=\"#help-units\">elsewhere</a></p>\n"},
		{"tables",
			"| Queue | Hours |\n|:--|--:|\n| debug | 1 |\n",
			"<table>\n<thead>\n<tr>\n<th class=\"left\" scope=\"col\">Queue</th>\n<th class=\"right\" scope=\"col\">Hours</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td class=\"left\">debug</td>\n<td class=\"right\">1</td>\n</tr>\n</tbody>\n</table>\n"},
		{"bare links", "See https://centers.hpc.mil/x.", "<p>See <a href=\"https://centers.hpc.mil/x\">https://centers.hpc.mil/x</a>.</p>\n"},
		{"a placeholder in a line is not lost", "ssh <user>@host", "<p>ssh &lt;user&gt;@host</p>\n"},
		{"scripts are text", "<script>alert(1)</script>\n", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"},
		{"scripts in a line are text", "a <img src=x onerror=alert(1)> b", "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>\n"},
		{"comments stay unseen", "<!-- draft -->\n\na <!-- b --> c\n", "<p>a  c</p>\n"},
		{"text after a comment is seen", "<!-- draft --> text\n", "<p>text</p>\n"},
		{"images of other hosts are links", "![Rack](https://x.mil/a.png \"T\") ![](https://x.mil/b.png)",
			"<p><a href=\"https://x.mil/a.png\" title=\"T\">Rack</a> <a href=\"https://x.mil/b.png\">https://x.mil/b.png</a></p>\n"},
		{"images of our own", "![Rack](a.png)", "<p><img src=\"a.png\" alt=\"Rack\"></p>\n"},
		{"code is shown as it is", "```sh\nqsub -q debug <job>\n```\n", "<pre><code class=\"language-sh\">qsub -q debug &lt;job&gt;\n</code></pre>\n"},
		{"letters of any script", "## Größe\n", "<h3 id=\"warhawk-größe\">Größe</h3>\n"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, problems := render("systems/warhawk.md", tt.src, 1)
			if len(problems) > 0 {
				t.Errorf("problems: %v", problems[0])
			}
			if string(got) != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestSplitKeepsTheBodysLines(t *testing.T) {
	_, _, line, err := split("a.md", "+++\na = 1\n+++\n\ntext")
	if err != nil || line != 4 {
		t.Errorf("body begins on line %d (%v), want 4", line, err)
	}
}

// FuzzParse holds that no file makes HTML with elements or addresses that a page must
// not have, and that mistakes are reported on lines that exist.
func FuzzParse(f *testing.F) {
	f.Add(wholeSystem)
	f.Add("[a](jAvAsCrIpT:alert(1)) <b onclick=x> [b]: javascript&#58;alert(1)\n[b]")
	f.Add("<!-- <a href='javascript:x'> --> <script>x</script>\n\n<style>\nx\n")
	for _, m := range mistakes {
		f.Add(m.src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		sys, err := ParseSystem("systems/x.md", []byte(src))
		if err != nil {
			checkLines(t, err, strings.Count(src, "\n")+1)
			return
		}
		checkHTML(t, string(sys.HTML))
	})
}

func checkLines(t *testing.T, err error, lines int) {
	errs := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs = joined.Unwrap()
	}
	for _, err := range errs {
		e, ok := err.(*Error)
		if !ok || e.Line < 1 || e.Line > lines {
			t.Errorf("%v: not an *Error on a line of the file, which has %d", err, lines)
		}
	}
}

func checkHTML(t *testing.T, source string) {
	allowed := strings.Fields("p h2 h3 h4 h5 h6 a em strong del code pre ul ol li blockquote table thead tbody tr th td div hr br img")
	tokens := html.NewTokenizer(strings.NewReader(source))
	for tokens.Next() != html.ErrorToken {
		token := tokens.Token()
		if token.Type == html.CommentToken || token.Type == html.TextToken {
			continue
		}
		if !slices.Contains(allowed, token.Data) {
			t.Errorf("element %q in %q", token.Data, source)
		}
		for _, a := range token.Attr {
			checkAttribute(t, a)
		}
	}
}

func checkAttribute(t *testing.T, a html.Attribute) {
	switch a.Key {
	case "id", "class", "scope", "title", "alt", "start":
	case "href", "src":
		u, err := url.Parse(a.Val)
		if err != nil || !slices.Contains([]string{"", "http", "https", "mailto"}, u.Scheme) {
			t.Errorf("address %q", a.Val)
		}
		if a.Key == "src" && (u == nil || u.Scheme != "" || u.Host != "") {
			t.Errorf("image of another host: %q", a.Val)
		}
	default:
		t.Errorf("attribute %s=%q", a.Key, a.Val)
	}
}
