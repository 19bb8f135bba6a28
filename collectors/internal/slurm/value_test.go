package slurm

import (
	"fmt"
	"testing"
)

func TestDuration(t *testing.T) {
	for text, want := range map[string]int64{
		"1-00:00:00": 86400, "7-00:00:00": 7 * 86400, "00:00:00": 0, "01:00:00": 3600, "30:00": 1800,
		"00:05:00": 300, "7-0": 7 * 86400, "14-12": 14*86400 + 12*3600, "1-02:03": 86400 + 2*3600 + 3*60, "120:00:00": 432000,
	} {
		if got, ok := duration([]byte(text)); !ok || got != want {
			t.Errorf("%s: %d %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "60", "UNLIMITED", "-1:00", "1-", "a-00:00:00", "1:2:3:4", "1-1:2:3:4", ":", "1- 2", "99999999999-00:00:00"} {
		if got, ok := duration([]byte(text)); ok {
			t.Errorf("%q is %d seconds", text, got)
		}
	}
}

func TestWalltime(t *testing.T) {
	for text, want := range map[string]string{
		"1-00:00:00": "86400", "UNLIMITED": "unlimited", "INFINITE": "unlimited", "NONE": "unknown", "N/A": "unknown", "(null)": "unknown", "": "unknown",
	} {
		if got := describe(walltime([]byte(text))); got != want {
			t.Errorf("walltime %q is %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{"10080": "604800", "0": "0", "": "unknown", "1-00:00:00": "86400", "UNLIMITED": "unlimited"} {
		if got := describe(minutes([]byte(text))); got != want {
			t.Errorf("minutes %q are %s, want %s", text, got, want)
		}
	}
}

func describe(w Walltime) string {
	switch {
	case w.Unlimited:
		return "unlimited"
	case w.Seconds == nil:
		return "unknown"
	}
	return fmt.Sprint(*w.Seconds)
}

func TestCount(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "17": 17, "2K": 2048, "3M": 3 << 20, "1G": 1 << 30, "0128": 128} {
		if got, ok := count([]byte(text)); !ok || got != want {
			t.Errorf("%s: %d %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "K", "-1", "1.5K", "1T", "N/A", "1-4", "9999999999999999999", "999999999999999999G"} {
		if got, ok := count([]byte(text)); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func FuzzDuration(f *testing.F) {
	f.Add(uint32(1), uint8(2), uint8(3), uint8(4))
	f.Fuzz(func(t *testing.T, days uint32, hours, minutes, seconds uint8) {
		days, hours, minutes, seconds = days%1e6, hours%24, minutes%60, seconds%60
		text := fmt.Sprintf("%d-%02d:%02d:%02d", days, hours, minutes, seconds)
		want := int64(days)*86400 + int64(hours)*3600 + int64(minutes)*60 + int64(seconds)
		if got, ok := duration([]byte(text)); !ok || got != want {
			t.Errorf("%s: %d %v, want %d", text, got, ok, want)
		}
	})
}
