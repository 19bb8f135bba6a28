package run

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// checkTicket is an ErrNeedsLogin when logging in would take a Kerberos ticket and there is
// no valid one: a login that cannot succeed is not even tried on somebody's login node.
func (s SSH) checkTicket(ctx context.Context) error {
	if ticketCache(os.Getenv) == "" {
		return nil
	}
	if _, err := exec.LookPath("klist"); err != nil {
		return nil
	}
	out, err := command{what: s.what(), name: "klist", args: []string{"-s"}}.run(ctx)
	if err != nil || out.ExitCode == 0 || s.hasOtherWay(ctx) || ctx.Err() != nil {
		return nil // ssh itself shows what is wrong
	}
	return fmt.Errorf("%s: %w: the Kerberos ticket is missing or has expired: run kinit", s.what(), ErrNeedsLogin)
}

// ticketCache names the account's Kerberos ticket cache, "" where none was ever made.
// Without KRB5CCNAME it is the file that MIT Kerberos uses by default.
func ticketCache(getenv func(string) string) string {
	if name := getenv("KRB5CCNAME"); name != "" {
		return name
	}
	path := filepath.Join("/tmp", "krb5cc_"+strconv.Itoa(os.Getuid()))
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// hasOtherWay reports whether ssh would log in to the host without a ticket, by what
// `ssh -G` says of the configuration: over an open control socket, with a key, or not by
// Kerberos at all. An expired ticket from a desktop's login must not stop a login by key.
func (s SSH) hasOtherWay(ctx context.Context) bool {
	out, err := s.command("-G", "--", s.Host).run(ctx)
	if err != nil || out.ExitCode != 0 {
		return false
	}
	keys, agent := true, os.Getenv("SSH_AUTH_SOCK")
	var files []string
	for lines := bufio.NewScanner(bytes.NewReader(out.Stdout)); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), " ")
		switch key {
		case "gssapiauthentication":
			if value == "no" {
				return true
			}
		case "pubkeyauthentication":
			keys = value != "no" && value != "false"
		case "controlpath":
			if exists(value) {
				return true
			}
		case "identityagent":
			agent = value
		case "identityfile":
			files = append(files, value)
		}
	}
	for _, file := range append(files, agent) {
		if keys && exists(file) {
			return true
		}
	}
	return false
}

// exists reports whether there is a file of that name, in which "~" is the home directory.
func exists(name string) bool {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return false
		}
		name = filepath.Join(home, rest)
	}
	_, err := os.Stat(name)
	return name != "" && err == nil
}
