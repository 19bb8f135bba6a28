package slurm

import "bytes"

// Class is the one thing that a node counts as.
type Class uint8

// The classes of nodes.
const (
	// Idle nodes run nothing and would take a job (or are planned for one).
	Idle Class = iota
	// Busy nodes run at least one job, perhaps a completing one.
	Busy
	// Drained nodes take no new job: drained, draining, failing or rebooting.
	Drained
	// Down nodes are broken or do not answer.
	Down
	// Off nodes are powered down, or on their way down, and start on demand.
	Off
	// Reserved nodes are held for a reservation or maintenance and run nothing.
	Reserved
	// Absent nodes are configured for the future and do not exist.
	Absent
)

// stateFlags are the parts of a node's state.
type stateFlags uint32

const (
	stateIdle stateFlags = 1 << iota
	stateJobs            // allocated, mixed or completing
	stateDown
	stateFuture
	stateDrain
	stateSilent // does not respond
	stateOff    // powered down, powering down, or to be powered down
	stateRising // powering up
	stateReserved
	statePlanned
	stateOther // flags that change nothing: CLOUD, DYNAMIC_NORM, POWER_UP
)

// stateBases are the parts of which every state has at least one.
const stateBases = stateIdle | stateJobs | stateDown | stateFuture | stateDrain | stateOff | stateReserved | statePlanned

// classify puts a node's state into its class, in the order in which sinfo picks the one
// word it prints: "IDLE+DRAIN", "MIXED+CLOUD+NOT_RESPONDING", "DOWN*", "down~". open says
// whether a job could have what is free. ok is false for a state without a known part.
func classify(state []byte) (class Class, open, ok bool) {
	flags := parseState(state)
	planned := flags&statePlanned != 0
	kept := planned || flags&stateReserved != 0
	switch {
	case flags&stateFuture != 0:
		return Absent, false, true
	case flags&stateDrain != 0:
		return Drained, false, true
	case flags&stateDown != 0 && flags&(stateOff|stateRising) == 0,
		flags&stateSilent != 0 && flags&(stateOff|stateRising) == 0:
		return Down, false, flags&stateBases != 0
	case flags&stateJobs != 0:
		return Busy, !kept, true
	case flags&(stateOff|stateDown) != 0: // a down node that is off or starting is not broken
		return Off, !kept, true
	case flags&stateReserved != 0:
		return Reserved, false, true
	}
	return Idle, !planned, flags&stateBases != 0
}

// parseState reads the parts of a state: words joined by plus signs, where the last may
// carry the suffixes of sinfo(1).
func parseState(state []byte) stateFlags {
	var flags stateFlags
	for word := range bytes.SplitSeq(state, []byte("+")) {
		for len(word) > 0 {
			suffix := stateSuffix(word[len(word)-1])
			if suffix == 0 {
				break
			}
			flags |= suffix
			word = word[:len(word)-1]
		}
		flags |= stateWord(word)
	}
	return flags
}

// stateSuffix is the meaning of a suffix (sinfo(1), NODE STATE CODES); 0 for anything else.
func stateSuffix(c byte) stateFlags {
	switch c {
	case '*':
		return stateSilent
	case '~', '!', '%': // powered off, pending power down, powering down
		return stateOff
	case '#': // powering up or being configured
		return stateRising
	case '$':
		return stateReserved
	case '@': // reboot pending: it still takes jobs
		return stateOther
	case '^': // reboot issued
		return stateDrain
	case '-':
		return statePlanned
	}
	return 0
}

// stateWord is the meaning of one part of a state as scontrol and sinfo print them, in
// whatever case; 0 for one that is not known.
func stateWord(word []byte) stateFlags {
	switch string(bytes.ToUpper(word)) {
	case "IDLE":
		return stateIdle
	case "ALLOCATED", "ALLOC", "MIXED", "MIX", "COMPLETING", "COMP":
		return stateJobs
	case "DOWN", "ERROR", "UNKNOWN", "UNK":
		return stateDown
	case "FUTURE", "FUTR":
		return stateFuture
	case "DRAIN", "DRAINED", "DRAINING", "DRNG", "FAIL", "FAILING", "FAILG",
		"INVALID_REG", "INVAL", "REBOOT_ISSUED":
		return stateDrain
	case "NOT_RESPONDING", "NO_RESPOND":
		return stateSilent
	case "POWERED_DOWN", "POWERING_DOWN", "POWER_DOWN", "POWER_DOWN_ASAP", "POWER_DOWN_FORCE", "POWER", "POW_DN":
		return stateOff // plain POWER is what 20.11 calls a powered down node
	case "POWERING_UP", "POW_UP":
		return stateRising
	case "RESERVED", "RESV", "MAINT", "MAINTENANCE":
		return stateReserved
	case "PLANNED", "PLND", "BLOCKED":
		return statePlanned
	case "CLOUD", "DYNAMIC_NORM", "DYNAMIC_FUTURE", "POWER_UP", "REBOOT", "REBOOT_REQUESTED", "EXTERNAL", "PERFCTRS", "NPC":
		return stateOther
	}
	return 0
}
