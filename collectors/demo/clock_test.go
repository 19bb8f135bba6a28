package demo

import (
	"strings"
	"testing"
	"time"
)

func TestRetime(t *testing.T) {
	const said = "name=a\nepoch=1795471349\nnewyear=1798761600\nFiscal Year 2027 (01 October 2026 - 30 September 2027)\nxepoch=1\n"
	for now, want := range map[string]string{
		"2026-09-30T23:59:59Z":      "1790812799 1798761600 Fiscal Year 2026 (01 October 2025 - 30 September 2026)",
		"2026-10-01T00:00:00Z":      "1790812800 1798761600 Fiscal Year 2027 (01 October 2026 - 30 September 2027)",
		"2026-12-31T23:59:59Z":      "1798761599 1798761600 Fiscal Year 2027 (01 October 2026 - 30 September 2027)",
		"2027-01-01T13:00:00+14:00": "1798758000 1798761600 Fiscal Year 2027 (01 October 2026 - 30 September 2027)",
		"2028-02-29T00:00:00Z":      "1835395200 1861920000 Fiscal Year 2028 (01 October 2027 - 30 September 2028)",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(retime([]byte(said), at)), "\n")
		got := strings.TrimPrefix(lines[1], "epoch=") + " " + strings.TrimPrefix(lines[2], "newyear=") + " " + lines[3]
		if got != want || lines[0] != "name=a" || lines[4] != "xepoch=1" {
			t.Errorf("at %s: got %q, want %q", now, lines, want)
		}
	}
}

func TestEpoch(t *testing.T) {
	if at, err := epoch([]byte("a\nepoch=1795471349\nepoch=1\n")); err != nil || at.Unix() != 1795471349 {
		t.Errorf("got %v, %v", at, err)
	}
	for _, text := range []string{"", "epoch=\n", "an epoch=12\n", "epoch=99999999999999999999\n"} {
		if at, err := epoch([]byte(text)); err == nil {
			t.Errorf("%q is taken for %v", text, at)
		}
	}
}
