package slurm

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpcstatus/collectors/internal/recorded"
)

func limit(seconds int64) Walltime { return Walltime{Seconds: &seconds} }

func TestParsePartitionsOfTheLab(t *testing.T) {
	partitions, err := ParsePartitions(lab(t, "scontrol-partitions.txt"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Partition{
		{Name: "standard", State: PartitionUp, Default: true, MaxTime: limit(86400)},
		{Name: "debug", State: PartitionUp, MaxTime: limit(3600)},
		{Name: "transfer", State: PartitionDrain, MaxTime: limit(2 * 86400)},
		{Name: "background", State: PartitionUp, MaxTime: Walltime{Unlimited: true}},
	}
	if diff := cmp.Diff(want, partitions); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParsePartitions(t *testing.T) {
	deny := strings.Repeat("pas0001,", 1000)
	for text, want := range map[string]Partition{
		"PartitionName=a AllowGroups=ALL AllowAccounts=ALL AllowQos=normal,stop QoS=N/A Hidden=YES MaxNodes=1 MaxTime=08:00:00 State=UP": {
			Name: "a", State: PartitionUp, Hidden: true, Restricted: true, AllowQOS: "normal,stop", MaxNodes: new(1), MaxTime: limit(28800)},
		"PartitionName=a\n   AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL\n   Default=YES QoS=part\n   MaxNodes=UNLIMITED MaxTime=2-00:00:00\n   State=INACTIVE": {
			Name: "a", State: PartitionInactive, Default: true, QOS: "part", MaxTime: limit(172800)},
		"PartitionName=a AllowGroups=ALL DenyAccounts=" + deny + " DenyQos=long,huge MaxTime=INFINITE State=DOWN": {
			Name: "a", State: PartitionDown, DenyQOS: "long,huge", MaxTime: Walltime{Unlimited: true}},
		"PartitionName=a AllowGroups=hpc State=DRAIN MaxTime=NONE": {Name: "a", State: PartitionDrain, Restricted: true},
		"PartitionName=a RootOnly=YES State=UP":                    {Name: "a", State: PartitionUp, Restricted: true},
		"PartitionName=a AllowAccounts=x State=UP":                 {Name: "a", State: PartitionUp, Restricted: true},
	} {
		partitions, err := ParsePartitions([]byte(text + "\n"))
		if err != nil {
			t.Errorf("%.80s: %v", text, err)
			continue
		}
		if diff := cmp.Diff([]Partition{want}, partitions); diff != "" {
			t.Errorf("%.80s (-want +got):\n%s", text, diff)
		}
	}
	if got, err := ParsePartitions([]byte("No partitions in the system\n")); got != nil || err != nil {
		t.Errorf("none: %v, %v", got, err)
	}
	if _, err := ParsePartitions([]byte("slurm_load_partitions error: Zero Bytes were transmitted or received")); err == nil {
		t.Error("no error for output without partitions")
	}
}

func TestAdmits(t *testing.T) {
	for _, c := range []struct {
		partition Partition
		qos       string
		want      bool
	}{
		{Partition{}, "normal", true},
		{Partition{AllowQOS: "normal,stop"}, "normal", true},
		{Partition{AllowQOS: "normal,stop"}, "norm", false},
		{Partition{DenyQOS: "long,huge"}, "huge", false},
		{Partition{DenyQOS: "long,huge"}, "normal", true},
		{Partition{AllowQOS: "long", DenyQOS: "long"}, "long", true}, // slurm.conf(5): AllowQos wins
	} {
		if got := c.partition.Admits(c.qos); got != c.want {
			t.Errorf("%+v admits %s: %v", c.partition, c.qos, got)
		}
	}
}

// What FirecREST recorded at CSCS and what a user of ARIS posted.
func TestParsePartitionsRecorded(t *testing.T) {
	partitions, err := ParsePartitions(recorded.File(t, "slurm-cli/firecrest_ssh_scontrol_partitions.stdout"))
	if err != nil || len(partitions) != 4 {
		t.Fatalf("%d partitions: %v", len(partitions), err)
	}
	if p := partitions[3]; p.Name != "jupyterhub" || !p.Hidden || p.AllowQOS != "normal,stop" || *p.MaxNodes != 1 || *p.MaxTime.Seconds != 8*3600 {
		t.Errorf("%+v", p)
	}
	partitions, err = ParsePartitions(recorded.File(t, "slurm-cli/scontrol_show_partition_aris.txt"))
	if err != nil || len(partitions) != 1 || partitions[0].Name != "compute" || *partitions[0].MaxTime.Seconds != 2*86400 {
		t.Errorf("%+v: %v", partitions, err)
	}
}

func FuzzParsePartitions(f *testing.F) {
	f.Add(lab(f, "scontrol-partitions.txt"))
	f.Add([]byte("PartitionName=a\n   AllowQos=b DenyQos=c\n   MaxTime=1-0 State=UP\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		partitions, err := ParsePartitions(body)
		if err != nil {
			return
		}
		for _, p := range partitions {
			if p.MaxTime.Seconds != nil && (*p.MaxTime.Seconds < 0 || p.MaxTime.Unlimited) || p.MaxNodes != nil && *p.MaxNodes < 0 {
				t.Fatalf("%+v", p)
			}
			if p.AllowQOS != "" && !p.Restricted {
				t.Fatalf("a choice of QOS is no restriction: %+v", p)
			}
		}
		if len(partitions) > bytes.Count(body, []byte("PartitionName=")) {
			t.Fatalf("%d partitions", len(partitions))
		}
	})
}
