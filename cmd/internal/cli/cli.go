// Package cli is the command line: one file a command, and the wiring of a configuration
// to the packages that do the work.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// The exit statuses of every command.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// Stdio is where a command reads and writes.
type Stdio struct {
	In       io.Reader
	Out, Err io.Writer
}

// app is what all commands share.
type app struct {
	stdio     Stdio
	now       func() time.Time
	getenv    func(string) string
	logFormat string
}

// Run runs one command line and returns its exit status: 0 done, 1 failed, 2 wrong usage.
// Errors are written to Err, a line each, with what to do.
func Run(ctx context.Context, args []string, stdio Stdio) int {
	a := &app{stdio: stdio, now: time.Now, getenv: os.Getenv}
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var wrong *usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &wrong):
		fmt.Fprintf(stdio.Err, "hpcstatus: %v\n", err)
		fmt.Fprintf(stdio.Err, "Try `%s --help`.\n", wrong.command)
		return exitUsage
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(stdio.Err, "hpcstatus: %s\n", line)
	}
	return exitFailed
}

// usageError is a command line that cannot be understood.
type usageError struct {
	command string
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "hpcstatus",
		Short: "Show what an HPC fleet is doing, as a static site and plain JSON",
		Long: `hpcstatus collects the state of HPC systems (the HPCMP status page; clusters
through the Parallel Works pw CLI, ssh or on this machine), and writes a static
dashboard and a JSON API into a folder that any web server can publish.

  hpcstatus serve --demo       see everything at http://127.0.0.1:8080, on recorded data
  hpcstatus init my-fleet      write a configuration to start from
  hpcstatus serve              collect on a schedule and serve
  hpcstatus generate           collect and publish once, for cron`,
		SilenceErrors: true, SilenceUsage: true, SuggestionsMinimumDistance: 2,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(a.stdio.In)
	root.SetOut(a.stdio.Out)
	root.SetErr(a.stdio.Err)
	root.PersistentFlags().StringVar(&a.logFormat, "log-format", "text", "how to write the log: text or json")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return &usageError{cmd.CommandPath(), err} })
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if a.logFormat != "text" && a.logFormat != "json" {
			return &usageError{cmd.CommandPath(), fmt.Errorf("--log-format is text or json, not %q", a.logFormat)}
		}
		return nil
	}
	root.AddCommand(a.serve(), a.generate(), a.collect(), a.check(), a.init(), a.version())
	return root
}

// noArgs refuses arguments in the words of a usage error.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	text := fmt.Sprintf("unknown command or argument %q", args[0])
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		text += fmt.Sprintf("; did you mean %q?", near[0])
	}
	return &usageError{cmd.CommandPath(), errors.New(text)}
}

// oneArg demands one argument of the given name.
func oneArg(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return &usageError{cmd.CommandPath(), fmt.Errorf("give exactly one %s", name)}
	}
}

// logger writes the log to standard error.
func (a *app) logger() *slog.Logger {
	if a.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(a.stdio.Err, nil))
	}
	return slog.New(slog.NewTextHandler(a.stdio.Err, nil))
}
