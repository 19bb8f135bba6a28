package pbs

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"hpcstatus/collectors/internal/clean"
)

// Queue is a PBS queue. A nil field was not printed, or not as what it should be.
type Queue struct {
	Name string
	// Route is set for a queue that only passes jobs on, to Destinations.
	Route        bool
	Destinations []string
	// Enabled queues accept jobs, Started ones start (or pass on) those they have.
	Enabled, Started *bool
	// Restricted is set where an access list says who may submit, or where jobs come
	// only from a route queue.
	Restricted bool
	Jobs       JobCounts
	// MaxWalltime is the longest walltime of a job in seconds.
	MaxWalltime *int64
	// MinCores, MaxCores and MaxNodes are what one job may ask for.
	MinCores, MaxCores, MaxNodes *int
	// MaxRunPerUser is how many jobs of any one user may run at once.
	MaxRunPerUser *int
	// CoresAssigned are the cores that the queue's jobs hold now.
	CoresAssigned *int
}

// JobCounts are the parts of a state_count. The server counts an array's parent as one
// job, in Queued until its first element starts and in Begun from then on; elements that
// run count one by one in Running, and elements still waiting of a begun array nowhere.
type JobCounts struct {
	Transit, Queued, Held, Waiting, Running, Exiting, Begun *int
}

// Active are the jobs that hold nodes: running and exiting ones.
func (c JobCounts) Active() *int { return sum(c.Running, c.Exiting) }

// Pending are the jobs that wait and are not held; nil when a part is not known.
func (c JobCounts) Pending() *int { return sum(c.Queued, c.Waiting, c.Transit) }

// Eligible are the pending jobs whose execution time has come.
func (c JobCounts) Eligible() *int { return sum(c.Queued, c.Transit) }

// ParseQueues reads the output of `qstat -Q -f -F json`, in the server's order.
func ParseQueues(text []byte) ([]Queue, error) {
	doc, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("read the PBS queues: %w", err)
	}
	var queues []Queue
	seen := map[string]bool{}
	if list := doc.get("Queue"); list != nil {
		for i := range list.members {
			m := &list.members[i]
			name := clean.Text(m.key)
			if m.value.kind != objectValue || name == "" || seen[name] {
				continue
			}
			seen[name] = true
			attrs := attributes{}
			attrs.flatten("", &m.value)
			queues = append(queues, attrs.queue(name))
		}
	}
	if len(queues) == 0 {
		return nil, errors.New("read the PBS queues: the output lists none")
	}
	return queues, nil
}

// ParseQueuesText reads the output of `qstat -Q -f`, whose long lines go on after a tab.
func ParseQueuesText(text []byte) ([]Queue, error) {
	var queues []Queue
	var name, key string
	attrs := attributes{}
	seen := map[string]bool{"": true}
	flush := func() {
		if !seen[name] {
			seen[name] = true
			queues = append(queues, attrs.queue(name))
		}
		attrs, key = attributes{}, ""
	}
	for line := range clean.Lines(text) {
		if next, ok := strings.CutPrefix(line, "Queue:"); ok {
			flush()
			name = clean.Text(next)
			continue
		}
		if rest, ok := strings.CutPrefix(line, "\t"); ok && key != "" {
			attrs.extend(key, rest)
			continue
		}
		left, right, ok := strings.Cut(line, " = ")
		if key = strings.TrimSpace(left); !ok || name == "" || strings.Contains(key, " ") {
			key = ""
			continue
		}
		attrs[key] = append(attrs[key], right)
	}
	flush()
	if len(queues) == 0 {
		return nil, fmt.Errorf("read the PBS queues: no \"Queue:\" line in %s", excerpt(string(text)))
	}
	return queues, nil
}

// attributes are the attributes of an object by name, with resources as in the text
// form ("resources_max.walltime"). A name may be printed several times.
type attributes map[string][]string

// flatten adds the members of a JSON object.
func (a attributes) flatten(prefix string, v *value) {
	for i := range v.members {
		m := &v.members[i]
		switch m.value.kind {
		case objectValue:
			a.flatten(prefix+m.key+".", &m.value)
		case scalarValue:
			a[prefix+m.key] = append(a[prefix+m.key], m.value.text)
		}
	}
}

// extend continues the last value of a name.
func (a attributes) extend(key, text string) {
	values := a[key]
	values[len(values)-1] += text
}

// last is the last value of a name, "" when there is none.
func (a attributes) last(key string) string {
	values := a[key]
	if len(values) == 0 {
		return ""
	}
	return clean.Text(values[len(values)-1])
}

// queue makes the queue of the name from its attributes, see pbs_queue_attributes(7B).
func (a attributes) queue(name string) Queue {
	return Queue{
		Name:          name,
		Route:         strings.HasPrefix(strings.ToLower(a.last("queue_type")), "r"),
		Destinations:  destinations(a.last("route_destinations")),
		Enabled:       boolean(a.last("enabled")),
		Started:       boolean(a.last("started")),
		Restricted:    a.restricted(),
		Jobs:          jobCounts(a.last("state_count")),
		MaxWalltime:   seconds(a.last("resources_max.walltime")),
		MinCores:      count(a.last("resources_min.ncpus")),
		MaxCores:      count(a.last("resources_max.ncpus")),
		MaxNodes:      count(a.last("resources_max.nodect")),
		MaxRunPerUser: a.maxRunPerUser(),
		CoresAssigned: count(a.last("resources_assigned.ncpus")),
	}
}

// restricted reports whether not everybody may submit to the queue.
func (a attributes) restricted() bool {
	for _, key := range []string{"acl_user_enable", "acl_group_enable", "acl_host_enable", "from_route_only"} {
		if on := boolean(a.last(key)); on != nil && *on {
			return true
		}
	}
	return false
}

// genericUser matches a limit for each user that has no limit by name.
var genericUser = regexp.MustCompile(`\[u:PBS_GENERIC=(\d+)\]`)

// maxRunPerUser reads max_run, such as "[u:PBS_GENERIC=2],[o:PBS_ALL=10]", which may be
// printed once for each of its limits; before version 10 it was max_user_run.
func (a attributes) maxRunPerUser() *int {
	for _, limits := range a["max_run"] {
		if m := genericUser.FindStringSubmatch(limits); m != nil {
			return count(m[1])
		}
	}
	return count(a.last("max_user_run"))
}

// destinations splits a list of queues; nil when it is empty.
func destinations(list string) []string {
	if list == "" {
		return nil
	}
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// jobCounts reads a state_count, such as "Transit:0 Queued:1 Held:0 Waiting:0 Running:5
// Exiting:0 Begun:1 ".
func jobCounts(text string) JobCounts {
	var c JobCounts
	for part := range strings.FieldsSeq(text) {
		state, number, _ := strings.Cut(part, ":")
		n := count(number)
		switch state {
		case "Transit":
			c.Transit = n
		case "Queued":
			c.Queued = n
		case "Held":
			c.Held = n
		case "Waiting":
			c.Waiting = n
		case "Running":
			c.Running = n
		case "Exiting":
			c.Exiting = n
		case "Begun":
			c.Begun = n
		}
	}
	return c
}
