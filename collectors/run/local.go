package run

import "context"

// Local runs scripts on this machine, with the environment of this process, PATH included.
type Local struct{}

var _ Runner = Local{}

// Run runs the script with sh.
func (Local) Run(ctx context.Context, script string) (Output, error) {
	return command{
		what:    "sh",
		name:    "sh",
		args:    []string{"-c", script},
		missing: "a POSIX shell is needed",
	}.run(ctx)
}

// Credential is empty: nobody logs in.
func (Local) Credential() string { return "" }
