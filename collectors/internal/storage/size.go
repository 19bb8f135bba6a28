// Package storage reads what df, quota and lfs quota print of filesystems and quotas.
// Sizes are in bytes throughout.
package storage

import (
	"math"
	"strconv"
	"strings"
)

// KiB is the unit of block counts in df -k, quota and lfs quota.
const KiB = 1024

// Size reads a size such as "5242880", "1.2P", "4858M" or "500 GiB" and returns bytes. A
// number without a suffix is in unit. Suffixes are powers of 1024, as df -h, quota -s
// and lfs quota -h mean them. It reports false for what is no size, is negative or does
// not fit.
func Size(text string, unit int64) (int64, bool) {
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if suffix := text[len(digits):]; suffix != "" {
		var known bool
		if unit, known = binaryUnit(suffix); !known {
			return 0, false
		}
	}
	return scale(strings.TrimSpace(digits), unit)
}

// binaryUnit is the number of bytes that a suffix stands for.
func binaryUnit(suffix string) (int64, bool) {
	suffix = strings.ToLower(suffix)
	if suffix == "b" || suffix == "bytes" {
		return 1, true
	}
	power := strings.IndexByte("kmgtpe", suffix[0])
	switch suffix[1:] {
	case "", "b", "ib":
		return 1 << (10 * (power + 1)), power >= 0
	}
	return 0, false
}

// fileCount reads a count of files, which quota -s shortens with powers of 1000 ("4295m").
func fileCount(text string) (int64, bool) {
	unit := int64(1)
	if n := len(text); n > 0 {
		if power := strings.IndexByte("kmgt", text[n-1]|0x20); power >= 0 {
			for range power + 1 {
				unit *= 1000
			}
			text = text[:n-1]
		}
	}
	return scale(text, unit)
}

// scale multiplies a plain decimal number with a unit, rounding to whole.
func scale(number string, unit int64) (int64, bool) {
	if strings.Trim(number, "0123456789.") != "" {
		return 0, false
	}
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		if n > math.MaxInt64/unit {
			return 0, false
		}
		return n * unit, true
	}
	f, err := strconv.ParseFloat(number, 64)
	if f = math.Round(f * float64(unit)); err != nil || f >= math.MaxInt64 {
		return 0, false
	}
	return int64(f), true
}
