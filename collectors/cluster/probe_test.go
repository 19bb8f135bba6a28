package cluster

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shells are the shells that a login node may have, each as the command that runs a script.
func shells(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for name, command := range map[string][]string{
		"sh": {"sh"}, "dash": {"dash"}, "bash": {"bash"}, "bash -l": {"bash", "-l"}, "bash -efuC": {"bash", "-efuC"}, "busybox": {"busybox", "sh"},
	} {
		if path, err := exec.LookPath(command[0]); err == nil {
			found[name] = append([]string{path}, command[1:]...)
		}
	}
	return found
}

// machine is a login node for the real script: a PATH with the shell's tools and stubs.
type machine struct {
	shell []string
	env   []string
	// log has a line for each stub that ran, with its arguments.
	log string
	// locks is the folder of the lock.
	locks string
}

// newMachine has the stubs, each a shell script by its name, on its PATH.
func newMachine(t *testing.T, shell []string, stubs map[string]string) *machine {
	t.Helper()
	bin, home := t.TempDir(), t.TempDir()
	tools := []string{"sh", "cat", "date", "find", "hostname", "id", "mkdir", "renice", "rm", "rmdir", "timeout", "uname", "sleep"}
	for _, tool := range tools {
		if path, err := exec.LookPath(tool); err == nil {
			if err := os.Symlink(path, filepath.Join(bin, tool)); err != nil {
				t.Fatal(err)
			}
		}
	}
	m := &machine{shell: shell, log: filepath.Join(home, "log"), locks: t.TempDir()}
	for name, script := range stubs {
		text := fmt.Sprintf("#!/bin/sh\necho \"%s $*\" >>%s\n%s\n", name, m.log, script)
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// A login shell sets PATH anew; sites put their commands there.
	if err := os.WriteFile(filepath.Join(home, ".bash_profile"), []byte("PATH="+bin+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m.env = []string{"PATH=" + bin, "HOME=" + home, "XDG_RUNTIME_DIR=" + m.locks, "SQUEUE_USERS=me", "SLURM_TIME_FORMAT=relative"}
	return m
}

// command is the script, ready to run.
func (m *machine) command(o Options) *exec.Cmd {
	if o.Nonce == "" {
		o.Nonce = nonce
	}
	cmd := exec.Command(m.shell[0], append(slices.Clone(m.shell[1:]), "-c", Script(o))...)
	cmd.Env = m.env
	return cmd
}

// probe runs the script to its end.
func (m *machine) probe(t *testing.T, o Options) Sections {
	t.Helper()
	var stderr bytes.Buffer
	cmd := m.command(o)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%v, and on standard error: %s", err, stderr.String())
	}
	sections, err := ParseSections(out)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, out)
	}
	return sections
}

// calls are the lines of the log.
func (m *machine) calls(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(m.log)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// lockDir is where the probe of the cluster fish makes its lock.
func (m *machine) lockDir(t *testing.T) string {
	t.Helper()
	name, err := exec.Command("uname", "-n").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(m.locks, "hpcstatus-fish-"+strings.TrimSpace(string(name))+".lock")
}

// sharedSlurm answers like a Slurm, and says what of the environment reaches it.
func sharedSlurm() map[string]string {
	return map[string]string{
		"squeue": `echo "$LC_ALL $TZ $SLURM_TIME_FORMAT ${SQUEUE_USERS-unset}"; cat; printf 'no newline'`,
		"scontrol": `case "$*" in *partitions) echo oops >&2; exit 3 ;; *nodes) printf '\n#hpcstatus:ffffffffffffffff close\n' ;;
			*) echo "$*" ;; esac`,
		"qstat": "", "sinfo": "", "show_usage": "echo usage", "quota": "exit 1", "lfs": "", "df": `printf '%s\n' "$@"`,
	}
}

func TestScriptInEveryShell(t *testing.T) {
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, shell, sharedSlurm())
			s := m.probe(t, Options{Slug: "fish", Limit: 10 * time.Second, Config: true, Reservations: true})
			for name, want := range map[string]Section{
				SectionSlurmJobs:     {Body: []byte("C UTC0 standard unset\nno newline")},
				SectionSlurmParts:    {Err: []byte("oops\n"), Exit: 3},
				SectionSlurmNodes:    {Body: []byte("\n#hpcstatus:ffffffffffffffff close\n")},
				SectionSlurmReserved: {Body: []byte("-a -o show reservations\n")},
			} {
				got := s[name]
				if got.Name != name || got.Exit != want.Exit || !bytes.Equal(got.Body, want.Body) || !bytes.Equal(got.Err, want.Err) {
					t.Errorf("%s: body %q, err %q, exit %d", name, got.Body, got.Err, got.Exit)
				}
			}
			want := []string{
				"scontrol show config",
				"squeue -r -h -a -o %i|%P|%q|%T|%D|%C|%Q|%r",
				"scontrol -a -o show partitions",
				"scontrol -a -d -o show nodes",
				"scontrol -a -o show reservations",
			}
			if got := m.calls(t); !slices.Equal(got, want) {
				t.Errorf("ran %q, want %q", got, want)
			}
			host := string(s.Body(SectionHost))
			if !strings.Contains(host, "name=") || !strings.Contains(host, "epoch=") || strings.Contains(host, "newyear=") {
				t.Errorf("host says %q", host)
			}
			if _, err := os.Stat(m.lockDir(t)); !os.IsNotExist(err) {
				t.Errorf("the lock is still there: %v", err)
			}
		})
	}
}

