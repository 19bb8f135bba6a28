package cluster

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/clean"
	"hpcstatus/collectors/internal/slurm"
)

// slurmReading is what a Slurm controller said in one probe, parsed.
type slurmReading struct {
	// config is nil when it could not be read.
	config       *slurm.Config
	jobs         []slurm.Job
	partitions   []slurm.Partition
	nodes        []slurm.Node // nil when they could not be read
	reservations []slurm.Reservation
	// accounts is nil when they were not asked for or could not be read.
	accounts *slurm.Accounts
}

// readSlurm parses the sections of Slurm. Without jobs or partitions there is no reading and
// fatal says why. What else is missing is in problems.
func readSlurm(s Sections) (r slurmReading, problems []error, fatal error) {
	var err error
	if r.jobs, err = readSection(s, SectionSlurmJobs, slurm.ParseJobs); err != nil {
		return slurmReading{}, nil, err
	}
	if r.partitions, err = readSection(s, SectionSlurmParts, slurm.ParsePartitions); err != nil {
		return slurmReading{}, nil, err
	}
	if s.Ran(SectionSlurmConfig) {
		if config, err := readSection(s, SectionSlurmConfig, slurm.ParseConfig); err == nil {
			r.config = &config
		} else {
			problems = append(problems, err)
		}
	}
	if r.nodes, err = readSection(s, SectionSlurmNodes, slurm.ParseNodes); err != nil {
		problems = append(problems, err)
	}
	if s.Ran(SectionSlurmReserved) {
		if r.reservations, err = readSection(s, SectionSlurmReserved, slurm.ParseReservations); err != nil {
			problems = append(problems, err)
		}
	}
	if accounts, err := readSection(s, SectionSlurmAssoc, slurm.ParseAccounts); err == nil {
		r.accounts = &accounts // its error is that of the accounts, not of the queues
	}
	return r, append(problems, oddStates(r.jobs)...), nil
}

// readSection parses what a command printed, when it exited with 0.
func readSection[T any](s Sections, name string, parse func([]byte) (T, error)) (T, error) {
	if err := s.Check(name); err != nil {
		var none T
		return none, err
	}
	return parse(s.Body(name))
}

