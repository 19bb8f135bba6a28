package cluster

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hpcstatus/collectors"
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/run"
)

var update = flag.Bool("update", false, "write the golden files anew")

// noon is the time of every cycle here, unless it says otherwise.
var noon = time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)

// request is a cycle's, with what the cycle before it left.
func request(now time.Time, previous ...fleet.Cluster) collectors.Request {
	return collectors.Request{Now: now, ValidFor: 9 * time.Minute, Previous: fleet.Batch{Clusters: previous}}
}

// recording is what the probe printed on a real machine.
func recording(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// fakeRunner answers every script alike and keeps the scripts.
type fakeRunner struct {
	out        run.Output
	err        error
	credential string
	scripts    []string
}

func (f *fakeRunner) Run(_ context.Context, script string) (run.Output, error) {
	f.scripts = append(f.scripts, script)
	return f.out, f.err
}

func (f *fakeRunner) Credential() string { return f.credential }

// golden compares with a golden file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got+"\n"); diff != "" {
		t.Errorf("%s, which -update writes anew (-want +got):\n%s", path, diff)
	}
}

// The recordings are the probe's own output on a real Slurm 22.05: with jobs of every
// awkward kind; with GPUs, powered down nodes, private jobs and a decaying limit; and
// with its controller gone.
func TestProbeOfRecordings(t *testing.T) {
	for _, c := range []struct{ recording, queueBy, golden string }{
		{"slurm-22.05", ByPartition, "slurm-22.05-partition"},
		{"slurm-22.05", ByQOS, "slurm-22.05-qos"},
		{"slurm-22.05-private", ByBoth, "slurm-22.05-private"},
		{"slurm-22.05-silent", "", "slurm-22.05-silent"},
	} {
		t.Run(c.golden, func(t *testing.T) {
			runner := &fakeRunner{out: run.Output{Stdout: recording(t, c.recording), Duration: time.Second}}
			target := Target{Name: "Fish", Slug: "fish", Aliases: []string{"testfish"}, Site: "NAVO", QueueBy: c.queueBy, Runner: runner}
			cluster, outcome := Probe(t.Context(), target, request(noon), "test")
			golden(t, c.golden, pretty(struct {
				Cluster fleet.Cluster
				Outcome fleet.Target
			}{cluster, outcome}))
		})
	}
}

// What the lab's own commands said when the first recording was made, counted by hand:
// `squeue -h -r -a -t R,CG|PD -p X`, less what is held.
func TestProbeCountsLikeTheScheduler(t *testing.T) {
	runner := run.Replay{Stdout: recording(t, "slurm-22.05")}
	c, _ := Probe(t.Context(), Target{Name: "Fish", Slug: "fish", Runner: runner}, request(noon), "test")
	want := map[string]fleet.Jobs{
		"standard":   counted(5, 21, 6, 2, 112),
		"debug":      counted(0, 0, 5, 0, 0),
		"transfer":   counted(0, 0, 0, 0, 0),
		"background": counted(0, 4, 3, 3, 0),
	}
	for _, q := range c.Queues {
		j := q.Jobs
		j.CoresQueued, j.Pending = nil, nil
		if diff := cmp.Diff(want[q.Name], j); diff != "" {
			t.Errorf("%s (-want +got):\n%s", q.Name, diff)
		}
	}
	// The job that waits in two partitions and the five held elements that do are counted
	// once, and so is the heterogeneous job with a component in each of two partitions.
	if *c.Totals.Queued != 23 || *c.Totals.Held != 9 || *c.Totals.Eligible != 3 || *c.Totals.Total() != 37 {
		t.Errorf("totals %s", pretty(c.Totals))
	}
	sum := 0
	for _, reason := range c.Totals.Pending {
		sum += reason.Jobs
	}
	if sum != *c.Totals.Queued+*c.Totals.Held {
		t.Errorf("the reasons add up to %d", sum)
	}
}

