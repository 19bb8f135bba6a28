package publish

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"hpcstatus/collectors/fleet/doc"
)

type fileEntry = doc.ManifestFile

func TestAssetsStayADay(t *testing.T) {
	dir := t.TempDir()
	one, two := "assets/site.1111111111.css", "assets/site.2222222222.css"
	there := func(path string) bool {
		_, err := os.Stat(filepath.Join(dir, path))
		return err == nil
	}
	publish := func(after time.Duration, asset string) {
		t.Helper()
		mustPublish(t, dir, set("index.html", asset, asset, asset), noon.Add(after))
		g, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, loaded := g.Files[one]; loaded != there(one) {
			t.Errorf("after %v: %s is loaded %v and there %v", after, one, loaded, there(one))
		}
	}
	publish(0, one)
	publish(100*time.Hour, two) // only now does the first leave the set
	publish(101*time.Hour, two)
	publish(124*time.Hour-time.Second, two)
	if !there(one) {
		t.Fatal("the asset went before its day was over")
	}
	publish(124*time.Hour, two)
	if there(one) {
		t.Fatal("the asset stayed after its day")
	}
	publish(130*time.Hour, one)
	publish(140*time.Hour, two)
	publish(150*time.Hour, one) // it comes back, and is in use again
	publish(200*time.Hour, one)
	if !there(one) || there(two) {
		t.Errorf("in use: there %v; out of use: there %v", there(one), there(two))
	}
}

func TestRetainedAssets(t *testing.T) {
	const asset = "assets/a.1111111111.js"
	tests := []struct {
		name   string
		keep   time.Duration
		damage func(path string) error
		want   bool
	}{
		{"kept", 0, nil, true},
		{"not wanted", -1, nil, false},
		{"damaged", 0, func(path string) error { return os.WriteFile(path, []byte("?"), 0o644) }, false},
		{"missing", 0, os.Remove, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			mustPublish(t, dir, set(asset, "1"), noon)
			if tt.damage != nil {
				if err := tt.damage(filepath.Join(dir, asset)); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := Publish(dir, set("index.html", "1"), Options{Now: noon, KeepAssets: tt.keep}); err != nil {
				t.Fatal(err)
			}
			g, err := Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			_, err = os.Stat(filepath.Join(dir, asset))
			if _, loaded := g.Files[asset]; loaded != tt.want || (err == nil) != tt.want {
				t.Errorf("loaded %v, on disk %v, want %v", loaded, err == nil, tt.want)
			}
		})
	}
}

func TestRetainedAssetRemovedByHand(t *testing.T) {
	dir := t.TempDir()
	mustPublish(t, dir, set("index.html", "1", "assets/a.1111111111.js", "1"), noon)
	mustPublish(t, dir, set("index.html", "2"), noon)
	if err := os.RemoveAll(filepath.Join(dir, "assets")); err != nil {
		t.Fatal(err)
	}
	g, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := g.Files["assets/a.1111111111.js"]; ok || len(g.Files) != 2 {
		t.Errorf("loaded %d files", len(g.Files))
	}
}

func TestClockThatWasWrong(t *testing.T) {
	dir := t.TempDir()
	mustPublish(t, dir, set("assets/a.1111111111.js", "1"), noon)
	mustPublish(t, dir, set(), noon.AddDate(10, 0, 0)) // leaves the set in a wrong future
	mustPublish(t, dir, set(), noon)
	mustPublish(t, dir, set(), noon.Add(DefaultKeepAssets))
	wantTree(t, dir)
}
