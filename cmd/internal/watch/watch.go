// Package watch tells when files change: single files and whole folder trees, which need
// not exist yet. Events of the kernel are only a hint to look again; what changed is found
// by comparing what is there with what was there. So a missed, doubled or reordered event,
// a replaced folder or a file system without events costs time but never a change.
package watch

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	defaultDebounce = 150 * time.Millisecond
	defaultPoll     = 3 * time.Second
	// maxDelay is how long a stream of events may put off looking.
	maxDelay = 500 * time.Millisecond
	// pollShare keeps polling of a slow file system to a fiftieth of the time.
	pollShare = 50
)

// Options say what to watch and how.
type Options struct {
	// Paths are files and folders; a folder means everything below it.
	Paths []string
	// Debounce is how long it must be quiet before changes are reported; 0 means 150 ms. They
	// are reported half a second after the first at the latest.
	Debounce time.Duration
	// Poll is how often to look where no event came; 0 means 3 s.
	Poll time.Duration
	// PollOnly does without events.
	PollOnly bool
	// Logger is told of what cannot be watched; nil discards it.
	Logger *slog.Logger
	// Ignore, when not nil, leaves out further files and folders, by absolute path.
	// Temporary files of editors are always left out.
	Ignore func(path string) bool
}

// Watcher notices changes of files from the moment it is made. It holds no resource
// before Run and none after.
type Watcher struct {
	opts Options
	// open makes the source of events; a test replaces it.
	open func() (*fsnotify.Watcher, error)

	mu    sync.Mutex
	paths []string
	// added is what Set found at its paths, until Run takes it over.
	added    tree
	replaced chan struct{}

	// seen is what was there when changes were last reported; only Run touches it.
	seen tree
}

// New returns a watcher of what is there now. It does nothing before Run.
func New(opts Options) *Watcher {
	if opts.Debounce <= 0 {
		opts.Debounce = defaultDebounce
	}
	if opts.Poll <= 0 {
		opts.Poll = defaultPoll
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	w := &Watcher{opts: opts, open: fsnotify.NewWatcher, replaced: make(chan struct{}, 1)}
	w.paths = absolute(opts.Paths)
	w.seen = scan(w.paths, opts.Ignore, tree{})
	return w
}

// Set replaces what is watched. What is there at paths that are new is not reported, only
// what changes after the call. It may be called at any time, also by Run's callback.
func (w *Watcher) Set(paths []string) {
	paths = absolute(paths)
	added := scan(paths, w.opts.Ignore, tree{})
	w.mu.Lock()
	w.paths, w.added = paths, added
	w.mu.Unlock()
	select {
	case w.replaced <- struct{}{}:
	default: // Run has not looked since the last call
	}
}

// Run reports changes until ctx ends: the absolute paths of the files that appeared,
// changed or went, sorted. Those between New and Run are reported first. The callback
// runs on Run's goroutine; what changes meanwhile is reported afterwards. Run must be
// called once only.
func (w *Watcher) Run(ctx context.Context, changed func(paths []string)) {
	r := newRun(w, changed)
	defer r.close()
	r.look()
	for r.step(ctx) {
	}
}

func (w *Watcher) current() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.paths
}

// adopt takes over what Set found.
func (w *Watcher) adopt() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen.join(w.added)
	w.added = tree{}
}

// absolute returns the paths as the reports name them.
func absolute(paths []string) []string {
	list := make([]string, 0, len(paths))
	for _, path := range paths {
		if full, err := filepath.Abs(path); err == nil {
			path = full
		}
		list = append(list, path)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
