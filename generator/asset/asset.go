// Package asset names stylesheets, scripts and images after their content, so that
// browsers may keep them for ever and never show an old one with a new page.
package asset

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"
)

// hashLength is how many hex digits of the content's SHA-256 go into a name.
const hashLength = 10

// Build hashes files, which are keyed by their path below public/ such as
// "assets/site.css". It returns the published path of each ("assets/site.0a1b2c3d4e.css")
// and the bytes by published path. References between stylesheets and other files
// (url() and @import) are rewritten first, so that the hash of a stylesheet covers
// what it refers to. A reference to a file that is not there, or a circle of
// references, is an error that names the file and the line.
func Build(files map[string][]byte) (names map[string]string, out map[string][]byte, err error) {
	b := builder{files: files, names: map[string]string{}, out: map[string][]byte{}}
	for _, name := range sortedKeys(files) {
		if _, err := b.add(name, nil); err != nil {
			return nil, nil, err
		}
	}
	return b.names, b.out, nil
}

// builder adds files one by one, each after what it refers to.
type builder struct {
	files map[string][]byte
	names map[string]string
	out   map[string][]byte
}

// add publishes one file and returns its published path. The trail holds the files that led to it.
func (b *builder) add(name string, trail []string) (string, error) {
	if published, done := b.names[name]; done {
		return published, nil
	}
	if slices.Contains(trail, name) {
		return "", fmt.Errorf("hash asset %s: it refers to itself by way of %s", name, strings.Join(trail, ", "))
	}
	data := b.files[name]
	if path.Ext(name) == ".css" {
		var err error
		if data, err = b.rewrite(name, append(slices.Clone(trail), name)); err != nil {
			return "", err
		}
	}
	published := hashed(name, data)
	b.names[name], b.out[published] = published, data
	return published, nil
}

// hashed puts the hash of data before the extension of name.
func hashed(name string, data []byte) string {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:])[:hashLength] + ext
}

func sortedKeys(files map[string][]byte) []string {
	keys := make([]string, 0, len(files))
	for name := range files {
		keys = append(keys, name)
	}
	slices.Sort(keys)
	return keys
}
