package slurm

import (
	"bytes"
	"fmt"
	"strings"
)

// Node is one compute node, with what is on it.
type Node struct {
	Name  string
	Class Class
	// Open is set when its free cores and GPUs can be had: it is not drained, down,
	// reserved, blocked or planned for a certain job.
	Open bool
	// Cores are CPUs in Slurm's sense, which are hardware threads where it is so configured:
	// all of them, those that jobs hold, and those that jobs could still have. Cores that
	// are set aside for the system (CoreSpecCount) are neither used nor free.
	Cores, CoresUsed, CoresFree int
	// GPUs of all types.
	GPUs, GPUsUsed int
	// Partitions that list it, separated by commas.
	Partitions string
}

// ParseNodes reads `scontrol -d show nodes`, each node once. FUTURE nodes, which do not
// exist yet, are left out. (Only -d prints how many GPUs are in use.)
func ParseNodes(body []byte) ([]Node, error) {
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("No nodes in the system")) {
		return nil, nil
	}
	nodes := make([]Node, 0, bytes.Count(body, []byte("NodeName=")))
	seen := make(map[string]bool, cap(nodes))
	table := interner{}
	found := false
	f := newFirsts("NodeName", "State", "CPUTot", "CPUEfctv", "CPUAlloc", "Gres", "GresUsed", "CfgTRES", "AllocTRES", "Partitions")
	for record := range records(body, "NodeName=") {
		f.read(record)
		found = true
		node, err := newNode(f, table)
		if err != nil {
			return nil, err
		}
		if node.Class != Absent && !seen[node.Name] {
			seen[node.Name] = true
			nodes = append(nodes, node)
		}
	}
	if !found {
		return nil, noRecords("scontrol show nodes", body)
	}
	return nodes, nil
}

// newNode makes a node of its fields.
func newNode(f *firsts, table interner) (Node, error) {
	node := Node{Name: string(f.get("NodeName")), Partitions: table.string(f.get("Partitions"))}
	if !set(f.get("Partitions")) {
		node.Partitions = ""
	}
	var ok bool
	if node.Class, node.Open, ok = classify(f.get("State")); !ok {
		return Node{}, fmt.Errorf("read node %s: unknown state %s", quote(f.get("NodeName")), quote(f.get("State")))
	}
	var usedOK bool
	node.Cores, ok = count(f.get("CPUTot"))
	node.CoresUsed, usedOK = count(f.get("CPUAlloc"))
	if !ok || !usedOK {
		return Node{}, fmt.Errorf("read node %s: no CPUTot or CPUAlloc", quote(f.get("NodeName")))
	}
	effective, ok := count(f.get("CPUEfctv")) // since 22.05
	if !ok {
		effective = node.Cores
	}
	node.CoresFree = max(0, effective-node.CoresUsed)
	node.GPUs, node.GPUsUsed = gpus(f)
	return node, nil
}

// gpus are the GPUs a node has and those in use. The TRES strings list them only where
// AccountingStorageTRES does, Gres always, and GresUsed only with -d.
func gpus(f *firsts) (total, used int) {
	total, ok := gpuTRES(f.get("CfgTRES"))
	if !ok {
		total = gpuGres(f.get("Gres"))
	}
	if gres := f.get("GresUsed"); gres != nil {
		return total, gpuGres(gres)
	}
	used, _ = gpuTRES(f.get("AllocTRES"))
	return total, used
}

// gpuTRES counts the GPUs in a TRES string such as "cpu=64,mem=1T,gres/gpu=4,gres/gpu:a100=4":
// the untyped number covers all types. ok is false when it names none.
func gpuTRES(tres []byte) (total int, ok bool) {
	typed, hasTyped := 0, false
	for item := range bytes.SplitSeq(tres, []byte(",")) {
		key, value, _ := bytes.Cut(item, []byte("="))
		n, isNumber := count(value)
		switch {
		case !isNumber:
		case string(key) == "gres/gpu":
			return n, true
		case bytes.HasPrefix(key, []byte("gres/gpu:")):
			typed, hasTyped = typed+n, true
		}
	}
	return typed, hasTyped
}

// gpuGres counts the GPUs in a GRES string: "gpu:a100:4(S:0-3),nsight:no_consume:1",
// "gpu:(null):2(IDX:0,2)", "gpu:4", "gpu".
func gpuGres(gres []byte) int {
	if !bytes.Contains(gres, []byte("gpu")) {
		return 0
	}
	total := 0
	for item := range splitGres(strings.ReplaceAll(string(gres), "(null)", "null")) {
		item, _, _ = strings.Cut(item, "(")
		kind, rest, hasRest := strings.Cut(item, ":")
		if kind != "gpu" {
			continue
		}
		last := rest[strings.LastIndexByte(rest, ':')+1:]
		if n, ok := count([]byte(last)); ok {
			total += n
		} else if !hasRest || last != "" {
			total++ // "gpu" or "gpu:a100" is one
		}
	}
	return total
}

// splitGres yields the items of a GRES string, which are separated by commas outside parentheses.
func splitGres(gres string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		depth, start := 0, 0
		for i := range len(gres) {
			switch gres[i] {
			case '(':
				depth++
			case ')':
				depth--
			case ',':
				if depth > 0 {
					continue
				}
				if !yield(gres[start:i]) {
					return
				}
				start = i + 1
			}
		}
		yield(gres[start:])
	}
}