func TestProbeFailures(t *testing.T) {
	whole := string(recording(t, "slurm-22.05"))
	busyThere := marked([4]string{SectionBusy, "0", "process 12 on login03 holds /run/user/7/x.lock\n", ""})
	noLock := marked([4]string{SectionBusy, "1", "", "mkdir: cannot create directory '/run/x.lock': No space left on device\n"})
	for name, c := range map[string]struct {
		out    run.Output
		err    error
		status fleet.ClusterStatus
		want   string
	}{
		"timeout": {err: errors.New("ssh fish: timed out after 60s"), status: fleet.Unreachable, want: "ssh fish: timed out after 60s"},
		"empty":   {status: fleet.Unreachable, want: "printed nothing: the shell there did not run the probe; check that the account may log in"},
		"complaint": {out: run.Output{Stdout: []byte("\x1b[1mAccount locked\x1b[0m\n"), Stderr: []byte("bye\x07\n"), ExitCode: 3}, status: fleet.Unreachable,
			want: `printed instead: "Account locked" (exit status 3, and on standard error: bye)`},
		"garbage": {out: run.Output{Stdout: []byte(strings.Repeat("\x00\xff<script>", 10000))}, status: fleet.Unreachable, want: "did not run there"},
		"busy":    {out: run.Output{Stdout: []byte(busyThere)}, status: fleet.Unreachable, want: "an earlier probe is still running there: process 12 on login03"},
		"no lock": {out: run.Output{Stdout: []byte(noLock)}, status: fleet.Unreachable,
			want: "cannot make the lock that keeps two probes apart there: mkdir: cannot create directory '/run/x.lock': No space left on device"},
		"cut off early": {out: run.Output{Stdout: []byte(whole[:strings.Index(whole, "1|standard")])}, status: fleet.Connected,
			want: "output cut off in section slurm.jobs, complete before it: probe.host slurm.config"},
		"hung in its last command": {out: run.Output{Stdout: []byte(whole[:strings.Index(whole, "Filesystem ")])}, status: fleet.Connected,
			err: errors.New("ssh fish: timed out after 60s"), want: "ssh fish: timed out after 60s; output cut off in section storage.df"},
	} {
		t.Run(name, func(t *testing.T) {
			cluster, outcome := Probe(t.Context(), Target{Name: "Fish", Slug: "fish", Runner: &fakeRunner{out: c.out, err: c.err}}, request(noon), "test")
			if cluster.Status != c.status || !strings.Contains(outcome.Error, c.want) {
				t.Errorf("status %s, error %q, want %s, %q", cluster.Status, outcome.Error, c.status, c.want)
			}
			if strings.ContainsAny(outcome.Error, "\x00\x07\x1b\n") || len(outcome.Error) > 600 {
				t.Errorf("not clean: %q", outcome.Error)
			}
			unreachable := c.status == fleet.Unreachable
			if unreachable != cluster.ObservedAt.IsZero() || unreachable != outcome.SucceededAt.IsZero() || unreachable != (cluster.Error != "") {
				t.Errorf("%s and %s", pretty(cluster), pretty(outcome))
			}
		})
	}
}

func TestProbeKeepsWhatWasSaidBeforeItHung(t *testing.T) {
	whole := string(recording(t, "slurm-22.05"))
	runner := &fakeRunner{out: run.Output{Stdout: []byte(whole[:strings.Index(whole, "Filesystem ")])}, err: errors.New("timed out after 60s")}
	before := fleet.Cluster{Slug: "fish", Storage: []fleet.Storage{{Path: "/old"}}, Disks: fleet.Part{ObservedAt: noon.Add(-2 * time.Hour)}}
	c, _ := Probe(t.Context(), Target{Name: "Fish", Slug: "fish", Runner: runner}, request(noon, before), "test")
	if len(c.Queues) != 4 || c.Usage.Error != "" || len(c.Allocations) == 0 || c.Accounts.Error != "" {
		t.Errorf("queues or allocations are missing: %s", pretty(c))
	}
	want := fleet.Part{ObservedAt: noon.Add(-2 * time.Hour), AskedAt: noon, Error: c.Disks.Error}
	if diff := cmp.Diff(want, c.Disks); diff != "" || c.Disks.Error == "" || len(c.Storage) != 1 {
		t.Errorf("disks (-want +got):\n%s", diff)
	}
}

