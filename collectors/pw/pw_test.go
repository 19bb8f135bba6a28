package pw

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hpcstatus/collectors"
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/run"
)

// cycle is when the tests' cycles begin.
var cycle = time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)

func request() collectors.Request {
	return collectors.Request{Now: cycle, ValidFor: 9 * time.Minute}
}

// standIn is options with the stand-in as the CLI, and a function that reads its log. Its
// clusters answer with testdata/answer.txt: the probe's output where scontrol and squeue
// print what a real Slurm 22.05 printed, between the lines of a login shell.
func standIn(t testing.TB) (opts Options, calls func() []string) {
	t.Helper()
	for _, name := range []string{"FAKE_COUNT", "FAKE_LIST", "FAKE_TABLE", "FAKE_FAIL", "FAKE_RTT", "PW_API_KEY", "PW_CONTEXT"} {
		t.Setenv(name, "")
	}
	folder := t.TempDir()
	log := filepath.Join(folder, "log")
	t.Setenv("HOME", folder)
	t.Setenv("FAKE_LOG", log)
	t.Setenv("FAKE_ANSWER", absolute(t, filepath.Join("testdata", "answer.txt")))
	return Options{Command: absolute(t, filepath.Join("testdata", "pw"))}, func() []string {
		text, err := os.ReadFile(log)
		if err != nil {
			return nil
		}
		return strings.Split(strings.TrimSpace(string(text)), "\n")
	}
}

func absolute(t testing.TB, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// count is how many of the calls begin with the words.
func count(calls []string, words string) int {
	n := 0
	for _, call := range calls {
		if strings.HasPrefix(call, words) {
			n++
		}
	}
	return n
}

func TestCollect(t *testing.T) {
	opts, calls := standIn(t)
	t.Setenv("FAKE_COUNT", "3")
	batch, err := New(opts).Collect(t.Context(), request())
	if err != nil {
		t.Fatal(err)
	}
	if len(batch.Clusters) != 4 || len(batch.Systems) != 0 {
		t.Fatalf("got %d clusters, %d systems", len(batch.Clusters), len(batch.Systems))
	}
	first := batch.Cluster("c001")
	if first == nil || first.Name != "Cluster 001" || first.Status != fleet.Connected || first.Source != Name || !first.ObservedAt.Equal(cycle) {
		t.Errorf("got %+v", first)
	}
	if first != nil && (len(first.Queues) != 4 || first.Scheduler != "Slurm") {
		t.Errorf("got %d queues of %q", len(first.Queues), first.Scheduler)
	}
	if cloudy := batch.Cluster("cloudy"); cloudy == nil || cloudy.Status != fleet.Off {
		t.Errorf("got %+v", cloudy)
	}
	if got := calls(); count(got, "cluster ls -o json") != 1 || count(got, "ssh pw://tester/c") != 3 || len(got) != 4 {
		t.Errorf("calls %q", got)
	}
}

func TestCollectWithAContext(t *testing.T) {
	opts, calls := standIn(t)
	opts.Context = "site"
	if _, err := New(opts).Collect(t.Context(), request()); err != nil {
		t.Fatal(err)
	}
	if got := calls(); count(got, "--context site ") != 3 || len(got) != 3 {
		t.Errorf("calls %q", got)
	}
}

func TestTableFallback(t *testing.T) {
	for _, layout := range []string{"pipes", "spaces"} {
		opts, calls := standIn(t)
		t.Setenv("FAKE_TABLE", layout)
		batch, err := New(opts).Collect(t.Context(), request())
		if err != nil || len(batch.Clusters) != 2 || batch.Cluster("c002") == nil {
			t.Errorf("%s: got %+v, %v", layout, batch.Clusters, err)
		}
		if got := calls(); count(got, "cluster ls -o ") != 2 {
			t.Errorf("%s: calls %q", layout, got)
		}
	}
}

// A failure of one cluster is in its target; the collector itself did not fail.
func TestClusterFailures(t *testing.T) {
	for _, test := range []struct {
		fail, want string
		login      bool
	}{
		{"expired", "pw ssh pw://tester/c001: needs login: Authentication has expired. Please authenticate again using 'pw auth'.", true},
		{"empty", "printed nothing", false},
		{"hang", "timed out after ", false},
	} {
		t.Run(test.fail, func(t *testing.T) {
			opts, _ := standIn(t)
			opts.Timeout = 2 * time.Second
			t.Setenv("FAKE_FAIL", test.fail)
			batch, err := New(opts).Collect(t.Context(), request())
			if err != nil {
				t.Fatal(err)
			}
			target := batch.Target("c001")
			if target == nil || !strings.Contains(target.Error, test.want) || target.NeedsLogin != test.login {
				t.Errorf("got %+v", target)
			}
			if c := batch.Cluster("c001"); c == nil || c.Status != fleet.Unreachable {
				t.Errorf("got %+v", c)
			}
		})
	}
}

func TestNotAsked(t *testing.T) {
	opts, calls := standIn(t)
	list := filepath.Join(t.TempDir(), "list.json")
	text := `[{"name":"new","uri":"pw://me/new","type":"aws-slurm","status":"provisioning"},
		{"name":"jean","uri":"pw://me/jean","type":"existing","status":"off"}]`
	if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FAKE_LIST", list)
	opts.Clusters = []string{"new", "jean", "ruth"}
	batch, err := New(opts).Collect(t.Context(), request())
	if err != nil {
		t.Fatal(err)
	}
	for slug, want := range map[string]string{
		"new":  `not asked: pw gives its status as "provisioning"`,
		"jean": `not asked: pw gives its status as "off"`,
		"ruth": `"ruth" is not listed by pw`,
	} {
		target, c := batch.Target(slug), batch.Cluster(slug)
		if target == nil || c == nil {
			t.Errorf("%s: lost", slug)
			continue
		}
		if !strings.Contains(target.Error, want) || c.Status != fleet.Unreachable || target.NeedsLogin {
			t.Errorf("%s: %+v, %s", slug, target, c.Status)
		}
	}
	if got := calls(); len(got) != 1 {
		t.Errorf("calls %q", got)
	}
}

func TestListFailures(t *testing.T) {
	for _, test := range []struct {
		name  string
		set   func(t *testing.T, opts *Options)
		want  string
		calls int
	}{
		{"expired", func(t *testing.T, _ *Options) { t.Setenv("FAKE_FAIL", "all") },
			"list clusters: pw cluster ls -o json: needs login: Authentication has expired. Please authenticate again using 'pw auth'." +
				" (tried again after 2026-11-20T04:00:00Z or when the credentials change)", 1},
		{"vanished", func(_ *testing.T, opts *Options) { opts.Command = "pw-is-not-here" },
			`list clusters: "pw-is-not-here" was not found on PATH: install the Parallel Works CLI or set [collectors.pw_cluster] command`, 0},
		{"empty list", func(t *testing.T, _ *Options) { t.Setenv("FAKE_LIST", absolute(t, "testdata/empty.json")) },
			"list clusters: pw lists no clusters: connect one in Parallel Works, or check [collectors.pw_cluster] context", 1},
		{"prints nothing", func(t *testing.T, _ *Options) { t.Setenv("FAKE_LIST", "/dev/null") },
			"list clusters: `pw cluster ls` printed nothing: try it by hand", 2},
		{"neither format", func(t *testing.T, _ *Options) { t.Setenv("FAKE_TABLE", "none") },
			"list clusters: pw cluster ls -o json: unknown shorthand flag: 'o' in -o (exit status 1)", 2},
		{"hangs", func(t *testing.T, opts *Options) {
			opts.Timeout = 200 * time.Millisecond
			pipe := filepath.Join(t.TempDir(), "pipe")
			mkfifo(t, pipe)
			t.Setenv("FAKE_LIST", pipe)
		}, "list clusters: pw cluster ls -o json: timed out after ", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			opts, calls := standIn(t)
			test.set(t, &opts)
			batch, err := New(opts).Collect(t.Context(), request())
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("\ngot  %v\nwant %s", err, test.want)
			}
			if len(batch.Clusters) > 0 || len(calls()) != test.calls {
				t.Errorf("%d clusters, calls %q", len(batch.Clusters), calls())
			}
		})
	}
}

