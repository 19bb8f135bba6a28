package storage_test

import (
	"testing"

	"hpcstatus/collectors/internal/storage"
)

func TestSize(t *testing.T) {
	for _, tt := range []struct {
		text string
		unit int64
		want int64
		ok   bool
	}{
		{"0", 1, 0, true},
		{"5", storage.KiB, 5 << 10, true},
		{"4858M", storage.KiB, 4858 << 20, true},
		{"919G", 1, 919 << 30, true},
		{"6.5T", 1, 7146825580544, true},
		{"1.5k", 1, 1536, true},
		{"1P", 1, 1 << 50, true},
		{"7E", 1, 7 << 60, true},
		{"500 GiB", 1, 500 << 30, true},
		{"500GB", 1, 500 << 30, true},
		{"12b", storage.KiB, 12, true},
		{"12 bytes", storage.KiB, 12, true},
		{"9223372036854775807", 1, 1<<63 - 1, true},
		{"9007199254740991", storage.KiB, 9007199254740991 << 10, true},
		{"9007199254740992", storage.KiB, 0, false},
		{"9223372036854775808", 1, 0, false},
		{"8E", 1, 0, false},
		{"99999999999999999999999999", 1, 0, false},
		{"-1", 1, 0, false},
		{"1e3", 1, 0, false},
		{"0x10", 1, 0, false},
		{"1.2.3", 1, 0, false},
		{"12kg", 1, 0, false},
		{"12q", 1, 0, false},
		{"G", 1, 0, false},
		{"[12]", 1, 0, false},
		{"-", 1, 0, false},
		{"", 1, 0, false},
	} {
		if got, ok := storage.Size(tt.text, tt.unit); got != tt.want || ok != tt.ok {
			t.Errorf("Size(%q, %d) = %d, %v, want %d, %v", tt.text, tt.unit, got, ok, tt.want, tt.ok)
		}
	}
}

func FuzzSize(f *testing.F) {
	f.Add("1.2P", int64(1024))
	f.Fuzz(func(t *testing.T, text string, unit int64) {
		if got, ok := storage.Size(text, max(1, unit)); got < 0 || (!ok && got != 0) {
			t.Errorf("Size(%q, %d) = %d, %v", text, unit, got, ok)
		}
	})
}
