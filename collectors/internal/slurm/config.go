package slurm

import (
	"bytes"
	"errors"
)

// Config is what matters here of the controller's configuration.
type Config struct {
	// Version of the controller, such as "22.05.8".
	Version string
	// PrivateJobs is set when PrivateData hides other people's jobs.
	PrivateJobs bool
	// HalfLife is PriorityDecayHalfLife as printed when past use fades, and empty when it
	// is kept: a limit on use is a budget only then.
	HalfLife string
	// ResetPeriod is PriorityUsageResetPeriod: NONE, or when all use is cleared (YEARLY).
	ResetPeriod string
	// ClassicFairshare is set where accounts have a share factor of their own: the fair
	// tree of today has one for users only.
	ClassicFairshare bool
}

// ParseConfig reads `scontrol show config`.
func ParseConfig(body []byte) (Config, error) {
	var c Config
	known := false
	for line := range bytes.Lines(body) {
		key, value, ok := bytes.Cut(line, []byte("="))
		if !ok {
			continue
		}
		value = bytes.TrimSpace(value)
		switch string(bytes.TrimSpace(key)) {
		case "SLURM_VERSION":
			c.Version, known = string(value), true
		case "PrivateData":
			c.PrivateJobs = contains(value, "jobs") || contains(value, "all")
		case "PriorityDecayHalfLife":
			if seconds, ok := duration(value); set(value) && (!ok || seconds != 0) {
				c.HalfLife = string(value)
			}
		case "PriorityUsageResetPeriod":
			c.ResetPeriod = string(value)
		case "PriorityFlags":
			c.ClassicFairshare = contains(value, "NO_FAIR_TREE") || contains(value, "DEPTH_OBLIVIOUS")
		}
	}
	if !known {
		return Config{}, errors.New("scontrol show config: no SLURM_VERSION in what it printed")
	}
	return c, nil
}
