package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"hpcstatus/collectors/fleet/doc"
)

// errDamaged is returned for a manifest that cannot be read as one.
var errDamaged = errors.New("damaged manifest")

// manifest lists the files to be published, and assets of earlier generations that stay.
func (p *publication) manifest(retained []doc.ManifestFile) doc.Manifest {
	m := doc.Manifest{
		Schema: doc.Schema, Cycle: p.opts.Cycle, GeneratedAt: doc.At(p.opts.GeneratedAt),
		URLPrefix: p.opts.URLPrefix, Files: make([]doc.ManifestFile, 0, len(p.paths)+len(retained)),
	}
	for _, path := range p.paths {
		body := p.files[path]
		m.Files = append(m.Files, doc.ManifestFile{Path: path, Size: int64(len(body)), SHA256: hash(body)})
	}
	m.Files = append(m.Files, retained...)
	slices.SortFunc(m.Files, func(a, b doc.ManifestFile) int { return strings.Compare(a.Path, b.Path) })
	return m
}

// retained are the assets of the old generation that stay for a while, each with the moment
// at which it goes. One that is missing or damaged on disk is let go at once.
func (p *publication) retained(old doc.Manifest) []doc.ManifestFile {
	var keep []doc.ManifestFile
	latest := p.opts.Now.Add(p.opts.KeepAssets)
	for _, f := range old.Files {
		if _, current := p.files[f.Path]; current || !isAsset(f.Path) {
			continue
		}
		// It leaves the set now; or a clock that was wrong then let it stay too long.
		if f.Expires.IsZero() || f.Expires.After(latest) {
			f.Expires = doc.At(latest.Truncate(time.Second))
		}
		if !f.Expires.After(p.opts.Now) {
			continue
		}
		if _, err := readVerified(p.root, f.Path, f); err == nil {
			keep = append(keep, f)
		}
	}
	return keep
}

// readManifest reads a manifest and checks that it can be trusted. It returns what
// reading the file returned, ErrNewer, or an error that wraps errDamaged.
func readManifest(root *os.Root, name string) (doc.Manifest, error) {
	data, err := root.ReadFile(name)
	if err != nil {
		return doc.Manifest{}, err
	}
	return parseManifest(data)
}

func parseManifest(data []byte) (doc.Manifest, error) {
	var head struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return doc.Manifest{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if head.Schema > doc.Schema {
		return doc.Manifest{}, ErrNewer
	}
	var m doc.Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return doc.Manifest{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	for _, f := range m.Files {
		if err := checkPath(f.Path); err != nil {
			return doc.Manifest{}, fmt.Errorf("%w: path %q: %w", errDamaged, f.Path, err)
		}
	}
	return m, nil
}

// hash is the SHA-256 of body in hex.
func hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
