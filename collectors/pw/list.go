package pw

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/clean"
)

// listed is one cluster as `pw cluster ls` shows it.
type listed struct {
	// name identifies it among its owner's clusters; it is never empty and has a slug.
	name string
	// display is the name people gave it; empty when it has none.
	display string
	// uri is what `pw ssh` takes.
	uri string
	// kind is "existing" for a machine that somebody else runs, else a cloud's or the
	// platform's word such as "aws-slurm" or "managed-cluster"; empty when not said.
	kind string
	// status in lower case, such as "active"; empty when not said.
	status string
}

// maxName is the longest name or word that is taken over, in bytes.
const maxName = 200

// errNoClusters is the error of a list that was read and is empty.
var errNoClusters = errors.New("pw lists no clusters: connect one in Parallel Works, " +
	"or check [collectors.pw_cluster] context")

// parseList reads the output of `pw cluster ls`: JSON, whatever else is printed around it,
// or one of the two table layouts that its releases have had. Clusters that were deleted
// are left out; the others come sorted by URI, each once.
func parseList(stdout []byte) ([]listed, error) {
	if len(bytes.TrimSpace(stdout)) == 0 {
		return nil, errors.New("`pw cluster ls` printed nothing: try it by hand")
	}
	clusters, isJSON, err := parseJSON(stdout)
	if !isJSON {
		clusters, err = parseTable(stdout)
	}
	if err != nil {
		return nil, err
	}
	clusters = slices.DeleteFunc(clusters, func(c listed) bool { return c.status == "deleted" })
	if len(clusters) == 0 {
		return nil, errNoClusters
	}
	slices.SortFunc(clusters, func(a, b listed) int { return strings.Compare(a.uri, b.uri) })
	return slices.CompactFunc(clusters, func(a, b listed) bool { return a.uri == b.uri }), nil
}

// maxStarts is how many lines are tried as the beginning of the JSON.
const maxStarts = 20

// parseJSON reads the first JSON value that begins a line and is a list of clusters, bare or
// in an object under "clusters" or "items". It reports whether there was any.
func parseJSON(stdout []byte) (clusters []listed, isJSON bool, err error) {
	starts := 0
	for rest := stdout; len(rest) > 0 && starts < maxStarts; rest = afterLine(rest) {
		if c := rest[0]; c != '[' && c != '{' && !bytes.HasPrefix(rest, []byte("null")) {
			continue
		}
		starts++
		var value any
		if json.NewDecoder(bytes.NewReader(rest)).Decode(&value) != nil {
			continue // "[ERROR] ..." begins with a bracket too
		}
		if items, ok := itemsOf(value); ok {
			clusters, err = fromItems(items)
			return clusters, true, err
		}
	}
	return nil, false, nil
}

// afterLine is the text after its first line.
func afterLine(text []byte) []byte {
	end := bytes.IndexByte(text, '\n')
	if end < 0 {
		return nil
	}
	return text[end+1:]
}

// itemsOf finds the list in one of the envelopes seen. A null is how Go prints an empty one.
func itemsOf(value any) (items []any, ok bool) {
	switch v := value.(type) {
	case nil:
		return nil, true
	case []any:
		return v, true
	case map[string]any:
		for _, key := range []string{"clusters", "items"} {
			if inner, found := v[key]; found {
				items, ok = inner.([]any)
				return items, ok || inner == nil
			}
		}
	}
	return nil, false
}

// fromItems reads the elements of the list. One that names no cluster is passed over, but
// when none of them does, the format has changed.
func fromItems(items []any) ([]listed, error) {
	var clusters []listed
	for _, item := range items {
		if fields, ok := item.(map[string]any); ok {
			if c, ok := fromFields(fields); ok {
				clusters = append(clusters, c)
			}
		}
	}
	if len(items) > 0 && len(clusters) == 0 {
		return nil, fmt.Errorf("none of the %d entries names a cluster: the format of `pw cluster ls` has changed", len(items))
	}
	return clusters, nil
}

// fromFields reads one element. Records have a uri, or a name and the namespace or user it is in.
func fromFields(fields map[string]any) (listed, bool) {
	word := func(keys ...string) string {
		for _, key := range keys {
			if text := loose(fields[key]); text != "" {
				return text
			}
		}
		return ""
	}
	return listed{
		name:    word("name"),
		display: word("displayName"),
		uri:     word("uri"),
		kind:    word("type", "provider"),
		status:  word("status"),
	}.complete(word("namespace", "user"))
}

// loose is the text of a JSON scalar, whatever type a release gave it.
func loose(value any) string {
	switch v := value.(type) {
	case string:
		return short(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// short is a name or word without what cannot be seen, cut off at maxName.
func short(text string) string {
	return clean.Text(text[:min(len(text), maxName)])
}

// scheme begins the URI of a cluster.
const scheme = "pw://"

// complete fills in the name from the URI or the URI from the name and its namespace. It
// reports whether the result names a cluster.
func (l listed) complete(namespace string) (listed, bool) {
	l.status = strings.ToLower(l.status)
	if l.name == "" {
		l.name = lastPart(l.uri)
	}
	switch {
	case l.uri != "":
	case namespace != "":
		l.uri = scheme + namespace + "/" + l.name
	default:
		l.uri = l.name // pw takes a bare name for one of the user's own
	}
	return l, fleet.Slug(l.name) != ""
}

// lastPart is what follows the last slash.
func lastPart(uri string) string { return uri[strings.LastIndexByte(uri, '/')+1:] }

// namespace is whose cluster it is; empty when the URI does not say.
func (l listed) namespace() string {
	path, ok := strings.CutPrefix(l.uri, scheme)
	owner, _, hasName := strings.Cut(path, "/")
	if !ok || !hasName {
		return ""
	}
	return owner
}
