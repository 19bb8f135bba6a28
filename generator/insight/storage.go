package insight

import (
	"fmt"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

const (
	// StorageFull is the used part of storage, in percent, from which on it is nearly full.
	StorageFull = 85
	// StorageVeryFull is the used part from which on that is urgent.
	StorageVeryFull = 95
)

// storage tells of quotas and filesystems that are nearly full, by bytes or by files.
func storage(m machine) []doc.Insight {
	if !m.recent(m.Disks) {
		return nil
	}
	var found []doc.Insight
	for _, s := range m.Storage {
		for _, i := range []doc.Insight{byBytes(s), byFiles(s)} {
			if i.Priority != "" {
				i.Path = &s.Path
				found = append(found, i)
			}
		}
	}
	return found
}

// byBytes has no priority where there is nothing to say.
func byBytes(s fleet.Storage) doc.Insight {
	if !s.Limited() || s.PercentUsed() < StorageFull {
		return doc.Insight{}
	}
	percent := s.PercentUsed()
	i := doc.Insight{Priority: fullness(percent)}
	used, whole := size(*s.UsedBytes), size(*s.SoftBytes)
	switch {
	case s.Kind == fleet.FilesystemStorage:
		i.Message = fmt.Sprintf("Filesystem %s is %s full; %s of %s are available.", s.Path, percentage(percent), size(s.Available()), whole)
		i.Action = "Remove or move what is no longer needed; when it is full, writing fails for everybody."
	case percent > 100:
		i.Message = fmt.Sprintf("The quota of %s is exceeded: %s of %s are used%s.", s.Path, used, whole, grace(s))
		i.Action = "Remove or move files before writing is refused."
	default:
		i.Message = fmt.Sprintf("The quota of %s is %s used: %s of %s.", s.Path, percentage(percent), used, whole)
		i.Action = "Remove or move files before it is full."
	}
	return i
}

func grace(s fleet.Storage) string {
	if s.Grace == "" {
		return ""
	}
	return ", grace " + s.Grace
}

// byFiles has no priority where there is nothing to say.
func byFiles(s fleet.Storage) doc.Insight {
	limit := s.FilesSoft
	if limit == nil || *limit <= 0 {
		limit = s.FilesHard
	}
	if s.FilesUsed == nil || limit == nil || *limit <= 0 {
		return doc.Insight{}
	}
	percent := float64(*s.FilesUsed) / float64(*limit) * 100
	if percent < StorageFull {
		return doc.Insight{}
	}
	return doc.Insight{
		Priority: fullness(percent),
		Message:  fmt.Sprintf("%s holds %s of %s files that the quota allows.", s.Path, thousands(*s.FilesUsed), thousands(*limit)),
		Action:   "Remove small files or pack them together before no new one can be made.",
	}
}

func fullness(percent float64) string {
	if percent >= StorageVeryFull {
		return High
	}
	return Medium
}
