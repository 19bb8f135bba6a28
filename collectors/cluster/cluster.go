package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"hpcstatus/collectors"
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/run"
)

const (
	// defaultTimeout is a cluster's when its target sets none.
	defaultTimeout = 60 * time.Second
	// slowest is the most that one command of the probe may take there.
	slowest = 20 * time.Second
	// expensiveEvery is how often allocations, filesystems and quotas are asked for.
	expensiveEvery = time.Hour
	// retryLogin is how long a refused login is not tried again with the same credentials.
	retryLogin = time.Hour
)

// Target is a cluster to ask.
type Target struct {
	// Name to show; Slug identifies the cluster; Aliases are other names of it.
	Name, Slug string
	Aliases    []string
	// Site is the code of its centre; empty when unknown.
	Site string
	// LoginNode as configured; empty to take the name that the cluster gives itself.
	LoginNode string
	// QueueBy is ByPartition (also when empty), ByQOS or ByBoth; it is for Slurm.
	QueueBy string
	// Paths are folders to ask the filesystem of, beside the usual ones; see Options.
	Paths []string
	// Runner reaches it.
	Runner run.Runner
	// Timeout of the whole probe; zero is 60 seconds.
	Timeout time.Duration
	// Off is set for a cloud cluster that is switched off; it is not asked.
	Off bool
}

// Probe asks one cluster in one round trip. It always returns a cluster: one that could not
// be asked is Unreachable, with the reason in its Error and in the target's. An error of the
// target beside a Connected cluster means that something of it could not be had; a part
// that failed or was not due keeps its data of the previous cycle. The source is the name
// of the collector that asks.
func Probe(ctx context.Context, t Target, req collectors.Request, source string) (fleet.Cluster, fleet.Target) {
	p := probing{target: t, req: req, before: req.Previous.Cluster(t.Slug)}
	p.cluster = fleet.Cluster{
		Name: t.Name, Slug: t.Slug, Aliases: t.Aliases, Source: source, Site: t.Site, LoginNode: t.LoginNode,
	}
	if t.LoginNode != "" {
		p.cluster.LoginNodeSource = fleet.LoginConfigured
	}
	p.outcome = fleet.Target{Name: t.Name, Slug: t.Slug}
	last := req.Previous.Target(t.Slug)
	if last != nil {
		p.outcome.SucceededAt = last.SucceededAt
	}
	switch {
	case t.Off:
		p.cluster.Status = fleet.Off
	case last != nil && last.NeedsLogin && req.Now.Before(last.RetryAt) && last.Credential == t.Runner.Credential():
		p.outcome = *last
		p.outcome.Duration = 0
		p.unreachable(last.Error)
	default:
		p.ask(ctx)
	}
	return p.cluster, p.outcome
}

// probing is one probe as it proceeds.
type probing struct {
	target Target
	req    collectors.Request
	// before is the cluster as it was, nil when it was never seen.
	before  *fleet.Cluster
	cluster fleet.Cluster
	outcome fleet.Target
	// The expensive parts that are asked for this time.
	accountsDue, disksDue bool
}

// unreachable gives up on the cluster for this cycle.
func (p *probing) unreachable(why string) {
	p.cluster.Status, p.cluster.Error = fleet.Unreachable, why
	p.outcome.Error = why
}

// ask runs the probe there and reads what it printed, as far as it came.
func (p *probing) ask(ctx context.Context) {
	timeout := p.target.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	p.accountsDue = p.isDue(func(c *fleet.Cluster) fleet.Part { return c.Accounts })
	p.disksDue = p.isDue(func(c *fleet.Cluster) fleet.Part { return c.Disks })
	out, err := p.target.Runner.Run(ctx, Script(Options{
		Nonce:        NewNonce(),
		Slug:         p.target.Slug,
		Config:       p.accountsDue || configDue(p.before),
		Reservations: p.accountsDue || reservationsDue(p.before),
		Accounts:     p.accountsDue,
		Disks:        p.disksDue,
		Paths:        p.target.Paths,
		Limit:        min(slowest, timeout/3),
	}))
	p.outcome.Duration = out.Duration
	if errors.Is(err, run.ErrNeedsLogin) {
		p.needsLogin(err)
		return
	}
	sections, cut := ParseSections(out.Stdout)
	if busy := busy(sections); busy != nil {
		p.unreachable(busy.Error())
		return
	}
	// A probe that hangs in its last command has said all the rest.
	if !sections.Ran(SectionHost) {
		p.unreachable(failure(err, cut, out))
		return
	}
	p.connected(sections, errors.Join(err, cut))
}

// failure says why a probe came to nothing: the runner's error if it has one, else what
// was printed instead, with the complaint beside it.
func failure(err, cut error, out run.Output) string {
	switch said := firstLine(out.Stderr); {
	case err != nil:
		return oneLine(err)
	case said != "":
		return fmt.Sprintf("%s (exit status %d, and on standard error: %s)", oneLine(cut), out.ExitCode, said)
	}
	return fmt.Sprintf("%s (exit status %d)", oneLine(cut), out.ExitCode)
}

// needsLogin remembers that a login was refused, so that it is not tried in every cycle:
// some sites lock accounts for that.
func (p *probing) needsLogin(err error) {
	p.outcome.NeedsLogin = true
	p.outcome.RetryAt = p.req.Now.Add(retryLogin)
	p.outcome.Credential = p.target.Runner.Credential()
	p.unreachable(fmt.Sprintf("%s (tried again after %s or when the credentials change)",
		oneLine(err), p.outcome.RetryAt.UTC().Format(time.RFC3339)))
}

// busy is the error of a probe that did not start beside another one.
func busy(s Sections) error {
	section, ok := s[SectionBusy]
	switch {
	case !ok:
		return nil
	case section.Exit == 0:
		return fmt.Errorf("an earlier probe is still running there: %s", firstLine(section.Body))
	}
	return fmt.Errorf("cannot make the lock that keeps two probes apart there: %s", firstLine(section.Err))
}

// connected fills the cluster with what the sections say. stopped, when not nil, is why
// they are not all there.
func (p *probing) connected(s Sections, stopped error) {
	now := p.req.Now
	p.cluster.Status = fleet.Connected
	p.cluster.ObservedAt, p.cluster.ValidUntil = now, now.Add(p.req.ValidFor)
	p.outcome.SucceededAt = now
	host := readHost(s)
	if p.cluster.LoginNode == "" && strings.Contains(host.name, ".") { // a bare name is of no use elsewhere
		p.cluster.LoginNode, p.cluster.LoginNodeSource = host.name, fleet.LoginObserved
	}
	problems := p.usage(s, stopped)
	p.accounts(s, host, stopped)
	p.disks(s, stopped)
	if stopped != nil {
		problems = append(problems, stopped)
	}
	for _, part := range []fleet.Part{p.cluster.Usage, p.cluster.Accounts, p.cluster.Disks} {
		if part.Error != "" {
			problems = append(problems, errors.New(part.Error))
		}
	}
	p.outcome.Error = joined(problems)
}

// joined is one line of several problems, each once.
func joined(problems []error) string {
	var lines []string
	seen := map[string]bool{}
	for _, err := range problems {
		if line := oneLine(err); !seen[line] {
			seen[line] = true
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}

// oneLine is the error's text in one line. Errors quote remote text cleaned and short
// already; joined ones have several lines.
func oneLine(err error) string {
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}
