package pbs

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"hpcstatus/collectors/internal/clean"
)

// State says what a host or vnode does, from the worst to the best, so that a host is
// in the best state of its vnodes.
type State int

// The states.
const (
	Down     State = iota // down, does not answer, or in no state that is known
	Offline               // takes no jobs: set offline, or in maintenance
	Asleep                // powered down to save energy; starts on demand
	Reserved              // held for a reservation, without a job
	Idle                  // free
	Busy                  // runs a job, is being set up for one, or is too loaded to take one
)

// Node is a vnode: a host or a part of one.
type Node struct {
	Name string
	// Host is the host that the vnode is a part of.
	Host  string
	State State
	// Open is set where a further job could start now (or after waking up).
	Open bool
	// Cores and GPUs are the vnode's own; what it only shares with another is not counted.
	Cores, GPUs Amount
}

// Amount is how much there is of a resource and how much of it jobs hold.
type Amount struct {
	// Known is unset when the vnode has no such resource of its own.
	Known           bool
	Total, Assigned int
}

// ParseNodes reads the output of `pbsnodes -a -F json`.
func ParseNodes(text []byte) ([]Node, error) {
	doc, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("read the PBS nodes: %w", err)
	}
	list := doc.get("nodes")
	if list == nil || len(list.members) == 0 {
		return nil, errors.New("read the PBS nodes: the output lists none")
	}
	nodes := make([]Node, 0, len(list.members))
	seen := make(map[string]bool, len(list.members))
	for i := range list.members {
		m := &list.members[i]
		if name := clean.Text(m.key); m.value.kind == objectValue && !seen[name] {
			seen[name] = true
			nodes = append(nodes, node(name, &m.value))
		}
	}
	return nodes, nil
}

func node(name string, v *value) Node {
	n := Node{
		Name:  name,
		Host:  v.scalar("resources_available", "host"),
		Cores: amount(v, "ncpus"),
		GPUs:  amount(v, "ngpus"),
	}
	if n.Host == "" {
		n.Host, _, _ = strings.Cut(name, "[") // a vnode is called host[part]
	}
	if !n.GPUs.Known {
		n.GPUs = amount(v, "naccelerators") // on Cray XC
	}
	words := strings.Split(strings.ToLower(v.scalar("state")), ",")
	n.State = state(words)
	switch jobs := hasJobs(v); {
	case jobs && (n.State == Reserved || slices.Contains(words, various)):
		n.State = Busy // what a reserved node has assigned may be the reservation's
	case n.State == Idle && (jobs || n.Cores.Assigned > 0 || n.GPUs.Assigned > 0):
		n.State = Busy
	}
	n.Open = !slices.ContainsFunc(words, func(word string) bool { return !open(word) })
	return n
}

// amount reads a resource. A vnode that shares it with another says "@other" for it.
func amount(v *value, resource string) Amount {
	total := count(v.scalar("resources_available", resource))
	if total == nil {
		return Amount{}
	}
	a := Amount{Known: true, Total: *total}
	if used := count(v.scalar("resources_assigned", resource)); used != nil {
		a.Assigned = *used
	}
	return a
}

// hasJobs reports whether the vnode lists jobs, however many: versions print elements
// of it wrongly or twice.
func hasJobs(v *value) bool {
	jobs := v.get("jobs")
	return jobs != nil && (len(jobs.members) > 0 || strings.TrimSpace(jobs.text) != "")
}

// open reports whether a vnode in the state takes further jobs.
func open(word string) bool {
	switch strings.TrimSpace(word) {
	case "free", "sleep", "powered-off", "powering-down", "powering-on":
		return true
	}
	return false
}

// various stands for the state of a host whose vnodes differ in theirs: pbsnodes -a lists
// hosts, and only with -v their vnodes.
const various = "<various>"

// state is what the words of a state attribute, such as "offline,job-busy", mean
// together: the worst of them counts, and "free" only alone.
func state(words []string) State {
	rank := []State{Down, Offline, Asleep, Busy, Reserved, Idle}
	worst := len(rank) - 1
	for _, word := range words {
		worst = min(worst, slices.Index(rank, wordState(strings.TrimSpace(word))))
	}
	return rank[worst]
}

// wordState is what one word of a state attribute means.
func wordState(word string) State {
	switch word {
	case "free":
		return Idle
	case "job-busy", "job-exclusive", "job-sharing", "busy", "provisioning", "wait-provisioning":
		return Busy
	case "resv-exclusive", "resv-sharing":
		return Reserved
	case "sleep", "powered-off", "powering-down", "powering-on":
		return Asleep
	case "offline", "offline_by_mom", "maintenance":
		return Offline
	case various: // nothing says that a part of it is free
		return Offline
	}
	return Down // down, stale, state-unknown, unresolvable, or a word that nobody knows
}

// Host is a machine, whatever vnodes it is cut into.
type Host struct {
	Name  string
	State State
	// Cores and GPUs are the sums of its vnodes.
	Cores, GPUs Amount
	// FreeCores and FreeGPUs are those that a job could have now.
	FreeCores, FreeGPUs int
}

// Hosts joins vnodes to hosts, in the order in which the hosts first appear. A vnode
// without cores and GPUs of its own says nothing of its host's state, unless the host has
// no other: a machine cut into vnodes lists itself as one more, which stays free.
func Hosts(nodes []Node) []Host {
	index := make(map[string]int, len(nodes))
	hosts := make([]Host, 0, len(nodes))
	judged := make([]bool, 0, len(nodes)) // by a vnode with resources of its own
	for _, n := range nodes {
		i, known := index[n.Host]
		if !known {
			i = len(hosts)
			index[n.Host] = i
			hosts = append(hosts, Host{Name: n.Host, State: Down})
			judged = append(judged, false)
		}
		own := n.Cores.Total > 0 || n.GPUs.Total > 0
		switch {
		case own && !judged[i]:
			hosts[i].State, judged[i] = n.State, true
		case own == judged[i]:
			hosts[i].State = max(hosts[i].State, n.State)
		}
		hosts[i].add(n)
	}
	return hosts
}

// add counts a vnode's resources.
func (h *Host) add(n Node) {
	h.Cores.add(n.Cores)
	h.GPUs.add(n.GPUs)
	if n.Open {
		h.FreeCores += n.Cores.free()
		h.FreeGPUs += n.GPUs.free()
	}
}

func (a *Amount) add(b Amount) {
	a.Known = a.Known || b.Known
	a.Total += b.Total
	a.Assigned += b.Assigned
}

// free is what no job holds; a server may assign more than there is.
func (a Amount) free() int { return max(0, a.Total-a.Assigned) }