func TestCancelledListing(t *testing.T) {
	opts, calls := standIn(t)
	stop := errors.New("the service stops")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	_, err := New(opts).Collect(ctx, request())
	if !errors.Is(err, stop) || len(calls()) > 0 {
		t.Errorf("got %v, calls %q", err, calls())
	}
}

func TestRefusedLoginIsNotRepeated(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	calls := 0
	answer := fmt.Errorf("pw cluster ls: %w", run.ErrNeedsLogin)
	c := New(Options{List: func(context.Context) (run.Output, error) {
		calls++
		return run.Output{Stdout: []byte(`[{"name":"lab","type":"aws-slurm","status":"off"}]`)}, answer
	}})
	collect := func(after time.Duration) error {
		_, err := c.Collect(t.Context(), collectors.Request{Now: cycle.Add(after)})
		return err
	}
	for _, step := range []struct {
		what  string
		after time.Duration
		login bool // a new key first
		calls int
	}{
		{"first", 0, false, 1},
		{"soon after", 3 * time.Minute, false, 1},
		{"a new key", 6 * time.Minute, true, 2},
		{"soon after that", 9 * time.Minute, false, 2},
		{"an hour later", 67 * time.Minute, false, 3},
	} {
		if step.login {
			t.Setenv("PW_API_KEY", "pwt_new")
		}
		if err := collect(step.after); !errors.Is(err, run.ErrNeedsLogin) || calls != step.calls {
			t.Errorf("%s: %d calls, %v", step.what, calls, err)
		}
	}
	answer = nil
	t.Setenv("PW_API_KEY", "pwt_newer")
	for range 2 {
		if err := collect(70 * time.Minute); err != nil {
			t.Error(err)
		}
	}
	if calls != 5 {
		t.Errorf("%d calls after the login", calls)
	}
}

// The demo puts recordings in the place of the CLI; the parsers are the real ones.
func TestReplay(t *testing.T) {
	answer, err := os.ReadFile(filepath.Join("testdata", "answer.txt"))
	if err != nil {
		t.Fatal(err)
	}
	c := New(Options{
		Command: "no-such-pw",
		List: func(context.Context) (run.Output, error) {
			return run.Output{Stdout: []byte(`[{"name":"jean","displayName":"Jean","uri":"pw://demo/jean","status":"active"}]`)}, nil
		},
		NewRunner: func(uri string) run.Runner { return run.Replay{Name: "pw ssh " + uri, Stdout: answer} },
	})
	batch, err := c.Collect(t.Context(), request())
	if err != nil || len(batch.Clusters) != 1 || batch.Clusters[0].Status != fleet.Connected {
		t.Errorf("got %+v, %v", batch.Clusters, err)
	}
}

func mkfifo(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
}
