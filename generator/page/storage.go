package page

import (
	"cmp"
	"slices"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

// storageView is the page of all quotas and filesystems.
type storageView struct {
	frame
	disks
	Silent []silent
}

// disks are the quotas and filesystems of one cluster, or of all.
type disks struct {
	Quotas, Filesystems diskTable
	// ByCluster says that the rows of Unlimited name their cluster.
	ByCluster bool
	Unlimited []unlimitedRow
}

// Known reports whether there is anything to show.
func (d disks) Known() bool { return len(d.Quotas.Rows)+len(d.Filesystems.Rows)+len(d.Unlimited) > 0 }

// diskTable is a table of quotas, or of filesystems.
type diskTable struct {
	// ByCluster says that each row names its cluster; Quotas that they are quotas.
	ByCluster, Quotas bool
	Rows              []storageRow
}

// sort puts the fullest first.
func (t *diskTable) sort() {
	slices.SortStableFunc(t.Rows, func(a, b storageRow) int { return cmp.Compare(b.Bar.Percent, a.Bar.Percent) })
}

// storageRow is a quota or a filesystem with a limit.
type storageRow struct {
	Cluster, Href      string
	Path, Scope, Owner string
	Used, Total, Free  float64
	Bar                bar
	Over               bool
	Hard               *float64
	Grace              string
	Files, FilesLimit  *int64
	Source             string
	Seen               seen
}

// unlimitedRow is storage without a limit.
type unlimitedRow struct {
	Cluster, Href, Path, Scope, Owner string
	Used                              *float64
	Files                             *int64
	Seen                              seen
}

func (m *model) storage() storageView {
	v := storageView{frame: m.frame(framed{path: "storage.html", title: "Storage", data: "api/cluster-usage.json",
		description: "Quotas and filesystems: how full they are and what is left."})}
	for i := range m.Documents.Clusters {
		c := &m.Documents.Clusters[i]
		own := m.disks(c)
		v.Quotas.Rows = append(v.Quotas.Rows, own.Quotas.Rows...)
		v.Filesystems.Rows = append(v.Filesystems.Rows, own.Filesystems.Rows...)
		v.Unlimited = append(v.Unlimited, own.Unlimited...)
		if !own.Known() {
			v.Silent = append(v.Silent, newSilent(c, c.Parts.Storage, "no storage found"))
		}
	}
	v.ByCluster, v.Quotas.ByCluster, v.Filesystems.ByCluster = true, true, true
	v.Quotas.Quotas = true
	v.Quotas.sort()
	v.Filesystems.sort()
	return v
}

// disks are the rows of one cluster.
func (m *model) disks(c *doc.ClusterDetail) disks {
	d := disks{Quotas: diskTable{Quotas: true}}
	href, at := "system/"+c.Slug+".html", seenPart(c.Parts.Storage, m.Now)
	for i := range c.Storage {
		s := &c.Storage[i]
		row := storageRow{Cluster: c.Name, Href: href, Path: s.Path, Scope: s.Scope, Owner: value(s.Owner),
			Used: s.UsedGB, Total: s.TotalGB, Free: s.AvailableGB, Over: s.AvailableGB < 0,
			Bar:  storageBar(s.PercentUsed, binarySize(s.UsedGB)+" of "+binarySize(s.TotalGB)+" used"),
			Hard: s.HardGB, Grace: value(s.Grace), Files: s.FilesUsed, FilesLimit: s.FilesLimit, Source: s.Source, Seen: at}
		if s.Kind == string(fleet.FilesystemStorage) {
			d.Filesystems.Rows = append(d.Filesystems.Rows, row)
		} else {
			d.Quotas.Rows = append(d.Quotas.Rows, row)
		}
	}
	for i := range c.UnmeteredStorage {
		s := &c.UnmeteredStorage[i]
		d.Unlimited = append(d.Unlimited, unlimitedRow{Cluster: c.Name, Href: href, Path: s.Path, Scope: s.Scope,
			Owner: value(s.Owner), Used: s.UsedGB, Files: s.FilesUsed, Seen: at})
	}
	return d
}
