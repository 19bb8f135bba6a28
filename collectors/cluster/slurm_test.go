package cluster

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/slurm"
)

// slurmSections are those of a small machine; over replaces bodies by section.
func slurmSections(over map[string]string) Sections {
	bodies := map[string]string{
		SectionSlurmConfig: "SLURM_VERSION = 25.05.1\nPrivateData = none\n",
		SectionSlurmJobs:   "1|a|normal|RUNNING|1|4|1|None\n2|a,b|normal|PENDING|1|4|1|Priority\n",
		SectionSlurmParts: "PartitionName=a State=UP Default=YES MaxTime=1-00:00:00 MaxNodes=4\n" +
			"PartitionName=b State=DOWN MaxTime=02:00:00 AllowQos=normal QoS=part\n",
		SectionSlurmNodes: "NodeName=n1 State=MIXED CPUTot=8 CPUAlloc=4 Partitions=a\n" +
			"NodeName=n2 State=IDLE CPUTot=8 CPUAlloc=0 Partitions=a\n",
		SectionSlurmReserved: "No reservations in the system\n",
		SectionSlurmAssoc:    "QOS=normal(1)\nQOS=part(2) MaxWallPJ=30 MaxTRESPJ=cpu=64,node=2\nQOS=a(3) MaxWallPJ=2880\n",
	}
	s := Sections{}
	for name, body := range bodies {
		s[name] = Section{Name: name, Body: []byte(body)}
	}
	for name, body := range over {
		s[name] = Section{Name: name, Body: []byte(body)}
	}
	return s
}

// fails replaces a section by one whose command failed.
func (s Sections) fails(name, complaint string) Sections {
	s[name] = Section{Name: name, Exit: 1, Err: []byte(complaint + "\n")}
	return s
}

func TestSlurmQueuesByBoth(t *testing.T) {
	var c fleet.Cluster
	problems, fatal := applySlurm(&c, slurmSections(nil), ByBoth, nil)
	if fatal != nil || problems != nil {
		t.Fatal(fatal, problems)
	}
	two := func(running, queued, cores int) fleet.Jobs {
		j := counted(running, queued, 0, queued, 4*running)
		j.CoresQueued = &cores
		if queued > 0 {
			j.Pending = []fleet.Reason{{Reason: "Priority", Jobs: queued}}
		}
		return j
	}
	queue := func(name string, state fleet.QueueState, jobs fleet.Jobs, limits fleet.Limits) fleet.Queue {
		return fleet.Queue{Name: name, State: state, Kind: fleet.BatchQueue, Visibility: fleet.VisibleAll, Jobs: jobs, Limits: limits}
	}
	want := []fleet.Queue{
		queue("a", fleet.QueueRunning, two(1, 1, 4), fleet.Limits{MaxWalltimeSeconds: new(int64(86400)), MaxNodes: new(4)}),
		queue("b", fleet.QueueStopped, two(0, 1, 4), fleet.Limits{MaxWalltimeSeconds: new(int64(1800)), MaxCores: new(64), MaxNodes: new(2)}), // its own QOS
		queue("a (QOS)", fleet.QueueRunning, two(0, 0, 0), fleet.Limits{MaxWalltimeSeconds: new(int64(86400)), MaxNodes: new(4)}),             // its two days do not fit
		queue("normal", fleet.QueueRunning, two(1, 1, 4), fleet.Limits{MaxWalltimeSeconds: new(int64(86400))}),
		queue("part", fleet.QueueRunning, two(0, 0, 0), fleet.Limits{MaxWalltimeSeconds: new(int64(1800)), MaxCores: new(64), MaxNodes: new(2)}),
	}
	want[0].Default, want[1].Restricted = true, true
	want[0].Nodes = &fleet.Nodes{Total: 2, Busy: 1, Idle: 1, Cores: &fleet.Resource{Total: 16, Used: 4, Free: 12}}
	want[1].Nodes = &fleet.Nodes{}
	if diff := cmp.Diff(want, c.Queues); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(two(1, 1, 4), c.Totals); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}

	// Without the association manager the limits of the last look at it hold.
	later := slurmSections(nil)
	delete(later, SectionSlurmAssoc)
	var next fleet.Cluster
	if _, fatal := applySlurm(&next, later, ByBoth, &c); fatal != nil {
		t.Fatal(fatal)
	}
	if diff := cmp.Diff(want, next.Queues); diff != "" {
		t.Errorf("an hour on (-want +got):\n%s", diff)
	}
}

