// Package demo is a recorded fleet: a status page and the output of probes, byte for byte
// as the real sources print them, replayed through the real collectors and parsers. Times
// in the recordings are moved so that they are relative to now.
//
// recording/README.md says of each recording what it is and how it was made.
package demo

import (
	"context"
	"embed"
	"fmt"
	"path"
	"time"

	"hpcstatus/collectors"
	"hpcstatus/collectors/cluster"
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/hpcmp"
	"hpcstatus/collectors/pw"
	"hpcstatus/collectors/run"
)

//go:embed recording
var recording embed.FS

// validFor is how long the data of the demo's past stayed good: three intervals of 3 minutes.
const validFor = 9 * time.Minute

// Fleet is the recorded fleet.
type Fleet struct {
	sites fleet.Sites
	now   func() time.Time
}

// New returns the recorded fleet; now is the clock that its times follow.
func New(sites fleet.Sites, now func() time.Time) *Fleet { return &Fleet{sites, now} }

// Jobs are the collectors of the fleet as it is now.
func (f *Fleet) Jobs() []collectors.Job { return f.jobs(f.now, present) }

// Before is what was known of the fleet when it was last collected, hours ago, before one
// of its clusters fell silent.
func (f *Fleet) Before(ctx context.Context) fleet.Snapshot {
	then := func() time.Time { return f.now().Add(-silentFor) }
	return collectors.Gather(ctx, f.jobs(then, past), collectors.Options{Now: then, ValidFor: validFor})
}

// jobs are the real collectors, fed with the recordings.
func (f *Fleet) jobs(now func() time.Time, when scene) []collectors.Job {
	page, err := hpcmp.New(hpcmp.Options{
		Sites: f.sites,
		Fetch: func(context.Context) ([]byte, error) { return recording.ReadFile("recording/hpcmp/systems.html") },
	})
	if err != nil { // only what an operator configures can be wrong, and here is nothing configured
		panic(fmt.Sprintf("demo: set up the status page: %v", err))
	}
	clusters := pw.New(pw.Options{
		List: func(context.Context) (run.Output, error) { return list() },
		NewRunner: func(uri string) run.Runner {
			return session{command: "pw ssh " + uri, cluster: path.Base(uri), when: when, now: now}
		},
	})
	return []collectors.Job{{Collector: page}, {Collector: clusters}, {Collector: cluster.New(direct(now, when), 0)}}
}

// list is what `pw cluster ls -o json` printed.
func list() (run.Output, error) {
	out, err := recording.ReadFile("recording/pw/clusters.json")
	return run.Output{Stdout: out}, err
}

// direct are the clusters that are reached without Parallel Works.
func direct(now func() time.Time, when scene) []cluster.Target {
	return []cluster.Target{{
		Name: "Raider", Slug: "raider", Site: "AFRL", QueueBy: cluster.ByQOS,
		Runner: session{command: "ssh raider.afrl.hpc.mil", cluster: "raider", when: when, now: now},
	}}
}
