package pbs_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"hpcstatus/collectors/internal/pbs"
	"hpcstatus/collectors/internal/recorded"
)

// hosts parses the members of a "nodes" object.
func hosts(t *testing.T, members string) []pbs.Host {
	t.Helper()
	nodes, err := pbs.ParseNodes([]byte(`{"nodes":{` + members + `}}`))
	if err != nil {
		t.Fatal(err)
	}
	return pbs.Hosts(nodes)
}

func TestParseNodesOfTheLab(t *testing.T) {
	nodes, err := pbs.ParseNodes(lab(t, "pbsnodes.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := []pbs.Host{{Name: "vm", State: pbs.Busy, Cores: pbs.Amount{Known: true, Total: 256, Assigned: 200}, FreeCores: 56}}
	if got := pbs.Hosts(nodes); !reflect.DeepEqual(got, want) {
		t.Errorf("got %s\nwant %s", show(got), show(want))
	}
}

func TestNodeStates(t *testing.T) {
	for _, tt := range []struct {
		state, jobs string
		want        pbs.State
		free        int
	}{
		{"free", ``, pbs.Idle, 8},
		{"free", `["1.s/0"]`, pbs.Busy, 8},
		{"free", `"1.s/0, 2.s/1"`, pbs.Busy, 8},
		{"free", `[]`, pbs.Idle, 8},
		{"job-busy", `["1.s/0"]`, pbs.Busy, 0},
		{"job-exclusive", `["1.s/0"]`, pbs.Busy, 0},
		{"job-exclusive,resv-exclusive", ``, pbs.Busy, 0},
		{"resv-exclusive", ``, pbs.Reserved, 0},
		{"resv-exclusive", `["1.s/0"]`, pbs.Busy, 0},
		{"busy", ``, pbs.Busy, 0},
		{"provisioning", ``, pbs.Busy, 0},
		{"wait-provisioning", ``, pbs.Busy, 0},
		{"offline", ``, pbs.Offline, 0},
		{"offline,job-busy", `["1.s/0"]`, pbs.Offline, 0},
		{"offline, down", ``, pbs.Down, 0},
		{"down,offline", ``, pbs.Down, 0},
		{"down,job-exclusive", `["1.s/0"]`, pbs.Down, 0},
		{"state-unknown,down", ``, pbs.Down, 0},
		{"Stale", ``, pbs.Down, 0},
		{"unresolvable", ``, pbs.Down, 0},
		{"maintenance", ``, pbs.Offline, 0},
		{"sleep", ``, pbs.Asleep, 8},
		{"powered-off", ``, pbs.Asleep, 8},
		{"sleep,offline", ``, pbs.Offline, 0},
		{"<various>", ``, pbs.Offline, 0},
		{"<various>", `["1.s/0"]`, pbs.Busy, 0},
		{"brand-new-state", ``, pbs.Down, 0},
		{"", ``, pbs.Down, 0},
	} {
		t.Run(tt.state+tt.jobs, func(t *testing.T) {
			jobs := ""
			if tt.jobs != "" {
				jobs = `,"jobs":` + tt.jobs
			}
			got := hosts(t, fmt.Sprintf(`"n1":{"state":%q,"resources_available":{"host":"n1","ncpus":8}%s}`, tt.state, jobs))
			want := []pbs.Host{{Name: "n1", State: tt.want, Cores: pbs.Amount{Known: true, Total: 8}, FreeCores: tt.free}}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %s\nwant %s", show(got), show(want))
			}
		})
	}
}

func TestVnodes(t *testing.T) {
	const natural = `"h":{"state":"free","resources_available":{"host":"h","ncpus":0,"ngpus":0}},`
	vnode := func(n int, state, more string) string {
		return fmt.Sprintf(`"h[%d]":{"state":%q,"resources_available":{"host":"h","ncpus":16,"ngpus":2}%s},`, n, state, more)
	}
	for _, tt := range []struct {
		name, members string
		state         pbs.State
		free          int
	}{
		{"all free", natural + vnode(0, "free", "") + vnode(1, "free", ""), pbs.Idle, 32},
		{"one busy", natural + vnode(0, "job-busy", `,"resources_assigned":{"ncpus":16}`) + vnode(1, "free", ""), pbs.Busy, 16},
		{"one offline", natural + vnode(0, "offline", "") + vnode(1, "free", ""), pbs.Idle, 16},
		{"all offline behind a free host entry", natural + vnode(0, "offline", "") + vnode(1, "offline", ""), pbs.Offline, 0},
		{"offline and down", natural + vnode(0, "offline", "") + vnode(1, "down", ""), pbs.Offline, 0},
		{"one stale", vnode(0, "Stale", "") + vnode(1, "free", "") + natural, pbs.Idle, 16},
		{"partly used", natural + vnode(0, "free", `,"resources_assigned":{"ncpus":"4"}`) + vnode(1, "free", ""), pbs.Busy, 28},
		{"more assigned than there is", vnode(0, "free", `,"resources_assigned":{"ncpus":20}`) + vnode(1, "offline", ""), pbs.Busy, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := hosts(t, tt.members)
			if len(got) != 1 || got[0].State != tt.state || got[0].FreeCores != tt.free ||
				got[0].Cores.Total != 32 || got[0].GPUs.Total != 4 {
				t.Errorf("got %s, want one host in state %d with %d of 32 cores free", show(got), tt.state, tt.free)
			}
		})
	}
}

