package publish

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// smallDisk mounts a file system of 256 KiB.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("mounting a small file system needs root: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return dir
}

func TestFullDisk(t *testing.T) {
	dir := filepath.Join(smallDisk(t), "public")
	old := set("a.html", "old", "system/b.html", "old")
	mustPublish(t, dir, old, noon)
	before := tree(t, dir)
	large := set("a.html", "new", "new/d.html", "new")
	large["system/b.html"] = bytes.Repeat([]byte("x"), 1<<20)
	report, err := Publish(dir, large, Options{})
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatalf("error %v, want a full disk", err)
	}
	wantError(t, err, filepath.Join(dir, stagedDir, "system/b.html"), "no space left on device")
	if report.Written != 0 {
		t.Errorf("report %+v, though nothing was published", report)
	}
	if after := tree(t, dir); !maps.Equal(before, after) {
		t.Errorf("the old site is not intact: %d entries, now %d", len(before), len(after))
	}
	wantLoaded(t, dir, old)
	mustPublish(t, dir, set("a.html", "new"), noon)
	wantTree(t, dir, "a.html", "new")
}

func TestReadOnlyDisk(t *testing.T) {
	disk := smallDisk(t)
	dir := filepath.Join(disk, "public")
	mustPublish(t, dir, set("a.html", "old"), noon)
	if err := unix.Mount("none", disk, "tmpfs", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	_, err := Publish(dir, set("a.html", "new"), Options{})
	if !errors.Is(err, unix.EROFS) {
		t.Fatalf("error %v, want a read-only file system", err)
	}
	wantError(t, err, dir, "read-only file system")
	wantLoaded(t, dir, set("a.html", "old"))
}

// asNobody runs f without the rights of root on files.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if os.Getuid() == 0 {
			runtime.LockOSThread() // for ever: the thread ends with the goroutine
			_ = unix.Setfsuid(65534)
		}
		f()
	}()
	<-done
}

func TestFolderWithoutPermission(t *testing.T) {
	dir := t.TempDir()
	mustPublish(t, dir, set("a.html", "old"), noon)
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	for d := filepath.Dir(dir); os.Getuid() == 0 && d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		_ = os.Chmod(d, 0o755) // so that nobody gets there at all
	}
	var err error
	asNobody(t, func() { _, err = Publish(dir, set("a.html", "new"), Options{}) })
	if !errors.Is(err, fs.ErrPermission) {
		t.Fatalf("error %v, want permission denied", err)
	}
	wantError(t, err, dir, "permission denied")
	wantLoaded(t, dir, set("a.html", "old"))
	wantTree(t, dir, "a.html", "old")
}
