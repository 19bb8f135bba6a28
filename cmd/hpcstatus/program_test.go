package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience bounds every wait for the program; it is long because CI machines are slow.
const patience = 2 * time.Minute

var binary struct {
	once sync.Once
	path string
	err  error
}

// program builds the program once and returns its path.
func program(t testing.TB) string {
	t.Helper()
	binary.once.Do(func() {
		dir, err := os.MkdirTemp("", "hpcstatus-test-")
		if err != nil {
			binary.err = err
			return
		}
		binary.path = filepath.Join(dir, "hpcstatus")
		out, err := exec.Command("go", "build", "-o", binary.path, ".").CombinedOutput()
		if err != nil {
			binary.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if binary.err != nil {
		t.Fatal(binary.err)
	}
	return binary.path
}

// tests runs the tests and then removes the program.
type tests struct{ m *testing.M }

func (t tests) Run() int {
	code := t.m.Run()
	if binary.path != "" {
		_ = os.RemoveAll(filepath.Dir(binary.path))
	}
	return code
}

func TestMain(m *testing.M) { testscript.Main(tests{m}, map[string]func(){"hpcstatus": main}) }

// TestScript runs testdata/script: the command line as its users meet it.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			// Only the program itself is on PATH: no pw and no scheduler of this machine.
			path, _, _ := strings.Cut(env.Getenv("PATH"), string(os.PathListSeparator))
			env.Setenv("PATH", path)
			return nil
		},
	})
}

// TestExitStatus holds the three exit statuses.
func TestExitStatus(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args []string
		exit int
	}{
		{[]string{"version"}, 0},
		{[]string{"--help"}, 0},
		{nil, 0},
		{[]string{"frobnicate"}, 2},
		{[]string{"serve", "--no-such-flag"}, 2},
		{[]string{"serve", "surplus"}, 2},
		{[]string{"init"}, 2},
		{[]string{"version", "--log-format", "xml"}, 2},
		{[]string{"generate", "--config", "missing.toml"}, 1},
		{[]string{"generate", "--from", "missing.json", "--demo"}, 1},
	} {
		if r := runProgram(t, dir, nil, c.args...); r.exit != c.exit || (c.exit != 0) != (r.err != "") {
			t.Errorf("%q: exit %d, want %d\n%s", c.args, r.exit, c.exit, r.err)
		}
	}
}

// process is a running hpcstatus whose log can be waited for.
type process struct {
	t     testing.TB
	cmd   *exec.Cmd
	lines chan string
	ended chan error

	mu  sync.Mutex
	log []string
}

// start runs the program in the folder, with a state folder of its own, until the test ends.
func start(t testing.TB, dir string, args ...string) *process {
	t.Helper()
	cmd := exec.Command(program(t), args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+filepath.Join(dir, "state"), "XDG_CONFIG_HOME="+filepath.Join(dir, "config"))
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: cmd, lines: make(chan string, 10_000), ended: make(chan error, 1)}
	go func() {
		scanner := bufio.NewScanner(stderr)
		for scanner.Scan() {
			p.mu.Lock()
			p.log = append(p.log, scanner.Text())
			p.mu.Unlock()
			p.lines <- scanner.Text()
		}
		p.ended <- cmd.Wait()
		close(p.lines)
	}()
	t.Cleanup(p.kill)
	return p
}

// waitFor reads on in the log until a line holds the text.
func (p *process) waitFor(text string) string {
	p.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case line, more := <-p.lines:
			if strings.Contains(line, text) {
				return line
			}
			if !more {
				p.t.Fatalf("the program ended before it said %q:\n%s", text, p.logText())
			}
		case <-timeout:
			p.t.Fatalf("the program did not say %q:\n%s", text, p.logText())
		}
	}
}

func (p *process) logText() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.log, "\n")
}

// stop ends the program as a service manager would and returns how it exited.
func (p *process) stop() error {
	p.t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-p.ended:
		p.ended <- err
		return err
	case <-time.After(patience):
		p.t.Fatalf("the program did not end on SIGTERM:\n%s", p.logText())
		return nil
	}
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	select {
	case err := <-p.ended:
		p.ended <- err
	case <-time.After(patience):
		p.t.Error("the program did not die")
	}
}

// result is what a command that ended has printed.
type result struct {
	out, err string
	exit     int
}

// runProgram runs the program to its end in the folder, with extra environment variables.
func runProgram(t testing.TB, dir string, env []string, args ...string) result {
	t.Helper()
	return runCommand(t, dir, append([]string{"XDG_STATE_HOME=" + filepath.Join(dir, "state"),
		"XDG_CONFIG_HOME=" + filepath.Join(dir, "config")}, env...), program(t), args...)
}

// runCommand runs any command to its end.
func runCommand(t testing.TB, dir string, env []string, name string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.WaitDelay = time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("%s %s did not end:\n%s%s", name, strings.Join(args, " "), out.String(), errs.String())
	}
	if cmd.ProcessState == nil {
		t.Fatalf("%s: %v", name, err)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// freeAddress is a loopback address on which nothing listens.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// need skips the test, saying why, where a tool is missing.
func need(t testing.TB, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
}
