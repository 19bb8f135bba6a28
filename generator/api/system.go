package api

import (
	"maps"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/fleet/doc"
)

func (in Input) systemDetail(s fleet.System, shown doc.System, hasCluster bool) doc.SystemDetail {
	d := doc.SystemDetail{
		System: shown, Details: details(s.Details),
		MarkdownContent: in.Briefings[s.Slug], HasCluster: hasCluster,
		Origins: maps.Clone(s.Origins), Schema: doc.Schema,
	}
	if d.Origins == nil {
		d.Origins = map[string]string{}
	}
	return d
}

func details(from fleet.Details) doc.Details {
	d := doc.Details{
		Architecture: known(from.Architecture), Cores: from.Cores, MemoryTB: finite(from.MemoryTB),
		Description: known(from.Description), Guides: []doc.Link{}, More: []doc.Detail{},
	}
	for _, g := range from.Guides {
		d.Guides = append(d.Guides, doc.Link(g))
	}
	for _, m := range from.More {
		d.More = append(d.More, doc.Detail(m))
	}
	return d
}
