package insight

import (
	"bytes"
	"encoding/json"
	"math/rand"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/generator/internal/fixture"
	"hpcstatus/generator/internal/golden"
)

func find(s fleet.Snapshot, now time.Time) []doc.Insight {
	return Find(fleet.Merge(s, fixture.Sites(), now), now)
}

func TestGolden(t *testing.T) {
	for name, s := range map[string]fleet.Snapshot{
		"mixed": fixture.Mixed(), "seed": fixture.Seed(), "unknown": fixture.Unknown(), "empty": {},
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			for _, i := range find(s, fixture.Now()) {
				line := []string{i.Priority, i.Type, i.Cluster, subject(i), i.Message, i.Action}
				got.WriteString(strings.Join(line, " | ") + "\n")
			}
			golden.Check(t, filepath.Join("testdata", name+".txt"), got.Bytes())
		})
	}
}

// TestSeedSentence holds the sentence of the API reference.
func TestSeedSentence(t *testing.T) {
	const want = "Queue 'standard' has 105 jobs waiting. Consider using 'debug' queue for short jobs"
	i := find(fixture.Seed(), fixture.Now())[0]
	if i.Type != "recommendation" || i.Priority != "high" || i.Cluster != "nautilus" || !strings.HasPrefix(i.Message, want) {
		t.Errorf("got %+v", i)
	}
}

// TestOrderIsOfTheFacts holds that neither the order of the input nor the hour changes the answer.
func TestOrderIsOfTheFacts(t *testing.T) {
	f := fleet.Merge(fixture.Mixed(), fixture.Sites(), fixture.Now())
	want := Find(f, fixture.Now())
	random := rand.New(rand.NewSource(1))
	for range 20 {
		random.Shuffle(len(f.Clusters), func(i, j int) { f.Clusters[i], f.Clusters[j] = f.Clusters[j], f.Clusters[i] })
		random.Shuffle(len(f.Systems), func(i, j int) { f.Systems[i], f.Systems[j] = f.Systems[j], f.Systems[i] })
		if got := Find(f, fixture.Now().Add(time.Minute)); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %s\nwant %s", text(got), text(want))
		}
	}
	rank := map[string]int{High: 0, Medium: 1, Low: 2}
	for i := 1; i < len(want); i++ {
		if rank[want[i-1].Priority] > rank[want[i].Priority] {
			t.Errorf("%s comes before %s", want[i-1].Priority, want[i].Priority)
		}
	}
}

func text(insights []doc.Insight) string {
	data, err := json.MarshalIndent(insights, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// machineOf is a machine that is up, answers now and has a busy queue beside a quiet one.
func machineOf(change func(*machine)) machine {
	now := fixture.Now()
	part := fleet.Part{ObservedAt: now, ValidUntil: now.Add(fixture.ValidFor)}
	m := machine{
		now: now, verdict: fleet.Up,
		Cluster: fleet.Cluster{
			Name: "Test", Slug: "test", Status: fleet.Connected, Scheduler: "Slurm", Visibility: fleet.VisibleAll,
			ObservedAt: now, ValidUntil: now.Add(fixture.ValidFor), Usage: part, Accounts: part, Disks: part,
			Queues: []fleet.Queue{
				{Name: "busy", Kind: fleet.BatchQueue, State: fleet.QueueRunning,
					Jobs:   fleet.Jobs{Running: new(10), Queued: new(60), Eligible: new(50), CoresQueued: new(60 * 96)},
					Limits: fleet.Limits{MaxWalltimeSeconds: new(int64(86400)), MaxCores: new(4096)}},
				{Name: "quiet", Kind: fleet.BatchQueue, State: fleet.QueueRunning,
					Jobs:   fleet.Jobs{Running: new(1), Queued: new(0), Eligible: new(0)},
					Limits: fleet.Limits{MaxWalltimeSeconds: new(int64(3600)), MaxCores: new(960)},
					Nodes:  &fleet.Nodes{Total: 10, Idle: 8, Cores: &fleet.Resource{Total: 960, Used: 192, Free: 768}}},
			},
		},
	}
	if change != nil {
		change(&m)
	}
	return m
}
