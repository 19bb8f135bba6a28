package demo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"hpcstatus/collectors/run"
)

// scene tells the fleet's present from its past.
type scene int

const (
	present scene = iota
	past
)

// The clusters that do not answer now, and since when.
const (
	silent    = "wheat"
	silentFor = 5 * time.Hour
	loggedOut = "jean"
)

// session replays what a cluster answers in the scene.
type session struct {
	// command is what errors call it, such as "pw ssh pw://demo/jean".
	command string
	cluster string
	when    scene
	now     func() time.Time
}

var _ run.Runner = session{}

// Run returns the recording with its times moved to now.
func (s session) Run(ctx context.Context, script string) (run.Output, error) {
	return s.replay().Run(ctx, script)
}

// Credential is empty: nobody logs in.
func (s session) Credential() string { return "" }

func (s session) replay() run.Replay {
	switch {
	case s.cluster == loggedOut:
		expired, err := recording.ReadFile("recording/pw/expired.stderr")
		return run.Replay{Name: s.command, Stderr: expired, ExitCode: 1, Err: err}
	case s.cluster == silent && s.when == present:
		return run.Replay{Name: s.command, Err: errors.New("timed out after 60s")}
	}
	out, err := recording.ReadFile("recording/clusters/" + s.cluster + ".txt")
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("the demo has no recording of %s", s.cluster)
	}
	if err != nil {
		return run.Replay{Name: s.command, Err: err}
	}
	now := s.now()
	recordedAt, err := epoch(out)
	return run.Replay{Name: s.command, Stdout: retime(out, now), Err: err, Shift: now.Sub(recordedAt)}
}
