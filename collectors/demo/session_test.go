package demo

import (
	"errors"
	"strings"
	"testing"
	"time"

	"hpcstatus/collectors/run"
)

func TestSession(t *testing.T) {
	now := func() time.Time { return today }
	for _, test := range []struct {
		cluster string
		when    scene
		err     string
	}{
		{"narwhal", present, ""},
		{"wheat", past, ""},
		{"wheat", present, "pw: timed out after 60s"},
		{"jean", past, "pw: needs login"},
		{"nowhere", present, "pw: the demo has no recording of nowhere"},
	} {
		s := session{command: "pw", cluster: test.cluster, when: test.when, now: now}
		out, err := s.Run(t.Context(), "")
		if test.err == "" && (err != nil || !strings.Contains(string(out.Stdout), "epoch=1930806900\n")) {
			t.Errorf("%s: %v, %.100q", test.cluster, err, out.Stdout)
		}
		if test.err != "" && (err == nil || !strings.HasPrefix(err.Error(), test.err)) {
			t.Errorf("%s: got %v", test.cluster, err)
		}
		if errors.Is(err, run.ErrNeedsLogin) != (test.cluster == "jean") {
			t.Errorf("%s: got %v", test.cluster, err)
		}
	}
}
