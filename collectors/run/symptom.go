package run

import (
	"fmt"
	"strings"
)

// symptom is a known complaint of a login tool and what it means.
type symptom struct {
	// text is in the complaint, in whatever case.
	text string
	// login is set when a login was refused, so that trying again needs new credentials.
	login bool
	// advice is what to do; empty when the complaint says so itself.
	advice string
}

const (
	adviceKey     = "run kinit, or load a key with ssh-add"
	adviceHostKey = "the host is not in known_hosts, or its key has changed: compare it with what the site " +
		"publishes, then log in once by hand"
	adviceName    = "check the host's name in the configuration"
	adviceTools   = "the script needs it there"
	adviceNetwork = "the host is down, or a firewall or VPN is in between"
)

// sshSymptoms are what OpenSSH's client prints on standard error before it exits 255
// (sshconnect.c, sshconnect2.c, misc.c), what strerror adds, and what MIT Kerberos adds
// to it (krb5_err.et, gssapi).
var sshSymptoms = []symptom{
	{text: "host key verification failed", advice: adviceHostKey},
	{text: "permission denied (", login: true, advice: adviceKey},
	{text: "too many authentication failures", login: true, advice: adviceKey},
	{text: "no more authentication methods", login: true, advice: adviceKey},
	{text: "no kerberos credentials available", login: true, advice: "run kinit"},
	{text: "credentials cache", login: true, advice: "run kinit"},
	{text: "ticket expired", login: true, advice: "run kinit"},
	{text: "could not resolve hostname", advice: adviceName},
	{text: "connection timed out", advice: adviceNetwork},
	{text: "operation timed out", advice: adviceNetwork},
	{text: "connection refused", advice: adviceNetwork},
	{text: "no route to host", advice: adviceNetwork},
	{text: "network is unreachable", advice: adviceNetwork},
}

// pwSymptoms are what the Parallel Works CLI prints, most of it behind "[ERROR]", and what
// Go's ssh client, on which it is built, says of a refused login.
var pwSymptoms = []symptom{
	{text: "authentication has expired", login: true},
	{text: "no context configured", login: true},
	{text: "please authenticate", login: true},
	{text: "unable to authenticate", login: true, advice: "run `pw auth`"},
	{text: "unauthorized", login: true, advice: "run `pw auth`"},
	{text: "permission denied (", login: true, advice: "check that `pw ssh` to it works by hand"},
	{text: "command not found", advice: adviceTools},
	{text: ": not found", advice: adviceTools},
	{text: "context \"", advice: "check the context in [collectors.pw_cluster] with `pw context list`"},
	{text: "not found", advice: "check the name with `pw cluster ls`"},
}

// complain makes an error of a tool's complaint: the line that shows a known symptom, or the last one.
func complain(what, complaint string, known []symptom, exit int) error {
	for _, s := range known {
		for line := range strings.Lines(complaint) {
			if strings.Contains(strings.ToLower(line), s.text) {
				return s.err(what, quote(line))
			}
		}
	}
	if said := lastLine([]byte(complaint)); said != "" {
		return fmt.Errorf("%s: %s (exit status %d)", what, said, exit)
	}
	return fmt.Errorf("%s: failed without a message (exit status %d)", what, exit)
}

// err is the error of a line that shows the symptom.
func (s symptom) err(what, line string) error {
	line = strings.TrimPrefix(line, "ssh: ")
	if s.advice != "" {
		line = strings.TrimRight(line, ".") + ": " + s.advice
	}
	if s.login {
		return fmt.Errorf("%s: %w: %s", what, ErrNeedsLogin, line)
	}
	return fmt.Errorf("%s: %s", what, line)
}