func TestSlurmWithPartsMissing(t *testing.T) {
	before := &fleet.Cluster{Visibility: fleet.VisibleAll}
	for name, c := range map[string]struct {
		sections        Sections
		problem, fatal  string
		visibility      fleet.Visibility
		nodes, running  bool
		version         string
		before          *fleet.Cluster
		unknownQueue    bool
		maintenanceSeen bool
	}{
		"no configuration": {sections: slurmSections(nil).fails(SectionSlurmConfig, "denied"), before: before,
			problem: "scontrol show config: denied (exit status 1)", visibility: fleet.VisibleAll, nodes: true, running: true},
		"no configuration yet": {sections: slurmSections(map[string]string{SectionSlurmVersion: "slurm 24.11.5\n"}).fails(SectionSlurmConfig, "denied"),
			problem: "scontrol show config: denied", nodes: true, version: "24.11.5"}, // whose jobs were seen is not known: no counts
		"no nodes, where there were some": {sections: slurmSections(nil).fails(SectionSlurmNodes, "Socket timed out"),
			before: &fleet.Cluster{Nodes: &fleet.Nodes{Total: 4, Down: 2}}, fatal: "scontrol show nodes: Socket timed out"},
		"no nodes": {sections: slurmSections(nil).fails(SectionSlurmNodes, "Access/permission denied"),
			problem: "scontrol show nodes: Access/permission denied", visibility: fleet.VisibleAll, running: true, version: "25.05.1"},
		"no reservations": {sections: slurmSections(map[string]string{SectionSlurmReserved: "ReservationName=x StartTime=4 Jun 08:00"}),
			problem: "not like 2006-01-02T15:04:05", visibility: fleet.VisibleAll, nodes: true, running: true, version: "25.05.1"},
		"no jobs":            {sections: slurmSections(nil).fails(SectionSlurmJobs, "Socket timed out on send/recv operation"), fatal: "squeue: Socket timed out on send/recv operation"},
		"other columns":      {sections: slurmSections(map[string]string{SectionSlurmJobs: "JOBID PARTITION\n"}), fatal: "1 columns instead of 8"},
		"no partitions":      {sections: slurmSections(map[string]string{SectionSlurmParts: "slurm says hello\n"}), fatal: "no record in what it printed"},
		"private":            {sections: slurmSections(map[string]string{SectionSlurmConfig: "SLURM_VERSION = 25.05.1\nPrivateData = jobs,usage\n"}), visibility: fleet.VisibleOwn, nodes: true, version: "25.05.1"},
		"a partition hidden": {sections: slurmSections(map[string]string{SectionSlurmJobs: "1|ghost|normal|RUNNING|1|4|1|None\n"}), visibility: fleet.VisibleAll, nodes: true, running: true, version: "25.05.1", unknownQueue: true},
		"a state of 2030": {sections: slurmSections(map[string]string{SectionSlurmJobs: "1|a|q|RUNNING|1|4|1|None\n2|a|q|DREAMING|1|4|1|None\n3|a|q|DREAMING|1|4|1|None\n"}),
			problem: `2 jobs in the unknown state "DREAMING" are not counted`, visibility: fleet.VisibleAll, nodes: true, running: true, version: "25.05.1"},
	} {
		t.Run(name, func(t *testing.T) {
			var got fleet.Cluster
			problems, fatal := applySlurm(&got, c.sections, ByPartition, c.before)
			if c.fatal != "" {
				if fatal == nil || !strings.Contains(fatal.Error(), c.fatal) || got.Queues != nil || got.Nodes != nil {
					t.Errorf("fatal %v, want %q, with %s", fatal, c.fatal, pretty(got))
				}
				return
			}
			if fatal != nil || fmt.Sprint(problems) == "[]" != (c.problem == "") || !strings.Contains(fmt.Sprint(problems), c.problem) {
				t.Errorf("fatal %v, problems %v, want %q", fatal, problems, c.problem)
			}
			if got.Visibility != c.visibility || (got.Nodes != nil) != c.nodes || got.SchedulerVersion != c.version {
				t.Errorf("got %s", pretty(got))
			}
			if (got.Totals.Running != nil) != c.running || c.running && *got.Totals.Running != 1 {
				t.Errorf("totals %s", pretty(got.Totals))
			}
			if last := got.Queues[len(got.Queues)-1]; (last.State == fleet.QueueUnknown) != c.unknownQueue {
				t.Errorf("last queue %s", pretty(last))
			}
		})
	}
}

