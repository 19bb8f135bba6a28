package publish

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
)

func TestTwoWriters(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	other := &publication{root: root, dir: dir}
	lock, err := other.lock()
	if err != nil {
		t.Fatal(err)
	}
	_, err = Publish(dir, set("a.html", "1"), Options{})
	if !errors.Is(err, ErrBusy) {
		t.Fatalf("error %v, want ErrBusy", err)
	}
	wantError(t, err, dir, "process "+strconv.Itoa(os.Getpid())+" on ")
	lock.release(root)
	mustPublish(t, dir, set("a.html", "1"), noon)
	wantTree(t, dir, "a.html", "1")
}

// Writers that come and go at once remove each other's lock file; none may work beside another.
func TestManyWriters(t *testing.T) {
	dir := t.TempDir()
	var writers sync.WaitGroup
	var mu sync.Mutex
	published := 0
	for n := range 8 {
		writers.Go(func() {
			for range 20 {
				_, err := Publish(dir, version(n), Options{Now: noon})
				if err != nil && !errors.Is(err, ErrBusy) {
					t.Error(err)
				}
				if err == nil {
					mu.Lock()
					published++
					mu.Unlock()
				}
			}
		})
	}
	writers.Wait()
	if published == 0 {
		t.Error("nobody got to publish")
	}
	if _, err := Load(dir); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, stagingDir)); err == nil {
		t.Error("the staging folder was left")
	}
}
