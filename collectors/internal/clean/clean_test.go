package clean_test

import (
	"bytes"
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"

	"hpcstatus/collectors/internal/clean"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "standard", "standard"},
		{"blanks at the ends", "  standard \r\n", "standard"},
		{"other letters", "größe_学", "größe_学"},
		{"not UTF-8", "caf\xe9", "caf\ufffd"},
		{"line break inside", "a\nb\tc", "a b c"},
		{"colour", "\x1b[1;31mdown\x1b[0m", "down"},
		{"window title", "\x1b]0;login1\afree", "free"},
		{"lone escape", "a\x1b", "a"},
		{"bell and NUL", "a\a\x00b", "ab"},
		{"text direction", "a\u202eb", "ab"},
		{"empty", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := clean.Text(tt.in); got != tt.want {
				t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestLines(t *testing.T) {
	got := slices.Collect(clean.Lines([]byte("  a\r\n\tb\x1b[0m\n\nlast\xff")))
	want := []string{"  a", "\tb", "", "last\ufffd"}
	if !slices.Equal(got, want) {
		t.Errorf("Lines = %q, want %q", got, want)
	}
	for line := range clean.Lines(bytes.Repeat([]byte("x"), 1<<20)) {
		if len(line) != 64<<10 {
			t.Errorf("an endless line has %d bytes", len(line))
		}
	}
	for range clean.Lines([]byte("a\nb")) {
		break
	}
}

func FuzzText(f *testing.F) {
	f.Add("\x1b[31mred\x1b]0;t\a \xff\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		got := clean.Text(s)
		if !utf8.ValidString(got) {
			t.Errorf("Text(%q) = %q is not UTF-8", s, got)
		}
		for _, r := range got {
			if unicode.IsControl(r) {
				t.Errorf("Text(%q) = %q holds %U", s, got, r)
			}
		}
		if again := clean.Text(got); again != got {
			t.Errorf("Text(%q) = %q, and of that %q", s, got, again)
		}
	})
}
