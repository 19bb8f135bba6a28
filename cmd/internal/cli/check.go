package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"hpcstatus/collectors"
	"hpcstatus/collectors/demo"
	"hpcstatus/generator"
)

func (a *app) check() *cobra.Command {
	var flags siteFlags
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the configuration, the content and the templates",
		Long: `Reads the configuration, the content and the templates, and renders a whole site
in memory. Everything that is wrong is reported at once, a line each, with file and
line. Nothing is collected and nothing is written.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.plan(flags)
			if err != nil {
				return err
			}
			if err := a.checkSources(cmd.Context(), p); err != nil {
				return err
			}
			for _, note := range p.notes {
				fmt.Fprintln(a.stdio.Out, note)
			}
			name := p.cfg.File
			if name == "" {
				name = "the built-in configuration"
			}
			_, err = fmt.Fprintf(a.stdio.Out, "%s, the content and the templates are good\n", name)
			return err
		},
	}
	flags.register(cmd)
	return cmd
}

// checkSources renders the demo's fleet with the operator's files, because a full fleet
// reaches every branch of a template.
func (a *app) checkSources(ctx context.Context, p *plan) error {
	files, err := p.setup.Sources()
	if err != nil {
		return err
	}
	recorded := demo.New(p.setup.Sites, a.now)
	snapshot := collectors.Gather(ctx, recorded.Jobs(), collectors.Options{
		Now: a.now, ValidFor: p.setup.ValidFor, Previous: recorded.Before(ctx),
	})
	_, err = generator.Generate(generator.Input{
		Snapshot: snapshot, Sites: p.setup.Sites, Site: p.setup.Site, Content: files.Content,
		Templates: files.Templates, Now: a.now(), ValidFor: p.setup.ValidFor,
	})
	return err
}
