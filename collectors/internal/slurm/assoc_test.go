package slurm

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseAccountsOfTheLab(t *testing.T) {
	accounts, err := ParseAccounts(lab(t, "assoc_mgr.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(accounts.Associations); n != 10 || accounts.QOS != nil {
		t.Fatalf("%d associations and QOS %v, want 10 and none", n, accounts.QOS)
	}
	want := Association{
		Account: "hpcmo00001", Parent: "root", ShareFactor: new(0.0),
		Budgets: []Budget{{TRES: "cpu", Limit: new(6e6)}, {TRES: "node"}, {TRES: "billing"}},
	}
	if diff := cmp.Diff(want, accounts.Associations[2]); diff != "" {
		t.Errorf("project (-want +got):\n%s", diff)
	}
	if a := accounts.Associations[3]; a.User != "alice" || a.Account != "hpcmo00001" || a.Budgets[0].Limit != nil {
		t.Errorf("user %+v", a)
	}
}

// The same records one a line, with QOS of which one has every limit.
func TestParseQOSOfTheLab(t *testing.T) {
	accounts, err := ParseAccounts(lab(t, "assoc_mgr-o.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(accounts.Associations); n != 10 {
		t.Errorf("%d associations, want 10", n)
	}
	none := []Budget{{TRES: "cpu"}, {TRES: "node"}, {TRES: "billing"}}
	want := []QOS{
		{Name: "normal"},
		{Name: "frontier", MaxTime: limit(7 * 86400), MaxJobsPerUser: new(10), Budgets: none},
		{Name: "tight", MaxTime: limit(1800), Budgets: []Budget{{TRES: "cpu"}, {TRES: "node", Limit: new(500.0)}, {TRES: "billing"}}},
		{Name: "long", MaxTime: limit(2 * 86400), MaxCores: new(100), MaxNodes: new(2), MinCores: new(4), MaxJobsPerUser: new(5),
			Budgets: []Budget{{TRES: "cpu", Limit: new(12000.0)}, {TRES: "node"}, {TRES: "billing"}}},
	}
	accounts.QOS[0].Budgets = nil // used minutes of the day
	if diff := cmp.Diff(want, accounts.QOS); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseAccounts(t *testing.T) {
	text := "ClusterName=c Account=a UserName=Bob (x)(7) Partition=gpu SharesRaw/Norm/Level/Factor=1/0.33/3/0.57 ParentAccount= " +
		"GrpTRESMins=cpu=60000(470),mem=N(0),gres/gpu=600(12.5),gres/gpu:a100=N(3),billing=0(9)\n" +
		"QOS=q(2) GrpTRESMins= MaxWallPJ=1-00:00:00 MaxTRESPJ= Flags=DenyOnLimit,NoDecay\n"
	want := Accounts{
		Associations: []Association{{Account: "a", User: "Bob (x)", Partition: "gpu", ShareFactor: new(0.57), Budgets: []Budget{
			{TRES: "cpu", Limit: new(60000.0), Used: 470}, {TRES: "gres/gpu", Limit: new(600.0), Used: 12.5},
			{TRES: "gres/gpu:a100", Used: 3}, {TRES: "billing", Limit: new(0.0), Used: 9}}}},
		QOS: []QOS{{Name: "q", MaxTime: limit(86400), NoDecay: new(true)}},
	}
	for name, body := range map[string]string{"lines": text, "indented": strings.ReplaceAll(text, " ", "\n  ")} {
		got, err := ParseAccounts([]byte(body))
		if name == "indented" && len(got.Associations) == 1 {
			got.Associations[0].User = "Bob (x)" // the name has a blank
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	if _, err := ParseAccounts([]byte("Current Association Manager state\n\nNo associations\n")); err != nil {
		t.Errorf("an empty manager: %v", err)
	}
	for body, want := range map[string]string{
		"":                       "printed nothing",
		"slurm_load error: down": "no record",
		"ClusterName=c Account=a GrpTRESMins=cpu=60000": `read association of account "a": limit "cpu=60000" is not like cpu=60000(470)`,
		"ClusterName=c Account=a GrpTRESMins=cpu=x(1)":  "not a number",
		"ClusterName=c GrpTRESMins=cpu=N(NaN)":          "not a number",
		"QOS=q(1) GrpTRESMins=node=N(-1)":               `read QOS "q(1)"`,
	} {
		if _, err := ParseAccounts([]byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", body, err, want)
		}
	}
}

func FuzzParseAccounts(f *testing.F) {
	f.Add(lab(f, "assoc_mgr.txt"))
	f.Add(lab(f, "assoc_mgr-o.txt"))
	f.Fuzz(func(t *testing.T, body []byte) {
		accounts, err := ParseAccounts(body)
		if err != nil {
			return
		}
		var all []Budget
		for _, a := range accounts.Associations {
			all = append(all, a.Budgets...)
			if a.ShareFactor != nil && !(*a.ShareFactor >= 0 && *a.ShareFactor <= 1) {
				t.Fatalf("factor %v", *a.ShareFactor)
			}
		}
		for _, q := range accounts.QOS {
			all = append(all, q.Budgets...)
		}
		for _, b := range all {
			if !(b.Used >= 0) || b.Limit != nil && !(*b.Limit >= 0) {
				t.Fatalf("budget %+v", b)
			}
		}
		if len(accounts.Associations)+len(accounts.QOS) > bytes.Count(body, []byte("=")) {
			t.Fatal("more records than fields")
		}
	})
}
