package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	_ "time/tzdata" // zones must be known on machines and in containers that have none
)

// urlPrefix normalizes the path below the host to "/a/b", and the root to "".
func urlPrefix(s string) (string, error) {
	clean := strings.TrimRight(s, "/")
	if clean == "" {
		return "", nil
	}
	if !strings.HasPrefix(clean, "/") {
		clean = "/" + clean
	}
	if path.Clean(clean) != clean || !plainPath(clean) {
		return "", fmt.Errorf(`%q is not a path below the host; write it like "/prefix", without "..", "//", spaces, "?" or "#"`, s)
	}
	return clean, nil
}

// plainPath reports whether a path needs no escapes in a URL.
func plainPath(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/-._~", r)
	})
}

// webURL checks an absolute http or https URL.
func webURL(s string) (string, error) {
	_, err := absoluteURL(s, "https://host.example/path", "http", "https")
	return s, err
}

func proxyURL(s string) (string, error) {
	_, err := absoluteURL(s, "http://proxy.example:3128", "http", "https", "socks5", "socks5h")
	return s, err
}

// baseURL drops the trailing slash of an absolute URL without query and fragment.
func baseURL(s string) (string, error) {
	u, err := absoluteURL(s, "https://host.example/path", "http", "https")
	if err != nil {
		return "", err
	}
	prefix, err := urlPrefix(u.EscapedPath())
	if err != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#") {
		return "", fmt.Errorf(`%q must end with a plain path, without "..", "?" and "#"`, s)
	}
	return u.Scheme + "://" + u.Host + prefix, nil
}

func absoluteURL(s, example string, schemes ...string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil && strings.Contains(s, "@") || err == nil && u.User != nil {
		return nil, errors.New("must not hold a user or password: the file may be read by others")
	}
	if err != nil || !slices.Contains(schemes, u.Scheme) || u.Hostname() == "" || strings.Contains(s, " ") {
		return nil, fmt.Errorf("%q is not an absolute URL; write it like %q", s, example)
	}
	return u, nil
}

// hostPort checks an address to listen on.
func hostPort(s string) (string, error) {
	host, port, err := net.SplitHostPort(s)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err == nil && host != "" {
		if _, isAddress := netip.ParseAddr(host); isAddress != nil {
			_, err = hostName(host)
		}
	}
	if err != nil {
		return "", fmt.Errorf(`%q is not host:port; write it like "127.0.0.1:8080", "[::1]:8080" or ":8080"`, s)
	}
	return s, nil
}

// loopback reports whether only this machine can reach what listens on an address.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.Unmap().IsLoopback()
}

func hostName(s string) (string, error) {
	if !hostRunes(s, "") || strings.HasPrefix(s, ".") {
		return "", fmt.Errorf(`%q is not a host name`, s)
	}
	return s, nil
}

// sshHost checks what ssh is given as its destination, so that it can be no option.
func sshHost(s string) (string, error) {
	if strings.Count(s, ":") == 1 {
		return "", fmt.Errorf("%q holds a port; set Port for the host in ~/.ssh/config instead", s)
	}
	if !hostRunes(s, "@:%") {
		return "", fmt.Errorf(`%q is not what ssh takes: write host or user@host`, s)
	}
	return s, nil
}

func hostRunes(s, also string) bool {
	return s != "" && s[0] != '-' && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-_"+also, r)
	})
}

// argument checks what is handed to a program, so that it can be no option of it.
func argument(s string) (string, error) {
	if strings.HasPrefix(s, "-") {
		return "", fmt.Errorf("%q must not begin with a hyphen", s)
	}
	return s, nil
}

// localPath refuses the tilde that only a shell knows; a folder named "~" is never meant.
func localPath(s string) (string, error) {
	if strings.HasPrefix(s, "~") {
		return "", fmt.Errorf(`%q: "~" is not expanded here; write the whole path`, s)
	}
	return s, nil
}

// remotePath checks a path on a cluster, which may begin with a variable of its shell.
// Without these signs it stays one harmless word of a script, in either kind of quotes.
func remotePath(s string) (string, error) {
	rest, isVariable := strings.CutPrefix(s, "$")
	name, _, _ := strings.Cut(rest, "/")
	switch {
	case strings.ContainsAny(rest, "$`\"'\\"), isVariable && !variable(name), !isVariable && !strings.HasPrefix(s, "/"):
		return "", fmt.Errorf(`%q is not a path on the cluster; write it like "/p/work" or "$WORKDIR"`, s)
	}
	return s, nil
}

// variable reports whether a name can be one of a shell variable.
func variable(name string) bool {
	return name != "" && !unicode.IsDigit(rune(name[0])) && !strings.ContainsFunc(name, func(r rune) bool {
		return r > unicode.MaxASCII || r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

func clusterName(s string) (string, error) {
	if fold(s) == "" {
		return "", fmt.Errorf("%q must hold a letter or digit", s)
	}
	return s, nil
}

// fold is the form in which names are compared everywhere: lower case, letters and
// digits only.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToLower(name))
}
