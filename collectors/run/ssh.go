package run

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"
)

// SSH runs scripts on a host with the system's ssh and the user's own configuration, so
// keys, agents, Kerberos tickets, jump hosts and ~/.ssh/config hold. It never asks for
// anything, forwards nothing, and uses a control socket that exists but makes none.
type SSH struct {
	// Host as ssh takes it: a name, an alias of ~/.ssh/config, or user@name.
	Host string
	// Command is the executable; empty is "ssh".
	Command string
	// Options are further arguments for ssh, such as "-p", "2222".
	Options []string
	// ConnectTimeout bounds the connection alone; zero is 15 seconds.
	ConnectTimeout time.Duration
}

var _ Runner = SSH{}

// fixedOptions hold whatever the user's configuration says: for ssh the first value counts.
// LogLevel keeps the site's banner out of the errors.
var fixedOptions = []string{
	"-T",
	"-o", "BatchMode=yes",
	"-o", "StrictHostKeyChecking=yes",
	"-o", "ForwardAgent=no",
	"-o", "ForwardX11=no",
	"-o", "ClearAllForwardings=yes",
	"-o", "ControlMaster=no",
	"-o", "PermitLocalCommand=no",
	"-o", "RemoteCommand=none",
	"-o", "LogLevel=ERROR",
}

// transportFailed is the exit status of ssh when it could not run the command (ssh(1)).
const transportFailed = 255

// Run runs the script in a login shell of the host. Exit status 255 is taken as a failure
// of the connection, also when it is the script's own.
func (s SSH) Run(ctx context.Context, script string) (Output, error) {
	if err := checkTarget("host", s.Host); err != nil {
		return Output{}, fmt.Errorf("ssh: %w", err)
	}
	line, err := remoteCommand(script)
	if err != nil {
		return Output{}, fmt.Errorf("%s: %w", s.what(), err)
	}
	if err := s.checkTicket(ctx); err != nil {
		return Output{}, err
	}
	out, err := s.command("--", s.Host, line).run(ctx)
	if err == nil && out.ExitCode == transportFailed {
		err = complain(s.what(), string(out.Stderr), sshSymptoms, out.ExitCode)
	}
	return out, err
}

// Credential changes when the Kerberos ticket, the agent, the configuration, a key or a
// control socket does.
func (s SSH) Credential() string { return sshCredential(os.Getenv) }

func (s SSH) what() string { return "ssh " + quote(s.Host) }

// command is an ssh command line that ends with the arguments.
func (s SSH) command(last ...string) command {
	timeout := s.ConnectTimeout
	if timeout == 0 {
		timeout = 15 * time.Second
	}
	var args []string
	args = append(args, fixedOptions...)
	args = append(args, s.Options...)
	args = append(args, "-o", "ConnectTimeout="+strconv.Itoa(max(1, int(timeout.Seconds()))))
	c := command{
		what:    s.what(),
		name:    s.Command,
		args:    append(args, last...),
		missing: "install the OpenSSH client",
	}
	if c.name == "" {
		c.name = "ssh"
	}
	return c
}
