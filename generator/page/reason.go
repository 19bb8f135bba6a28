package page

import "strings"

// glossed is a scheduler's word with its meaning.
type glossed struct{ Word, Meaning string }

// reasons explains why schedulers keep jobs waiting. The words are the reason codes of
// squeue(1) and the beginnings of the comments that PBS puts on jobs; the longest
// match counts.
func reasons() []glossed {
	return []glossed{
		{"Priority", "Jobs with a higher priority are ahead."},
		{"Resources", "Next in line; waits for enough free nodes, cores or memory."},
		{"Dependency", "Waits for another job that it depends on."},
		{"DependencyNeverSatisfied", "The job it depends on failed, so it will never start. Cancel and submit again."},
		{"BeginTime", "Was asked to start later."},
		{"JobArrayTaskLimit", "Its array runs as many tasks at once as its own throttle allows."},
		{"JobHeldUser", "Held by its owner."},
		{"JobHeldAdmin", "Held by an administrator."},
		{"ReqNodeNotAvail", "Asks for nodes that are down, drained or reserved, often for maintenance."},
		{"Reservation", "Waits for its reservation to begin."},
		{"Licenses", "Waits for a free licence."},
		{"PartitionDown", "The partition accepts jobs but starts none."},
		{"PartitionInactive", "The partition accepts no jobs and starts none."},
		{"PartitionTimeLimit", "Asks for more time than the partition allows; it will not start as it is."},
		{"PartitionNodeLimit", "Asks for more or fewer nodes than the partition allows; it will not start as it is."},
		{"PartitionConfig", "Asks for something that the partition does not allow."},
		{"BadConstraints", "Asks for a combination of features that no node has."},
		{"NodeDown", "A node that it needs is down."},
		{"Cleaning", "Was requeued and its last run is still being cleaned up."},
		{"AssocGrp", "The account (association) has reached a limit of the whole group, such as its allocation."},
		{"AssocMax", "The account (association) has reached a limit per user or job."},
		{"QOSGrp", "The quality of service (QOS) has reached a limit of all its jobs together."},
		{"QOSMax", "The quality of service (QOS) has reached its limit per user or job."},
		{"QOSMin", "Asks for less than the quality of service (QOS) takes."},
		{"MaxJobs", "As many jobs run as one user or account may run."},
		{"MaxCpuPer", "Holds as many cores as one user or account may hold."},
		{"Not Running: Insufficient amount of resource", "Waits for enough of a resource, such as cores or memory, to be free."},
		{"Not Running: Job would conflict with reservation", "Would run into a reservation or the next big job."},
		{"Not Running: User has reached", "Its owner runs as many jobs as one user may run."},
		{"Not Running: Queue", "The queue is stopped or at a limit."},
		{"Not Running: Server", "The whole machine is at a limit of jobs."},
		{"Not Running: Not enough free nodes", "Waits for enough free nodes."},
	}
}

// meaning explains a reason; empty when it is not one we know.
func meaning(reason string) string {
	best := glossed{}
	for _, known := range reasons() {
		if strings.HasPrefix(strings.ToLower(reason), strings.ToLower(known.Word)) && len(known.Word) > len(best.Word) {
			best = known
		}
	}
	return best.Meaning
}

// glossary explains the known ones among the reasons that were seen, sorted by word.
func glossary(seen map[string]bool) []glossed {
	var out []glossed
	for _, reason := range sortedKeys(seen) {
		if text := meaning(reason); text != "" {
			out = append(out, glossed{reason, text})
		}
	}
	return out
}