// oddStates names the job states that are not counted because nobody knows them yet.
func oddStates(jobs []slurm.Job) []error {
	counts := map[string]int{}
	for _, j := range jobs {
		if j.Phase == slurm.Unknown {
			counts[j.Reason]++
		}
	}
	var problems []error
	for state, n := range counts {
		problems = append(problems, fmt.Errorf("squeue: %d jobs in the unknown state %.40q are not counted", n, state))
	}
	slices.SortFunc(problems, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return problems
}

// applySlurm fills the cluster's scheduler, visibility, queues, totals, nodes and
// reservations with what a Slurm controller said. Without jobs or partitions nothing but
// the scheduler is filled, and fatal says why; problems are what is missing otherwise.
// previous, which may be nil, is the cluster as it was: what was seen of QOS limits and
// visibility then holds until they are asked for again.
func applySlurm(c *fleet.Cluster, s Sections, queueBy string, previous *fleet.Cluster) (problems []error, fatal error) {
	c.Scheduler = "Slurm"
	c.SchedulerVersion = clientVersion(s.Body(SectionSlurmVersion))
	if c.SchedulerVersion == "" && previous != nil {
		c.SchedulerVersion = previous.SchedulerVersion
	}
	r, problems, fatal := readSlurm(s)
	if fatal == nil && r.nodes == nil && previous != nil && previous.Nodes != nil {
		// Fresh queues beside no nodes would hide that nodes are down: the last good whole stays.
		fatal = s.Check(SectionSlurmNodes)
	}
	if fatal != nil {
		return nil, fatal
	}
	if r.config != nil {
		c.SchedulerVersion = clean.Text(r.config.Version)
	}
	c.Visibility = r.visibility(previous)
	counts := newSlurmCounts(r.jobs)
	c.Totals = counts.total.jobs(c.Visibility)
	c.Queues = slurmQueues(r, counts, queueOptions{by: queueBy, visibility: c.Visibility, previous: previous})
	c.Nodes = slurmNodes(r.nodes)
	c.Reservations = slurmReservations(r.reservations, c.Nodes)
	if previous != nil && s.Ran(SectionSlurmReserved) && s.failed(SectionSlurmReserved) {
		c.Reservations = previous.Reservations // each says itself until when it holds
	}
	return problems, nil
}

// clientVersion is the version in "slurm 22.05.8" or "slurm-wlm 22.05.8".
func clientVersion(text []byte) string {
	words := strings.Fields(clean.Text(string(text[:min(len(text), 100)])))
	if len(words) == 2 {
		return words[1]
	}
	return ""
}

// slurmNodes counts each node once; nil when they are not known.
func slurmNodes(nodes []slurm.Node) *fleet.Nodes {
	if nodes == nil {
		return nil
	}
	sum := &fleet.Nodes{}
	for _, n := range nodes {
		addNode(sum, n)
	}
	return sum
}

// addNode counts one node by its class, its cores, and its GPUs where it has some.
func addNode(sum *fleet.Nodes, n slurm.Node) {
	sum.Total++
	switch n.Class {
	case slurm.Busy:
		sum.Busy++
	case slurm.Idle:
		sum.Idle++
	case slurm.Drained:
		sum.Drained++
	case slurm.Off:
		sum.Off++
	case slurm.Reserved:
		sum.Reserved++
	default:
		sum.Down++
	}
	if sum.Cores == nil {
		sum.Cores = &fleet.Resource{}
	}
	sum.Cores.Total += n.Cores
	sum.Cores.Used += n.CoresUsed
	if n.Open {
		sum.Cores.Free += n.CoresFree
	}
	if n.GPUs == 0 {
		return
	}
	if sum.GPUs == nil {
		sum.GPUs = &fleet.Resource{}
	}
	sum.GPUs.Total += n.GPUs
	sum.GPUs.Used += n.GPUsUsed
	if n.Open {
		sum.GPUs.Free += max(0, n.GPUs-n.GPUsUsed)
	}
}

// slurmReservations makes the fleet's reservations. Which hold the whole machine follows
// from its number of nodes; where that is not known, the flag ALL_NODES has to do.
func slurmReservations(reservations []slurm.Reservation, nodes *fleet.Nodes) []fleet.Reservation {
	var made []fleet.Reservation
	for _, r := range reservations {
		whole := r.AllNodes && r.Partition == ""
		if nodes != nil && r.Nodes != nil {
			whole = nodes.Total > 0 && *r.Nodes >= nodes.Total
		}
		made = append(made, fleet.Reservation{
			Name:         clean.Text(r.Name),
			Start:        r.Start,
			End:          r.End,
			Nodes:        r.Nodes,
			Maintenance:  r.Maintenance,
			WholeMachine: whole,
		})
	}
	return made
}

// hostFacts are what the section probe.host says.
type hostFacts struct {
	// name of the login node, with its domain where it knows it.
	name string
	// newYear is when the year ends on its calendar; zero when not asked for.
	newYear time.Time
}

// readHost reads the lines name= and newyear= of the section.
func readHost(s Sections) hostFacts {
	var h hostFacts
	for line := range bytes.Lines(s.Body(SectionHost)) {
		key, value, _ := strings.Cut(clean.Text(string(line)), "=")
		switch key {
		case "name":
			h.name = value
		case "newyear":
			var seconds int64
			if _, err := fmt.Sscanf(value, "%d", &seconds); err == nil && seconds > 0 {
				h.newYear = time.Unix(seconds, 0).UTC()
			}
		}
	}
	return h
}

// errNoScheduler is the error of a machine without any scheduler command.
var errNoScheduler = errors.New("no scheduler command (squeue, qstat) was found on the login shell's PATH")
