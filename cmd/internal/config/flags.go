package config

import (
	"errors"
	"fmt"
)

// Flags are what the command line says over the file; empty means not given.
type Flags struct {
	// Public is relative to the working folder.
	Public string
	Listen string
	// URLPrefix is "/" for the root.
	URLPrefix string
	// Demo says that the fleet is recorded, so that anybody may see it.
	Demo bool
}

// With returns the configuration as the flags change it. Everything wrong with them is
// in one error, each on its own line beginning with the flag.
func (c Config) With(f Flags) (Config, error) {
	var errs []error
	override := func(flag, value string, dst *string, checks ...func(string) (string, error)) {
		if value == "" {
			return
		}
		v, err := text(checks...)(value)
		if err != nil {
			errs = append(errs, fmt.Errorf("--%s: %w", flag, err))
			return
		}
		*dst = v
	}
	override("public", f.Public, &c.Paths.Public, notEmpty)
	override("listen", f.Listen, &c.Server.Listen, hostPort)
	override("url-prefix", f.URLPrefix, &c.Site.URLPrefix, urlPrefix)
	c.completeBaseURL()

	reject := func(flag string, conflicts []conflict) {
		for _, x := range conflicts {
			errs = append(errs, fmt.Errorf("--%s: %w", flag, x.err))
		}
	}
	reject("public", c.pathConflicts())
	reject("url-prefix", c.baseConflicts())
	if !f.Demo {
		reject("listen", c.profileConflicts())
	}
	return c, errors.Join(errs...)
}
