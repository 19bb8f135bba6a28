package hpcmp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// maxRedirects is how many redirects are followed, all on the page's own host.
const maxRedirects = 5

// newTransport carries requests with the machine's certificate authorities and those of
// caFile. There is no way to leave certificates unverified.
func newTransport(caFile, proxy string) (http.RoundTripper, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile != "" {
		roots, err := readRoots(caFile)
		if err != nil {
			return nil, err
		}
		transport.TLSClientConfig.RootCAs = roots
	}
	if proxy != "" {
		address, err := proxyURL(proxy)
		if err != nil {
			return nil, err
		}
		transport.Proxy = http.ProxyURL(address)
	}
	return transport, nil
}

// readRoots are the system's certificate authorities and those of a PEM file.
func readRoots(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read ca_file: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // a machine without authorities of its own
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("read ca_file %s: it holds no certificate in PEM form "+
			"(convert a .p7b bundle with: openssl pkcs7 -print_certs -inform der -in BUNDLE.p7b)", file)
	}
	return roots, nil
}

func proxyURL(raw string) (*url.URL, error) {
	address, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("read proxy: it is no address; write it as http://host:port") // the cause would show a password
	}
	switch address.Scheme {
	case "http", "https", "socks5", "socks5h":
		if address.Host != "" {
			return address, nil
		}
	}
	return nil, fmt.Errorf("read proxy %q: write it as http://host:port, https://host:port or socks5://host:port", address.Redacted())
}

// sameHost follows redirects on the page's own host only. A status page that sends its
// readers elsewhere has moved or wants a login, and neither is its status.
func sameHost(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	switch {
	case len(via) > maxRedirects:
		return &refusal{fmt.Sprintf("more than %d redirects: check url in a browser", maxRedirects)}
	case bareHost(req.URL) != bareHost(first):
		return &refusal{fmt.Sprintf("the page redirects to another host, %s: if it has moved, set url to its new address; "+
			"if that is a login, the page is closed to this machine", req.URL.Host)}
	case req.URL.Scheme != "https" && req.URL.Scheme != first.Scheme:
		return &refusal{"the page redirects from " + first.Scheme + " to " + req.URL.Scheme + ": check url in a browser"}
	}
	return nil
}

// bareHost is the host's name without case, port and "www.".
func bareHost(u *url.URL) string {
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// certificateHint says what to do about a certificate that was refused; empty when none was.
func (c *client) certificateHint(host string, err error) string {
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return fmt.Sprintf("the certificate is not for %s: check url and proxy", host)
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return fmt.Sprintf("the certificate of %s is not valid today: check this machine's clock, else wait for the site to renew it", host)
	}
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, refused := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case !unknown && !refused:
		return ""
	case c.caFile != "":
		return fmt.Sprintf("the certificate of %s is signed by an authority that is not in ca_file %s either: "+
			"get the current DoD root bundle", host, c.caFile)
	}
	return fmt.Sprintf("the certificate of %s is signed by an authority that this machine does not know: "+
		"set ca_file to the DoD root bundle (PEM)", host)
}
