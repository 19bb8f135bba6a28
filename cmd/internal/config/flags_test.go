package config

import "testing"

func TestWith(t *testing.T) {
	c, err := Default().With(Flags{Public: "www", Listen: "localhost:0", URLPrefix: "a/"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Paths.Public != "www" || c.Server.Listen != "localhost:0" || c.Site.URLPrefix != "/a" {
		t.Errorf("configuration is %+v", c)
	}
	if c, err := c.With(Flags{URLPrefix: "/"}); err != nil || c.Site.URLPrefix != "" || c.Paths.Public != "www" {
		t.Errorf("prefix %q, public %q, error %v", c.Site.URLPrefix, c.Paths.Public, err)
	}
}

func TestWithErrors(t *testing.T) {
	const choose = ` is not loopback; others will see what is published, so choose it by hand: write profile = "full" below [publish] to publish everything`
	tests := []struct {
		name  string
		flags Flags
		want  string
	}{
		{"two at once", Flags{Listen: "8080", URLPrefix: "/a b"},
			"--listen: \"8080\" is not host:port; write it like \"127.0.0.1:8080\", \"[::1]:8080\" or \":8080\"\n" +
				"--url-prefix: \"/a b\" is not a path below the host; write it like \"/prefix\", without \"..\", \"//\", spaces, \"?\" or \"#\""},
		{"everybody may look", Flags{Listen: "0.0.0.0:80"}, `--listen: "0.0.0.0:80"` + choose},
		{"everybody may look, by name", Flags{Listen: "login01:80"}, `--listen: "login01:80"` + choose},
		{"a demo is for everybody", Flags{Listen: "0.0.0.0:80", Demo: true}, ""},
		{"loopback", Flags{Listen: "[::1]:80"}, ""},
		{"public over content", Flags{Public: "content"},
			`--public: "content", the folder to publish, holds paths.content, "content"; keep them apart`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Default().With(test.flags)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("error is\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestWithPrefixAgainstBaseURL(t *testing.T) {
	c, err := Parse("f.toml", []byte("[publish]\nprofile = \"full\"\n[site]\nbase_url = \"https://h.example/a\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.With(Flags{URLPrefix: "/a"}); err != nil {
		t.Errorf("the same path: %v", err)
	}
	if _, err := c.With(Flags{URLPrefix: "/b"}); err == nil {
		t.Error("another path is accepted")
	}
	if _, err := c.With(Flags{Listen: ":80"}); err != nil {
		t.Errorf("a chosen profile: %v", err)
	}
}
