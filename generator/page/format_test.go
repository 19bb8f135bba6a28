package page

import (
	"testing"
	"time"

	"hpcstatus/collectors/fleet/doc"
)

func TestFormats(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{thousands(0), "0"}, {thousands(999), "999"}, {thousands(1000), "1,000"}, {thousands(-1234567), "-1,234,567"}, {thousands(-999), "-999"},
		{decimal(0), "0"}, {decimal(0.125), "0.12"}, {decimal(54.5), "54.5"}, {decimal(999.994), "999.99"}, {decimal(-0.001), "0"}, {decimal(54999.75), "55,000"},
		{percent(0), "0.0%"}, {percent(0.01), "<0.1%"}, {percent(45), "45.0%"}, {percent(99.97), "99.9%"}, {percent(100), "100.0%"}, {percent(100.01), "100.1%"}, {percent(102.48), "102.5%"},
		{binarySize(0), "0 GiB"}, {binarySize(0.5), "512 MiB"}, {binarySize(35), "35 GiB"}, {binarySize(1023), "1023 GiB"}, {binarySize(1023.9), "1 TiB"}, {binarySize(1536), "1.5 TiB"}, {binarySize(-4096), "-4 TiB"}, {binarySize(12.4e6), "11.8 PiB"},
		{walltimeWords(30), "30 s"}, {walltimeWords(1800), "30 min"}, {walltimeWords(5400), "1 h 30 min"}, {walltimeWords(86400), "24 h"}, {walltimeWords(129600), "36 h"}, {walltimeWords(172800), "2 d"}, {walltimeWords(604800), "7 d"}, {walltimeWords(216000), "2 d 12 h"},
		{millis(0), "0 ms"}, {millis(999), "999 ms"}, {millis(2310), "2.3 s"}, {millis(125000), "2 min 5 s"},
		{list(nil), ""}, {list([]string{"a"}), "a"}, {list([]string{"a", "b"}), "a and b"}, {list([]string{"a", "b", "c"}), "a, b and c"},
		{count(1, "node"), "1 node"}, {count(0, "node"), "0 nodes"}, {count(1200, "node"), "1,200 nodes"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestTimes(t *testing.T) {
	at := doc.At(time.Date(2026, 1, 22, 3, 30, 59, 0, time.UTC))
	central := clock{time.FixedZone("CST", -6*3600)}
	for _, c := range []struct{ got, want string }{
		{string(clock{time.UTC}.short(at)), `<time datetime="2026-01-22T03:30:59Z">2026-01-22 03:30 UTC</time>`},
		{string(clock{time.UTC}.long(at)), `<time datetime="2026-01-22T03:30:59Z">2026-01-22 03:30 UTC</time>`},
		{string(central.short(at)), `<time datetime="2026-01-22T03:30:59Z" title="2026-01-21 21:30 CST">2026-01-22 03:30 UTC</time>`},
		{string(central.long(doc.At(at.Add(10 * time.Hour)))), `<time datetime="2026-01-22T13:30:59Z">2026-01-22 13:30 UTC, 07:30 CST</time>`},
		{string(central.long(doc.Time{})), string(missing("never"))},
		{string(central.short(doc.Time{}, `a "reason"`)), string(missing(`a "reason"`))},
		{string(date(at, "no end")), `<time datetime="2026-01-22T03:30:59Z">2026-01-22</time>`},
	} {
		if c.got != c.want {
			t.Errorf("%s\nwant %s", c.got, c.want)
		}
	}
}

func TestFuncsRefuseOtherTypes(t *testing.T) {
	for name, f := range map[string]func(any, ...string) (any, error){"num": num, "amount": amount, "size": size, "text": text} {
		if _, err := f(struct{}{}); err == nil {
			t.Errorf("%s takes anything", name)
		}
	}
}

func TestVerdict(t *testing.T) {
	fleet := func(statuses ...string) *doc.Status {
		names := []string{"Jean", "Kay", "Ruth", "Raider", "Coral", "Makau"}
		s := &doc.Status{Summary: doc.Summary{TotalSystems: len(statuses)}}
		for i, status := range statuses {
			brief := doc.SystemBrief{System: names[i], Slug: names[i], Status: status}
			if status == "OFF" {
				brief.Status, brief.Slug = "UNKNOWN", "cloud"
			}
			s.Systems = append(s.Systems, doc.System{SystemBrief: brief})
			if status == "UP" {
				s.Summary.UpCount++
			}
		}
		return s
	}
	for _, c := range []struct {
		status *doc.Status
		want   string
	}{
		{fleet(), "No system is known yet"},
		{fleet("UP"), "Jean is up"},
		{fleet("UP", "UP"), "All 2 systems up"},
		{fleet("UP", "MAINTENANCE"), "1 of 2 systems up; Kay in maintenance"},
		{fleet("UP", "UNKNOWN", "DOWN", "DEGRADED", "DOWN"), "1 of 5 systems up; Ruth and Coral down; Raider degraded; Kay unknown"},
		{fleet("DOWN", "DOWN", "DOWN", "DOWN"), "0 of 4 systems up; 4 down"},
		{fleet("DOWN"), "0 of 1 system up; Jean down"},
		{fleet("UP", "OFF", "UP"), "All 2 systems up"},
		{fleet("UP", "OFF", "UNKNOWN"), "1 of 2 systems up; Ruth unknown"},
	} {
		m := &model{clusters: map[string]*doc.ClusterDetail{"cloud": {Cluster: doc.Cluster{Status: "off"}}}}
		m.Documents.Status = *c.status
		if got := m.verdict(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestMeanings(t *testing.T) {
	for reason, want := range map[string]string{
		"Priority":                             "Jobs with a higher priority are ahead.",
		"DependencyNeverSatisfied":             "The job it depends on failed, so it will never start. Cancel and submit again.",
		"AssocGrpCPUMinutesLimit":              "The account (association) has reached a limit of the whole group, such as its allocation.",
		"ReqNodeNotAvail, UnavailableNodes:n1": "Asks for nodes that are down, drained or reserved, often for maintenance.",
		"SomethingElse":                        "",
	} {
		if got := meaning(reason); got != want {
			t.Errorf("%s means %q, want %q", reason, got, want)
		}
	}
}

func TestJobSize(t *testing.T) {
	for _, c := range []struct {
		limits doc.Limits
		want   string
	}{
		{doc.Limits{}, ""},
		{doc.Limits{MinCores: p(0), MaxCores: p(1)}, "up to 1 core"},
		{doc.Limits{MinCores: p(2), MaxCores: p(2304), MaxJobsPerUser: p(1)}, "2–2,304 cores, 1 job a user"},
		{doc.Limits{MinCores: p(64), MaxNodes: p(16)}, "from 64 cores, up to 16 nodes"},
	} {
		if got := jobSize(c.limits); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestBars(t *testing.T) {
	for _, c := range []struct {
		bar                bar
		width, level, text string
	}{
		{allocationBar(79.9, ""), "79.9", "", "79.9%"},
		{allocationBar(80, ""), "80.0", "warn", "80.0%"},
		{allocationBar(90, ""), "90.0", "bad", "90.0%"},
		{allocationBar(130, ""), "100.0", "bad", "130.0%"},
		{storageBar(84, ""), "84.0", "", "84.0%"},
		{storageBar(85, ""), "85.0", "warn", "85.0%"},
		{storageBar(95, ""), "95.0", "bad", "95.0%"},
		{*busyBar(&doc.Resource{Total: 8, Used: 8}, "cores"), "100.0", "", "100.0%"},
	} {
		if c.bar.Width != c.width || c.bar.Level != c.level || c.bar.Text != c.text {
			t.Errorf("%+v, want %s %q %s", c.bar, c.width, c.level, c.text)
		}
	}
	if busyBar(nil, "cores") != nil || busyBar(&doc.Resource{}, "cores") != nil {
		t.Error("a gauge of nothing")
	}
}
