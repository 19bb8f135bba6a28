package markdown

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpcstatus/collectors/fleet"
)

const wholeSystem = `+++
system = "nautilus"
name = "Nautilus"
aliases = ["naut", "Nautilus HPC"]
site = "NAVO"
scheduler = "Slurm"
login_node = "nautilus.navydsrc.hpc.mil"
status = "DEGRADED"
status_text = """
One of two
login nodes"""
architecture = "Penguin"
cores = 176_128
memory_tb = 382
description = "For everybody"

[[guide]]
title = "User guide"
url = "https://example.mil/guide"

[[detail]]
name = "Peak"
value = "8.2 PF"
[[detail]]
name = "Interconnect"
value = "InfiniBand"
+++
## Log in

` + "```sh\nssh nautilus\n```\n"

func TestParseSystem(t *testing.T) {
	got, err := ParseSystem("systems/nautilus.md", []byte(wholeSystem))
	if err != nil {
		t.Fatal(err)
	}
	cores, memory := int64(176128), 382.0
	want := fleet.Override{
		System: "nautilus", Name: "Nautilus", Aliases: []string{"naut", "Nautilus HPC"},
		Site: "NAVO", Scheduler: "Slurm", LoginNode: "nautilus.navydsrc.hpc.mil",
		Status: fleet.Degraded, StatusText: "One of two\nlogin nodes", Origin: "systems/nautilus.md",
		Details: fleet.Details{
			Architecture: "Penguin", Cores: &cores, MemoryTB: &memory, Description: "For everybody",
			Guides: []fleet.Link{{Title: "User guide", URL: "https://example.mil/guide"}},
			More:   []fleet.Detail{{Name: "Peak", Value: "8.2 PF"}, {Name: "Interconnect", Value: "InfiniBand"}},
		},
	}
	if diff := cmp.Diff(want, got.Override); diff != "" {
		t.Errorf("override (-want +got):\n%s", diff)
	}
	if got.Title != "Nautilus" || got.Path != "systems/nautilus.md" {
		t.Errorf("title %q, path %q", got.Title, got.Path)
	}
	if want := "## Log in\n\n```sh\nssh nautilus\n```\n"; got.Body != want {
		t.Errorf("body %q, want %q", got.Body, want)
	}
}

func TestParseSystemWithoutFrontMatter(t *testing.T) {
	for name, src := range map[string]string{
		"no front matter":       "Hello.\n",
		"empty front matter":    "+++\n+++\nHello.\n",
		"byte order mark":       "\ufeff+++\n+++\nHello.\n",
		"lines of Windows":      "+++\r\n+++\r\nHello.\r\n",
		"space after the fence": "+++ \n+++\t\nHello.\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseSystem("systems/gaea-c5.md", []byte(src))
			if err != nil {
				t.Fatal(err)
			}
			if got.Override.System != "gaea-c5" || got.Title != "gaea-c5" || got.Body != "Hello.\n" {
				t.Errorf("got system %q, title %q, body %q", got.Override.System, got.Title, got.Body)
			}
		})
	}
}