func TestSlurmReservations(t *testing.T) {
	for name, c := range map[string]struct {
		reservation slurm.Reservation
		nodes       *fleet.Nodes
		want        bool
	}{
		"all nodes by number":      {slurm.Reservation{Nodes: new(4)}, &fleet.Nodes{Total: 4}, true},
		"with nodes of the future": {slurm.Reservation{Nodes: new(5)}, &fleet.Nodes{Total: 4}, true},
		"some":                     {slurm.Reservation{Nodes: new(3), AllNodes: true}, &fleet.Nodes{Total: 4}, false},
		"by flag":                  {slurm.Reservation{AllNodes: true}, &fleet.Nodes{Total: 4}, true},
		"of a partition by flag":   {slurm.Reservation{AllNodes: true, Partition: "gpu", Nodes: new(4)}, nil, false},
		"nodes unknown":            {slurm.Reservation{AllNodes: true, Nodes: new(3)}, nil, true},
		"no nodes at all":          {slurm.Reservation{Nodes: new(0)}, &fleet.Nodes{}, false},
	} {
		if got := slurmReservations([]slurm.Reservation{c.reservation}, c.nodes); got[0].WholeMachine != c.want {
			t.Errorf("%s: whole machine is %v", name, got[0].WholeMachine)
		}
	}
}

func TestLimits(t *testing.T) {
	wall := func(seconds int64) fleet.Limits { return fleet.Limits{MaxWalltimeSeconds: &seconds} }
	unlimited := fleet.Limits{UnlimitedWalltime: true}
	for _, c := range []struct{ a, b, tight, loose fleet.Limits }{
		{wall(10), wall(20), wall(10), wall(20)},
		{wall(10), unlimited, wall(10), unlimited},
		{wall(10), fleet.Limits{}, wall(10), fleet.Limits{}},
		{unlimited, fleet.Limits{}, unlimited, unlimited},
		{fleet.Limits{MaxNodes: new(2), MinCores: new(4)}, fleet.Limits{MaxNodes: new(1), MinCores: new(8)},
			fleet.Limits{MaxNodes: new(1), MinCores: new(8)}, fleet.Limits{MaxNodes: new(2)}},
		{fleet.Limits{MaxNodes: new(2), MaxCores: new(4)}, fleet.Limits{MaxJobsPerUser: new(3)},
			fleet.Limits{MaxNodes: new(2), MaxCores: new(4), MaxJobsPerUser: new(3)}, fleet.Limits{}},
	} {
		for _, pair := range [][2]fleet.Limits{{c.a, c.b}, {c.b, c.a}} {
			if diff := cmp.Diff(c.tight, tighter(pair[0], pair[1])); diff != "" {
				t.Errorf("tighter of %s (-want +got):\n%s", pretty(pair), diff)
			}
			if diff := cmp.Diff(c.loose, looser(pair[0], pair[1])); diff != "" {
				t.Errorf("looser of %s (-want +got):\n%s", pretty(pair), diff)
			}
		}
	}
}

func FuzzApplySlurm(f *testing.F) {
	s := slurmSections(nil)
	f.Add(s.Body(SectionSlurmJobs), s.Body(SectionSlurmParts), s.Body(SectionSlurmNodes), s.Body(SectionSlurmAssoc))
	f.Add([]byte("12+0|a,b|q|PENDING|1|4|1|x\n12+1|b|q|PENDING|1|4|0|y\n"), s.Body(SectionSlurmParts), s.Body(SectionSlurmNodes), []byte(""))
	f.Fuzz(func(t *testing.T, jobs, partitions, nodes, assoc []byte) {
		var c fleet.Cluster
		_, fatal := applySlurm(&c, slurmSections(map[string]string{
			SectionSlurmJobs: string(jobs), SectionSlurmParts: string(partitions), SectionSlurmNodes: string(nodes), SectionSlurmAssoc: string(assoc),
		}), ByBoth, nil)
		if fatal != nil {
			return
		}
		check := func(what string, j fleet.Jobs) {
			pending := 0
			for _, r := range j.Pending {
				pending += r.Jobs
			}
			if pending != *j.Queued+*j.Held || *j.Eligible > *j.Queued || *j.Running < 0 || *j.Total() != *j.Running+pending {
				t.Fatalf("%s: %s", what, pretty(j))
			}
		}
		check("totals", c.Totals)
		for _, q := range c.Queues {
			check(q.Name, q.Jobs)
			if *q.Jobs.Total() > *c.Totals.Total() {
				t.Fatalf("%s has more jobs than there are: %s", q.Name, pretty(c))
			}
		}
		if n := c.Nodes; n != nil && n.Busy+n.Idle+n.Drained+n.Down+n.Off+n.Reserved != n.Total {
			t.Fatalf("nodes %s", pretty(n))
		}
	})
}
