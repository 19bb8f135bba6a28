package cli

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"hpcstatus/cmd/internal/cycle"
	"hpcstatus/cmd/internal/history"
	"hpcstatus/collectors/fleet"
	"hpcstatus/generator/publish"
)

func (a *app) generate() *cobra.Command {
	var flags siteFlags
	var from string
	var strict bool
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Collect and publish once, then exit (for cron)",
		Long: `Runs one cycle: collects every enabled source, writes the site into the public
folder, and exits. Sources that fail keep their last good data, marked stale, and
do not fail the command; with --strict they do.

Run it from cron or a systemd timer. A lock in the state folder keeps two from
overlapping: the second says so and exits 1.`,
		Example: `  hpcstatus generate --config /etc/hpcstatus.toml
  hpcstatus collect > fleet.json && hpcstatus generate --from fleet.json --public /srv/www/status`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runGenerate(cmd.Context(), flags, from, strict)
		},
	}
	flags.registerOutput(cmd)
	cmd.Flags().StringVar(&from, "from", "", "make the site from this snapshot instead of collecting")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit 1 when a source failed, though the site was published")
	return cmd
}

func (a *app) runGenerate(ctx context.Context, flags siteFlags, from string, strict bool) error {
	flags.still = from != ""
	p, err := a.plan(flags)
	if err != nil {
		return err
	}
	// A folder that cannot be written is told of before a whole fleet is asked in vain.
	if err := publish.Writable(p.setup.Public); err != nil {
		return fmt.Errorf("publish: %w; --public or [paths] public chooses another folder", err)
	}
	began := a.now()
	show := a.newProgress()
	for _, note := range p.notes {
		show.logger.Info(note)
	}
	c, err := a.newCycle(p, show.logger, cycle.Options{Progress: show.update})
	if err != nil {
		show.stop()
		return err
	}
	err = runFrom(ctx, c, from)
	show.stop()
	if err != nil {
		return err
	}
	snapshot := c.Snapshot()
	fmt.Fprintf(a.stdio.Out, "published %s to %s in %s\n", describe(snapshot), p.setup.Public, a.now().Sub(began).Round(10*time.Millisecond))
	if failures := c.Failures(); strict && failures != nil {
		return fmt.Errorf("published, but not everything went well: %w", failures)
	}
	return nil
}

// runFrom does a whole cycle, or only the part after a stored snapshot.
func runFrom(ctx context.Context, c *cycle.Cycle, from string) error {
	if from == "" {
		return c.Run(ctx)
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("read snapshot: %w", err)
	}
	snapshot, err := history.Decode(data)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	c.Use(snapshot)
	return c.Render()
}

// newCycle opens the state folder and makes the cycle.
func (a *app) newCycle(p *plan, log *slog.Logger, opts cycle.Options) (*cycle.Cycle, error) {
	store, err := history.Open(p.state, a.now)
	if err != nil {
		return nil, err
	}
	opts.Store, opts.Now, opts.Logger = store, a.now, log
	c, err := cycle.New(p.setup, opts)
	if err != nil {
		return nil, fmt.Errorf("state folder %s: %w", p.state, err)
	}
	return c, nil
}

// describe counts what a snapshot holds.
func describe(s fleet.Snapshot) string {
	systems, clusters := 0, 0
	for _, source := range s.Sources {
		systems += len(source.Batch.Systems)
		clusters += len(source.Batch.Clusters)
	}
	return fmt.Sprintf("%d reported systems and %d clusters", systems, clusters)
}

func (a *app) collect() *cobra.Command {
	var flags siteFlags
	cmd := &cobra.Command{
		Use:   "collect",
		Short: "Collect once and print the snapshot as JSON",
		Long: `Collects every enabled source and prints what it found as JSON on standard output.
Nothing is published or kept. "hpcstatus generate --from FILE" makes a site of it.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.plan(flags)
			if err != nil {
				return err
			}
			c, err := a.newCycle(p, a.logger(), cycle.Options{})
			if err != nil {
				return err
			}
			snapshot, err := c.Peek(cmd.Context())
			if err != nil {
				return err
			}
			return printJSON(a.stdio.Out, snapshot)
		},
	}
	flags.register(cmd)
	return cmd
}
