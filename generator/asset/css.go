package asset

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// reference finds comments (so that they can be skipped), url() in its three ways of
// quoting, and @import with a plain string.
var reference = regexp.MustCompile(
	`(?s)/\*.*?\*/` +
		`|url\(\s*(?:"([^"]*)"|'([^']*)'|([^'"()\s]*))\s*\)` +
		`|@import\s+(?:"([^"]*)"|'([^']*)')`)

// rewrite returns the stylesheet with every reference to a file of ours replaced by
// that file's published name.
func (b *builder) rewrite(name string, trail []string) ([]byte, error) {
	css := b.files[name]
	var out bytes.Buffer
	end := 0
	for _, at := range reference.FindAllSubmatchIndex(css, -1) {
		from, to := target(at)
		if from < 0 || foreign(string(css[from:to])) {
			continue
		}
		published, err := b.resolve(name, string(css[from:to]), trail)
		if err != nil {
			line := 1 + bytes.Count(css[:from], []byte("\n"))
			return nil, fmt.Errorf("rewrite %s:%d: %w", name, line, err)
		}
		out.Write(css[end:from])
		out.WriteString(published)
		end = to
	}
	out.Write(css[end:])
	return out.Bytes(), nil
}

// resolve publishes the file that a reference in name means and returns the
// reference to put in its place: a file name, because all assets share a folder
// tree that keeps its shape.
func (b *builder) resolve(name, ref string, trail []string) (string, error) {
	file, suffix := ref, ""
	if cut := strings.IndexAny(ref, "?#"); cut >= 0 {
		file, suffix = ref[:cut], ref[cut:]
	}
	full := path.Join(path.Dir(name), file)
	if _, ok := b.files[full]; !ok {
		return "", fmt.Errorf("url(%s): there is no asset %s", ref, full)
	}
	published, err := b.add(full, trail)
	if err != nil {
		return "", err
	}
	return path.Join(path.Dir(file), path.Base(published)) + suffix, nil
}

// target is where the reference of a match begins and ends; -1 for a comment.
func target(at []int) (from, to int) {
	for group := 2; group < len(at); group += 2 {
		if at[group] >= 0 {
			return at[group], at[group+1]
		}
	}
	return -1, -1
}

// foreign reports references that are no file of ours: empty, a fragment, absolute or with a scheme.
func foreign(ref string) bool {
	return ref == "" || ref[0] == '#' || ref[0] == '/' || strings.Contains(ref, ":")
}
