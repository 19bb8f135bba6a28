package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"hpcstatus/collectors"
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/run"
)

// pbsMachine makes PATH that of a machine which has nothing but the shell's tools and the
// given commands, each a shell script.
func pbsMachine(t *testing.T, commands map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for _, tool := range []string{"sh", "cat", "date", "df", "find", "hostname", "id", "mkdir", "renice", "rm", "rmdir", "timeout", "uname"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			continue // the probe does without
		}
		if err := os.Symlink(path, filepath.Join(dir, tool)); err != nil {
			t.Fatal(err)
		}
	}
	for name, script := range commands {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir()) // for the probe's lock
}

// The whole way: the probe asks a machine whose commands print what the lab's printed.
func TestProbePBS(t *testing.T) {
	lab, err := filepath.Abs(filepath.Join("..", "internal", "pbs", "testdata", "lab-openpbs-23.06"))
	if err != nil {
		t.Fatal(err)
	}
	server := fmt.Sprintf("case \"$*\" in '-Q -f -F json') cat %[1]q/qstat-Qf.json ;; '-Q -f') cat %[1]q/qstat-Qf.txt ;; "+
		"'-B -f -F json') cat %[1]q/qstat-Bf.json ;; *) exit 2 ;; esac\n", lab)
	old := fmt.Sprintf("case \"$*\" in '-Q -f') cat %[1]q/qstat-Qf.txt ;; *) echo usage >&2; exit 2 ;; esac\n", lab)
	nodes := fmt.Sprintf("[ \"$*\" = '-a -F json' ] && cat %q/pbsnodes.json\n", lab)
	silent := "echo 'qstat: cannot connect to server pbs (errno=15010)' >&2\nexit 255\n"
	for _, tt := range []struct {
		name     string
		commands map[string]string
		queues   int
		nodes    bool
		silent   bool
		want     string // the target's error
	}{
		{"everything", map[string]string{"qstat": server, "pbsnodes": nodes}, 5, true, false, ""},
		{"a version without JSON", map[string]string{"qstat": old, "pbsnodes": nodes}, 5, true, false, "qstat -B: usage (exit status 2)"},
		{"no pbsnodes", map[string]string{"qstat": server}, 5, false, false, ""},
		{"silent", map[string]string{"qstat": silent, "pbsnodes": silent}, 0, false, true,
			"qstat -Q: qstat: cannot connect to server pbs (errno=15010) (exit status 255)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pbsMachine(t, tt.commands)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			request := collectors.Request{Now: time.Date(2026, 1, 22, 15, 30, 0, 0, time.UTC), ValidFor: 9 * time.Minute}
			c, outcome := Probe(ctx, Target{Name: "Lab", Slug: "lab", Runner: run.Local{}}, request, "test")
			if c.Status != fleet.Connected || c.Scheduler != "PBS" || c.SchedulerSilent != tt.silent || outcome.Error != tt.want {
				t.Errorf("got status %s, scheduler %s (silent: %v), error %q, want %q", c.Status, c.Scheduler, c.SchedulerSilent, outcome.Error, tt.want)
			}
			if len(c.Queues) != tt.queues || (c.Nodes != nil) != tt.nodes || (tt.queues > 0 && *c.Totals.Running != 5) {
				t.Errorf("got %s", pretty(c))
			}
		})
	}
}
