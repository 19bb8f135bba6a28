package cluster

import (
	"slices"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/slurm"
)

// usage fills queues, totals, nodes and reservations from whichever scheduler answered, and
// returns what could not be had of them. When there are no queues, the part's error says why.
func (p *probing) usage(s Sections, stopped error) []error {
	c := &p.cluster
	var problems []error
	var fatal error
	switch {
	case s.Ran(SectionSlurmConfig), s.Ran(SectionSlurmJobs):
		problems, fatal = applySlurm(c, s, p.target.QueueBy, p.before)
		c.SchedulerSilent = s.Ran(SectionSlurmConfig) && s.failed(SectionSlurmConfig) && s.failed(SectionSlurmJobs)
	case s.Ran(SectionPBSQueues):
		problems, fatal = applyPBS(c, s, p.before)
		c.SchedulerSilent = s.failed(SectionPBSQueues) && s.failed(SectionPBSQueuesText)
	case s.Ran(SectionHPCMPQueues):
		fatal = applyHPCMPQueues(c, s)
	case stopped != nil:
		fatal = stopped
	default:
		fatal = errNoScheduler
	}
	if fatal != nil {
		if stopped != nil {
			fatal = stopped // it is the reason that something is missing
		}
		c.Usage = fleet.Part{Error: oneLine(fatal)}
		return nil
	}
	c.Usage = fleet.Part{ObservedAt: c.ObservedAt, ValidUntil: c.ValidUntil}
	return problems
}

// isDue reports whether a part that is asked for at most hourly is to be asked for again.
func (p *probing) isDue(part func(*fleet.Cluster) fleet.Part) bool {
	if p.before == nil {
		return true
	}
	last := part(p.before)
	asked := last.AskedAt
	if asked.IsZero() {
		asked = last.ObservedAt
	}
	return asked.IsZero() || !p.req.Now.Before(asked.Add(expensiveEvery))
}

// accounts fills the allocations. Where nothing could be asked for them, because there is
// no such command or the scheduler is silent, they stay due.
func (p *probing) accounts(s Sections, host hostFacts, stopped error) {
	c := &p.cluster
	if !p.accountsDue {
		c.Allocations, c.Accounts = p.before.Allocations, p.before.Accounts
		return
	}
	found, answered, err := p.readAccounts(s, host)
	if !answered {
		err = stopped
	}
	if answered || err != nil {
		c.Allocations, c.Accounts = found, p.asked(err == nil, err)
	}
	if err != nil && p.before != nil && p.before.Accounts.Measured() {
		c.Allocations, c.Accounts = p.before.Allocations, stale(p.before.Accounts, c.Accounts)
	}
}

// readAccounts reads the allocations from show_usage where there is one and it lists any,
// else from Slurm's association manager. answered is false when nothing there was asked.
func (p *probing) readAccounts(s Sections, host hostFacts) (found []fleet.Allocation, answered bool, err error) {
	if s.Ran(SectionHPCMPUsage) {
		names := append([]string{p.target.Name, host.name}, p.target.Aliases...)
		found, err = hpcmpAllocations(s, names...)
		if err != nil || len(found) > 0 || !s.Ran(SectionSlurmAssoc) {
			return found, true, err
		}
	}
	if !s.Ran(SectionSlurmAssoc) {
		return nil, false, nil
	}
	accounts, err := readSection(s, SectionSlurmAssoc, slurm.ParseAccounts)
	if err != nil {
		return nil, true, err
	}
	var config *slurm.Config
	if c, err := readSection(s, SectionSlurmConfig, slurm.ParseConfig); err == nil {
		config = &c
	}
	return slurmAllocations(accounts, config, host.newYear), true, nil
}

// disks fills the filesystems and quotas. What some commands said is shown beside the error
// of another one, unless there is the whole of an earlier hour.
func (p *probing) disks(s Sections, stopped error) {
	c := &p.cluster
	if !p.disksDue {
		c.Storage, c.Disks = p.before.Storage, p.before.Disks
		return
	}
	found, err := storageParts(s)
	if err == nil {
		err = stopped // the command that hung is one of these, or came before them
	}
	answered := slices.ContainsFunc([]string{SectionDF, SectionQuota, SectionLFS, SectionHPCMPStorage}, s.Ran)
	if answered || err != nil {
		c.Storage, c.Disks = found, p.asked(err == nil || len(found) > 0, err)
	}
	if err != nil && p.before != nil && p.before.Disks.Measured() {
		c.Storage, c.Disks = p.before.Storage, stale(p.before.Disks, c.Disks)
	}
}

// asked is the provenance of an expensive part that was asked for in this cycle.
func (p *probing) asked(measured bool, err error) fleet.Part {
	now := p.req.Now
	part := fleet.Part{AskedAt: now}
	if measured {
		part.ObservedAt, part.ValidUntil = now, now.Add(expensiveEvery+p.req.ValidFor)
	}
	if err != nil {
		part.Error = oneLine(err)
	}
	return part
}

// stale is the provenance of earlier data whose newest attempt failed.
func stale(before, failed fleet.Part) fleet.Part {
	before.AskedAt, before.Error = failed.AskedAt, failed.Error
	return before
}
