package pw

import (
	"os"
	"testing"
	"time"

	"hpcstatus/collectors/fleet"
)

// Benchmark100Clusters collects 100 clusters that each take 0.2 s to answer a recording, once
// all at once as in a cycle and, outside the measured time, once one after the other. Both
// figures are printed, with how often the CLI was called in a cycle.
func Benchmark100Clusters(b *testing.B) {
	opts, calls := standIn(b)
	b.Setenv("FAKE_COUNT", "100")
	b.Setenv("FAKE_RTT", "0.2")
	cycles := 0
	for b.Loop() {
		collectAll(b, opts)
		cycles++
	}
	together := b.Elapsed() / time.Duration(cycles)
	logged := calls()
	b.ReportMetric(float64(count(logged, "ssh "))/float64(cycles), "ssh-calls/cycle")
	b.ReportMetric(float64(count(logged, "cluster ls"))/float64(cycles), "ls-calls/cycle")
	if err := os.Remove(os.Getenv("FAKE_LOG")); err != nil {
		b.Fatal(err)
	}

	opts.Concurrency = 1
	began := time.Now()
	collectAll(b, opts)
	apart := time.Since(began)
	b.ReportMetric(together.Seconds(), "s-together")
	b.ReportMetric(apart.Seconds(), "s-one-by-one")
	b.ReportMetric(apart.Seconds()/together.Seconds(), "times-faster")
}

func collectAll(b *testing.B, opts Options) {
	b.Helper()
	batch, err := New(opts).Collect(b.Context(), request())
	if err != nil {
		b.Fatal(err)
	}
	connected := 0
	for _, c := range batch.Clusters {
		switch c.Status {
		case fleet.Connected:
			connected++
		case fleet.Unreachable:
			b.Error(c.Error)
		}
	}
	if connected != 100 {
		b.Fatalf("%d clusters answered", connected)
	}
}