func TestProbeNeedsLogin(t *testing.T) {
	runner := &fakeRunner{err: fmt.Errorf("ssh fish: %w: Permission denied (gssapi-with-mic)", run.ErrNeedsLogin), credential: "ticket 1"}
	target := Target{Name: "Fish", Slug: "fish", Runner: runner}
	ask := func(now time.Time, last *fleet.Target) (fleet.Cluster, fleet.Target) {
		req := request(now)
		if last != nil {
			req.Previous.Targets = []fleet.Target{*last}
		}
		return Probe(t.Context(), target, req, "test")
	}
	_, refused := ask(noon, &fleet.Target{Slug: "fish", SucceededAt: noon.Add(-time.Hour)})
	want := fleet.Target{Name: "Fish", Slug: "fish", NeedsLogin: true, RetryAt: noon.Add(time.Hour), Credential: "ticket 1", SucceededAt: noon.Add(-time.Hour),
		Error: "ssh fish: needs login: Permission denied (gssapi-with-mic) (tried again after 2026-11-23T23:00:00Z or when the credentials change)"}
	if diff := cmp.Diff(want, refused); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	cluster, again := ask(noon.Add(59*time.Minute), &refused)
	if diff := cmp.Diff(want, again); diff != "" || len(runner.scripts) != 1 {
		t.Errorf("asked %d times; (-want +got):\n%s", len(runner.scripts), diff)
	}
	if cluster.Status != fleet.Unreachable || cluster.Error != want.Error {
		t.Errorf("cluster %s", pretty(cluster))
	}
	if ask(noon.Add(time.Hour), &refused); len(runner.scripts) != 2 {
		t.Error("not asked again after an hour")
	}
	runner.credential = "ticket 2"
	runner.err, runner.out.Stdout = nil, recording(t, "slurm-22.05")
	if cluster, fine := ask(noon.Add(time.Minute), &refused); cluster.Status != fleet.Connected || fine.NeedsLogin || fine.Error != "" || len(runner.scripts) != 3 {
		t.Errorf("with a new ticket: %s", pretty(fine))
	}
}

func TestProbeAsksForExpensivePartsHourly(t *testing.T) {
	runner := &fakeRunner{out: run.Output{Stdout: recording(t, "slurm-22.05")}}
	target := Target{Name: "Fish", Slug: "fish", QueueBy: ByQOS, Runner: runner}
	asked := func() bool { return strings.Contains(runner.scripts[len(runner.scripts)-1], " accounts=1 disks=1 ") }
	first, _ := Probe(t.Context(), target, request(noon), "test")
	if !asked() || len(first.Allocations) == 0 || len(first.Storage) == 0 || !first.Accounts.ValidUntil.Equal(noon.Add(time.Hour+9*time.Minute)) {
		t.Errorf("first: %s", pretty(first))
	}

	cheap := without(string(runner.out.Stdout), SectionSlurmAssoc, SectionDF)
	runner.out.Stdout = []byte(strings.ReplaceAll(cheap, "|frontier|", "|normal|")) // nobody waits there any more
	second, _ := Probe(t.Context(), target, request(noon.Add(59*time.Minute), first), "test")
	if asked() {
		t.Error("asked again within the hour")
	}
	for what, same := range map[string]bool{
		"allocations": cmp.Equal(first.Allocations, second.Allocations) && cmp.Equal(first.Accounts, second.Accounts),
		"storage":     cmp.Equal(first.Storage, second.Storage) && cmp.Equal(first.Disks, second.Disks),
		"QOS": slices.EqualFunc(first.Queues, second.Queues, func(a, b fleet.Queue) bool {
			return a.Name == b.Name && cmp.Equal(a.Limits, b.Limits) && a.State == b.State
		}),
	} {
		if !same {
			t.Errorf("%s of the last hour are not kept", what)
		}
	}

	third, outcome := Probe(t.Context(), target, request(noon.Add(time.Hour), second), "test")
	if !asked() {
		t.Error("not asked again after an hour")
	}
	// The recording has no answer to it: nothing there could be asked, so it stays due.
	if outcome.Error != "" || third.Accounts != (fleet.Part{}) || third.Disks != (fleet.Part{}) {
		t.Errorf("third: %s %s", pretty(third), outcome.Error)
	}
}

// without is a recording without some of its sections.
func without(text string, sections ...string) string {
	for _, name := range sections {
		start := strings.Index(text, "\n#hpcstatus:"+nonce+" begin "+name)
		end := strings.Index(text, "\n#hpcstatus:"+nonce+" end "+name)
		end += strings.Index(text[end+1:], "\n") + 2
		text = text[:start] + text[end:]
	}
	return text
}

func TestProbeKeepsPartsThatFail(t *testing.T) {
	broken := strings.Replace(string(recording(t, "slurm-22.05")), "GrpTRESMins=cpu=6000000(", "GrpTRESMins=cpu=plenty(", 1)
	runner := &fakeRunner{out: run.Output{Stdout: []byte(broken)}}
	before := fleet.Cluster{Slug: "fish", Allocations: []fleet.Allocation{{Project: "old"}},
		Accounts: fleet.Part{ObservedAt: noon.Add(-2 * time.Hour), ValidUntil: noon.Add(-time.Hour)}}
	c, outcome := Probe(t.Context(), Target{Name: "Fish", Slug: "fish", Runner: runner}, request(noon, before), "test")
	want := before.Accounts
	want.AskedAt, want.Error = noon, `read association of account "hpcmo00001": read minutes "plenty": not a number`
	if diff := cmp.Diff(want, c.Accounts); diff != "" || len(c.Allocations) != 1 || outcome.Error != want.Error {
		t.Errorf("%s (-want +got):\n%s", outcome.Error, diff)
	}
	if c.Status != fleet.Connected || len(c.Queues) != 4 || c.Usage.Error != "" {
		t.Errorf("the queues went with it: %s", pretty(c))
	}
}

