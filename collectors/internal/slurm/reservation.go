package slurm

import (
	"bytes"
	"fmt"
	"time"
)

// Reservation is a stretch of time in which nodes are set aside.
type Reservation struct {
	Name string
	// Start and End are zero when Slurm does not say.
	Start, End time.Time
	// Nodes it holds; nil when not known.
	Nodes *int
	// Maintenance is the flag MAINT.
	Maintenance bool
	// AllNodes is the flag ALL_NODES; Partition limits it, unless empty.
	AllNodes  bool
	Partition string
}

// ParseReservations reads `scontrol show reservations` under TZ=UTC and
// SLURM_TIME_FORMAT=standard. None at all is no error.
func ParseReservations(body []byte) ([]Reservation, error) {
	var reservations []Reservation
	f := newFirsts("ReservationName", "StartTime", "EndTime", "NodeCnt", "PartitionName", "Flags")
	for record := range records(body, "ReservationName=") {
		f.read(record)
		r, err := newReservation(f)
		if err != nil {
			return nil, fmt.Errorf("read reservation %s: %w", quote(f.get("ReservationName")), err)
		}
		reservations = append(reservations, r)
	}
	none := len(bytes.TrimSpace(body)) == 0 || bytes.Contains(body, []byte("No reservations in the system"))
	if len(reservations) == 0 && !none {
		return nil, noRecords("scontrol show reservations", body)
	}
	return reservations, nil
}

// newReservation makes a reservation of its fields.
func newReservation(f *firsts) (Reservation, error) {
	r := Reservation{
		Name:        string(f.get("ReservationName")),
		Nodes:       counted(f.get("NodeCnt")),
		Maintenance: contains(f.get("Flags"), "MAINT"),
		AllNodes:    contains(f.get("Flags"), "ALL_NODES"),
	}
	if set(f.get("PartitionName")) {
		r.Partition = string(f.get("PartitionName"))
	}
	var err error
	if r.Start, err = moment(f.get("StartTime")); err != nil {
		return Reservation{}, err
	}
	r.End, err = moment(f.get("EndTime"))
	return r, err
}
