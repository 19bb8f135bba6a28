package cluster

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/hpcmpcmd"
	"hpcstatus/collectors/internal/storage"
)

// exitTimeout is the exit status of timeout(1) for a command whose time limit ended it.
const exitTimeout = 124

// storageParts are the filesystems and quotas that df, quota, lfs quota and show_storage
// said, sorted by path with quotas first. A command that fails or says nothing useful, as
// quota does where a site has none, is no error while another one answers. The error of one
// that its time limit ended comes with what the others said.
func storageParts(s Sections) ([]fleet.Storage, error) {
	r := storageReader{sections: s}
	filesystems := readStorage(&r, SectionDF, storage.ParseDF)
	quotas := readStorage(&r, SectionQuota, storage.ParseQuota)
	lustre := readStorage(&r, SectionLFS, storage.ParseLFS)
	disks := readStorage(&r, SectionHPCMPStorage, hpcmpcmd.ParseStorage)

	var parts []fleet.Storage
	for _, f := range filesystems {
		parts = append(parts, filesystemStorage(f))
	}
	for _, q := range quotas {
		q.Path = mountOf(q.Path, filesystems)
		parts = append(parts, quotaStorage(q, command(SectionQuota)))
	}
	for _, q := range distinct(lustre, filesystems) {
		parts = append(parts, quotaStorage(q, command(SectionLFS)))
	}
	for _, d := range disks {
		if !hasQuota(parts, d.Path) { // the quota commands' own numbers win
			parts = append(parts, diskStorage(d))
		}
	}
	slices.SortStableFunc(parts, func(a, b fleet.Storage) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(b.Kind, a.Kind), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Owner, b.Owner))
	})
	if len(parts) == 0 {
		return nil, errors.Join(append(r.late, r.failed...)...)
	}
	return parts, errors.Join(r.late...)
}

// storageReader reads sections and keeps their errors.
type storageReader struct {
	sections Sections
	late     []error // of commands that their time limit ended
	failed   []error // of all others
}

// readStorage reads a section where it ran. Its exit status matters only when it printed
// nothing to read: quota exits with 1 for an account over its quota, df for one path of
// several that it cannot read.
func readStorage[T any](r *storageReader, name string, parse func([]byte) ([]T, error)) []T {
	if !r.sections.Ran(name) {
		return nil
	}
	rows, err := parse(r.sections.Body(name))
	exit := r.sections.Check(name)
	switch {
	case exit != nil && r.sections[name].Exit == exitTimeout:
		r.late = append(r.late, exit)
	case len(rows) == 0 && cmp.Or(exit, err) != nil:
		r.failed = append(r.failed, cmp.Or(exit, err))
	}
	return rows
}

// filesystemStorage is a whole filesystem, whoever fills it.
func filesystemStorage(f storage.Filesystem) fleet.Storage {
	return fleet.Storage{
		Path:           f.Mount,
		Kind:           fleet.FilesystemStorage,
		Scope:          fleet.WholeStorage,
		UsedBytes:      &f.Used,
		SoftBytes:      &f.Size,
		AvailableBytes: &f.Available,
		Source:         command(SectionDF),
	}
}

// quotaStorage is somebody's quota.
func quotaStorage(q storage.Quota, source string) fleet.Storage {
	return fleet.Storage{
		Path:      q.Path,
		Kind:      fleet.QuotaStorage,
		Scope:     quotaScope(q.Scope),
		Owner:     q.Owner,
		UsedBytes: q.Used,
		SoftBytes: q.Soft,
		HardBytes: q.Hard,
		Grace:     q.Grace,
		FilesUsed: q.FilesUsed,
		FilesSoft: q.FilesSoft,
		FilesHard: q.FilesHard,
		Source:    source,
	}
}

func quotaScope(s storage.Scope) fleet.StorageScope {
	switch s {
	case storage.Group:
		return fleet.GroupQuota
	case storage.Project:
		return fleet.ProjectQuota
	}
	return fleet.UserQuota
}

// diskStorage is a row of show_storage, which is about the account itself.
func diskStorage(d hpcmpcmd.Disk) fleet.Storage {
	return fleet.Storage{
		Path:      d.Path,
		Kind:      fleet.QuotaStorage,
		Scope:     fleet.UserQuota,
		UsedBytes: d.Used,
		SoftBytes: cmp.Or(d.Quota, d.Limit),
		HardBytes: d.Limit,
		Source:    command(SectionHPCMPStorage),
	}
}

// mountOf is where a device is mounted, which is what people know it by; the device itself
// when df did not list it.
func mountOf(device string, filesystems []storage.Filesystem) string {
	for _, f := range filesystems {
		if f.Device == device {
			return f.Mount
		}
	}
	return device
}

// distinct leaves out what lfs quota said before of the same filesystem, because it was
// asked for several paths of it, and project 0, which is Lustre's word for no project.
func distinct(quotas []storage.Quota, filesystems []storage.Filesystem) []storage.Quota {
	type key struct {
		mount string
		scope storage.Scope
		owner string
	}
	seen := map[key]bool{}
	var kept []storage.Quota
	for _, q := range quotas {
		k := key{mountAbove(q.Path, filesystems), q.Scope, q.Owner}
		if seen[k] || (q.Scope == storage.Project && q.Owner == "0") {
			continue
		}
		seen[k] = true
		kept = append(kept, q)
	}
	return kept
}

// mountAbove is the mount that a path is in; the path itself when df did not list it. The
// root is above every path and says nothing.
func mountAbove(path string, filesystems []storage.Filesystem) string {
	best := ""
	for _, f := range filesystems {
		inside := path == f.Mount || strings.HasPrefix(path, f.Mount+"/")
		if inside && len(f.Mount) > len(best) {
			best = f.Mount
		}
	}
	return cmp.Or(best, path)
}

// hasQuota reports whether a quota of the account for the path is among the parts.
func hasQuota(parts []fleet.Storage, path string) bool {
	return slices.ContainsFunc(parts, func(p fleet.Storage) bool {
		return p.Path == path && p.Kind == fleet.QuotaStorage && p.Scope == fleet.UserQuota
	})
}