func TestProbeWithoutScheduler(t *testing.T) {
	out := marked([4]string{SectionHost, "0", "name=login1.example.org\nepoch=1\n", ""},
		[4]string{SectionDF, "0", "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/a 100 50 50 50% /data\n", ""})
	c, outcome := Probe(t.Context(), Target{Name: "Box", Slug: "box", Runner: run.Replay{Stdout: []byte(out)}}, request(noon), "test")
	why := "no scheduler command (squeue, qstat) was found on the login shell's PATH"
	if c.Status != fleet.Connected || c.Scheduler != "" || c.Usage.Error != why || c.Usage.Measured() || outcome.Error != why || len(c.Storage) != 1 {
		t.Errorf("%s %s", pretty(c), outcome.Error)
	}
	if c.LoginNode != "login1.example.org" || c.LoginNodeSource != fleet.LoginObserved {
		t.Errorf("login node %s, %s", c.LoginNode, c.LoginNodeSource)
	}
	configured := Target{Name: "Box", Slug: "box", LoginNode: "box.example.org", Runner: run.Replay{Stdout: []byte(out)}}
	if c, _ := Probe(t.Context(), configured, request(noon), "test"); c.LoginNode != "box.example.org" || c.LoginNodeSource != fleet.LoginConfigured {
		t.Errorf("login node %s, %s", c.LoginNode, c.LoginNodeSource)
	}
}

func TestProbeHPCMPUsage(t *testing.T) {
	usage := "                             Hours      Hours      Hours    Percent  Background\n" +
		"System     Subproject      Allocated     Used    Remaining Remaining Hours Used\n" +
		"========== ============== ========== ========== ========== ========= ==========\n" +
		"fish       ABCDE00000         1000.0      400.5      599.5    59.95%        0.0\n"
	text := strings.Replace(string(recording(t, "slurm-22.05")), "\n#hpcstatus:"+nonce+" begin "+SectionDF,
		fmt.Sprintf("\n#hpcstatus:%[1]s begin %[2]s\n%[3]s\n#hpcstatus:%[1]s end %[2]s 0\n\n#hpcstatus:%[1]s begin %[4]s", nonce, SectionHPCMPUsage, usage, SectionDF), 1)
	c, outcome := Probe(t.Context(), Target{Name: "Fish", Slug: "fish", Runner: run.Replay{Stdout: []byte(text)}}, request(noon), "test")
	if outcome.Error != "" || len(c.Allocations) != 1 || c.Allocations[0].Project != "ABCDE00000" || *c.Allocations[0].Used != 400.5 {
		t.Errorf("show_usage does not come first: %s %s", outcome.Error, pretty(c.Allocations))
	}
}

func TestProbeOff(t *testing.T) {
	runner := &fakeRunner{}
	c, outcome := Probe(t.Context(), Target{Name: "Cloudy", Slug: "cloudy", Off: true, Runner: runner}, request(noon), "test")
	if c.Status != fleet.Off || c.Error != "" || outcome.Error != "" || len(runner.scripts) != 0 {
		t.Errorf("%s %s", pretty(c), pretty(outcome))
	}
}

// deadline is a runner that never answers.
type deadline struct{ after *time.Duration }

func (d deadline) Run(ctx context.Context, _ string) (run.Output, error) {
	began := time.Now()
	<-ctx.Done()
	*d.after = time.Since(began)
	return run.Output{}, fmt.Errorf("ssh: timed out: %w", context.Cause(ctx))
}

func (d deadline) Credential() string { return "" }

func TestProbeTimeout(t *testing.T) {
	for timeout, want := range map[time.Duration]time.Duration{0: time.Minute, 5 * time.Second: 5 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			var took time.Duration
			_, outcome := Probe(t.Context(), Target{Name: "Fish", Slug: "fish", Timeout: timeout, Runner: deadline{&took}}, request(noon), "test")
			if took != want || !strings.Contains(outcome.Error, "timed out") {
				t.Errorf("timeout %v took %v: %s", timeout, took, outcome.Error)
			}
		})
	}
}
