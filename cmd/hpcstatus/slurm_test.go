package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hpcstatus/collectors/fleet/doc"
)

// slurmLab is a real Slurm that the test brought up; env lets commands reach it.
type slurmLab struct {
	t   *testing.T
	env []string
}

// startSlurm brings up a real Slurm with jobs of every awkward kind until the test ends.
func startSlurm(t *testing.T) slurmLab {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("a real Slurm runs jobs as their users: this test needs root")
	}
	need(t, "slurmctld", "slurmd", "slurmdbd", "scontrol", "squeue", "sacctmgr", "munged", "mariadbd", "setpriv")
	script, err := filepath.Abs("testdata/slurm-lab.sh")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "slurm-lab-") // short: the path of a socket must fit 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	lab := slurmLab{t, []string{"SLURM_CONF=" + dir + "/slurm.conf", "LC_ALL=C"}}
	t.Cleanup(func() { runCommand(t, dir, nil, script, "down", dir) })
	for _, verb := range []string{"up", "jobs"} {
		if r := runCommand(t, dir, nil, script, verb, dir); r.exit != 0 {
			logs, _ := filepath.Glob(dir + "/*.log")
			for _, name := range logs {
				text, _ := os.ReadFile(name)
				t.Logf("%s:\n%s", filepath.Base(name), text[max(0, len(text)-2000):])
			}
			t.Fatalf("slurm-lab %s: exit %d\n%s%s", verb, r.exit, r.out, r.err)
		}
	}
	return lab
}

// says is what a scheduler command prints, by line.
func (l slurmLab) says(command string, args ...string) []string {
	l.t.Helper()
	r := runCommand(l.t, "/", l.env, command, args...)
	if r.exit != 0 {
		l.t.Fatalf("%s %v: exit %d\n%s", command, args, r.exit, r.err)
	}
	return strings.FieldsFunc(r.out, func(c rune) bool { return c == '\n' })
}

// jobs is how many jobs squeue lists with the arguments.
func (l slurmLab) jobs(args ...string) int {
	return len(l.says("squeue", append([]string{"-r", "-a", "-h", "-o", "%i"}, args...)...))
}

// held is how many pending jobs squeue calls held.
func (l slurmLab) held(args ...string) int {
	n := 0
	for _, reason := range l.says("squeue", append([]string{"-r", "-a", "-h", "-t", "PD", "-o", "%r"}, args...)...) {
		if strings.HasPrefix(reason, "JobHeld") {
			n++
		}
	}
	return n
}

// collectFish runs `generate` on the lab and reads the document of the cluster.
func (l slurmLab) collectFish(dir string) (cluster doc.ClusterDetail) {
	l.t.Helper()
	config := filepath.Join(dir, "hpcstatus.toml")
	text := "[[cluster]]\nname = \"Fish\"\nvia = \"local\"\nsite = \"NAVO\"\n"
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		l.t.Fatal(err)
	}
	if r := runProgram(l.t, dir, l.env, "generate", "--strict"); r.exit != 0 {
		l.t.Fatalf("generate: exit %d\n%s%s", r.exit, r.out, r.err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "public/api/cluster-usage/fish.json"))
	if err != nil {
		l.t.Fatal(err)
	}
	if err := json.Unmarshal(data, &cluster); err != nil {
		l.t.Fatal(err)
	}
	return cluster
}

func number(n *int) string {
	if n == nil {
		return "null"
	}
	return strconv.Itoa(*n)
}

