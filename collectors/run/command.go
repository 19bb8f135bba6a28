package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"syscall"
	"time"
)

// stragglersDelay is how long output is still read once the process has ended or was
// killed: a descendant that left the process group may hold the pipes open for ever.
const stragglersDelay = time.Second

// maxStderr is how many bytes of standard error a command may print.
const maxStderr = 1 << 20

// command is one process on this machine.
type command struct {
	// what it is, such as "ssh narwhal"; errors begin with it.
	what string
	// name of the executable and its arguments.
	name string
	args []string
	// missing says what to do when the executable is not there.
	missing string
}

// run starts the process in a session of its own, without a terminal and with an empty
// standard input, and waits for it. The error is nil only when it ended by itself; its
// exit status is in the output. What it printed before an error comes with the error.
func (c command) run(ctx context.Context) (Output, error) {
	began := time.Now()
	if ctx.Err() != nil {
		return Output{}, fmt.Errorf("%s: %w", c.what, ended(ctx, began))
	}
	path, err := exec.LookPath(c.name)
	if err != nil {
		return Output{}, c.notFound(err)
	}
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	stdout := limited{limit: MaxOutput, full: stop}
	stderr := limited{limit: maxStderr, full: stop}
	cmd := exec.CommandContext(inner, path, c.args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return Output{}, fmt.Errorf("%s: start %s: %w", c.what, c.name, err)
	}
	err = cmd.Wait()
	if err != nil {
		_ = cmd.Cancel() // whoever is left of the group
	}
	out := Output{
		Stdout:   stdout.bytes,
		Stderr:   stderr.bytes,
		ExitCode: cmd.ProcessState.ExitCode(),
		Duration: time.Since(began),
	}
	switch cause := context.Cause(inner); {
	case errors.Is(cause, ErrTooMuchOutput):
		err = cause
	case err == nil, errors.Is(err, exec.ErrWaitDelay):
		return out, nil
	case ctx.Err() != nil:
		err = ended(ctx, began)
	default:
		err = unlessExited(err)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", c.what, err)
	}
	return out, err
}

// ownGroup gives the process a session of its own. That is also a process group, so all of
// it can be killed at once; and without a terminal nothing in it can stop to ask for a password.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = stragglersDelay
}

// unlessExited is nil for the error of a process that exited by itself, with whatever status.
func unlessExited(err error) error {
	exit, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case !ok:
		return err
	case exit.Exited():
		return nil
	}
	return fmt.Errorf("ended by a signal from outside: %w", exit)
}

// notFound says what to install or configure.
func (c command) notFound(err error) error {
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return &wordedError{text: fmt.Sprintf("%q was not found on PATH: %s", c.name, c.missing), cause: err}
	case errors.Is(err, fs.ErrNotExist):
		return &wordedError{text: fmt.Sprintf("%q does not exist: %s", c.name, c.missing), cause: err}
	}
	return fmt.Errorf("%s: find %s: %w: %s", c.what, c.name, err, c.missing)
}

// limited keeps what is written to it up to a limit, and reports once that there was more.
type limited struct {
	bytes []byte
	limit int
	full  func(error)
}

// Write keeps p. Beyond the limit it fails, which closes the pipe to the process.
func (l *limited) Write(p []byte) (int, error) {
	if len(l.bytes)+len(p) > l.limit {
		l.bytes = nil
		err := fmt.Errorf("%w of %d MiB", ErrTooMuchOutput, l.limit>>20)
		l.full(err)
		return 0, err
	}
	l.bytes = append(l.bytes, p...)
	return len(p), nil
}

// wordedError puts a cause in words of its own.
type wordedError struct {
	text  string
	cause error
}

func (e *wordedError) Error() string { return e.text }
func (e *wordedError) Unwrap() error { return e.cause }

// ended is the error of a command that began at a time and was ended by its context.
func ended(ctx context.Context, began time.Time) error {
	cause := context.Cause(ctx)
	deadline, hasDeadline := ctx.Deadline()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded) && hasDeadline && deadline.After(began):
		return &wordedError{text: "timed out after " + seconds(deadline.Sub(began)), cause: cause}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &wordedError{text: "timed out before it began", cause: cause}
	case errors.Is(cause, context.Canceled):
		return &wordedError{text: "cancelled", cause: cause}
	}
	return &wordedError{text: "cancelled: " + cause.Error(), cause: cause}
}

// seconds writes a duration as people write a timeout: "60s", "1.5s", "300ms".
func seconds(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		return fmt.Sprintf("%.0fs", d.Seconds())
	case d >= time.Second:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
