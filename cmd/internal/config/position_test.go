package config

import (
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
)

func TestLocate(t *testing.T) {
	const src = `# a comment with [brackets] = "and quotes"
a.b = 1
"quo\"ted" . 'x.y' = """
not = a key
\""" # nor this """"
list = [ # [x]
  1, [2, '''
]'''],
  { k = "}",
    m.n = 2 }, # , ]
]
date = 1979-05-27 07:32:00 # space inside

[t]
s = "#"
[[c]]
n = 1
[c.sub]
n = 2
[[c]]
[[c.deep]]
n = 3
[[c.deep]]
n = 4
`
	want := map[string]int{
		"a": 2, "a.b": 2,
		`"quo\"ted"`: 3, `"quo\"ted"."x.y"`: 3,
		"list": 6, "list[0]": 7, "list[1]": 7, "list[1][0]": 7, "list[1][1]": 7,
		"list[2]": 9, "list[2].k": 9, "list[2].m": 10, "list[2].m.n": 10,
		"date": 12,
		"t":    14, "t.s": 15,
		"c": 16, "c[0]": 16, "c[0].n": 17, "c[0].sub": 18, "c[0].sub.n": 19,
		"c[1]": 20, "c[1].deep": 21, "c[1].deep[0]": 21, "c[1].deep[0].n": 22,
		"c[1].deep[1]": 23, "c[1].deep[1].n": 24,
	}
	var tree map[string]any
	if _, err := toml.Decode(src, &tree); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, locate(src)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestLine(t *testing.T) {
	c, err := Parse("f.toml", []byte("[cycle]\ninterval = \"1m\"\n[[cluster]]\nname = \"a\"\nvia = \"local\"\n[sites.\"A B\"]\nlat = 1\nlon = 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int{
		"cycle.interval": 2, "cluster[0]": 3, "cluster[0].via": 5, `sites."A B".lat`: 7, "cycle.timeout": 0, "cluster[1]": 0,
	} {
		if got := c.Line(key); got != want {
			t.Errorf("Line(%s) = %d, want %d", key, got, want)
		}
	}
}
