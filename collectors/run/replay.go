package run

import (
	"context"
	"fmt"
	"time"
)

// Replay answers every script with a recording of an earlier run.
type Replay struct {
	// Name is what errors call it, such as "pw ssh pw://demo/jean".
	Name string
	// Stdout and Stderr are what the run printed.
	Stdout, Stderr []byte
	// ExitCode of the run. With a code other than 0 and nothing on Stdout the run is taken
	// for a failure of the Parallel Works CLI, and its complaint on Stderr read as PW does.
	ExitCode int
	// Err, when not nil, is returned instead.
	Err error
	// Shift is added to the ISO timestamps in Stdout.
	Shift time.Duration
}

var _ Runner = Replay{}

// Run returns the recording.
func (r Replay) Run(ctx context.Context, _ string) (Output, error) {
	if ctx.Err() != nil {
		return Output{}, fmt.Errorf("%s: %w", r.Name, ended(ctx, time.Now()))
	}
	out := Output{Stdout: Shift(r.Stdout, r.Shift), Stderr: r.Stderr, ExitCode: r.ExitCode}
	if r.Err != nil {
		return out, fmt.Errorf("%s: %w", r.Name, r.Err)
	}
	return out, pwFailure(r.Name, out)
}

// Credential is empty: nobody logs in.
func (r Replay) Credential() string { return "" }
