package cycle

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/generator"
	"hpcstatus/generator/publish"
)

// Render generates the site from the last snapshot and publishes it. When it fails, what was
// published before stays. Nothing happens before there is a snapshot.
func (c *Cycle) Render() error {
	c.publishing.Lock()
	defer c.publishing.Unlock()
	setup, snapshot := c.currentSetup(), c.Snapshot()
	if snapshot.TakenAt.IsZero() {
		return nil
	}
	now := c.opts.Now()
	files, err := c.generate(setup, generator.Input{
		Snapshot: snapshot, Sites: setup.Sites, Site: setup.Site, Disabled: setup.Disabled,
		Now: now, ValidFor: setup.ValidFor,
	})
	if err != nil {
		return err
	}
	report, err := publish.Publish(setup.Public, files, publish.Options{
		Cycle: cycleID(now), GeneratedAt: now, URLPrefix: setup.Site.URLPrefix, Now: now,
	})
	c.setProblem(publishProblem, err)
	if err != nil {
		return fmt.Errorf("publish: %w; --public or [paths] public chooses another folder", err)
	}
	if report.Unlocked {
		c.opts.Logger.Warn("the file system of the public folder knows no locks: let only one process publish to it", "folder", setup.Public)
	}
	c.remember(files)
	if c.opts.Published != nil {
		c.opts.Published()
	}
	c.opts.Logger.Info("published", "folder", setup.Public, "files", len(files),
		"written", report.Written, "unchanged", report.Unchanged, "removed", report.Removed)
	return nil
}

// cycleID names a generation; it sorts by time.
func cycleID(now time.Time) string {
	return now.UTC().Format("20060102T150405") + "." + strconv.Itoa(now.Nanosecond()/1000)
}

// generate makes the site from the operator's files or, when they are broken and the process
// lives on, from the last good ones, with the error in health.
func (c *Cycle) generate(setup Setup, in generator.Input) (map[string][]byte, error) {
	in.Problems = c.problemsBut(sourcesProblem)
	sources, err := setup.Sources()
	if err == nil {
		in.Content, in.Templates = sources.Content, sources.Templates
		files, generateErr := generator.Generate(in)
		if generateErr == nil {
			c.setGood(&sources)
			return files, nil
		}
		err = generateErr
	}
	c.setProblem(sourcesProblem, err)
	good := c.lastGood()
	if !c.opts.KeepGoing || good == nil {
		return nil, err // each line of it begins with file and line
	}
	c.opts.Logger.Error("content or templates are broken; the last good ones stay in use", "err", err)
	in.Content, in.Templates = good.Content, good.Templates
	in.Problems = c.problemsBut("")
	return generator.Generate(in)
}

func (c *Cycle) setGood(sources *Sources) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.good = sources
	delete(c.problems, sourcesProblem)
}

func (c *Cycle) lastGood() *Sources {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.good
}

// problemsBut are the messages for health without the one of a kind that is about to be
// known anew, and without that of publishing, which this publication answers.
func (c *Cycle) problemsBut(not problem) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for which, message := range c.problems {
		if which != not && which != publishProblem {
			out = append(out, message)
		}
	}
	slices.Sort(out)
	return out
}

// remember keeps the published health document, on which the live one is built.
func (c *Cycle) remember(files map[string][]byte) {
	var health doc.Health
	if err := json.Unmarshal(files["api/health.json"], &health); err != nil {
		c.opts.Logger.Error("the health document cannot be read back", "err", err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.health = &health
}
