// Command hpcstatus collects the state of an HPC fleet, generates a static site from it,
// and serves that site with a thin refresh API.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"hpcstatus/cmd/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], cli.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
