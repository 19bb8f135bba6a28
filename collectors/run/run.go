// Package run moves commands and bytes: it runs a command on this machine, through
// ssh or through `pw ssh`, and replays recordings of earlier runs. It knows nothing of
// what the commands mean.
package run

import (
	"context"
	"errors"
	"time"
)

// Runner runs shell scripts somewhere.
type Runner interface {
	// Run runs a POSIX shell script and returns what it printed. The error is nil only
	// when the script ran to its end, whatever its exit status was. The whole process
	// group is killed when ctx ends; the error then says "timed out after 60s" and wraps
	// context.Cause(ctx). Output beyond the limit is an ErrTooMuchOutput. A failed login
	// is an ErrNeedsLogin.
	Run(ctx context.Context, script string) (Output, error)
	// Credential is a fingerprint of what a login would be tried with, so that a change
	// shows; it reveals nothing of it and is empty where no login is needed.
	Credential() string
}

// Output is what a command printed.
type Output struct {
	Stdout, Stderr []byte
	// ExitCode is the command's exit status.
	ExitCode int
	Duration time.Duration
}

// MaxOutput is how many bytes of standard output a command may print. A cluster of
// 100,000 jobs and 10,000 nodes prints about 20 MB.
const MaxOutput = 64 << 20

var (
	// ErrTooMuchOutput is returned when a command printed more than the limit.
	ErrTooMuchOutput = errors.New("printed more than the limit")
	// ErrNeedsLogin is returned when a login was refused; trying again needs new credentials.
	ErrNeedsLogin = errors.New("needs login")
)