// TestRealSlurm compares every number with the scheduler's own words.
func TestRealSlurm(t *testing.T) {
	lab := startSlurm(t)
	fish := lab.collectFish(t.TempDir())
	check := func(what string, got *int, want int) {
		t.Helper()
		if number(got) != strconv.Itoa(want) {
			t.Errorf("%s: %s, the scheduler says %d", what, number(got), want)
		}
	}
	if fish.Status != "connected" || fish.Scheduler == nil || *fish.Scheduler != "Slurm" || fish.Visibility == nil || *fish.Visibility != "all" {
		t.Errorf("the cluster is %s, scheduler %v, visibility %v", fish.Status, fish.Scheduler, fish.Visibility)
	}
	names := lab.says("sinfo", "-h", "-a", "-o", "%R")
	if len(fish.Queues) != len(names) {
		t.Errorf("%d queues, sinfo has %v", len(fish.Queues), names)
	}
	for _, q := range fish.Queues {
		pending, held := lab.jobs("-t", "PD", "-p", q.Name), lab.held("-p", q.Name)
		check(q.Name+" running", q.RunningJobs, lab.jobs("-t", "R,CG", "-p", q.Name))
		check(q.Name+" queued", q.QueuedJobs, pending-held)
		check(q.Name+" held", q.HeldJobs, held)
		check(q.Name+" total", q.TotalJobs, lab.jobs("-p", q.Name))
		lab.checkNodes(q.Name, q.Nodes, "-p", q.Name)
		lab.checkLimits(q)
	}
	check("all running", fish.Totals.RunningJobs, lab.jobs("-t", "R,CG"))
	check("all held", fish.Totals.HeldJobs, lab.held())
	check("all queued", fish.Totals.QueuedJobs, lab.jobs("-t", "PD")-lab.held())
	lab.checkNodes("all", fish.Nodes)
	lab.checkEligible(fish)
	lab.checkAllocations(fish)
	lab.checkStorage(fish)
}

// checkEligible: of twenty array tasks of which two may run at once, the waiting ones wait for each
// other; a job that begins later waits for its time. Neither waits for the machine.
func (l slurmLab) checkEligible(fish doc.ClusterDetail) {
	own := regexp.MustCompile(`^(JobArrayTaskLimit|BeginTime|Dependency|JobHeld\w*)$`)
	want := 0
	for _, reason := range l.says("squeue", "-r", "-a", "-h", "-t", "PD", "-o", "%r") {
		if !own.MatchString(reason) {
			want++
		}
	}
	if got := number(fish.Totals.EligibleJobs); got != strconv.Itoa(want) || want == 0 {
		l.t.Errorf("eligible: %s, squeue's reasons make it %d", got, want)
	}
}

// checkNodes compares node and core counts with sinfo.
func (l slurmLab) checkNodes(what string, got *doc.Nodes, args ...string) {
	l.t.Helper()
	if got == nil {
		l.t.Errorf("%s: no node counts", what)
		return
	}
	states := map[string]string{}
	for _, line := range l.says("sinfo", append([]string{"-h", "-N", "-o", "%N %T"}, args...)...) {
		name, state, _ := strings.Cut(line, " ")
		states[name] = strings.TrimRight(state, "*~#%$@!+^-")
	}
	want := doc.Nodes{Total: len(states)}
	for _, state := range states {
		switch state {
		case "idle":
			want.Idle++
		case "mixed", "allocated", "completing":
			want.Busy++
		case "down":
			want.Down++
		case "drained", "draining":
			want.Drained++
		default:
			l.t.Errorf("the test does not know the node state %q", state)
		}
	}
	var used, total int
	for _, line := range l.says("sinfo", append([]string{"-h", "-N", "-o", "%N %C"}, args...)...) {
		name, cores, _ := strings.Cut(line, " ")
		if _, first := states[name]; first {
			delete(states, name) // a node is listed once for each of its partitions
			var allocated, idle, other, all int
			if _, err := fmt.Sscanf(cores, "%d/%d/%d/%d", &allocated, &idle, &other, &all); err != nil {
				l.t.Fatalf("sinfo prints cores as %q: %v", cores, err)
			}
			used, total = used+allocated, total+all
		}
	}
	if got.Total != want.Total || got.Busy != want.Busy || got.Idle != want.Idle || got.Down != want.Down || got.Drained != want.Drained {
		l.t.Errorf("%s: nodes %+v, sinfo says %+v", what, *got, want)
	}
	if got.Cores == nil || got.Cores.Used != used || got.Cores.Total != total {
		l.t.Errorf("%s: cores %+v, sinfo says %d of %d", what, got.Cores, used, total)
	}
}

