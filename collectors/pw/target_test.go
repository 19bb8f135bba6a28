package pw

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hpcstatus/collectors/cluster"
	"hpcstatus/collectors/run"
)

// describe is what tests compare of a target: its names, then "ask", or why it is not asked.
func describe(t *testing.T, target cluster.Target) string {
	t.Helper()
	what := "ask"
	if _, asked := target.Runner.(run.Replay); !asked {
		_, err := target.Runner.Run(t.Context(), "true")
		what = fmt.Sprint(err)
	}
	if target.Off {
		what = "off, " + what
	}
	return fmt.Sprintf("%s (%s) %v: %s", target.Name, target.Slug, target.Aliases, what)
}

// someOfEach are clusters in every state, sorted as a list is.
func someOfEach() []listed {
	return []listed{
		{name: "gaea-c5", display: "Gaea C5", uri: "pw://al/gaea-c5", kind: "existing", status: "active"},
		{name: "h100", display: "NeoCloud pool", uri: "pw://al/h100", kind: "managed-cluster", status: "on"},
		{name: "jean", uri: "pw://al/jean", kind: "existing", status: "off"},
		{name: "jean", uri: "pw://bo/jean", kind: "existing", status: "active"},
		{name: "Jean!", uri: "pw://bo/Jean!", kind: "existing"},
		{name: "lab", uri: "pw://bo/lab", kind: "aws-slurm", status: "off"},
		{name: "new", uri: "pw://bo/new", kind: "azure-slurm", status: "provisioning"},
		{name: "odd", uri: "pw://bo/odd", status: "stopped"},
	}
}

func TestTargets(t *testing.T) {
	gaea := "Gaea C5 (gaea-c5) []: ask"
	for _, test := range []struct {
		name   string
		wanted []string
		want   []string
	}{
		{"all", nil, []string{
			gaea,
			"NeoCloud pool (h100) [h100]: ask",
			`jean (jean) []: not asked: pw gives its status as "off"`,
			"jean (bo) (jean-bo) []: ask",
			"Jean! (bo) (jean-bo-2) []: ask",
			`lab (lab) []: off, not asked: pw gives its status as "off"`,
			`new (new) []: not asked: pw gives its status as "provisioning"`,
			`odd (odd) []: not asked: pw gives its status as "stopped"`,
		}},
		{"by name, look-up folded", []string{"GAEA C5"}, []string{gaea}},
		{"by display name", []string{"neocloud-pool"}, []string{"NeoCloud pool (h100) [h100]: ask"}},
		{"by URI", []string{"pw://bo/jean"}, []string{"jean (jean) []: ask"}},
		{"name in two namespaces, named twice", []string{"jean", "pw://bo/jean"}, []string{
			`jean (jean) []: not asked: pw gives its status as "off"`,
			"jean (bo) (jean-bo) []: ask",
			"Jean! (bo) (jean-bo-2) []: ask",
		}},
		{"not listed", []string{"pw://al/wheat", "gaea-c5", "ruth", "ruth", "?"}, []string{
			gaea,
			`wheat (wheat) []: "pw://al/wheat" is not listed by pw: check [collectors.pw_cluster] clusters against ` + "`pw cluster ls`",
			`ruth (ruth) []: "ruth" is not listed by pw: check [collectors.pw_cluster] clusters against ` + "`pw cluster ls`",
			`cluster (cluster) []: "?" is not listed by pw: check [collectors.pw_cluster] clusters against ` + "`pw cluster ls`",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := New(Options{
				Clusters:  test.wanted,
				Timeout:   time.Minute,
				NewRunner: func(uri string) run.Runner { return run.Replay{Name: uri} },
			})
			var got []string
			for _, target := range c.targets(someOfEach()) {
				got = append(got, describe(t, target))
				if target.Timeout != time.Minute {
					t.Errorf("%s: timeout %v", target.Name, target.Timeout)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%q\nwant\n%q", got, test.want)
			}
		})
	}
}