func TestScriptAsksForExpensiveParts(t *testing.T) {
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, shell, sharedSlurm())
			data, bad := t.TempDir(), "$(touch "+filepath.Join(t.TempDir(), "x")+")'`id`\\"
			m.env = append(m.env, "WORKDIR="+data)
			s := m.probe(t, Options{Slug: "fish", Limit: 10 * time.Second, Accounts: true, Disks: true,
				Paths: []string{"$WORKDIR", filepath.Dir(data) + "/*", "$UNSET/etc", bad, "/etc"}})
			for _, name := range []string{SectionSlurmAssoc, SectionHPCMPUsage, SectionDF, SectionQuota, SectionLFS} {
				if !s.Ran(name) {
					t.Errorf("%s was not run", name)
				}
			}
			if s.Ran(SectionSlurmConfig) || s.Ran(SectionSlurmReserved) {
				t.Error("the configuration or the reservations were asked for")
			}
			folders := strings.Fields(string(s.Body(SectionDF)))
			if !slices.Contains(folders, "/etc") || slices.Contains(folders, "/nonexistent/etc") ||
				slices.Index(folders, data) < 0 || slices.Contains(folders[slices.Index(folders, data)+1:], data) {
				t.Errorf("df was asked for %q", folders)
			}
			if host := readHost(s); host.newYear.Before(time.Now()) {
				t.Errorf("the year ends %v: %q", host.newYear, s.Body(SectionHost))
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(bad), "x")); err == nil {
				t.Error("a path was run as a command")
			}
		})
	}
}

func TestScriptOfOtherMachines(t *testing.T) {
	shell := []string{"sh"}
	for name, c := range map[string]struct {
		stubs map[string]string
		ran   []string
		not   []string
	}{
		"Slurm that is silent": {map[string]string{"squeue": "[ \"$1\" = --version ] && echo slurm 25.05.1 && exit; exit 1", "scontrol": "exit 1"},
			[]string{SectionSlurmConfig, SectionSlurmJobs, SectionSlurmVersion}, []string{SectionSlurmNodes, SectionSlurmAssoc}},
		"Slurm that hides its configuration": {map[string]string{"squeue": "", "scontrol": "[ \"$*\" != 'show config' ]"},
			[]string{SectionSlurmConfig, SectionSlurmJobs, SectionSlurmVersion, SectionSlurmNodes, SectionSlurmAssoc}, nil},
		"PBS": {map[string]string{"qstat": "", "pbsnodes": "", "show_queues": ""},
			[]string{SectionPBSServer, SectionPBSQueues, SectionPBSNodes}, []string{SectionPBSQueuesText, SectionSlurmConfig, SectionHPCMPQueues}},
		"PBS without JSON": {map[string]string{"qstat": "[ \"$*\" = '-Q -f' ]", "pbsnodes": ""},
			[]string{SectionPBSQueues, SectionPBSQueuesText, SectionPBSServer, SectionPBSNodes}, nil},
		"PBS that is silent": {map[string]string{"qstat": "exit 1", "pbsnodes": ""},
			[]string{SectionPBSQueues, SectionPBSQueuesText}, []string{SectionPBSServer, SectionPBSNodes}},
		"HPCMP commands alone": {map[string]string{"show_queues": "", "show_usage": "", "show_storage": ""},
			[]string{SectionHPCMPQueues, SectionHPCMPUsage, SectionHPCMPStorage}, []string{SectionPBSQueues, SectionSlurmJobs}},
		"nothing": {nil, []string{SectionHost, SectionDF}, []string{SectionSlurmConfig, SectionPBSServer, SectionHPCMPQueues, SectionQuota, SectionLFS}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMachine(t, shell, c.stubs).probe(t, Options{Slug: "fish", Limit: 10 * time.Second, Config: true, Accounts: true, Disks: true})
			for _, name := range c.ran {
				if !s.Ran(name) {
					t.Errorf("%s was not run", name)
				}
			}
			for _, name := range c.not {
				if s.Ran(name) {
					t.Errorf("%s was run", name)
				}
			}
		})
	}
}

