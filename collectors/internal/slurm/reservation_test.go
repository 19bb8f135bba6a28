package slurm

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hpcstatus/collectors/internal/recorded"
)

func TestParseReservations(t *testing.T) {
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for text, want := range map[string][]Reservation{
		"No reservations in the system\n": nil,
		"":                                nil,
		"ReservationName=maint1 StartTime=2026-11-23T22:33:28 EndTime=2026-11-24T00:33:28 Duration=02:00:00 Nodes=ghost[1-3],vm NodeCnt=4 " +
			"CoreCnt=320 Features=(null) PartitionName=(null) Flags=MAINT,IGNORE_JOBS,SPEC_NODES,ALL_NODES TRES=cpu=320 Users=root State=INACTIVE\n": {
			{Name: "maint1", Start: at("2026-11-23T22:33:28Z"), End: at("2026-11-24T00:33:28Z"), Nodes: new(4), Maintenance: true, AllNodes: true}},
		"ReservationName=june StartTime=1781676000 EndTime=1781697600 Nodes=nid[1-9] NodeCnt=9 PartitionName=normal Flags=REPLACE\n": {
			{Name: "june", Start: at("2026-06-17T06:00:00Z"), End: at("2026-06-17T12:00:00Z"), Nodes: new(9), Partition: "normal"}},
		"ReservationName=open StartTime=Unknown EndTime=N/A NodeCnt=(null) Flags=\n": {{Name: "open"}},
	} {
		got, err := ParseReservations([]byte(text))
		if err != nil {
			t.Errorf("%.40s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.40s (-want +got):\n%s", text, diff)
		}
	}
	for text, want := range map[string]string{
		"ReservationName=a StartTime=4 Jun 08:00 EndTime=4 Jun 12:00": `read reservation "a": read time "4 Jun 08:00": not like 2006-01-02T15:04:05`,
		"ReservationName=a StartTime=2026-13-01T00:00:00":             "not like",
		"slurm_load_reservations error: Access/permission denied":     "no record",
	} {
		if _, err := ParseReservations([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

// A recording under the relative time format is refused whole: half of its times have no date.
func TestParseReservationsRecorded(t *testing.T) {
	_, err := ParseReservations(recorded.File(t, "slurm-cli/firecrest_ssh_scontrol_reservation_command.stdout"))
	if err == nil || !strings.Contains(err.Error(), `"maintenance_weekly": read time "4 Jun 08:00"`) {
		t.Errorf("error %v", err)
	}
}

func FuzzParseReservations(f *testing.F) {
	f.Add([]byte("ReservationName=a StartTime=2026-11-23T22:33:28 EndTime=1781697600 NodeCnt=4 Flags=MAINT\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		reservations, err := ParseReservations(body)
		for _, r := range reservations {
			if err != nil || (r.Nodes != nil && *r.Nodes < 0) || r.Start.Location() != time.UTC {
				t.Fatalf("%+v, %v", r, err)
			}
		}
	})
}
