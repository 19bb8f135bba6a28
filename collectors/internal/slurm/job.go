package slurm

import (
	"bytes"
	"fmt"
)

// JobFormat is the format in which ParseJobs reads `squeue -r -h -a -o`: job, partitions,
// QOS, state, nodes, CPUs, priority, reason. The name of the job is private and may hold
// any byte, so it is not asked for; the reason may hold bars and blanks, so it is last.
const JobFormat = "%i|%P|%q|%T|%D|%C|%Q|%r"

// jobColumns is the number of columns in JobFormat.
const jobColumns = 8

// Phase is where a job is in its life.
type Phase uint8

// The phases.
const (
	// Finished jobs stay visible for a while; they are not counted.
	Finished Phase = iota
	// Running jobs hold resources: also completing, configuring and suspended ones.
	Running
	// Eligible jobs wait for the machine only.
	Eligible
	// Blocked jobs wait for something of their own: see reason.go.
	Blocked
	// Held jobs wait for a user, an operator or the system to release them.
	Held
	// Unknown is a state that this version does not know.
	Unknown
)

// Job is one job, or one element of a job array, or one component of a heterogeneous job.
type Job struct {
	// Het is the number that the components of one heterogeneous job share; 0 for others.
	Het int
	// Partitions that it runs in or waits for, separated by commas.
	Partitions string
	QOS        string
	Phase      Phase
	// Reason is why it waits, shortened to what does not name nodes. Of a job in a state that
	// is not known it is the state, and of others empty.
	Reason string
	// Nodes and Cores that it holds or asks for. Cores are CPUs in Slurm's sense.
	Nodes, Cores int
}

// ParseJobs reads squeue in JobFormat. An error means that the output is not in that format.
func ParseJobs(body []byte) ([]Job, error) {
	jobs := make([]Job, 0, bytes.Count(body, []byte("\n"))+1)
	strings := interner{}
	reasons := reasonTable{}
	for number := 1; len(body) > 0; number++ {
		var line []byte
		line, body, _ = bytes.Cut(body, []byte("\n"))
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 || bytes.HasPrefix(line, []byte("CLUSTER: ")) { // squeue -M heads its table so
			continue
		}
		job, err := parseJob(line, strings, reasons)
		if err != nil {
			return nil, fmt.Errorf("read line %d of squeue: %w", number, err)
		}
		jobs = append(jobs, job)
	}
	return jobs, nil
}

// parseJob reads one line.
func parseJob(line []byte, strings interner, reasons reasonTable) (Job, error) {
	var column [jobColumns][]byte
	rest := line
	for i := range jobColumns - 1 {
		end := bytes.IndexByte(rest, '|')
		if end < 0 {
			return Job{}, fmt.Errorf("%d columns instead of %d: %s", i+1, jobColumns, quote(line))
		}
		column[i], rest = rest[:end], rest[end+1:]
	}
	column[jobColumns-1] = rest
	nodes, nodesOK := count(column[4])
	cores, coresOK := count(column[5])
	if !nodesOK || !coresOK || len(column[1]) == 0 {
		return Job{}, fmt.Errorf("no partition, or nodes and CPUs that are no numbers: %s", quote(line))
	}
	job := Job{
		Het:        hetID(column[0]),
		Partitions: strings.string(column[1]),
		QOS:        strings.string(column[2]),
		Phase:      phase(column[3]),
		Nodes:      nodes,
		Cores:      cores,
	}
	switch job.Phase {
	case Unknown:
		job.Reason = strings.string(column[3])
	case Eligible, Held:
		why := reasons.get(column[7])
		job.Reason = why.text
		if job.Phase == Eligible {
			job.Phase = why.phase
		}
		if string(column[6]) == "0" { // only a held job has no priority at all
			job.Phase = Held
		}
	}
	return job, nil
}

// hetID is the number of the whole heterogeneous job in "12+1", the second component of job 12.
func hetID(id []byte) int {
	head, _, ok := bytes.Cut(id, []byte("+"))
	if !ok {
		return 0
	}
	n, _ := digits(head)
	return n
}

// phase is the phase of a job state in its long form (squeue(1), JOB STATE CODES).
func phase(state []byte) Phase {
	switch string(state) {
	case "PENDING", "REQUEUED", "REQUEUE_FED":
		return Eligible // its reason may say otherwise
	case "RUNNING", "COMPLETING", "CONFIGURING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT",
		"RESIZING", "EXPEDITING", "POWER_UP_NODE":
		return Running
	case "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT":
		return Held
	case "COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "BOOT_FAIL", "DEADLINE",
		"OUT_OF_MEMORY", "REVOKED", "LAUNCH_FAILED", "RECONFIG_FAIL", "UPDATE_DB":
		return Finished
	}
	return Unknown
}
