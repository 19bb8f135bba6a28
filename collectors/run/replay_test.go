package run

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"
)

func TestReplay(t *testing.T) {
	recorded := []byte("StartTime=2026-01-22T23:30:00 Job=T\n")
	r := Replay{Name: "pw ssh jean", Stdout: recorded, Stderr: []byte("warning"), Shift: time.Hour}
	out, err := r.Run(t.Context(), "anything")
	if err != nil || string(out.Stdout) != "StartTime=2026-01-23T00:30:00 Job=T\n" || string(out.Stderr) != "warning" {
		t.Errorf("got %q, %v", out.Stdout, err)
	}
	if !bytes.Contains(recorded, []byte("T23:30")) {
		t.Error("the recording itself was changed")
	}
	r = Replay{Name: "pw ssh jean", Stderr: []byte("[ERROR] Authentication has expired."), ExitCode: 1}
	if _, err := r.Run(t.Context(), ""); !errors.Is(err, ErrNeedsLogin) {
		t.Errorf("got %v", err)
	}
	lost := errors.New("lost")
	if _, err := (Replay{Name: "x", Err: lost}).Run(t.Context(), ""); !errors.Is(err, lost) || err.Error() != "x: lost" {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Replay{Name: "x"}).Run(ctx, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestShift(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"2026-01-22T15:30:00", "2026-01-23T16:30:00"},
		{"a=2026-12-31T23:30:00Z b=2026-01-22T15:30:00.123-06:00,", "a=2027-01-02T00:30:00Z b=2026-01-23T16:30:00.123-06:00,"},
		{"2024-02-28T00:00:00 2026-02-28T00:00:00", "2024-02-29T01:00:00 2026-03-01T01:00:00"},
		{"2026-01-22T15:30:002026-01-22T15:30:00", "2026-01-22T15:30:002026-01-22T15:30:00"},
		{"12026-01-22T15:30:00 2026-01-22T15:30:001", "12026-01-22T15:30:00 2026-01-22T15:30:001"},
		{"2026-13-22T15:30:00 2026-02-30T15:30:00 2026-01-22T24:30:00", "2026-13-22T15:30:00 2026-02-30T15:30:00 2026-01-22T24:30:00"},
		{"9999-12-31T23:59:59", "9999-12-31T23:59:59"},
		{"2026-01-22 15:30:00 2026-01-22T15:30", "2026-01-22 15:30:00 2026-01-22T15:30"},
		{"T", "T"},
		{"TOTAL 2026-01-22TT5:30:00", "TOTAL 2026-01-22TT5:30:00"},
		{"", ""},
	} {
		if got := Shift([]byte(test.in), 25*time.Hour+300*time.Millisecond); string(got) != test.want {
			t.Errorf("%s\ngot  %s\nwant %s", test.in, got, test.want)
		}
	}
}

func FuzzShift(f *testing.F) {
	f.Add([]byte("a 2026-01-22T15:30:00Z 2024-02-29T00:00:00.5+02:00"), int64(86400))
	f.Add([]byte("TTT2026-99-99T99:99:99"), int64(-1))
	f.Fuzz(func(t *testing.T, text []byte, by int64) {
		shift := time.Duration(by%(1000*366*86400)) * time.Second % (200 * 365 * 24 * time.Hour)
		before := bytes.Clone(text)
		there := Shift(text, shift)
		if !bytes.Equal(text, before) {
			t.Fatal("changed its argument")
		}
		if len(there) != len(text) || !bytes.Equal(Shift(text, 0), text) {
			t.Fatalf("%q became %q", text, there)
		}
		for i := range there {
			digits := there[i] >= '0' && there[i] <= '9' && text[i] >= '0' && text[i] <= '9'
			if there[i] != text[i] && !digits {
				t.Fatalf("byte %d of %q became %q", i, text, there[i])
			}
		}
	})
}

func BenchmarkShift(b *testing.B) {
	text := bytes.Repeat([]byte("JobId=17 Partition=STANDARD StartTime=2026-01-22T15:30:00 EndTime=Unknown\n"), 10000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Shift(text, time.Hour)
	}
}