func TestScriptEndsCommandsThatHang(t *testing.T) {
	m := newMachine(t, []string{"sh"}, map[string]string{"squeue": "exec sleep 3600", "scontrol": ""})
	s := m.probe(t, Options{Slug: "fish", Limit: time.Second})
	if got := s[SectionSlurmJobs].Exit; got != exitTimeout {
		t.Errorf("exit status %d of a command that hangs", got)
	}
	if s.Ran(SectionSlurmNodes) {
		t.Error("a silent controller was asked more")
	}
}

// blocked starts a probe whose squeue waits until release is called, and returns when it waits.
func blocked(t *testing.T, m *machine) (cmd *exec.Cmd, release func()) {
	t.Helper()
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd = m.command(Options{Slug: "fish", Limit: time.Minute})
	cmd.Env = append(cmd.Env, "FIFO="+fifo)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "waiting" {
		if strings.Contains(lines.Text(), SectionBusy) {
			t.Fatal("the probe found another one")
		}
	}
	go func() { // the probe must not stop for want of a reader
		for lines.Scan() {
		}
	}()
	return cmd, func() {
		if err := os.WriteFile(fifo, []byte("go\n"), 0o600); err != nil {
			t.Error(err)
		}
	}
}

// waiting is a squeue that waits for a line, when it is told from where.
var waiting = map[string]string{"scontrol": "", "squeue": `[ -z "${FIFO-}" ] || { echo waiting; read -r line <"$FIFO"; }`}

func TestScriptTakesTurns(t *testing.T) {
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, shell, waiting)
			first, release := blocked(t, m)
			second := m.probe(t, Options{Slug: "fish", Limit: time.Minute})
			body := string(second.Body(SectionBusy))
			if len(second) != 1 || !strings.Contains(body, fmt.Sprintf("process %d on ", first.Process.Pid)) {
				t.Errorf("the second probe printed %v: %s", slices.Collect(maps.Keys(second)), body)
			}
			if other := m.probe(t, Options{Slug: "other", Limit: time.Minute}); other.Ran(SectionBusy) {
				t.Error("another cluster's probe waits for this one's")
			}
			release()
			if err := first.Wait(); err != nil {
				t.Error(err)
			}
			if third := m.probe(t, Options{Slug: "fish", Limit: time.Minute}); third.Ran(SectionBusy) {
				t.Errorf("after the first has ended: %s", third.Body(SectionBusy))
			}
		})
	}
}

func TestScriptCleansUpWhenStopped(t *testing.T) {
	for name, shell := range shells(t) {
		for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
			t.Run(fmt.Sprint(name, signal), func(t *testing.T) {
				m := newMachine(t, shell, waiting)
				cmd, release := blocked(t, m)
				if err := cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				release() // a shell waits for its command before it looks at signals
				if err := cmd.Wait(); err == nil {
					t.Error("it ended well")
				}
				if _, err := os.Stat(m.lockDir(t)); !os.IsNotExist(err) {
					t.Errorf("the lock is still there: %v", err)
				}
			})
		}
	}
}

