// Package history keeps what was collected before in the state folder.
package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hpcstatus/collectors/fleet"
)

// snapshotFile is the last snapshot, in the state folder.
const snapshotFile = "snapshot.json"

// Store keeps the last snapshot in a folder. One process writes at a time; the cycle's lock sees to it.
type Store struct {
	dir string
	now func() time.Time
}

// Open makes the folder where it is missing, for its owner only, because a snapshot holds
// names of users and projects.
func Open(dir string, now func() time.Time) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open state folder: %w; set [paths] state to a folder that can be written", err)
	}
	return &Store{dir: dir, now: now}, nil
}

// Dir is the state folder.
func (s *Store) Dir() string { return s.dir }

// DamagedError says that the stored snapshot could not be read and was set aside.
type DamagedError struct {
	// Aside is where the damaged file is now.
	Aside string
	Cause error
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("the stored snapshot is damaged (%v): set aside as %s, starting anew", e.Cause, e.Aside)
}

// Unwrap returns the cause.
func (e *DamagedError) Unwrap() error { return e.Cause }

// ErrNewer is returned for a snapshot that a newer version of the program wrote; it is left as it is.
var ErrNewer = errors.New("it was written by a newer version of hpcstatus: upgrade this one")

// Load returns the last snapshot. Without one it is empty. A damaged one is set aside and
// reported as a *DamagedError beside an empty snapshot, with which one can go on.
func (s *Store) Load() (fleet.Snapshot, error) {
	path := filepath.Join(s.dir, snapshotFile)
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fleet.Snapshot{}, nil
	case err != nil:
		return fleet.Snapshot{}, fmt.Errorf("read last snapshot: %w", err)
	}
	snapshot, err := Decode(data)
	switch {
	case errors.Is(err, ErrNewer):
		return fleet.Snapshot{}, fmt.Errorf("read last snapshot: %w, or set [paths] state to another folder", err)
	case err != nil:
		return fleet.Snapshot{}, s.setAside(path, err)
	}
	return snapshot, nil
}

// Decode reads a snapshot as Save and `hpcstatus collect` write it.
func Decode(data []byte) (fleet.Snapshot, error) {
	var head struct{ Schema int }
	if err := json.Unmarshal(data, &head); err != nil {
		return fleet.Snapshot{}, fmt.Errorf("decode snapshot: it is not an object as `hpcstatus collect` prints it: %w", err)
	}
	switch {
	case head.Schema > fleet.SchemaVersion:
		return fleet.Snapshot{}, ErrNewer
	case head.Schema < 1:
		return fleet.Snapshot{}, errors.New("decode snapshot: it has no schema number, so it is no snapshot")
	}
	var snapshot fleet.Snapshot
	if err := json.Unmarshal(data, &snapshot); err != nil {
		return fleet.Snapshot{}, fmt.Errorf("decode snapshot: %w", err)
	}
	return snapshot, checkStatuses(snapshot)
}

// checkStatuses refuses a status that is none, because it would be published as it stands.
func checkStatuses(snapshot fleet.Snapshot) error {
	for _, source := range snapshot.Sources {
		for _, system := range source.Batch.Systems {
			for _, fact := range []*fleet.Fact{system.Reported, system.Observed} {
				if fact == nil {
					continue
				}
				if _, err := fleet.ParseStatus(string(fact.Status)); err != nil {
					return fmt.Errorf("decode snapshot: system %q: %w", system.Name, err)
				}
			}
		}
	}
	return nil
}

func (s *Store) setAside(path string, cause error) error {
	aside := fmt.Sprintf("%s.damaged-%s", path, s.now().UTC().Format("20060102T150405Z"))
	if err := os.Rename(path, aside); err != nil {
		return fmt.Errorf("set damaged snapshot aside: %w", err)
	}
	return &DamagedError{Aside: aside, Cause: cause}
}

// Save replaces the last snapshot so that a reader, or a crash, sees the old one or the new one whole.
func (s *Store) Save(snapshot fleet.Snapshot) error {
	data, err := json.Marshal(snapshot)
	if err != nil {
		return fmt.Errorf("encode snapshot: %w", err)
	}
	if err := s.replace(snapshotFile, append(data, '\n')); err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	return nil
}

// replace writes a file beside its place, flushes it, and renames it into place.
func (s *Store) replace(name string, data []byte) (err error) {
	f, err := os.CreateTemp(s.dir, name+".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if err = os.Rename(f.Name(), filepath.Join(s.dir, name)); err != nil {
		return err
	}
	return syncDir(s.dir)
}

// syncDir makes a rename in the folder survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
