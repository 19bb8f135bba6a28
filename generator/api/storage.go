package api

import (
	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// storage parts what has a limit from what has none.
func storage(rows []fleet.Storage) ([]doc.Storage, []doc.UnmeteredStorage) {
	limited, others := []doc.Storage{}, []doc.UnmeteredStorage{}
	for _, s := range rows {
		if s.Limited() {
			limited = append(limited, limitedStorage(s))
		} else {
			others = append(others, unmeteredStorage(s))
		}
	}
	return limited, others
}

func limitedStorage(s fleet.Storage) doc.Storage {
	files := positive(s.FilesSoft)
	if files == nil {
		files = positive(s.FilesHard)
	}
	return doc.Storage{
		Path: s.Path, Kind: string(s.Kind), Scope: string(s.Scope), Owner: known(s.Owner),
		TotalGB: gigabytes(*s.SoftBytes), UsedGB: gigabytes(*s.UsedBytes), AvailableGB: gigabytes(s.Available()),
		PercentUsed: percent(s.PercentUsed(), 1), HardGB: optional(positive(s.HardBytes), gigabytes),
		Grace: known(s.Grace), FilesUsed: s.FilesUsed, FilesLimit: files, Source: s.Source,
	}
}

func unmeteredStorage(s fleet.Storage) doc.UnmeteredStorage {
	return doc.UnmeteredStorage{
		Path: s.Path, Kind: string(s.Kind), Scope: string(s.Scope), Owner: known(s.Owner),
		UsedGB: optional(s.UsedBytes, gigabytes), FilesUsed: s.FilesUsed, Source: s.Source,
	}
}
