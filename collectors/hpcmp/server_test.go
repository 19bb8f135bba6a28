package hpcmp

import (
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cenkalti/backoff/v5"

	"hpcstatus/collectors"
)

// collectOnce runs a collector made from opts once, without pauses between its tries.
func collectOnce(t *testing.T, opts Options) error {
	t.Helper()
	c, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	c.client.pause = func() backoff.BackOff { return &backoff.ZeroBackOff{} }
	batch, err := c.Collect(t.Context(), collectors.Request{})
	if err == nil && len(batch.Systems) != 1 {
		t.Errorf("%d systems", len(batch.Systems))
	}
	return err
}

func wantError(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) {
		t.Errorf("error %v, want one with %q", err, part)
	}
}

func servePage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = io.WriteString(w, onePage)
}

func TestServerThatRecovers(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch requests.Add(1) {
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2: // promises more than it sends
			w.Header().Set("Content-Length", "4096")
			servePage(w, r)
		default:
			servePage(w, r)
		}
	}))
	defer server.Close()
	if err := collectOnce(t, Options{URL: server.URL}); err != nil {
		t.Error(err)
	}
	if n := requests.Load(); n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
}

func TestServerThatIsGone(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(servePage))
	server.Close()
	wantError(t, collectOnce(t, Options{URL: server.URL}), "(tried 4 times)")
}

func TestServerWithoutType(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = nil
		_, _ = io.WriteString(w, onePage)
	}))
	defer server.Close()
	if err := collectOnce(t, Options{URL: server.URL}); err != nil {
		t.Error(err)
	}
}

func TestSizeLimit(t *testing.T) {
	padded := onePage + strings.Repeat(" ", 1000-len(onePage))
	for name, handler := range map[string]http.HandlerFunc{
		"said beforehand": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, padded)
		},
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			for {
				if _, err := io.WriteString(w, padded); err != nil {
					return
				}
				w.(http.Flusher).Flush()
			}
		},
		"packed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Encoding", "gzip")
			pack := gzip.NewWriter(w)
			defer pack.Close()
			_, _ = io.WriteString(pack, padded+strings.Repeat(" ", 1<<20))
		},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				handler(w, r)
			}))
			defer server.Close()
			wantError(t, collectOnce(t, Options{URL: server.URL, MaxBytes: 999}), "longer than 999 bytes")
			if n := requests.Load(); n != 1 {
				t.Errorf("asked %d times for a page that is too long", n)
			}
			if name == "said beforehand" {
				if err := collectOnce(t, Options{URL: server.URL, MaxBytes: 1000}); err != nil {
					t.Errorf("a page of just the size: %v", err)
				}
			}
		})
	}
}

// tlsServer is a server whose certificate nobody knows, and that certificate in a file.
func tlsServer(t *testing.T) (server *httptest.Server, caFile string) {
	t.Helper()
	server = httptest.NewUnstartedServer(http.HandlerFunc(servePage))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would report every refusal
	server.StartTLS()
	t.Cleanup(server.Close)
	caFile = filepath.Join(t.TempDir(), "roots.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(caFile, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return server, caFile
}

func TestCertificates(t *testing.T) {
	server, roots := tlsServer(t)
	other := otherRoots(t)
	if err := collectOnce(t, Options{URL: server.URL, CAFile: roots}); err != nil {
		t.Errorf("with ca_file: %v", err)
	}
	wantError(t, collectOnce(t, Options{URL: server.URL}), "set ca_file to the DoD root bundle (PEM)")
	wantError(t, collectOnce(t, Options{URL: server.URL, CAFile: other}), "not in ca_file "+other+" either")
	byName := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	wantError(t, collectOnce(t, Options{URL: byName, CAFile: roots}), "the certificate is not for localhost")
}

func TestPlainServerBehindHTTPS(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(servePage))
	defer server.Close()
	wantError(t, collectOnce(t, Options{URL: strings.Replace(server.URL, "http:", "https:", 1)}), "does not speak https")
}

func TestProxy(t *testing.T) {
	var asked atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.URL.String())
		servePage(w, r)
	}))
	defer proxy.Close()
	if err := collectOnce(t, Options{URL: "http://centers.example/systems.html", Proxy: proxy.URL}); err != nil {
		t.Fatal(err)
	}
	if asked.Load() != "http://centers.example/systems.html" {
		t.Errorf("proxy was asked for %v", asked.Load())
	}
}

func TestCertificateHints(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{x509.CertificateInvalidError{Reason: x509.Expired}, "not valid today: check this machine's clock"},
		{x509.HostnameError{Host: "x", Certificate: &x509.Certificate{}}, "not for centers.hpc.mil"},
		{&tls.CertificateVerificationError{Err: errors.New("refused by the platform")}, "set ca_file to the DoD root bundle"},
		{errors.New("connection reset"), ""},
	} {
		if got := new(client).certificateHint("centers.hpc.mil", tt.err); !strings.Contains(got, tt.want) || (tt.want == "") != (got == "") {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}
