package watch

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestDebounce feeds hints under a fake clock: reports come when it has been quiet, or
// half a second after the first.
func TestDebounce(t *testing.T) {
	tests := []struct {
		name string
		// events are how many come, each so long after the last.
		events int
		apart  time.Duration
		// want is when the report comes after the first event.
		want time.Duration
	}{
		{"one", 1, 0, 150 * time.Millisecond},
		{"a burst", 5, 10 * time.Millisecond, 190 * time.Millisecond},
		{"no end", 100, 100 * time.Millisecond, 500 * time.Millisecond},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a")
			synctest.Test(t, func(t *testing.T) {
				reported := make(chan time.Time, 1)
				r := newRun(New(Options{Paths: []string{path}, Poll: time.Hour, PollOnly: true}), func([]string) {
					reported <- time.Now()
				})
				defer r.close()
				if err := os.WriteFile(path, nil, 0o644); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				for i := range test.events {
					if len(reported) > 0 {
						break
					}
					if i > 0 {
						ctx, cancel := context.WithTimeout(t.Context(), test.apart)
						for r.step(ctx) && len(reported) == 0 {
						}
						cancel()
					}
					r.hint()
				}
				for len(reported) == 0 {
					r.step(t.Context())
				}
				if got := (<-reported).Sub(start); got != test.want {
					t.Errorf("reported after %s, want %s", got, test.want)
				}
			})
		})
	}
}

// TestPollInterval shows with a fake clock when polling finds a change.
func TestPollInterval(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w := New(Options{Paths: []string{path}, PollOnly: true})
		reported := make(chan time.Time)
		var wg sync.WaitGroup
		wg.Go(func() { w.Run(ctx, func([]string) { reported <- time.Now() }) })
		synctest.Wait()
		start := time.Now()
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if got, want := (<-reported).Sub(start), defaultPoll+defaultDebounce; got != want {
			t.Errorf("reported after %s, want %s", got, want)
		}
		cancel()
		wg.Wait()
	})
}
