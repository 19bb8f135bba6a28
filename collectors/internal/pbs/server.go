package pbs

import (
	"errors"
	"fmt"

	"hpcstatus/collectors/internal/clean"
)

// Server is what a PBS server says of itself.
type Server struct {
	// Name is the server's name, State its server_state, such as "Active" or "Idle".
	Name, State string
	// Version is pbs_version, such as "23.06.06"; empty when not printed.
	Version string
	// DefaultQueue takes the jobs that name no queue; empty when there is none.
	DefaultQueue string
	// QueryOtherJobs is false where an account may see only its own jobs; nil when not printed.
	QueryOtherJobs *bool
	// Scheduling is false while the scheduler is switched off, so that no job starts in
	// any queue; nil when not printed.
	Scheduling *bool
}

// ParseServer reads the output of `qstat -B -f -F json`. Where it lists several servers,
// the first is taken.
func ParseServer(text []byte) (Server, error) {
	doc, err := decode(text)
	if err != nil {
		return Server{}, fmt.Errorf("read the PBS server: %w", err)
	}
	list := doc.get("Server")
	if list == nil || len(list.members) == 0 {
		return Server{}, errors.New("read the PBS server: the output names none")
	}
	first := &list.members[0].value
	s := Server{
		Name:           clean.Text(list.members[0].key),
		State:          first.scalar("server_state"),
		Version:        first.scalar("pbs_version"),
		DefaultQueue:   first.scalar("default_queue"),
		QueryOtherJobs: boolean(first.scalar("query_other_jobs")),
		Scheduling:     boolean(first.scalar("scheduling")),
	}
	if s.Version == "" {
		s.Version = doc.scalar("pbs_version")
	}
	return s, nil
}
