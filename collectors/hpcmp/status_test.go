package hpcmp

import (
	"slices"
	"strings"
	"testing"

	"hpcstatus/collectors/fleet"
)

var wordings = []struct {
	text string
	want fleet.Status
}{
	{"Down", fleet.Down},
	{"down.", fleet.Down},
	{"DOWN", fleet.Down},
	{"Down for scheduled maintenance", fleet.Down},
	{"down for upgrade", fleet.Down},
	{"Unavailable", fleet.Down},
	{"Not Available", fleet.Down},
	{"not  yet\navailable", fleet.Down},
	{"no longer available", fleet.Down},
	{"not operational", fleet.Down},
	{"isn't available", fleet.Down},
	{"Offline", fleet.Down},
	{"Off-Line", fleet.Down},
	{"Out of Service", fleet.Down},
	{"out-of-service until Monday", fleet.Down},
	{"Unreachable", fleet.Down},
	{"up, but the scheduler is down", fleet.Down},
	{"maintenance; the system is unavailable", fleet.Down},

	{"Maintenance", fleet.Maintenance},
	{"in Maint", fleet.Maintenance},
	{"Undergoing Preventive Maintenance", fleet.Maintenance},
	{"in preventative care", fleet.Maintenance},
	{"Upgrade in progress", fleet.Maintenance},
	{"Upgrading", fleet.Maintenance},
	{"being upgraded", fleet.Maintenance},
	{"waiting for upgrades", fleet.Maintenance},
	{"in an outage window", fleet.Maintenance},
	{"in a Scheduled Outage", fleet.Maintenance},
	{"in scheduled downtime", fleet.Maintenance},
	{"available after maintenance with limited capability", fleet.Maintenance},
	{"degraded by an upgrade", fleet.Maintenance},

	{"Degraded", fleet.Degraded},
	{"operating in a degraded mode", fleet.Degraded},
	{"Limited", fleet.Degraded},
	{"Up with Limited Availability", fleet.Degraded},
	{"Partial", fleet.Degraded},
	{"partially available", fleet.Degraded},
	{"at reduced capacity", fleet.Degraded},
	{"Intermittent", fleet.Degraded},
	{"Impacted by a storm", fleet.Degraded},
	{"not fully operational", fleet.Degraded},

	{"Up", fleet.Up},
	{"up and running", fleet.Up},
	{"Available", fleet.Up},
	{"Operational", fleet.Up},
	{"Online", fleet.Up},
	{"on-line", fleet.Up},
	{"Normal", fleet.Up},
	{"status_up", fleet.Up},
	{"Up with unlimited walltime", fleet.Up},

	{"", fleet.Unknown},
	{" .,;", fleet.Unknown},
	{"Being Moved", fleet.Unknown},
	{"in Setup", fleet.Unknown},
	{"Updating", fleet.Unknown},
	{"Downtown", fleet.Unknown},
	{"a downtime", fleet.Unknown},
	{"Countdown", fleet.Unknown},
	{"abnormal", fleet.Unknown},
	{"in an unscheduled outage", fleet.Unknown},
	{"not yet back up", fleet.Unknown},
	{"never quite normal", fleet.Unknown},
	{"supported", fleet.Unknown},
	{"in betrieb", fleet.Unknown},
}

func TestClassify(t *testing.T) {
	for _, tt := range wordings {
		if got := Classify(tt.text); got != tt.want {
			t.Errorf("Classify(%q) = %s, want %s", tt.text, got, tt.want)
		}
	}
}

// FuzzClassify holds that every text has one of the five statuses, that the way a text is
// written makes no difference, and that bad news is never lost by adding good news.
func FuzzClassify(f *testing.F) {
	for _, tt := range wordings {
		f.Add(tt.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Classify(text)
		if !slices.Contains(fleet.Statuses(), got) {
			t.Fatalf("Classify(%q) = %q", text, got)
		}
		if spaced := Classify("  " + strings.ReplaceAll(text, " ", "\t \n") + "\n"); spaced != got {
			t.Errorf("Classify(%q) = %s, and with other blanks %s", text, got, spaced)
		}
		if both := Classify("up; " + text); severity(both) < severity(got) {
			t.Errorf("Classify(%q) = %s, and after good news %s", text, got, both)
		}
	})
}
