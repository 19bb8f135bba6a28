package watch

import (
	"context"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// run is one Run of a watcher.
type run struct {
	*Watcher
	changed func([]string)
	// source is nil where there are no events; its channels then are too.
	source *fsnotify.Watcher
	events <-chan fsnotify.Event
	errors <-chan error

	// quiet ends when no event came for a while, late when they go on for too long; both
	// are stopped unless a look is due.
	quiet, late, poll *time.Timer
	due               bool
	// touched are files that were written to since the last look, by their real path: a
	// write that leaves size and time as they were shows only here.
	touched map[string]bool
	// refused says that the log knows that events of a folder were refused.
	refused bool
}

func newRun(w *Watcher, changed func([]string)) *run {
	r := &run{
		Watcher: w, changed: changed, touched: map[string]bool{},
		quiet: time.NewTimer(time.Hour), late: time.NewTimer(time.Hour), poll: time.NewTimer(w.opts.Poll),
	}
	r.quiet.Stop()
	r.late.Stop()
	if w.opts.PollOnly {
		return r
	}
	source, err := w.open()
	if err != nil {
		w.opts.Logger.Warn("file events are not available, polling instead", "every", w.opts.Poll, "error", err)
		return r
	}
	r.source, r.events, r.errors = source, source.Events, source.Errors
	return r
}

func (r *run) close() {
	r.quiet.Stop()
	r.late.Stop()
	r.poll.Stop()
	if r.source != nil {
		_ = r.source.Close() // it has nothing to lose
	}
}

// step waits for one thing and handles it; it returns false when ctx has ended.
func (r *run) step(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case event, open := <-r.events:
		if !open {
			r.events = nil
			break
		}
		r.note(event)
	case err, open := <-r.errors:
		if !open {
			r.errors = nil
			break
		}
		// Most likely the queue ran over, so anything may have happened.
		r.opts.Logger.Debug("file events were lost", "error", err)
		r.hint()
	case <-r.quiet.C:
		r.look()
	case <-r.late.C:
		r.look()
	case <-r.replaced:
		r.look()
	case <-r.poll.C:
		r.peek()
	}
	return ctx.Err() == nil
}

// note takes an event as a hint, unless it is about something else in a folder that is
// only watched for a few names.
func (r *run) note(event fsnotify.Event) {
	folder, name := filepath.Split(event.Name)
	names, watched := r.seen.folders[filepath.Clean(folder)]
	_, itself := r.seen.folders[event.Name]
	switch {
	case itself:
	case !watched:
		return
	case !names.some[name] && (!names.everything || ignored(name)):
		return
	}
	if event.Has(fsnotify.Write) || event.Has(fsnotify.Create) {
		r.touched[event.Name] = true
	}
	r.hint()
}

// hint makes a look due once it is quiet.
func (r *run) hint() {
	r.quiet.Reset(r.opts.Debounce)
	if !r.due {
		r.due = true
		r.late.Reset(maxDelay)
	}
}

// look compares what is there with what was seen last and reports the difference.
func (r *run) look() {
	r.due = false
	r.quiet.Stop()
	r.late.Stop()
	r.adopt()
	now := r.scan()
	paths := difference(r.seen, now, r.touched)
	r.explain(now)
	r.seen = now
	clear(r.touched)
	if r.subscribe() {
		r.hint() // something may have changed after it was looked at and before its events came
	}
	if len(paths) > 0 {
		r.changed(paths)
	}
}

// peek looks without an event. What it finds waits for quiet as an event does.
func (r *run) peek() {
	if r.due {
		r.poll.Reset(r.opts.Poll)
		return
	}
	if now := r.scan(); len(difference(r.seen, now, nil)) > 0 || !now.sameFolders(r.seen) {
		r.hint()
	}
}

// scan looks at everything and puts off the next poll by how long that took.
func (r *run) scan() tree {
	start := time.Now()
	now := scan(r.current(), r.opts.Ignore, r.seen)
	r.poll.Reset(max(r.opts.Poll, pollShare*time.Since(start)))
	return now
}

// explain logs what cannot be read, when that is news.
func (r *run) explain(now tree) {
	for path, problem := range now.problems {
		if r.seen.problems[path] != problem {
			r.opts.Logger.Warn("cannot watch a path, keeping what was known of it", "path", path, "error", problem)
		}
	}
}

// subscribe asks for the events of the folders seen and of no others. It reports whether
// it asked for any that it had not before.
func (r *run) subscribe() bool {
	if r.source == nil {
		return false
	}
	had := map[string]bool{}
	for _, folder := range r.source.WatchList() {
		had[folder] = true
		if _, wanted := r.seen.folders[folder]; !wanted {
			_ = r.source.Remove(folder) // it fails when the folder went in between
		}
	}
	isNew := false
	for folder := range r.seen.folders {
		// Asking again is how a folder that was replaced by another of its name is found.
		err := r.source.Add(folder)
		switch {
		case err == nil:
			isNew = isNew || !had[folder]
		case !r.refused:
			r.refused = true
			r.opts.Logger.Warn("file events were refused, polling instead", "path", folder, "every", r.opts.Poll, "error", err)
		}
	}
	return isNew
}
