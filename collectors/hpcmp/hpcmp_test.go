package hpcmp

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hpcstatus/collectors"
	"hpcstatus/collectors/fleet"
)

// otherRoots is a file with the certificate of an authority that signed nothing.
func otherRoots(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Nobody's Root"},
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, authority, authority, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "other.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestNewRefuses(t *testing.T) {
	notPEM := filepath.Join(t.TempDir(), "roots.p7b")
	if err := os.WriteFile(notPEM, []byte("\x30\x82"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		opts Options
		want string
	}{
		{Options{URL: "centers.hpc.mil"}, "it must begin with https://"},
		{Options{URL: "file:///etc/passwd"}, "it must begin with https://"},
		{Options{URL: "https://"}, "name a host"},
		{Options{URL: "https://x\x7f/"}, "read url"},
		{Options{CAFile: notPEM}, "no certificate in PEM form"},
		{Options{CAFile: notPEM + ".gone"}, "read ca_file: open"},
		{Options{Proxy: "proxy:8080"}, "write it as http://host:port"},
		{Options{Proxy: "http://"}, "write it as http://host:port"},
	} {
		if _, err := New(tt.opts); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("New(%+v): error %v, want one with %q", tt.opts, err, tt.want)
		}
	}
}

func TestCollect(t *testing.T) {
	now := time.Date(2026, 1, 22, 15, 30, 0, 0, time.UTC)
	c, err := New(Options{
		Sites: fleet.BuiltinSites(),
		Fetch: func(context.Context) ([]byte, error) {
			return []byte(onePage + `<p><img class="statusImg" alt="Gaea C5 is currently Up."><img class="statusImg" alt="Größe is currently Moving."></p>`), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var progress []string
	batch, err := c.Collect(t.Context(), collectors.Request{Now: now, ValidFor: 9 * time.Minute, Progress: func(done, total int, what string) {
		progress = append(progress, what)
	}})
	if err != nil {
		t.Fatal(err)
	}
	fact := func(status fleet.Status, text string) *fleet.Fact {
		return &fleet.Fact{Status: status, Text: text, Source: Name, ObservedAt: now, ValidUntil: now.Add(9 * time.Minute)}
	}
	filled := map[string]string{"system": Name, "status": Name, "dsrc": Name, "login_node": Name}
	noLogin := map[string]string{"system": Name, "status": Name, "dsrc": Name}
	want := fleet.Batch{Systems: []fleet.System{
		{Name: "Nautilus", Slug: "nautilus", Site: "NAVO", LoginNode: "nautilus.navydsrc.hpc.mil", LoginNodeSource: fleet.LoginDerived,
			Reported: fact(fleet.Up, "Nautilus is currently Up."), Origins: filled},
		{Name: "Gaea C5", Slug: "gaea-c5", Site: "NAVO", LoginNode: "gaea-c5.navydsrc.hpc.mil", LoginNodeSource: fleet.LoginDerived,
			Reported: fact(fleet.Up, "Gaea C5 is currently Up."), Origins: filled},
		{Name: "Größe", Slug: "größe", Site: "NAVO", Reported: fact(fleet.Unknown, "Größe is currently Moving."), Origins: noLogin},
	}}
	if diff := cmp.Diff(want, batch); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(progress) != 1 || c.Name() != "hpcmp_fleet" {
		t.Errorf("progress %q, name %q", progress, c.Name())
	}
}

func TestCollectFails(t *testing.T) {
	broken := errors.New("broken")
	var page []byte
	var fetchErr error
	c, err := New(Options{Fetch: func(context.Context) ([]byte, error) { return page, fetchErr }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Collect(t.Context(), collectors.Request{}); !errors.Is(err, ErrNoSystems) {
		t.Errorf("empty page: %v", err)
	}
	fetchErr = broken
	if _, err := c.Collect(t.Context(), collectors.Request{}); !errors.Is(err, broken) {
		t.Errorf("failed fetch: %v", err)
	}
	page, fetchErr = []byte(onePage), nil
	if _, err := c.Collect(t.Context(), collectors.Request{}); err != nil {
		t.Errorf("after errors: %v", err)
	}
}

func TestCollectLogsNamelessImages(t *testing.T) {
	var logged bytes.Buffer
	c, err := New(Options{
		Logger: slog.New(slog.NewTextHandler(&logged, nil)),
		Fetch: func(context.Context) ([]byte, error) {
			return []byte(onePage + `<p>Legend: <img class="statusImg" alt="Degraded"></p>`), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Collect(t.Context(), collectors.Request{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(logged.String(), "count=1 first=Degraded") {
		t.Errorf("log: %s", logged.String())
	}
}

// TestDemoPage holds what the demonstration is to show.
func TestDemoPage(t *testing.T) {
	raw, err := os.ReadFile(demoPage)
	if err != nil {
		t.Fatal(err)
	}
	page, err := Parse(raw, testBase, fleet.BuiltinSites())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, sys := range page.Systems {
		got[sys.Name] = strings.Join([]string{string(sys.Status), sys.Site, sys.Scheduler}, " ")
		if sys.Details.Description == "" || len(sys.Details.Guides) == 0 || len(sys.Details.More) == 0 {
			t.Errorf("%s: details %+v", sys.Name, sys.Details)
		}
		if d := sys.Details; sys.Name == "Nautilus" && (d.Architecture != "HPE Cray EX" || *d.Cores != 176128 || *d.MemoryTB != 382) {
			t.Errorf("Nautilus: %q, %d cores, %g TB", d.Architecture, *d.Cores, *d.MemoryTB)
		}
	}
	want := map[string]string{
		"Nautilus": "UP NAVO PBS", "Narwhal": "UP NAVO Slurm", "Blueback": "UP NAVO Slurm",
		"Carpenter": "UP ERDC PBS", "Barfoot": "UP ERDC Slurm", "Wheat": "DEGRADED ERDC ",
		"Raider": "UP AFRL Slurm", "Warhawk": "MAINTENANCE AFRL PBS",
		"Jean": "UP ARL Slurm", "Fran": "UP ARL Slurm", "Ruth": "DOWN ARL PBS",
		"Makau": "UP MHPCC Slurm",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
