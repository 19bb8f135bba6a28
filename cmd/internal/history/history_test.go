package history

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hpcstatus/collectors/fleet"
)

func open(t *testing.T) *Store {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 1, 22, 15, 30, 0, 0, time.UTC) }
	s, err := Open(filepath.Join(t.TempDir(), "a", "state"), now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSnapshotSurvivesARestart(t *testing.T) {
	s := open(t)
	if got, err := s.Load(); err != nil || len(got.Sources) != 0 {
		t.Fatalf("a new folder gives %+v, %v", got, err)
	}
	want := fleet.Snapshot{Schema: fleet.SchemaVersion, TakenAt: s.now(), Sources: []fleet.Source{{Run: fleet.Run{Name: "x"}}}}
	if err := s.Save(want); err != nil {
		t.Fatal(err)
	}
	got, err := s.Load()
	if err != nil || got.Sources[0].Run.Name != "x" || !got.TakenAt.Equal(want.TakenAt) {
		t.Errorf("loaded %+v, %v", got, err)
	}
	info, err := os.Stat(filepath.Join(s.Dir(), snapshotFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the snapshot's mode is %v, %v: it names users and must be private", info.Mode(), err)
	}
}

func TestDamagedSnapshotIsSetAside(t *testing.T) {
	for name, content := range map[string]string{
		"truncated": `{"schema":1,"sources":[{"run":`,
		"binary":    "\x00\xff\x00",
		"empty":     "",
		"no schema": `{}`,
		"type":      `{"schema":1,"sources":"none"}`,
		"status":    `{"schema":1,"sources":[{"batch":{"systems":[{"name":"x","reported":{"status":"GREAT"}}]}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			path := filepath.Join(s.Dir(), snapshotFile)
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := s.Load()
			var damaged *DamagedError
			if !errors.As(err, &damaged) || len(got.Sources) != 0 {
				t.Fatalf("got %+v, %v", got, err)
			}
			kept, err := os.ReadFile(damaged.Aside)
			if err != nil || string(kept) != content {
				t.Errorf("set aside: %q, %v", kept, err)
			}
			if _, err := s.Load(); err != nil {
				t.Errorf("the next start still fails: %v", err)
			}
		})
	}
}

func TestNewerSnapshotIsLeftAlone(t *testing.T) {
	s := open(t)
	path := filepath.Join(s.Dir(), snapshotFile)
	content := fmt.Sprintf(`{"schema":%d}`, fleet.SchemaVersion+1)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(); !errors.Is(err, ErrNewer) {
		t.Fatalf("got %v", err)
	}
	if kept, _ := os.ReadFile(path); string(kept) != content {
		t.Errorf("the file is now %q", kept)
	}
}

func TestLockNamesItsHolder(t *testing.T) {
	s := open(t)
	lock, err := s.Lock()
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Lock()
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("process %d on ", os.Getpid())) {
		t.Errorf("second lock: %v", err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	again, err := s.Lock()
	if err != nil {
		t.Fatalf("after unlocking: %v", err)
	}
	_ = again.Unlock()
}
