package config

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// complete fills in what follows from other values, and starts relative paths from a folder.
func (c *Config) complete(folder string) {
	for _, p := range []*string{&c.Paths.Public, &c.Paths.Content, &c.Paths.Templates, &c.Paths.State, &c.Collectors.HPCMPFleet.CAFile} {
		*p = below(folder, *p)
	}
	if command := &c.Collectors.PWCluster.Command; strings.ContainsRune(*command, filepath.Separator) {
		*command = below(folder, *command)
	}
	if c.Line("cycle.valid_for") == 0 || c.Cycle.ValidFor == 0 {
		c.Cycle.ValidFor = validIntervals * c.Cycle.Interval
	}
	for _, t := range c.timeouts() {
		if c.Line(t.at.key) == 0 {
			*t.value = min(*t.value, c.Cycle.Timeout)
		}
	}
	c.completeBaseURL()
}

// completeBaseURL gives a base URL that names only a host the prefix as its path.
func (c *Config) completeBaseURL() {
	if u, err := url.Parse(c.Site.BaseURL); err == nil && u.Host != "" && u.Path == "" {
		c.Site.BaseURL += c.Site.URLPrefix
	}
}

func below(folder, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

// timeout is one that the timeout of the whole cycle would cut short.
type timeout struct {
	at    place
	value *time.Duration
}

func (c *Config) timeouts() []timeout {
	at := func(key string) place { return place{key, key} }
	list := []timeout{
		{at("collectors.hpcmp_fleet.timeout"), &c.Collectors.HPCMPFleet.Timeout},
		{at("collectors.pw_cluster.timeout"), &c.Collectors.PWCluster.Timeout},
	}
	for i := range c.Clusters {
		list = append(list, timeout{clusterPlace(i).child("timeout"), &c.Clusters[i].Timeout})
	}
	return list
}

func clusterPlace(i int) place { return place{"cluster", "cluster"}.element(i) }

// conflict is something wrong between values that are right by themselves.
type conflict struct {
	at place
	// with is the key of the other value; where that is already known to be wrong the
	// conflict says nothing new.
	with string
	err  error
}

// conflicts returns all that values contradict each other in.
func (c *Config) conflicts() []conflict {
	return slices.Concat(c.profileConflicts(), c.baseConflicts(), c.cycleConflicts(),
		c.pathConflicts(), c.clusterConflicts(), c.nameConflicts(), c.centreConflicts())
}

// profileConflicts asks for a choice by hand before others can see what is published.
func (c *Config) profileConflicts() []conflict {
	if c.Line("publish.profile") != 0 {
		return nil
	}
	const choose = `others will see what is published, so choose it by hand: write profile = "full" below [publish] to publish everything`
	var list []conflict
	if c.Site.BaseURL != "" {
		list = append(list, conflict{at: place{"site.base_url", "site.base_url"}, err: errors.New(choose)})
	}
	if !loopback(c.Server.Listen) {
		err := fmt.Errorf("%q is not loopback; %s", c.Server.Listen, choose)
		list = append(list, conflict{at: place{"server.listen", "server.listen"}, err: err})
	}
	return list
}

func (c *Config) baseConflicts() []conflict {
	u, err := url.Parse(c.Site.BaseURL)
	if err != nil || c.Site.BaseURL == "" || c.Site.URLPrefix == "" || u.Path == c.Site.URLPrefix {
		return nil
	}
	err = fmt.Errorf("its path %q differs from url_prefix %q; write %q", u.Path, c.Site.URLPrefix,
		u.Scheme+"://"+u.Host+c.Site.URLPrefix)
	return []conflict{{at: place{"site.base_url", "site.base_url"}, with: "site.url_prefix", err: err}}
}

func (c *Config) cycleConflicts() []conflict {
	var list []conflict
	if c.Cycle.ValidFor < c.Cycle.Interval {
		err := fmt.Errorf("%s is shorter than cycle.interval, %s: all data would be stale before it is collected again",
			short(c.Cycle.ValidFor), short(c.Cycle.Interval))
		list = append(list, conflict{place{"cycle.valid_for", "cycle.valid_for"}, "cycle.interval", err})
	}
	for _, t := range c.timeouts() {
		if *t.value > c.Cycle.Timeout {
			err := fmt.Errorf("%s is longer than cycle.timeout, %s, which would cut it short", short(*t.value), short(c.Cycle.Timeout))
			list = append(list, conflict{t.at, "cycle.timeout", err})
		}
	}
	return list
}

// pathConflicts keeps what must not be published out of the published folder, and the
// published folder out of those that are watched.
func (c *Config) pathConflicts() []conflict {
	var list []conflict
	for _, other := range []struct{ key, path string }{
		{"paths.content", c.Paths.Content}, {"paths.templates", c.Paths.Templates}, {"paths.state", c.Paths.State},
	} {
		at := place{"paths.public", "paths.public"}
		if c.Line(at.key) == 0 {
			at = place{other.key, other.key}
		}
		switch {
		case other.path == "":
		case contains(c.Paths.Public, other.path):
			err := fmt.Errorf("%q, the folder to publish, holds %s, %q; keep them apart", c.Paths.Public, other.key, other.path)
			list = append(list, conflict{at: at, err: err})
		case contains(other.path, c.Paths.Public):
			err := fmt.Errorf("%q, the folder to publish, is inside %s, %q; keep them apart", c.Paths.Public, other.key, other.path)
			list = append(list, conflict{at: at, err: err})
		}
	}
	if c.File != "" && contains(c.Paths.Public, c.File) {
		err := fmt.Errorf("%q, the folder to publish, holds this file; give it a folder of its own", c.Paths.Public)
		list = append(list, conflict{at: place{"paths.public", "paths.public"}, err: err})
	}
	return list
}

// contains reports whether a path is a folder or anything below it.
func contains(folder, path string) bool {
	a, errA := filepath.Abs(folder)
	b, errB := filepath.Abs(path)
	if errA != nil || errB != nil {
		return false
	}
	rel, err := filepath.Rel(a, b)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

func (c *Config) clusterConflicts() []conflict {
	var list []conflict
	for i, cluster := range c.Clusters {
		at := clusterPlace(i)
		if c.Line(at.child("name").key) == 0 {
			list = append(list, conflict{at: at, err: errors.New(`needs a name: write name = "..."`)})
		}
		if cluster.Via == "ssh" && c.Line(at.child("host").key) == 0 {
			list = append(list, conflict{at, at.child("via").key,
				errors.New(`needs a host for ssh: write host = "...", or via = "local" for the cluster of this machine`)})
		}
	}
	return list
}

// nameConflicts finds names and aliases that a look-up couldn't tell apart.
func (c *Config) nameConflicts() []conflict {
	var list []conflict
	owner := map[string]int{}
	claim := func(at place, i int, name string) {
		first, taken := owner[fold(name)]
		switch {
		case fold(name) == "":
		case taken && first != i:
			err := fmt.Errorf("%q is also a name of cluster %q; look-ups ignore case and punctuation", name, c.Clusters[first].Name)
			list = append(list, conflict{at: at, err: err})
		default:
			owner[fold(name)] = i
		}
	}
	for i, cluster := range c.Clusters {
		claim(clusterPlace(i).child("name"), i, cluster.Name)
	}
	for i, cluster := range c.Clusters {
		for n, alias := range cluster.Aliases {
			claim(clusterPlace(i).child("aliases").element(n), i, alias)
		}
	}
	return list
}

func (c *Config) centreConflicts() []conflict {
	var list []conflict
	owner := map[string]string{}
	for _, code := range slices.Sorted(maps.Keys(c.Sites)) {
		at, centre := place{"sites", "sites"}.child(code), c.Sites[code]
		if other, taken := owner[fold(code)]; taken {
			list = append(list, conflict{at: at, err: fmt.Errorf("is the same code as %q", other)})
		}
		owner[fold(code)] = code
		if fold(code) == "" {
			list = append(list, conflict{at: at, err: errors.New("a code must hold a letter or digit")})
		}
		if (centre.Lat == nil) == (centre.Lon == nil) {
			continue
		}
		list = append(list, conflict{at, at.child("lat").key, errors.New("needs both lat and lon, or neither")})
	}
	return list
}
