package hpcmpcmd_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"hpcstatus/collectors/internal/hpcmpcmd"
	"hpcstatus/collectors/internal/recorded"
)

const usageHead = `
          NAVY DSRC - Subproject Usage Information (in CPU Hours)
                     As of 0000 hours CDT 26 October 2025
            Fiscal Year 2026 (01 October 2025 - 30 September 2026)
                 Fiscal Year Hours Remaining: 8000 ( 91.32%)

                             Hours      Hours      Hours    Percent  Background
System     Subproject      Allocated     Used    Remaining Remaining Hours Used
========== ============== ========== ========== ========== ========= ==========
`

func TestParseUsage(t *testing.T) {
	end := time.Date(2026, 9, 30, 23, 59, 59, 0, time.UTC)
	for _, tt := range []struct {
		name, in string
		want     hpcmpcmd.Usage
	}{
		{"decimals", usageHead + "narwhal    PROJA12345      2000000.0      512.5  1999487.5    99.97%        0.0\n" +
			"narwhal    PROJB45678         6000.0     1500.3     4499.7    74.99%       11.5\n",
			hpcmpcmd.Usage{Unit: "core-hours", FiscalYearEnd: end, Subprojects: []hpcmpcmd.Subproject{
				{System: "narwhal", Name: "PROJA12345", Allocated: new(2000000.0), Used: new(512.5), Remaining: new(1999487.5), Background: new(0.0)},
				{System: "narwhal", Name: "PROJB45678", Allocated: new(6000.0), Used: new(1500.3), Remaining: new(4499.7), Background: new(11.5)}}}},
		{"whole numbers, wider than their columns", usageHead + "jean          ABCDE12345FGHLONGER     250000          0     250000  100.00%          0\n",
			hpcmpcmd.Usage{Unit: "core-hours", FiscalYearEnd: end, Subprojects: []hpcmpcmd.Subproject{
				{System: "jean", Name: "ABCDE12345FGHLONGER", Allocated: new(250000.0), Used: new(0.0), Remaining: new(250000.0), Background: new(0.0)}}}},
		{"thousands and an overspent project", usageHead + "jean       P1               1,000,000 1,250,000.5 -250,000.5   -25.00%          -\n",
			hpcmpcmd.Usage{Unit: "core-hours", FiscalYearEnd: end, Subprojects: []hpcmpcmd.Subproject{
				{System: "jean", Name: "P1", Allocated: new(1e6), Used: new(1250000.5), Remaining: new(-250000.5)}}}},
		{"nothing allocated", usageHead + "jean       P1                    N/A       12.0          -        -        0.0\n",
			hpcmpcmd.Usage{Unit: "core-hours", FiscalYearEnd: end, Subprojects: []hpcmpcmd.Subproject{
				{System: "jean", Name: "P1", Used: new(12.0), Background: new(0.0)}}}},
		{"a missing cell", usageHead + "jean       P1                  100.0       12.0       88.0                  3.0\n",
			hpcmpcmd.Usage{Unit: "core-hours", FiscalYearEnd: end, Subprojects: []hpcmpcmd.Subproject{
				{System: "jean", Name: "P1", Allocated: new(100.0), Used: new(12.0), Remaining: new(88.0), Background: new(3.0)}}}},
		{"totals, notes and what is no number", usageHead + "jean       P1                  100.0       12.0       88.0    88.00%        0.0\n" +
			"jean       P2                    NaN       0x10       Inf       -          -\n" +
			"jean       P3                   -5.0       -1.0       0.0       -          -\n" +
			"TOTAL                          100.0       12.0       88.0    88.00%        0.0\nPlease renew in time.\n",
			hpcmpcmd.Usage{Unit: "core-hours", FiscalYearEnd: end, Subprojects: []hpcmpcmd.Subproject{
				{System: "jean", Name: "P1", Allocated: new(100.0), Used: new(12.0), Remaining: new(88.0), Background: new(0.0)}}}},
		{"other columns, unit and date", "Usage (in Node-Hours), Fiscal Year 2026 (01-Oct-2025 to 30-SEP-2026)\nAccount   Node Hours Allocated   Node Hours Used\n" +
			"--------- ---------------------- ----------------\nP1                        100                12\n",
			hpcmpcmd.Usage{Unit: "node-hours", FiscalYearEnd: end, Subprojects: []hpcmpcmd.Subproject{{Name: "P1", Allocated: new(100.0), Used: new(12.0)}}}},
		{"an unknown date", "Fiscal Year 2026 (autumn - next autumn)\n\nProject   Allocated   Used\n--------- ----------- ------\nP1        100         12\n",
			hpcmpcmd.Usage{Unit: "core-hours", Subprojects: []hpcmpcmd.Subproject{{Name: "P1", Allocated: new(100.0), Used: new(12.0)}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := hpcmpcmd.ParseUsage([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %s\nwant %s", show(got), show(tt.want))
			}
		})
	}
}

func TestParseUsageErrors(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", "no table of subprojects in it; its format may have changed"},
		{"no rows", usageHead, "no table of subprojects"},
		{"only a total", usageHead + "TOTAL  100.0  12.0  88.0  88.00%  0.0\n", "lists no subproject"},
		{"no ruler", "System Subproject Allocated Used\njean P1 100 12\n", "no table of subprojects"},
		{"rows that differ", "Subproject Allocated Used\n-------------------------\nP1 100 12\nP2 100\n", `row "P2 100" has 1 values`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := hpcmpcmd.ParseUsage([]byte(tt.in)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %s, %v, want an error with %q", show(got), err, tt.want)
			}
		})
	}
}

func TestParseUsageOfThePolicy(t *testing.T) {
	got, err := hpcmpcmd.ParseUsage(recorded.File(t, "hpcmp/show_usage_bc_policy.txt"))
	if err != nil {
		t.Fatal(err)
	}
	want := hpcmpcmd.Usage{Unit: "core-hours", FiscalYearEnd: time.Date(2006, 9, 30, 23, 59, 59, 0, time.UTC), Subprojects: []hpcmpcmd.Subproject{
		{System: "systemA", Name: "proja123", Allocated: new(1000000.0), Used: new(366.1), Remaining: new(999633.9), Background: new(0.0)},
		{System: "systemA", Name: "projb456", Allocated: new(5000.0), Used: new(1493.3), Remaining: new(3506.7), Background: new(12.5)}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %s\nwant %s", show(got), show(want))
	}
}

func FuzzParseUsage(f *testing.F) {
	f.Add(usageHead + "narwhal    PROJA12345      2000000.0      512.5  1999487.5    99.97%        0.0\n")
	f.Add("Project   Allocated   Used\n--------------------------\nP1        1,000         12\n")
	f.Fuzz(func(t *testing.T, text string) {
		usage, err := hpcmpcmd.ParseUsage([]byte(text))
		if (err == nil) != (len(usage.Subprojects) > 0) {
			t.Fatalf("%d subprojects with error %v", len(usage.Subprojects), err)
		}
		for _, s := range usage.Subprojects {
			for _, hours := range []*float64{s.Allocated, s.Used, s.Background} {
				if hours != nil && !(*hours >= 0 && *hours <= 1e308) {
					t.Errorf("bad hours in %s", show(s))
				}
			}
			if s.Name == "" || (s.Allocated == nil && s.Used == nil) {
				t.Errorf("bad subproject %s", show(s))
			}
		}
	})
}
