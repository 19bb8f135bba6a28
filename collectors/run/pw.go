package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"hpcstatus/collectors/internal/clean"
)

// PW runs scripts on a cluster through `pw ssh` of the Parallel Works CLI.
type PW struct {
	// URI names the cluster, such as "pw://namespace/name"; a bare name is one of the user's own.
	URI string
	// Command is the executable; empty is "pw".
	Command string
	// Context is the CLI's context to use; empty leaves the choice to the CLI.
	Context string
}

var _ Runner = PW{}

// Run runs the script in a login shell of the cluster.
func (p PW) Run(ctx context.Context, script string) (Output, error) {
	if err := checkTarget("cluster", p.URI); err != nil {
		return Output{}, fmt.Errorf("pw ssh: %w", err)
	}
	what := "pw ssh " + quote(p.URI)
	line, err := remoteCommand(script)
	if err != nil {
		return Output{}, fmt.Errorf("%s: %w", what, err)
	}
	out, err := p.command(what, "ssh", p.URI, line).run(ctx)
	if err == nil {
		err = pwFailure(what, out)
	}
	return out, err
}

// Exec runs another command of the CLI, such as "cluster", "ls". Other than in Run, every
// exit status but 0 is an error, because it is the CLI's own.
func (p PW) Exec(ctx context.Context, args ...string) (Output, error) {
	what := "pw " + strings.Join(args, " ")
	out, err := p.command(what, args...).run(ctx)
	if err == nil {
		err = pwFailure(what, out)
	}
	if err == nil && out.ExitCode != 0 {
		err = complain(what, string(out.Stderr), pwSymptoms, out.ExitCode)
	}
	return out, err
}

// Credential changes when PW_API_KEY or the CLI's credentials file does.
func (p PW) Credential() string { return pwCredential(os.Getenv, p.Context) }

func (p PW) command(what string, args ...string) command {
	c := command{
		what:    what,
		name:    p.Command,
		args:    args,
		missing: "install the Parallel Works CLI or set [collectors.pw_cluster] command",
	}
	if c.name == "" {
		c.name = "pw"
	}
	if p.Context != "" {
		c.args = append([]string{"--context", p.Context}, args...)
	}
	return c
}

// pwErrorMark begins the lines in which the CLI complains, on either stream.
const pwErrorMark = "[ERROR]"

// pwFailure tells a failure of the CLI from a script that ran and exited, both of which may
// have any exit status. The CLI failed when it says so with a status other than 0; when
// there is such a status and no output, since the login printed nothing either; and when,
// whatever the status, its complaint is all the output there is.
func pwFailure(what string, out Output) error {
	complaint, other := splitComplaint(out.Stdout)
	fromStderr, _ := splitComplaint(out.Stderr)
	complaint = fromStderr + complaint
	switch {
	case complaint != "" && (out.ExitCode != 0 || !other):
	case out.ExitCode != 0 && !other:
		complaint = string(out.Stderr)
	default:
		return nil
	}
	err := complain(what, complaint, pwSymptoms, out.ExitCode)
	if os.Getenv("PW_API_KEY") != "" && errors.Is(err, ErrNeedsLogin) {
		err = fmt.Errorf("%w: PW_API_KEY is set here and outranks `pw auth`: renew or unset it", err)
	}
	return err
}

// splitComplaint returns the CLI's own complaints without their mark, one a line, and
// whether there is anything else to read.
func splitComplaint(text []byte) (complaint string, other bool) {
	for line := range clean.Lines(text) {
		said := strings.TrimSpace(line)
		rest, marked := strings.CutPrefix(said, pwErrorMark)
		switch {
		case marked:
			complaint += strings.TrimSpace(rest) + "\n"
		case said != "":
			other = true
		}
	}
	return complaint, other
}