// checkLimits compares a queue's state and walltime with scontrol.
func (l slurmLab) checkLimits(q doc.Queue) {
	l.t.Helper()
	text := strings.Join(l.says("scontrol", "-o", "show", "partition", q.Name), " ")
	state := map[string]string{"UP": "running", "DOWN": "stopped", "DRAIN": "draining", "INACTIVE": "closed"}
	if want := state[value(text, "State")]; q.State != want {
		l.t.Errorf("%s is %s, scontrol makes it %s", q.Name, q.State, want)
	}
	seconds := map[string]int64{"1-00:00:00": 86400, "01:00:00": 3600, "2-00:00:00": 172800}
	limit := value(text, "MaxTime")
	switch {
	case limit == "UNLIMITED":
		if !q.Limits.UnlimitedWalltime || q.Limits.MaxWalltimeSeconds != nil {
			l.t.Errorf("%s has the limits %+v, scontrol says UNLIMITED", q.Name, q.Limits)
		}
	case q.Limits.MaxWalltimeSeconds == nil || *q.Limits.MaxWalltimeSeconds != seconds[limit]:
		l.t.Errorf("%s has the limits %+v, scontrol says %s", q.Name, q.Limits, limit)
	}
	if want := value(text, "Default") == "YES"; q.Default != want {
		l.t.Errorf("%s: default %v, scontrol says %v", q.Name, q.Default, want)
	}
}

// value is the value of a key in scontrol's one-line form.
func value(text, key string) string {
	_, rest, _ := strings.Cut(" "+text, " "+key+"=")
	first, _, _ := strings.Cut(rest, " ")
	return first
}

// checkAllocations compares budgets with `scontrol show assoc_mgr`, read here by a regular expression.
func (l slurmLab) checkAllocations(fish doc.ClusterDetail) {
	l.t.Helper()
	text := strings.Join(l.says("scontrol", "show", "assoc_mgr", "flags=assoc"), "\n")
	record := regexp.MustCompile(`(?s)Account=(\S+) UserName= .*?GrpTRESMins=cpu=(\w+)\((\d+)\)`)
	budgets := map[string][2]float64{}
	var unlimited []string
	for _, m := range record.FindAllStringSubmatch(text, -1) {
		limit, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			unlimited = append(unlimited, m[1])
			continue
		}
		used, _ := strconv.ParseFloat(m[3], 64)
		budgets[m[1]] = [2]float64{limit / 60, used / 60}
	}
	if len(budgets) != 2 || len(fish.Allocations) != 2 {
		l.t.Fatalf("%d allocations, assoc_mgr has %v", len(fish.Allocations), budgets)
	}
	for _, a := range fish.Allocations {
		want := budgets[a.Project]
		// The use grows between our question and the test's; it never shrinks.
		if a.AllocatedHours != math.Round(want[0]*100)/100 || a.UsedHours > want[1]+0.01 || want[1]-a.UsedHours > 5 || a.Unit != "core-hours" {
			l.t.Errorf("%s: %v of %v %s, assoc_mgr says %v of %v", a.Project, a.UsedHours, a.AllocatedHours, a.Unit, want[1], want[0])
		}
		if math.Abs(a.RemainingHours-(a.AllocatedHours-a.UsedHours)) > 0.02 {
			l.t.Errorf("%s: %v remain of %v less %v", a.Project, a.RemainingHours, a.AllocatedHours, a.UsedHours)
		}
	}
	if !slices.ContainsFunc(fish.Unmetered, func(u doc.Unmetered) bool { return u.Project == "openproj" }) || !slices.Contains(unlimited, "openproj") {
		l.t.Errorf("openproj has no limit; unmetered is %+v", fish.Unmetered)
	}
}

// checkStorage compares the filesystem of the home folder with df.
func (l slurmLab) checkStorage(fish doc.ClusterDetail) {
	l.t.Helper()
	lines := l.says("df", "-P", "-k", os.Getenv("HOME"))
	fields := strings.Fields(lines[len(lines)-1])
	blocks, err := strconv.ParseFloat(fields[1], 64)
	if err != nil {
		l.t.Fatalf("df prints %q", lines)
	}
	for _, s := range fish.Storage {
		if s.Kind == "filesystem" && math.Abs(s.TotalGB-blocks/(1<<20)) < 0.01 {
			return
		}
	}
	l.t.Errorf("no storage of %.2f GB, which df says of %s, among %+v", blocks/(1<<20), fields[5], fish.Storage)
}