// mistakes are files with something wrong and every line that must be said of them.
var mistakes = []struct {
	name, src string
	want      []string
}{
	{"unknown key with a near one", "+++\nname = 'X'\nlogin-nod = 'x'\n+++\n",
		[]string{`systems/x.md:3: unknown key "login-nod": did you mean "login_node"?`}},
	{"unknown key with none near", "+++\nqueueing = 'X'\n+++\n",
		[]string{`systems/x.md:2: unknown key "queueing": known are aliases, architecture, cores, description, detail, guide, login_node, memory_tb, name, scheduler, site, status, status_text, system`}},
	{"unknown key in the second of three tables",
		"+++\n[[guide]]\ntitle = 'a'\nurl = 'https://a.mil'\n\n[[guide]]\ntitle = 'b'\nulr = 'https://b.mil'\n[[guide]]\ntitle = 'c'\nurl = 'https://c.mil'\n+++\n",
		[]string{
			`systems/x.md:6: url is missing: give it as url = "…"`,
			`systems/x.md:8: unknown key "ulr": did you mean "url"?`,
		}},
	{"unknown table", "+++\n\n[Guide]\ntitle = 'a'\n+++\n",
		[]string{`systems/x.md:3: unknown key "Guide": did you mean "guide"?`}},
	{"line after a text of several lines", "+++\ndescription = \"\"\"\nname = 1\n\n\"\"\"\nnmae = 'X'\n+++\n",
		[]string{`systems/x.md:6: unknown key "nmae": did you mean "name"?`}},
	{"every wrong type at once",
		"+++\nsystem = 7\naliases = 'a'\ncores = '12'\nmemory_tb = 'much'\nguide = 'x'\ndetail = [1]\nstatus = true\n+++\n",
		[]string{
			`systems/x.md:2: system must be text in quotes, such as system = "…"`,
			`systems/x.md:3: aliases must be a list of texts, such as aliases = ["…", "…"]`,
			`systems/x.md:4: cores must be a whole number without quotes, such as cores = 1`,
			`systems/x.md:5: memory_tb must be a number without quotes, such as memory_tb = 1.5`,
			`systems/x.md:6: guide must be tables, each under a line of [[guide]]`,
			`systems/x.md:7: detail must be tables, each under a line of [[detail]]`,
			`systems/x.md:8: status must be text in quotes, such as status = "…"`,
		}},
	{"aliases of mixed types", "+++\naliases = ['a', 1]\n+++\n",
		[]string{`systems/x.md:2: aliases must be a list of texts, such as aliases = ["…", "…"]`}},
	{"an unknown status", "+++\n# today\nstatus = 'up'\n+++\n",
		[]string{`systems/x.md:3: status "up" is not one of UP, DEGRADED, MAINTENANCE, DOWN, UNKNOWN`}},
	{"a reason without a status", "+++\nstatus_text = 'why'\n+++\n",
		[]string{`systems/x.md:2: status_text is the reason for a status: give status too, or leave it out`}},
	{"zero for unknown", "+++\ncores = 0\nmemory_tb = 0.0\n+++\n",
		[]string{
			`systems/x.md:2: cores must be above 0; leave it out when it is not known`,
			`systems/x.md:3: memory_tb must be above 0; leave it out when it is not known`,
		}},
	{"amounts that are no numbers", "+++\nmemory_tb = nan\n+++\n",
		[]string{`systems/x.md:2: memory_tb must be above 0; leave it out when it is not known`}},
	{"a guide that leads nowhere", "+++\n[[guide]]\ntitle = 'a'\nurl = 'javascript:alert(1)'\n+++\n",
		[]string{`systems/x.md:4: url "javascript:alert(1)" must begin with https:// or http:// and name a host`}},
	{"a name of nothing", "+++\nsystem = '--'\n+++\n",
		[]string{`systems/x.md:2: system needs a name with at least one letter or digit`}},
	{"wrong syntax", "+++\nname = 'X'\nsite = NAVO\n+++\n",
		[]string{`systems/x.md:3: read front matter: expected value but found "NAVO" instead`}},
	{"a key twice", "+++\nname = 'X'\nname = 'Y'\n+++\n",
		[]string{`systems/x.md:3: read front matter: Key 'name' has already been defined.`}},
	{"no end", "+++\nname = 'X'\n",
		[]string{`systems/x.md:1: the front matter has no end: close it with a line of +++`}},
	{"YAML", "---\nname: X\n---\n",
		[]string{`systems/x.md:1: front matter is TOML between lines of +++, not YAML between lines of ---`}},
	{"another encoding", "+++\nname = 'X'\n+++\n\nGr\xfc\xdfe\n",
		[]string{`systems/x.md:5: the file is not UTF-8: save it in that encoding`}},
	{"links that do more than lead", "+++\nname = 'X'\n+++\nText\n\n[a](javascript:alert(1)) and\n<ftp://old.mil/x>\n\n![x](data:text/html,x)\n",
		[]string{
			`systems/x.md:6: link "javascript:alert(1)" begins with javascript: use https, http, mailto or a relative path`,
			`systems/x.md:7: link "ftp://old.mil/x" begins with ftp: use https, http, mailto or a relative path`,
			`systems/x.md:9: link "data:text/html,x" begins with data: use https, http, mailto or a relative path`,
		}},
	{"front matter and body together", "+++\nnmae = 'X'\n+++\n[a](//other.mil/x)\n",
		[]string{
			`systems/x.md:2: unknown key "nmae": did you mean "name"?`,
			`systems/x.md:4: link "//other.mil/x" does not say how to get there: begin it with https://`,
		}},
}

func TestParseSystemReportsEveryMistake(t *testing.T) {
	for _, tt := range mistakes {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseSystem("systems/x.md", []byte(tt.src))
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("%T holds no *Error", err)
			}
		})
	}
}

func TestParseHelp(t *testing.T) {
	got, err := ParseHelp("help/data-age.md", []byte("+++\ntitle = \"How old\"\norder = 3\nsummary = \"Ages\"\n+++\nText\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := Help{
		Document: Document{Path: "help/data-age.md", Title: "How old", Body: "Text\n", HTML: "<p>Text</p>\n"},
		Slug:     "data-age", Order: 3, Summary: "Ages",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseHelpMistakes(t *testing.T) {
	for src, want := range map[string]string{
		"Text":                                     `help/a.md:1: title is missing: give it as title = "…"`,
		"+++\norder = 1\n+++\n":                    `help/a.md:1: title is missing: give it as title = "…"`,
		"+++\n\ntitle = \" \"\n+++\n":              `help/a.md:3: title is missing: give it as title = "…"`,
		"+++\ntitle = 3\n+++\n":                    `help/a.md:2: title must be text in quotes, such as title = "…"`,
		"+++\ntitle = 'a'\norder = 'first'\n+++\n": `help/a.md:3: order must be a whole number without quotes, such as order = 1`,
		"+++\ntitle = 'a'\nsystem = 'b'\n+++\n":    `help/a.md:3: unknown key "system": known are order, summary, title`,
	} {
		_, err := ParseHelp("help/a.md", []byte(src))
		if err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", src, err, want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"name", "login_node", "memory_tb"}
	for word, want := range map[string]string{
		"nam": "name", "Name": "name", "login-node": "login_node", "loginnode": "login_node",
		"memory": "memory_tb", "hostname": "", "x": "",
	} {
		if got := nearest(word, known); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
