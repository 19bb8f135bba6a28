package slurm

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseNodesOfTheLab(t *testing.T) {
	want := []Node{
		{Name: "ghost1", Class: Busy, Open: true, Cores: 64, CoresUsed: 64, Partitions: "standard,background"},
		{Name: "ghost2", Class: Busy, Open: true, Cores: 64, CoresUsed: 48, CoresFree: 16, Partitions: "standard,background"},
		{Name: "ghost3", Class: Idle, Open: true, Cores: 64, CoresFree: 64, Partitions: "standard,background"},
		{Name: "vm", Class: Busy, Open: true, Cores: 128, CoresUsed: 16, CoresFree: 112, Partitions: "standard,debug,transfer,background"},
	}
	for _, name := range []string{"scontrol-nodes-d.txt", "scontrol-nodes.txt"} {
		nodes, err := ParseNodes(lab(t, name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, nodes); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// one is a node as `scontrol -d show nodes` prints it; with more in its place.
const one = "NodeName=n1 Arch=x86_64 CPUAlloc=8 CPUEfctv=62 CPUTot=64 Gres=%s OS=Linux 6.1 #1 SMP " +
	"State=MIXED ThreadsPerCore=1 Partitions=gpu CfgTRES=%s AllocTRES=%s Reason=%s\n"

func TestParseNodesGPUs(t *testing.T) {
	for name, c := range map[string]struct {
		gres, cfg, alloc string
		total, used      int
	}{
		"none":                {"(null)", "cpu=64,mem=1T,billing=64", "cpu=8", 0, 0},
		"no TRES":             {"gpu:4 GresUsed=gpu:3", "cpu=64", "cpu=8", 4, 3},
		"typed, sockets":      {"gpu:a100:4(S:0-3),nsight:no_consume:1 GresUsed=gpu:a100:2(IDX:0-1)", "cpu=64", "", 4, 2},
		"two types":           {"gpu:a100:2(S:0,1),gpu:h100:2 GresUsed=gpu:a100:1(IDX:0),gpu:h100:2(IDX:2,3)", "cpu=64", "", 4, 3},
		"untyped use":         {"gpu:4 GresUsed=gpu:(null):2(IDX:0,2)", "cpu=64", "", 4, 2},
		"index N/A":           {"gpu:4 GresUsed=gpu:(null):0(IDX:N/A)", "cpu=64", "", 4, 0},
		"TRES":                {"gpu:a100:4", "cpu=64,gres/gpu=4,gres/gpu:a100=4", "cpu=8,gres/gpu=1,gres/gpu:a100=1", 4, 1},
		"only typed TRES":     {"gpu:a100:4,gpu:h100:2", "cpu=64,gres/gpu:a100=4,gres/gpu:h100=2", "gres/gpu:h100=1", 6, 1},
		"shards are no GPUs":  {"shard:16,gpu:2,mps:200 GresUsed=gpu:1,shard:3,mps:0", "cpu=64", "", 2, 1},
		"one without number":  {"gpu GresUsed=gpu:0", "cpu=64", "", 1, 0},
		"type without number": {"gpu:a100", "cpu=64", "", 1, 0},
		"none in use":         {"gpu:8 GresUsed=", "cpu=64", "", 8, 0},
	} {
		t.Run(name, func(t *testing.T) {
			nodes, err := ParseNodes(fmt.Appendf(nil, one, c.gres, c.cfg, c.alloc, "none"))
			if err != nil {
				t.Fatal(err)
			}
			if n := nodes[0]; n.GPUs != c.total || n.GPUsUsed != c.used {
				t.Errorf("%d of %d GPUs used, want %d of %d", n.GPUsUsed, n.GPUs, c.used, c.total)
			}
		})
	}
}

func TestParseNodes(t *testing.T) {
	text := fmt.Sprintf(one, "(null)", "cpu=64", "", "bad State=IDLE CPUTot=1 dimm, ticket 42 [root@2026]")
	multi := strings.NewReplacer(" State=", "\n   State=", " OS=", "\n   OS=").Replace(text)
	want := []Node{{Name: "n1", Class: Busy, Open: true, Cores: 64, CoresUsed: 8, CoresFree: 54, Partitions: "gpu"}}
	for name, body := range map[string]string{
		"one line":      text,
		"several lines": multi,
		"listed twice":  text + text,
		"noise around":  "slurm says hello\n" + text + "\nbye",
		"future":        text + "NodeName=n2 CPUAlloc=0 CPUTot=4 State=FUTURE\n",
		"old":           strings.Replace(text, "CPUEfctv=62 CPUTot=64", "CPUTot=62", 1),
	} {
		nodes, err := ParseNodes([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if name == "old" {
			nodes[0].Cores = 64
		}
		if diff := cmp.Diff(want, nodes); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if nodes, err := ParseNodes([]byte("No nodes in the system\n")); err != nil || nodes != nil {
		t.Errorf("no nodes: %v, %v", nodes, err)
	}
	for body, want := range map[string]string{
		"":                           "printed nothing",
		"Usage: scontrol\n":          `no record in what it printed, which begins "Usage: scontrol"`,
		"NodeName=a CPUTot=4":        `read node "a": unknown state ""`,
		"NodeName=a State=DREAMING":  `unknown state "DREAMING"`,
		"NodeName=a State=IDLE":      "no CPUTot or CPUAlloc",
		"NodeName=a State=IDLE*+FOO": "no CPUTot or CPUAlloc",
	} {
		if _, err := ParseNodes([]byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", body, err, want)
		}
	}
}

// stateCase is a state with the class and openness that it means.
type stateCase struct {
	state string
	class Class
	open  bool
}

func checkStates(t *testing.T, cases []stateCase) {
	t.Helper()
	for _, c := range cases {
		if class, open, ok := classify([]byte(c.state)); !ok || class != c.class || open != c.open {
			t.Errorf("%s: class %d open %v known %v, want class %d open %v", c.state, class, open, ok, c.class, c.open)
		}
	}
}

// States as scontrol prints them, with the class that sinfo's word for them means.
func TestClassify(t *testing.T) {
	checkStates(t, []stateCase{
		{"IDLE", Idle, true},
		{"MIXED", Busy, true},
		{"ALLOCATED", Busy, true},
		{"ALLOCATED+COMPLETING", Busy, true},
		{"IDLE+COMPLETING", Busy, true},
		{"IDLE+DRAIN", Drained, false},
		{"MIXED+DRAIN", Drained, false},
		{"DOWN+DRAIN", Drained, false}, // sinfo: drained
		{"IDLE+DRAIN+NOT_RESPONDING", Drained, false},
		{"IDLE*+DRAIN", Drained, false},
		{"ALLOCATED+FAIL", Drained, false},
		{"IDLE+INVALID_REG", Drained, false},
		{"IDLE+REBOOT_ISSUED", Drained, false},
		{"IDLE+REBOOT_REQUESTED", Idle, true},
		{"DOWN", Down, false},
		{"DOWN*", Down, false},
		{"DOWN+NOT_RESPONDING", Down, false},
		{"UNKNOWN", Down, false},
		{"ERROR", Down, false},
		{"IDLE*", Down, false},
		{"MIXED+NOT_RESPONDING", Down, false},
		{"IDLE+CLOUD+POWERED_DOWN", Off, true},
		{"IDLE+CLOUD+POWERING_DOWN", Off, true},
		{"IDLE+CLOUD+POWER", Off, true}, // 20.11
		{"DOWN+CLOUD+POWERED_DOWN", Off, true},
		{"IDLE+POWER_DOWN_ASAP", Off, true},
		{"MIXED+CLOUD+POWERING_UP", Busy, true},
		{"ALLOCATED+CLOUD+POWER_DOWN", Busy, true},
		{"IDLE+CLOUD+POWERING_UP", Idle, true},
		{"IDLE+CLOUD+NOT_RESPONDING+POWERING_UP", Idle, true},
		{"ALLOCATED+CLOUD+NOT_RESPONDING+POWERING_UP", Busy, true},
		{"IDLE+RESERVED", Reserved, false},
		{"IDLE+MAINTENANCE+RESERVED", Reserved, false},
		{"IDLE+RESERVED+PLANNED", Reserved, false},
		{"MIXED+RESERVED", Busy, false},
		{"IDLE+PLANNED", Idle, false},
		{"MIXED+PLANNED", Busy, false},
		{"IDLE+BLOCKED", Idle, false},
		{"IDLE+RESERVED+POWERED_DOWN", Off, false},
		{"IDLE+DYNAMIC_NORM", Idle, true},
		{"IDLE+SOMETHING_OF_2030", Idle, true},
		{"FUTURE", Absent, false},
	})
	for _, state := range []string{"", "FOO", "*", "+", "CLOUD", "FOO*"} {
		if _, _, ok := classify([]byte(state)); ok {
			t.Errorf("%q is known", state)
		}
	}
}

// States as sinfo prints them, with its suffixes.
func TestClassifySuffixes(t *testing.T) {
	checkStates(t, []stateCase{
		{"idle~", Off, true},
		{"down~", Off, true},
		{"down#", Off, true},
		{"mix#", Busy, true},
		{"alloc", Busy, true},
		{"drng", Drained, false},
		{"drain*", Drained, false},
		{"maint", Reserved, false},
		{"idle$", Reserved, false},
		{"idle-", Idle, false},
		{"idle%", Off, true},
		{"idle!", Off, true},
		{"mixed@", Busy, true},
		{"idle^", Drained, false},
		{"planned", Idle, false},
		{"completing*", Down, false},
	})
}

func FuzzParseNodes(f *testing.F) {
	f.Add(lab(f, "scontrol-nodes-d.txt"))
	f.Add(fmt.Appendf(nil, one, "gpu:(null):2(IDX:0,2)", "gres/gpu=4", "gres/gpu:a=1", "State=IDLE"))
	f.Fuzz(func(t *testing.T, body []byte) {
		nodes, err := ParseNodes(body)
		if err != nil {
			return
		}
		names := map[string]bool{}
		for _, n := range nodes {
			if names[n.Name] || n.Class == Absent || n.Cores < 0 || n.CoresUsed < 0 || n.CoresFree < 0 || n.GPUs < 0 || n.GPUsUsed < 0 {
				t.Fatalf("node %+v", n)
			}
			names[n.Name] = true
		}
		if len(nodes) > bytes.Count(body, []byte("NodeName=")) {
			t.Fatalf("%d nodes of %q", len(nodes), body)
		}
	})
}

func BenchmarkParseNodes(b *testing.B) {
	line := bytes.SplitAfter(lab(b, "scontrol-nodes-d.txt"), []byte("\n"))[0]
	var body bytes.Buffer
	for i := range 10_000 {
		body.Write(bytes.ReplaceAll(line, []byte("ghost1"), fmt.Appendf(nil, "n%05d", i)))
	}
	b.SetBytes(int64(body.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseNodes(body.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}
