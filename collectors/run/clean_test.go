package run

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"plain", "plain"},
		{"  two \t\r\n lines ", "two lines"},
		{"\x1b[1;31mred\x1b[0m \x1b]0;title\x07text\x1b]2;x\x1b\\!", "red text!"},
		{"bell\a nul\x00 del\x7f c1\u009b zero\u200bw bidi\u202e", "bell nul del c1 zerow bidi"},
		{"latin \xe9", "latin \uFFFD"},
		{"\x1b", ""},
		{strings.Repeat("ä", 31), strings.Repeat("ä", 30) + "…"},
	} {
		if got := Clean(test.in, 30); got != test.want {
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

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[31mb\x1b]0;t\x07c\xff\u202e", 10)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = max(0, limit%1000)
		got := Clean(text, limit)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit+1 || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("%q", got)
		}
		if limit > len(text) && Clean(got, limit) != got {
			t.Errorf("not stable: %q", got)
		}
	})
}
