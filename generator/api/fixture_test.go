package api

import (
	"encoding/json"
	"testing"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/generator/internal/fixture"
	"hpcstatus/generator/site"
)

// input is what the documents of a fixture are made of.
func input(s fleet.Snapshot) Input {
	return Input{
		Fleet: fleet.Merge(s, fixture.Sites(), fixture.Now()), Sites: fixture.Sites(),
		Site:    site.Site{Title: "HPC Status Monitor", URLPrefix: "/prefix"},
		TakenAt: s.TakenAt, ValidFor: fixture.ValidFor, Now: fixture.Now(),
	}
}

// seedInput is the fixture of the API reference with everything an operator adds.
func seedInput() Input {
	in := input(fixture.Seed())
	in.Briefings = map[string]string{"nautilus": "## Log in\n\nUse `ssh` & a ticket.\n"}
	in.Insights = []doc.Insight{
		{Type: "recommendation", Priority: "high", Cluster: "nautilus", Queue: new("standard"),
			Message: "Queue 'standard' has 105 jobs waiting. Consider using 'debug' queue for short jobs.", Action: "Submit to debug."},
		{Type: "gpu", Priority: "low", Cluster: "elsewhere", Message: "8 GPUs are free.", Action: "Use them."},
	}
	in.Disabled = []string{"statuspage"}
	return in
}

func files(t *testing.T, in Input) map[string][]byte {
	t.Helper()
	files, err := Build(in).Files()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// decoded is a document as a reader sees it.
func decoded(t *testing.T, data []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return value
}
