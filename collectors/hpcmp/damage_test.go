package hpcmp

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"hpcstatus/collectors/fleet"
)

// TestParseEveryCut cuts the page off at many places: it is read whole or not at all.
func TestParseEveryCut(t *testing.T) {
	raw, err := os.ReadFile(demoPage)
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.Index(raw, []byte("</html"))
	for cut := 0; cut < end; cut += 97 {
		if page, err := Parse(raw[:cut], testBase, fleet.BuiltinSites()); err == nil {
			t.Fatalf("cut at byte %d of %d: %d systems and no error", cut, len(raw), len(page.Systems))
		}
	}
}

// TestParseHugePages holds that the work grows with the page and not with its square.
func TestParseHugePages(t *testing.T) {
	noise := make([]byte, 1<<20)
	if _, err := rand.Read(noise); err != nil {
		t.Fatal(err)
	}
	var systems strings.Builder
	for i := range maxImages {
		fmt.Fprintf(&systems, `<h4>Sys%d</h4><p><img class=statusImg alt="Sys%d is currently Up."></p><table><tr><td>Total Cores<td>%d</table>`, i, i, i+1)
	}
	one := `<img class=statusImg alt="Nautilus is currently Up.">`
	for name, page := range map[string]string{
		"binary":           string(noise),
		"many systems":     "<h3>Navy DSRC</h3>" + systems.String(),
		"deep":             strings.Repeat("<div class=card-header>", 100) + one + strings.Repeat("<p>Nautilus is a thing</p>", 20000),
		"deep rows":        strings.Repeat("<table><tr><td>", 150) + one + strings.Repeat("<b></b>", 100000),
		"beyond deep":      strings.Repeat("<div>", 100000) + one,
		"many headings":    one + strings.Repeat("<h4>Nautilus</h4><h5>x</h5>", 4000),
		"many links":       one + strings.Repeat(`<a href="nautilusGuide.html">Nautilus Guide</a>`, 20000),
		"long text":        `<img class=statusImg alt="Nautilus is currently ` + strings.Repeat("Up ", 1<<19) + `">`,
		"too many images":  strings.Repeat(one, maxImages+1),
		"attribute soup":   strings.Repeat(`<img class="statusImg" alt="`, 1000),
		"unclosed comment": one + "<!--" + strings.Repeat("x", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			page, err := Parse([]byte(page), testBase, fleet.BuiltinSites())
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("took %s", took)
			}
			if (err == nil) != (len(page.Systems) > 0) {
				t.Errorf("%d systems, error %v", len(page.Systems), err)
			}
			t.Logf("%d systems, error %v, %s", len(page.Systems), err, time.Since(began))
		})
	}
}