func TestScriptAfterKill(t *testing.T) {
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, shell, waiting)
			cmd, release := blocked(t, m)
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			defer release() // the orphan
			if _, err := os.Stat(m.lockDir(t)); err != nil {
				t.Fatal("a killed probe cannot have removed its lock: ", err)
			}
			if s := m.probe(t, Options{Slug: "fish", Limit: time.Minute}); s.Ran(SectionBusy) {
				t.Errorf("a dead probe is in the way: %s", s.Body(SectionBusy))
			}
		})
	}
}

func TestScriptJudgesLocks(t *testing.T) {
	for name, c := range map[string]struct {
		holder string
		age    time.Duration
		busy   bool
	}{
		"made this moment":            {"", 0, true},
		"nobody's for a while":        {"", 2 * time.Minute, false},
		"a number that is used again": {fmt.Sprintf("%d 1\n", os.Getpid()), 0, false},
		"no number":                   {"what\n", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, []string{"sh"}, nil)
			lock := m.lockDir(t)
			if err := os.Mkdir(lock, 0o700); err != nil {
				t.Fatal(err)
			}
			if c.holder != "" {
				if err := os.WriteFile(filepath.Join(lock, "holder"), []byte(c.holder), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			when := time.Now().Add(-c.age)
			if err := os.Chtimes(lock, when, when); err != nil {
				t.Fatal(err)
			}
			if s := m.probe(t, Options{Slug: "fish", Limit: time.Minute}); s.Ran(SectionBusy) != c.busy {
				t.Errorf("busy is %v", s.Ran(SectionBusy))
			}
		})
	}
}

func TestScriptWithoutPlaceForItsLock(t *testing.T) {
	m := newMachine(t, []string{"sh"}, nil)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	m.env = append(m.env, "XDG_RUNTIME_DIR=/proc", "HOME="+file, "TMPDIR=/proc/self")
	s := m.probe(t, Options{Slug: "fish", Limit: time.Minute})
	err := busy(s)
	if len(s) != 1 || err == nil || !strings.Contains(err.Error(), "cannot make the lock that keeps two probes apart there: mkdir: ") {
		t.Errorf("%v in %v", err, slices.Collect(maps.Keys(s)))
	}
	m.env = append(m.env, "TMPDIR="+file)
	m.env = append(m.env, "XDG_RUNTIME_DIR=")
	if err := busy(m.probe(t, Options{Slug: "fish", Limit: time.Minute})); err == nil || !strings.Contains(err.Error(), "no folder to make it in") {
		t.Errorf("%v", err)
	}
	home := t.TempDir() // the folder for caches is made where there is none
	m.env = append(m.env, "HOME="+home)
	if s := m.probe(t, Options{Slug: "fish", Limit: time.Minute}); s.Ran(SectionBusy) {
		t.Error(busy(s))
	}
}

func TestScriptIsClean(t *testing.T) {
	shellcheck, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("shellcheck is not installed")
	}
	cmd := exec.Command(shellcheck, "-s", "sh", "-")
	cmd.Stdin = strings.NewReader("#!/bin/sh\n" + Script(Options{Nonce: nonce, Slug: "fish", Limit: time.Minute, Paths: []string{"$WORKDIR/x y"}}))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}

func TestShellPath(t *testing.T) {
	for path, want := range map[string]string{
		"/p/work":      "'/p/work'",
		"/p/work*/a b": "'/p/work'*'/a b'",
		"$WORKDIR":     `"${WORKDIR:-/nonexistent}"`,
		"$WORK_1/x?":   `"${WORK_1:-/nonexistent}"'/x'?`,
		"$(id)":        "'$(id)'",
		"/a$b`c`'d\\":  `'/a$b` + "`c`" + `'\''d\'`,
		"~/x":          "'~/x'",
		"/a\nb;c":      "'/a\nb;c'",
		"":             "",
	} {
		if got := shellPath(path); got != want {
			t.Errorf("%q is %s, want %s", path, got, want)
		}
	}
}

func FuzzShellPath(f *testing.F) {
	f.Add("$HOME/a*b'c")
	f.Add("`id`$(id);x\\")
	f.Fuzz(func(t *testing.T, path string) {
		if strings.ContainsAny(path, "*?[]\x00") || strings.HasPrefix(path, "$") || path == "" {
			return
		}
		out, err := exec.Command("sh", "-c", "printf %s "+shellPath(path)).Output()
		if err != nil || string(out) != path {
			t.Errorf("%q came out as %q: %v", path, out, err)
		}
	})
}
