package run

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestLocal(t *testing.T) {
	for _, test := range []struct {
		name, script   string
		stdout, stderr string
		exit           int
	}{
		{"output", `echo out; echo err >&2`, "out\n", "err\n", 0},
		{"exit status", `echo partial; exit 7`, "partial\n", "", 7},
		{"transport status", `exit 255`, "", "", 255},
		{"empty standard input", `cat; echo end`, "end\n", "", 0},
		{"syntax error", `if`, "", "*", 2},
		{"no terminal", `(: </dev/tty) 2>/dev/null || echo none`, "none\n", "", 0},
		{"binary", `printf '\000\377\n'`, "\x00\xff\n", "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, err := Local{}.Run(t.Context(), test.script)
			if err != nil {
				t.Fatal(err)
			}
			if string(out.Stdout) != test.stdout || out.ExitCode != test.exit {
				t.Errorf("got %q, exit %d", out.Stdout, out.ExitCode)
			}
			if test.stderr != "*" && string(out.Stderr) != test.stderr {
				t.Errorf("stderr %q", out.Stderr)
			}
			if out.Duration <= 0 {
				t.Error("no duration")
			}
		})
	}
}

func TestLocalInheritsPath(t *testing.T) {
	t.Setenv("PATH", testdata(t)+":"+os.Getenv("PATH"))
	out, err := Local{}.Run(t.Context(), `command -v klist`)
	if err != nil || strings.TrimSpace(string(out.Stdout)) != filepath.Join(testdata(t), "klist") {
		t.Errorf("got %q, %v", out.Stdout, err)
	}
}

// hanging is a script that holds a named pipe open in several generations of processes,
// and a function that waits until the script runs and then until all of them are gone.
func hanging(t *testing.T) (script string, wait func(running func())) {
	t.Helper()
	pipe := filepath.Join(t.TempDir(), "alive")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	script = "exec 9>'" + pipe + "'\n(sleep 600 & sleep 600) &\necho partial\nsleep 600"
	return script, func(running func()) {
		f, err := os.Open(pipe) // returns once the script has opened it
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		running()
		if _, err := io.ReadAll(f); err != nil { // ends when the last holder is gone
			t.Error(err)
		}
	}
}

func TestTimeoutKillsTheWholeGroup(t *testing.T) {
	script, wait := hanging(t)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		wait(func() {})
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	began := time.Now()
	out, err := Local{}.Run(ctx, script)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
	if err == nil || !strings.HasPrefix(err.Error(), "sh: timed out after ") {
		t.Errorf("got %v", err)
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v does not wrap the cause", err)
	}
	if string(out.Stdout) != "partial\n" {
		t.Errorf("partial output %q", out.Stdout)
	}
	<-gone
}

func TestCancel(t *testing.T) {
	stop := errors.New("the service stops")
	for name, test := range map[string]struct {
		cause error
		want  string
	}{
		"plain": {nil, "sh: cancelled"},
		"cause": {stop, "sh: cancelled: the service stops"},
	} {
		t.Run(name, func(t *testing.T) {
			script, wait := hanging(t)
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			gone := make(chan struct{})
			go func() {
				defer close(gone)
				wait(func() { cancel(test.cause) })
			}()
			_, err := Local{}.Run(ctx, script)
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v", err)
			}
			if !errors.Is(err, context.Cause(ctx)) {
				t.Errorf("%v does not wrap the cause", err)
			}
			<-gone
		})
	}
}

func TestEndedBeforeItBegan(t *testing.T) {
	late := errors.New("the cycle's time is up")
	ctx, cancel := context.WithTimeoutCause(t.Context(), -time.Second, late)
	defer cancel()
	_, err := Local{}.Run(ctx, "echo never")
	if err == nil || err.Error() != "sh: timed out before it began" || !errors.Is(err, late) {
		t.Errorf("got %v", err)
	}
}

func TestEndedNamesTheTimeout(t *testing.T) {
	for _, timeout := range []string{"1m0s", "1m30s", "20s", "1.5s", "300ms", "2m0s"} {
		want := map[string]string{"1m0s": "60s", "1m30s": "90s", "2m0s": "120s"}[timeout]
		if want == "" {
			want = timeout
		}
		length, err := time.ParseDuration(timeout)
		if err != nil {
			t.Fatal(err)
		}
		// As if the whole time had passed but for what it took to get here.
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Hour))
		deadline, _ := ctx.Deadline()
		got := ended(ctx, deadline.Add(-length+time.Millisecond))
		cancel()
		if got.Error() != "timed out after "+want {
			t.Errorf("%s: %v", timeout, got)
		}
	}
}

func TestTooMuchOutput(t *testing.T) {
	for name, script := range map[string]string{
		"100 MB":                  `yes garbage | head -c 100000000`,
		"endless":                 `yes`,
		"endless standard error":  `echo kept; yes >&2`,
		"a grandchild that stays": `(yes &) ; sleep 600`,
	} {
		t.Run(name, func(t *testing.T) {
			out, err := Local{}.Run(t.Context(), script)
			if !errors.Is(err, ErrTooMuchOutput) {
				t.Fatalf("got %v", err)
			}
			if want := map[bool]string{false: "64 MiB", true: "1 MiB"}[strings.Contains(name, "error")]; !strings.HasSuffix(err.Error(), want) {
				t.Errorf("%v does not name the limit", err)
			}
			if len(out.Stdout) > len("kept\n") {
				t.Errorf("kept %d bytes", len(out.Stdout))
			}
		})
	}
}

func TestAStragglerDoesNotHold(t *testing.T) {
	script, wait := hanging(t)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		wait(func() {})
	}()
	// The shell ends at once; what it left behind holds its standard output.
	out, err := Local{}.Run(t.Context(), strings.TrimSuffix(script, "\nsleep 600"))
	if err != nil || string(out.Stdout) != "partial\n" {
		t.Errorf("got %q, %v", out.Stdout, err)
	}
	<-gone
}

func TestEndedByASignal(t *testing.T) {
	_, err := Local{}.Run(t.Context(), `kill -9 $$`)
	if err == nil || err.Error() != "sh: ended by a signal from outside: signal: killed" {
		t.Errorf("got %v", err)
	}
}

func TestMissingProgram(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for name, test := range map[string]struct {
		runner Runner
		want   string
	}{
		"pw":  {PW{URI: "fish"}, `"pw" was not found on PATH: install the Parallel Works CLI or set [collectors.pw_cluster] command`},
		"ssh": {SSH{Host: "fish"}, `"ssh" was not found on PATH: install the OpenSSH client`},
		"path": {PW{URI: "fish", Command: "/no/such/pw"},
			`"/no/such/pw" does not exist: install the Parallel Works CLI or set [collectors.pw_cluster] command`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := test.runner.Run(t.Context(), "true"); err == nil || err.Error() != test.want {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := (PW{URI: "fish", Command: "testdata"}).Run(t.Context(), "true"); err == nil {
		t.Error("ran a folder")
	}
}

// testdata is the absolute path of the folder with the stand-ins.
func testdata(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	return path
}
