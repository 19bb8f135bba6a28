package fleet

import "testing"

func TestSlugAndFold(t *testing.T) {
	for _, c := range []struct{ name, slug, fold string }{
		{"Nautilus", "nautilus", "nautilus"},
		{"Gaea C5", "gaea-c5", "gaeac5"},
		{"GAEAC5", "gaeac5", "gaeac5"},
		{"--Public  Cloud (AWS)--", "public-cloud-aws", "publiccloudaws"},
		{"Größe_7", "größe-7", "größe7"},
		{"...", "", ""},
	} {
		if got := Slug(c.name); got != c.slug {
			t.Errorf("Slug(%q) = %q, want %q", c.name, got, c.slug)
		}
		if got := Fold(c.name); got != c.fold {
			t.Errorf("Fold(%q) = %q, want %q", c.name, got, c.fold)
		}
	}
}

func FuzzSlug(f *testing.F) {
	f.Add("Gaea C5")
	f.Add("\x00\xff-é")
	f.Fuzz(func(t *testing.T, name string) {
		slug := Slug(name)
		if Slug(slug) != slug {
			t.Errorf("Slug(%q) = %q is not its own slug", name, slug)
		}
		if Fold(slug) != Fold(name) {
			t.Errorf("Fold(%q) = %q, but Fold of its slug is %q", name, Fold(name), Fold(slug))
		}
	})
}
