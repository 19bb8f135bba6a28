package run

import (
	"strings"
	"testing"
)

func TestQuote(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"plain", "plain"},
		{"  two \t\r\n lines ", "two lines"},
		{"\x1b[1;31mred\x1b[0m\a", "red"},
		{strings.Repeat("ä", 200), strings.Repeat("ä", 200)},
		{strings.Repeat("ä", 201), strings.Repeat("ä", 200) + "…"},
	} {
		if got := quote(test.in); got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}

func TestLastLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                    "",
		"\n\r\n":              "",
		"one":                 "one",
		"one\ntwo\n\n\x1b[0m": "two",
		"one\r\ntwo\r\n":      "two",
	} {
		if got := lastLine([]byte(in)); got != want {
			t.Errorf("%q: got %q", in, got)
		}
	}
}
