package slurm

import (
	"bytes"
	"fmt"
	"strconv"
)

// Accounts are the records of the association manager: the controller's own, up to date
// view of budgets and their use.
type Accounts struct {
	Associations []Association
	QOS          []QOS
}

// Association is an account, or a user in an account.
type Association struct {
	Account string
	// Parent account; empty for the root and for users.
	Parent string
	// User is empty for the account itself.
	User string
	// Partition that a user's association is limited to; empty for all.
	Partition string
	// Budgets are the limits in GrpTRESMins, with use, of cpu, node, billing and gres/gpu.
	Budgets []Budget
	// ShareFactor is the fair-share factor from 0 to 1; nil when not printed.
	ShareFactor *float64
}

// Budget is a limit on minutes of a trackable resource, and the use that counts against it.
type Budget struct {
	// TRES is "cpu", "node", "billing", "gres/gpu" or a typed "gres/gpu:a100".
	TRES string
	// Limit in minutes; nil when there is none.
	Limit *float64
	// Used in minutes.
	Used float64
}

// QOS is a quality of service with the limits that bind one job of it.
type QOS struct {
	Name    string
	MaxTime Walltime
	// MaxCores, MaxNodes and MinCores of one job; nil when there is no limit.
	MaxCores, MaxNodes, MinCores *int
	// MaxJobsPerUser is how many jobs of one user may run; nil when there is no limit, or
	// when nobody has used the QOS since the controller started, for it is printed by user.
	MaxJobsPerUser *int
	// Budgets are the limits in GrpTRESMins, with use.
	Budgets []Budget
	// NoDecay says that use is kept for ever; nil when the flags are not printed (22.05 does not).
	NoDecay *bool
}

// ParseAccounts reads `scontrol show assoc_mgr flags=assoc,qos`.
func ParseAccounts(body []byte) (Accounts, error) {
	var accounts Accounts
	f := newFirsts("Account", "ParentAccount", "UserName", "Partition", "GrpTRESMins", "SharesRaw/Norm/Level/Factor")
	for record := range records(body, "ClusterName=") {
		f.read(record)
		a, err := newAssociation(f)
		if err != nil {
			return Accounts{}, fmt.Errorf("read association of account %s: %w", quote(f.get("Account")), err)
		}
		accounts.Associations = append(accounts.Associations, a)
	}
	q := newFirsts("QOS", "MaxWallPJ", "MaxTRESPJ", "MinTRESPJ", "GrpTRESMins", "Flags")
	for record := range records(body, "QOS=") {
		q.read(record)
		qos, err := newQOS(q, record)
		if err != nil {
			return Accounts{}, fmt.Errorf("read QOS %s: %w", quote(q.get("QOS")), err)
		}
		accounts.QOS = append(accounts.QOS, qos)
	}
	head := bytes.HasPrefix(bytes.TrimSpace(body), []byte("Current Association Manager state"))
	if len(accounts.Associations)+len(accounts.QOS) == 0 && !head {
		return Accounts{}, noRecords("scontrol show assoc_mgr", body)
	}
	return accounts, nil
}

// newAssociation makes an association of its fields.
func newAssociation(f *firsts) (Association, error) {
	a := Association{
		Account:   string(f.get("Account")),
		Parent:    name(f.get("ParentAccount")),
		User:      name(f.get("UserName")),
		Partition: string(f.get("Partition")),
	}
	shares := f.get("SharesRaw/Norm/Level/Factor")
	last := shares[bytes.LastIndexByte(shares, '/')+1:]
	if factor, err := strconv.ParseFloat(string(last), 64); err == nil && factor >= 0 && factor <= 1 {
		a.ShareFactor = &factor
	}
	var err error
	a.Budgets, err = budgets(f.get("GrpTRESMins"))
	return a, err
}

// newQOS makes a QOS of its fields and, for what is printed by user, its whole record.
func newQOS(f *firsts, record []byte) (QOS, error) {
	q := QOS{
		Name:     name(f.get("QOS")),
		MaxTime:  minutes(f.get("MaxWallPJ")),
		MaxCores: tres(f.get("MaxTRESPJ"), "cpu"),
		MaxNodes: tres(f.get("MaxTRESPJ"), "node"),
		MinCores: tres(f.get("MinTRESPJ"), "cpu"),
	}
	if _, after, ok := bytes.Cut(record, []byte("MaxJobsPU=")); ok {
		limit, _, _ := bytes.Cut(after, []byte("("))
		q.MaxJobsPerUser = counted(limit)
	}
	if flags := f.get("Flags"); flags != nil {
		noDecay := contains(flags, "NoDecay")
		q.NoDecay = &noDecay
	}
	var err error
	q.Budgets, err = budgets(f.get("GrpTRESMins"))
	return q, err
}

// tres is the number of one resource in a list such as "cpu=100,node=2"; nil when it is not there.
func tres(list []byte, resource string) *int {
	for item := range bytes.SplitSeq(list, []byte(",")) {
		if key, value, _ := bytes.Cut(item, []byte("=")); string(key) == resource {
			return counted(value)
		}
	}
	return nil
}

// budgets reads limits with their use, "cpu=6000000(470),mem=N(0),gres/gpu=N(0)", where N is no limit.
func budgets(list []byte) ([]Budget, error) {
	var found []Budget
	for item := range bytes.SplitSeq(list, []byte(",")) {
		key, value, _ := bytes.Cut(item, []byte("="))
		if !budgeted(string(key)) {
			continue
		}
		limit, use, ok := bytes.Cut(bytes.TrimSuffix(value, []byte(")")), []byte("("))
		if !ok {
			return nil, fmt.Errorf("limit %s is not like cpu=60000(470)", quote(item))
		}
		b := Budget{TRES: string(key)}
		var err error
		if b.Used, err = amount(use); err != nil {
			return nil, err
		}
		if string(limit) != "N" {
			n, err := amount(limit)
			if err != nil {
				return nil, err
			}
			b.Limit = &n
		}
		found = append(found, b)
	}
	return found, nil
}

// budgeted reports whether budgets of the resource are compute time.
func budgeted(tres string) bool {
	switch tres {
	case "cpu", "node", "billing", "gres/gpu":
		return true
	}
	return len(tres) > len("gres/gpu:") && tres[:len("gres/gpu:")] == "gres/gpu:"
}

// amount reads a number of minutes.
func amount(text []byte) (float64, error) {
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(n >= 0 && n <= 1e15) { // NaN is no number of minutes either
		return 0, fmt.Errorf("read minutes %s: not a number", quote(text))
	}
	return n, nil
}
