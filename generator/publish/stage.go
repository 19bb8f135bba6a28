package publish

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"

	"hpcstatus/collectors/fleet/doc"
)

// stage writes what changed into the staging folder, makes it durable, and commits it.
// Until it returns nil, nothing in the published site is touched.
func (p *publication) stage(changed []string, m doc.Manifest) error {
	dirs := map[string]bool{}
	for _, file := range changed {
		if err := p.makeDirs(path.Dir(file), dirs); err != nil {
			return err
		}
		if err := p.write(staged(file), p.files[file]); err != nil {
			return err
		}
		p.report.Written++
		p.report.Bytes += int64(len(p.files[file]))
	}
	data, err := json.Marshal(m)
	if err != nil {
		return p.fail("encode", ManifestName, err)
	}
	if err := p.write(draftName, append(data, '\n')); err != nil {
		return err
	}
	if err := p.sync(); err != nil {
		return err
	}
	if err := p.root.Rename(draftName, commitName); err != nil {
		return p.fail("write", commitName, err)
	}
	return nil
}

// staged is where a file waits to be renamed into place.
func staged(file string) string { return path.Join(stagedDir, file) }

// makeDirs makes a folder in the staging folder and in the site: what needs space is done
// before anything visible changes.
func (p *publication) makeDirs(dir string, made map[string]bool) error {
	if made[dir] {
		return nil
	}
	made[dir] = true
	for _, d := range []string{staged(dir), dir} {
		if err := p.root.MkdirAll(d, dirMode); err != nil {
			return p.fail("create", d, err)
		}
	}
	return nil
}

func (p *publication) write(name string, body []byte) error {
	f, err := p.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return p.fail("write", name, err)
	}
	_, err = f.Write(body)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return p.fail("write", name, err)
	}
	return nil
}

// sync makes what was staged durable before the first rename, so that a loss of power
// cannot leave an empty file under a published name.
func (p *publication) sync() error {
	dir, err := p.root.Open(".")
	if err != nil {
		return p.fail("open", "", err)
	}
	defer dir.Close()
	if err := syncAll(dir); err != nil {
		return p.fail("write to disk", "", err)
	}
	return nil
}

// resume deals with what a killed publication left: a committed one is finished, any
// other is thrown away.
func (p *publication) resume() error {
	m, err := readManifest(p.root, commitName)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errDamaged):
		p.discard()
		return nil
	case err != nil:
		return p.fail("read", commitName, err)
	}
	old, err := p.published()
	if err != nil {
		return err
	}
	err = p.finish(old, m)
	p.report = Report{Unlocked: p.report.Unlocked} // not this publication's work
	return err
}

// discard throws away what was staged, and folders made for it that stayed empty.
func (p *publication) discard() {
	var dirs []string
	_ = fs.WalkDir(p.root.FS(), stagedDir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && name != stagedDir {
			dirs = append(dirs, name[len(stagedDir)+1:])
		}
		return err
	})
	for i := len(dirs) - 1; i >= 0; i-- {
		p.removeEmpty(dirs[i])
	}
	p.clearStaging()
	p.report.Written, p.report.Bytes = 0, 0
}

// clearStaging empties the staging folder but for the lock. What cannot be removed now is
// tried again by the next publication.
func (p *publication) clearStaging() {
	entries, _ := fs.ReadDir(p.root.FS(), stagingDir)
	for _, e := range entries {
		if name := path.Join(stagingDir, e.Name()); name != lockName {
			_ = p.root.RemoveAll(name)
		}
	}
}
