package watch

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// generous is how long a test waits before it fails; nothing waits for it to pass.
const generous = 20 * time.Second

// write writes a file and the folders above it.
func write(t *testing.T, path, text string) {
	t.Helper()
	do(t, os.MkdirAll(filepath.Dir(path), 0o755))
	do(t, os.WriteFile(path, []byte(text), 0o644))
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// follow runs a watcher until the test ends and returns its reports.
func follow(t *testing.T, w *Watcher) <-chan []string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reports := make(chan []string)
	var wg sync.WaitGroup
	wg.Go(func() {
		w.Run(ctx, func(paths []string) {
			select {
			case reports <- paths:
			case <-ctx.Done():
			}
		})
	})
	t.Cleanup(func() {
		cancel()
		wg.Wait()
	})
	return reports
}

// expect waits until all of some paths were reported.
func expect(t *testing.T, reports <-chan []string, want ...string) {
	t.Helper()
	expectOnly(t, reports, want, want)
}

// expectOnly waits until all of some paths were reported, and fails when others are than
// those allowed.
func expectOnly(t *testing.T, reports <-chan []string, want, allowed []string) {
	t.Helper()
	timeout := time.After(generous)
	missing := slices.Clone(want)
	for len(missing) > 0 {
		select {
		case paths := <-reports:
			for _, path := range paths {
				if !slices.Contains(allowed, path) {
					t.Errorf("%s was reported", path)
				}
				missing = slices.DeleteFunc(missing, func(m string) bool { return m == path })
			}
		case <-timeout:
			t.Fatalf("not reported: %q", missing)
		}
	}
}

// play runs the scenes with some options.
func play(t *testing.T, opts Options) {
	for _, s := range slices.Concat(fileScenes(), folderScenes(), linkScenes()) {
		t.Run(s.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			here, err := os.Getwd()
			do(t, err)
			if s.before != nil {
				s.before(t)
			}
			opts := opts
			opts.Paths = s.watch
			opts.Ignore = func(path string) bool { return filepath.Base(path) == "skipped" }
			reports := follow(t, New(opts))
			var allowed []string // a slow machine may report what a step did in two parts
			for _, step := range s.steps {
				step.act(t)
				var want []string
				for _, path := range step.want {
					want = append(want, filepath.Join(here, path))
				}
				allowed = append(allowed, want...)
				expectOnly(t, reports, want, allowed)
			}
		})
	}
}

// TestEvents polls so rarely that only events can bring a report in time.
func TestEvents(t *testing.T) {
	play(t, Options{Debounce: 30 * time.Millisecond, Poll: time.Hour})
}

func TestPolling(t *testing.T) {
	play(t, Options{Debounce: 5 * time.Millisecond, Poll: 5 * time.Millisecond, PollOnly: true})
}

// TestNoEvents shows that polling takes over where events are refused.
func TestNoEvents(t *testing.T) {
	for name, open := range map[string]func() (*fsnotify.Watcher, error){
		"no watcher": func() (*fsnotify.Watcher, error) { return nil, errors.New("too many open files") },
		"no more watches": func() (*fsnotify.Watcher, error) {
			w, err := fsnotify.NewWatcher()
			if err == nil {
				err = w.Close() // it refuses all paths from now on
			}
			return w, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			var log bytes.Buffer
			w := New(Options{Paths: []string{folder}, Poll: 5 * time.Millisecond, Debounce: time.Millisecond,
				Logger: slog.New(slog.NewTextHandler(&log, nil))})
			w.open = open
			reports := follow(t, w)
			write(t, filepath.Join(folder, "a"), "1")
			expect(t, reports, filepath.Join(folder, "a"))
			if n := strings.Count(log.String(), "polling instead"); n != 1 {
				t.Errorf("the log says so %d times:\n%s", n, &log)
			}
		})
	}
}

func TestChangesBeforeRun(t *testing.T) {
	folder := t.TempDir()
	w := New(Options{Paths: []string{folder}, Poll: time.Hour})
	path := filepath.Join(folder, "a")
	write(t, path, "1")
	expect(t, follow(t, w), path)
}

// TestSameSizeAndTime shows that a write is seen that leaves no trace in what stat says.
func TestSameSizeAndTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	write(t, path, "1")
	reports := follow(t, New(Options{Paths: []string{path}, Poll: time.Hour, Debounce: 30 * time.Millisecond}))
	write(t, path, "22")
	expect(t, reports, path)
	info, err := os.Stat(path)
	do(t, err)
	write(t, path, "33")
	do(t, os.Chtimes(path, info.ModTime(), info.ModTime()))
	expect(t, reports, path)
}

func TestSet(t *testing.T) {
	folder := t.TempDir()
	a, b, c, d := filepath.Join(folder, "a"), filepath.Join(folder, "b"), filepath.Join(folder, "c"), filepath.Join(folder, "d")
	for _, path := range []string{a, b, c, d} {
		write(t, path, "1")
	}
	w := New(Options{Paths: []string{a, b}, Poll: time.Hour, Debounce: 30 * time.Millisecond})
	write(t, a, "22") // no longer watched when Run looks
	write(t, b, "22") // watched before and after
	w.Set([]string{b, c, d})
	write(t, c, "22")
	reports := follow(t, w)
	expect(t, reports, b, c)
	write(t, a, "333")
	write(t, c, "333")
	expectOnly(t, reports, []string{c}, []string{b, c})
}

// TestSetByCallback shows that the callback may call Set.
func TestSetByCallback(t *testing.T) {
	folder := t.TempDir()
	a, b := filepath.Join(folder, "a"), filepath.Join(folder, "b")
	w := New(Options{Paths: []string{a}, Poll: time.Hour, Debounce: time.Millisecond})
	var got []string
	r := newRun(w, func(paths []string) {
		got = append(got, paths...)
		w.Set([]string{b})
	})
	defer r.close()
	ctx, cancel := context.WithTimeout(t.Context(), generous)
	defer cancel()
	write(t, a, "1")
	r.look()
	for !slices.Equal(r.seen.roots, []string{b}) && r.step(ctx) {
	}
	write(t, b, "1")
	for !slices.Contains(got, b) && r.step(ctx) {
	}
	if !slices.Contains(got, a) || !slices.Contains(got, b) {
		t.Errorf("reported %q", got)
	}
}

// TestUnreadable shows that what can't be read for a while is not taken as gone.
func TestUnreadable(t *testing.T) {
	folder := t.TempDir()
	real, link := filepath.Join(folder, "real"), filepath.Join(folder, "link")
	write(t, filepath.Join(real, "a"), "1")
	do(t, os.Symlink(real, link))
	before := scan([]string{link}, nil, tree{})

	do(t, os.Remove(link))
	do(t, os.Symlink(link, link)) // too many levels of symbolic links, for root too
	during := scan([]string{link}, nil, before)
	if paths := difference(before, during, nil); len(paths) > 0 || len(during.problems) != 1 {
		t.Errorf("reported %q, problems %q", paths, during.problems)
	}
	do(t, os.Remove(link))
	after := scan([]string{link}, nil, during)
	if paths := difference(during, after, nil); !slices.Equal(paths, []string{filepath.Join(link, "a")}) {
		t.Errorf("once it is gone %q is reported", paths)
	}
}

func BenchmarkScan(b *testing.B) {
	folder := b.TempDir()
	for i := range 1000 {
		path := filepath.Join(folder, strconv.Itoa(i%20), strconv.Itoa(i)+".md")
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o644)); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if got := scan([]string{folder}, nil, tree{}); len(got.files) != 1000 {
			b.Fatal(len(got.files))
		}
	}
}
