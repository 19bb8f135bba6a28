package page

import (
	"math"
	"strconv"

	"hpcstatus/collectors/fleet/doc"
	"hpcstatus/generator/insight"
)

// bar is a gauge: a filled part of a whole, drawn as SVG and said in words beside it.
type bar struct {
	// Width of the filled part in percent of the whole, from 0 to 100.
	Width string
	// Level colours it: empty, "warn" or "bad".
	Level string
	// Text is what stands beside it, Title the amounts behind it.
	Text, Title string
	// Percent is the exact value, to sort by.
	Percent float64
}

// allocationBar is the gauge of an allocation; it warns where the insights do.
func allocationBar(p float64, title string) bar {
	return budgetBar(p, insight.AllocationLow, insight.AllocationVeryLow, title)
}

// storageBar is the gauge of a quota or a filesystem; it warns where the insights do.
func storageBar(p float64, title string) bar {
	return budgetBar(p, insight.StorageFull, insight.StorageVeryFull, title)
}

// budgetBar is the gauge of something that should not run out; from warn percent on it
// warns, from alarm percent on it alarms.
func budgetBar(p, warn, alarm float64, title string) bar {
	b := bar{Width: barWidth(p), Text: percent(p), Title: title, Percent: p}
	switch {
	case p >= alarm:
		b.Level = "bad"
	case p >= warn:
		b.Level = "warn"
	}
	return b
}

// busyBar is the gauge of cores or GPUs in use; to be busy is neither good nor bad.
func busyBar(r *doc.Resource, noun string) *bar {
	if r == nil || r.Total <= 0 {
		return nil
	}
	p := float64(r.Used) / float64(r.Total) * 100
	return &bar{Width: barWidth(p), Text: percent(p), Percent: p,
		Title: thousands(int64(r.Used)) + " of " + thousands(int64(r.Total)) + " " + noun + " busy"}
}

func barWidth(p float64) string {
	return strconv.FormatFloat(math.Min(math.Max(p, 0), 100), 'f', 1, 64)
}
