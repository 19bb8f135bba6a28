package slurm

import (
	"bytes"
)

// PartitionState says what a partition does with jobs.
type PartitionState string

// The states of partitions (scontrol(1)).
const (
	PartitionUp       PartitionState = "UP"       // takes and starts jobs
	PartitionDown     PartitionState = "DOWN"     // takes jobs, starts none
	PartitionDrain    PartitionState = "DRAIN"    // takes none, starts those it has
	PartitionInactive PartitionState = "INACTIVE" // neither
)

// Partition is one partition.
type Partition struct {
	Name    string
	State   PartitionState
	Default bool
	// Hidden is set where only those who may use it see it.
	Hidden bool
	// Restricted is set where only some accounts, groups or QOS, or only root, may submit.
	Restricted bool
	// AllowQOS and DenyQOS are lists separated by commas; empty is all and none.
	AllowQOS, DenyQOS string
	// QOS is the partition QOS, whose limits bind every job; empty for none.
	QOS     string
	MaxTime Walltime
	// MaxNodes of one job; nil when unlimited.
	MaxNodes *int
}

// Admits reports whether jobs with the QOS may run in the partition.
func (p Partition) Admits(qos string) bool {
	if p.AllowQOS != "" {
		return contains([]byte(p.AllowQOS), qos)
	}
	return !contains([]byte(p.DenyQOS), qos)
}

// ParsePartitions reads `scontrol show partitions` in the scheduler's order.
func ParsePartitions(body []byte) ([]Partition, error) {
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("No partitions in the system")) {
		return nil, nil
	}
	var partitions []Partition
	f := newFirsts("PartitionName", "State", "Default", "Hidden", "RootOnly", "AllowGroups", "AllowAccounts", "AllowQos",
		"DenyQos", "QoS", "MaxTime", "MaxNodes")
	for record := range records(body, "PartitionName=") {
		f.read(record)
		partitions = append(partitions, newPartition(f))
	}
	if len(partitions) == 0 {
		return nil, noRecords("scontrol show partitions", body)
	}
	return partitions, nil
}

// newPartition makes a partition of its fields.
func newPartition(f *firsts) Partition {
	yes := func(key string) bool { return string(f.get(key)) == "YES" }
	all := func(key string) bool {
		value := f.get(key)
		return !set(value) || bytes.EqualFold(value, []byte("ALL"))
	}
	p := Partition{
		Name:     string(f.get("PartitionName")),
		State:    PartitionState(f.get("State")),
		Default:  yes("Default"),
		Hidden:   yes("Hidden"),
		MaxTime:  walltime(f.get("MaxTime")),
		MaxNodes: counted(f.get("MaxNodes")),
	}
	p.Restricted = yes("RootOnly") || !all("AllowGroups") || !all("AllowAccounts") || !all("AllowQos")
	if !all("AllowQos") {
		p.AllowQOS = string(f.get("AllowQos"))
	}
	if set(f.get("DenyQos")) {
		p.DenyQOS = string(f.get("DenyQos"))
	}
	if set(f.get("QoS")) {
		p.QOS = string(f.get("QoS"))
	}
	return p
}
