package fleet

// StorageKind tells somebody's quota from a whole filesystem.
type StorageKind string

// The storage kinds.
const (
	QuotaStorage      StorageKind = "quota"
	FilesystemStorage StorageKind = "filesystem"
)

// StorageScope says whom a quota binds.
type StorageScope string

// The storage scopes.
const (
	UserQuota    StorageScope = "user"
	GroupQuota   StorageScope = "group"
	ProjectQuota StorageScope = "project"
	WholeStorage StorageScope = "filesystem"
)

// Storage is a quota or a filesystem and how full it is. Nil is "not known" or "no limit".
type Storage struct {
	Path  string       `json:"path"`
	Kind  StorageKind  `json:"kind"`
	Scope StorageScope `json:"scope"`
	// Owner is the user, group or project a quota belongs to.
	Owner string `json:"owner,omitempty"`
	// UsedBytes is what is used.
	UsedBytes *int64 `json:"used_bytes,omitempty"`
	// SoftBytes is the limit that counts: the soft limit of a quota, the size of a filesystem.
	SoftBytes *int64 `json:"soft_bytes,omitempty"`
	// HardBytes is the limit at which writing fails.
	HardBytes *int64 `json:"hard_bytes,omitempty"`
	// AvailableBytes is what a user can still write where the source says so (df); else
	// it follows from the limit.
	AvailableBytes *int64 `json:"available_bytes,omitempty"`
	// Grace is the time left to go below the soft limit, in the source's words.
	Grace     string `json:"grace,omitempty"`
	FilesUsed *int64 `json:"files_used,omitempty"`
	FilesSoft *int64 `json:"files_soft,omitempty"`
	FilesHard *int64 `json:"files_hard,omitempty"`
	// Source is the command that said so.
	Source string `json:"source"`
}

// Limited reports whether both use and a limit are known.
func (s Storage) Limited() bool {
	return s.UsedBytes != nil && s.SoftBytes != nil && *s.SoftBytes > 0
}

// Available is how many bytes can still be written below the limit that counts; negative over it.
func (s Storage) Available() int64 {
	switch {
	case s.AvailableBytes != nil:
		return *s.AvailableBytes
	case !s.Limited():
		return 0
	}
	return *s.SoftBytes - *s.UsedBytes
}

// PercentUsed is the used part of the limit that counts. For a filesystem it is used of
// used plus available, as df(1) computes it, because blocks reserved for root are neither.
func (s Storage) PercentUsed() float64 {
	switch {
	case !s.Limited():
		return 0
	case s.Kind == FilesystemStorage && s.AvailableBytes != nil && *s.UsedBytes+*s.AvailableBytes > 0:
		return float64(*s.UsedBytes) / float64(*s.UsedBytes+*s.AvailableBytes) * 100
	}
	return float64(*s.UsedBytes) / float64(*s.SoftBytes) * 100
}