func TestVnodesThatShare(t *testing.T) {
	got := hosts(t, `
		"g":{"state":"free","resources_available":{"host":"g","ncpus":0,"ngpus":0}},
		"g[0]":{"state":"free","resources_available":{"host":"g","ncpus":56}},
		"g[0.1]":{"state":"job-exclusive","resources_available":{"host":"g","ncpus":"@g[0]","ngpus":1},
			"resources_assigned":{"ncpus":"@g[0]","ngpus":1}},
		"g[0.2]":{"state":"free","resources_available":{"host":"g","ncpus":"@g[0]","ngpus":1}}`)
	want := []pbs.Host{{Name: "g", State: pbs.Busy,
		Cores: pbs.Amount{Known: true, Total: 56}, GPUs: pbs.Amount{Known: true, Total: 2, Assigned: 1}, FreeCores: 56, FreeGPUs: 1}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %s\nwant %s", show(got), show(want))
	}
}

func TestHostNames(t *testing.T) {
	got := hosts(t, `"a[0]":{"state":"free"},"a[1]":{"state":"down"},"b":{"state":"free","resources_available":{"naccelerators":1}},
		"b":{"state":"free"},"c":{"error":"Unknown node"},"d":"text"`)
	want := []pbs.Host{{Name: "a", State: pbs.Idle},
		{Name: "b", State: pbs.Idle, GPUs: pbs.Amount{Known: true, Total: 1}, FreeGPUs: 1}, {Name: "c", State: pbs.Down}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %s\nwant %s", show(got), show(want))
	}
}

func TestParseNodesErrors(t *testing.T) {
	for _, in := range []string{"", "pbsnodes: Server has no node list", `{"nodes":{}}`, `{"nodes":[]}`, `{"pbs_version":"1"}`} {
		if _, err := pbs.ParseNodes([]byte(in)); err == nil || !strings.HasPrefix(err.Error(), "read the PBS nodes: ") {
			t.Errorf("ParseNodes(%q): error %v", in, err)
		}
	}
}

func TestParseNodesRecorded(t *testing.T) {
	for _, tt := range []struct {
		name string
		want pbs.Host
	}{
		{"firecrest_ssh_pbsnodes_command.stdout", pbs.Host{Name: "pbs", State: pbs.Idle, Cores: pbs.Amount{Known: true, Total: 1}, FreeCores: 1}},
		{"pbsnodes_vnodes_gpu_2026.json", pbs.Host{Name: "gpu0n001", State: pbs.Idle, Cores: pbs.Amount{Known: true, Total: 56},
			GPUs: pbs.Amount{Known: true, Total: 1}, FreeCores: 56, FreeGPUs: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			nodes, err := pbs.ParseNodes(recorded.File(t, "pbs/"+tt.name))
			if err != nil {
				t.Fatal(err)
			}
			if got := pbs.Hosts(nodes); !reflect.DeepEqual(got, []pbs.Host{tt.want}) {
				t.Errorf("got %s\nwant %s", show(got), show(tt.want))
			}
		})
	}
}

func FuzzParseNodes(f *testing.F) {
	f.Add(lab(f, "pbsnodes.json"))
	f.Add([]byte(`{"nodes":{"a[0]":{"state":"free,offline","resources_available":{"host":"a","ncpus":"4"},"jobs":["1"]}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		nodes, err := pbs.ParseNodes(text)
		if err != nil {
			return
		}
		var vnodes, cores, total int
		for _, n := range nodes {
			vnodes++
			cores += n.Cores.Total
		}
		all := pbs.Hosts(nodes)
		for _, h := range all {
			total += h.Cores.Total
			if h.Cores.Total < 0 || h.Cores.Assigned < 0 || h.FreeCores < 0 || h.FreeCores > h.Cores.Total || h.FreeGPUs > h.GPUs.Total {
				t.Errorf("bad counts: %s", show(h))
			}
		}
		if len(all) > vnodes || total != cores {
			t.Errorf("%d vnodes with %d cores became %d hosts with %d", vnodes, cores, len(all), total)
		}
	})
}

// manyNodes is a machine of n hosts with two vnodes each, as pbsnodes -av prints it.
func manyNodes(n int) []byte {
	var b strings.Builder
	b.WriteString("{\n\t\"timestamp\":\t1795462042,\n\t\"nodes\":\t{\n")
	for i := range n {
		for v := range 2 {
			fmt.Fprintf(&b, "\t\t\"n%05d[%d]\":\t{\n\t\t\t\"Mom\":\t\"n%05d.example.mil\",\n\t\t\t\"Port\":\t15002,\n"+
				"\t\t\t\"state\":\t\"job-busy\",\n\t\t\t\"jobs\":\t[\"%d.pbs/0\", \"%d.pbs/1\"],\n\t\t\t\"resources_available\":\t{\n"+
				"\t\t\t\t\"arch\":\t\"linux\",\n\t\t\t\t\"host\":\t\"n%05d\",\n\t\t\t\t\"mem\":\t\"263849012kb\",\n\t\t\t\t\"ncpus\":\t96,\n"+
				"\t\t\t\t\"vnode\":\t\"n%05d[%d]\"\n\t\t\t},\n\t\t\t\"resources_assigned\":\t{\n\t\t\t\t\"ncpus\":\t96,\n\t\t\t\t\"mem\":\t\"0kb\"\n\t\t\t},\n"+
				"\t\t\t\"comment\":\t\"checked by \\\"health\\\"\",\n\t\t\t\"resv_enable\":\t\"True\",\n\t\t\t\"sharing\":\t\"default_shared\"\n\t\t},\n",
				i, v, i, i, i+1, i, i, v)
		}
	}
	text := strings.TrimSuffix(b.String(), ",\n")
	return []byte(text + "\n\t}\n}\n")
}

func BenchmarkNodes(b *testing.B) {
	text := manyNodes(5000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		nodes, err := pbs.ParseNodes(text)
		if err != nil {
			b.Fatal(err)
		}
		if got := pbs.Hosts(nodes); len(got) != 5000 {
			b.Fatal(len(got))
		}
	}
}
