package templates

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestContrast holds the colours of text to WCAG 2.1 AA (4.5 to 1) in both themes,
// and those of drawings to 3 to 1.
func TestContrast(t *testing.T) {
	tokens := colours(t)
	pairs := map[string][]string{
		"ink":    {"page", "surface", "sunken", "accent-soft", "degraded-soft"},
		"muted":  {"page", "surface", "sunken"},
		"accent": {"page", "surface", "sunken", "accent-soft", "degraded-soft"},
		"down":   {"page", "surface", "down-soft"}, "up": {"page", "surface", "up-soft"},
		"degraded": {"page", "surface", "degraded-soft"}, "maintenance": {"page", "surface", "maintenance-soft"},
		"unknown": {"page", "surface", "unknown-soft"},
	}
	for ink, papers := range pairs {
		for _, paper := range papers {
			atLeast(t, tokens, ink, paper, 4.5)
		}
	}
	for _, ink := range []string{"gauge", "down", "degraded", "line-strong"} {
		atLeast(t, tokens, ink, "surface", 3)
	}
	atLeast(t, tokens, "gauge", "track", 3)
}

func atLeast(t *testing.T, tokens map[string][2]float64, ink, paper string, want float64) {
	t.Helper()
	for theme, name := range []string{"light", "dark"} {
		a, b := tokens[ink][theme], tokens[paper][theme]
		if got := (math.Max(a, b) + .05) / (math.Min(a, b) + .05); got < want {
			t.Errorf("%s on %s in the %s theme: contrast %.2f, want %.1f", ink, paper, name, got, want)
		}
	}
}

// colours reads the luminance of every colour token in both themes.
func colours(t *testing.T) map[string][2]float64 {
	css, err := FS.ReadFile("assets/site.css")
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string][2]float64{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\);`).FindAllStringSubmatch(string(css), -1) {
		tokens[m[1]] = [2]float64{luminance(m[2]), luminance(m[3])}
	}
	if len(tokens) < 15 {
		t.Fatalf("only %d colour tokens found", len(tokens))
	}
	return tokens
}

// luminance is the relative luminance of WCAG 2.1.
func luminance(hex string) float64 {
	var sum float64
	for i, weight := range []float64{.2126, .7152, .0722} {
		v, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		c := float64(v) / 255
		if c <= .03928 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// TestTokensAreDefined finds misspelt custom properties and colours outside the tokens section.
func TestTokensAreDefined(t *testing.T) {
	data, err := FS.ReadFile("assets/site.css")
	if err != nil {
		t.Fatal(err)
	}
	css := string(data)
	for _, m := range regexp.MustCompile(`var\(--([a-z0-9-]+)\)`).FindAllStringSubmatch(css, -1) {
		if !strings.Contains(css, fmt.Sprintf("--%s:", m[1])) {
			t.Errorf("--%s is used and not defined", m[1])
		}
	}
	_, rules, _ := strings.Cut(css, "/* Ground */")
	if found := regexp.MustCompile(`#[0-9a-f]{3,8}\b`).FindAllString(rules, -1); found != nil {
		t.Errorf("colours outside the tokens: %v", found)
	}
}

// TestNoOtherHost: nothing built in asks another host for anything.
func TestNoOtherHost(t *testing.T) {
	for _, name := range []string{"assets/site.css", "assets/site.js", "partials/head.html", "partials/foot.html"} {
		data, err := FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if m := regexp.MustCompile(`(https?:)?//[a-z0-9-]+\.[a-z]+`).Find(data); m != nil {
			t.Errorf("%s refers to %s", name, m)
		}
	}
}
