package slurm

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseConfigOfTheLab(t *testing.T) {
	got, err := ParseConfig(lab(t, "scontrol-config.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Config{Version: "22.05.8", ResetPeriod: "YEARLY"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseConfig(t *testing.T) {
	for text, want := range map[string]Config{
		"SLURM_VERSION = 26.05.1\nPrivateData = cloud,jobs\n":                     {Version: "26.05.1", PrivateJobs: true},
		"SLURM_VERSION = 26.05.1\nPrivateData = accounts,nodes\n":                 {Version: "26.05.1"},
		"SLURM_VERSION = 1\nPriorityDecayHalfLife   = 7-00:00:00\r\n":             {Version: "1", HalfLife: "7-00:00:00"},
		"SLURM_VERSION = 1\nPriorityDecayHalfLife   = 14-0\n":                     {Version: "1", HalfLife: "14-0"},
		"SLURM_VERSION = 1\nPriorityDecayHalfLife   = 00:00:00\n":                 {Version: "1"},
		"SLURM_VERSION = 1\nPriorityDecayHalfLife   = (null)\n":                   {Version: "1"},
		"SLURM_VERSION = 1\nPriorityDecayHalfLife   = soon\n":                     {Version: "1", HalfLife: "soon"},
		"SLURM_VERSION = 1\nPriorityFlags = ACCRUE_ALWAYS,NO_FAIR_TREE\nfoo\n=\n": {Version: "1", ClassicFairshare: true},
	} {
		got, err := ParseConfig([]byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	for _, text := range []string{"", "PrivateData = jobs\n", "slurm_load_ctl_conf error: Socket timed out"} {
		if got, err := ParseConfig([]byte(text)); err == nil || got != (Config{}) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add(lab(f, "scontrol-config.txt"))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := ParseConfig(body)
		if err != nil && c != (Config{}) {
			t.Fatalf("%+v with %v", c, err)
		}
		if again, _ := ParseConfig(append(body, "\nPrivateData = jobs\n"...)); err == nil && !again.PrivateJobs {
			t.Fatalf("PrivateData of %q is not seen", body)
		}
	})
}
