package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"hpcstatus/collectors/internal/clean"
)

// The sections that the probe prints, each where its command exists and was asked for.
const (
	SectionBusy          = "probe.busy"         // only when an earlier probe still runs there
	SectionHost          = "probe.host"         // name=, machine= and epoch= lines
	SectionSlurmVersion  = "slurm.version"      // squeue --version, only when slurm.config failed
	SectionSlurmConfig   = "slurm.config"       // scontrol show config, when it is due
	SectionSlurmJobs     = "slurm.jobs"         // squeue in the format of slurm.JobFormat
	SectionSlurmNodes    = "slurm.nodes"        // scontrol -a -d -o show nodes
	SectionSlurmParts    = "slurm.partitions"   // scontrol -a -o show partitions
	SectionSlurmReserved = "slurm.reservations" // scontrol -a -o show reservations, when they are due
	SectionSlurmAssoc    = "slurm.assoc"        // scontrol -o show assoc_mgr flags=assoc,qos
	SectionPBSServer     = "pbs.server"         // qstat -B -f -F json
	SectionPBSQueues     = "pbs.queues"         // qstat -Q -f -F json
	SectionPBSQueuesText = "pbs.queues.text"    // qstat -Q -f, only when the JSON command failed
	SectionPBSNodes      = "pbs.nodes"          // pbsnodes -a -F json
	SectionHPCMPQueues   = "hpcmp.queues"       // show_queues
	SectionHPCMPUsage    = "hpcmp.usage"        // show_usage
	SectionHPCMPStorage  = "hpcmp.storage"      // show_storage
	SectionDF            = "storage.df"         // df -P -k of the paths that exist
	SectionQuota         = "storage.quota"      // quota -w
	SectionLFS           = "storage.lfs"        // lfs quota of each Lustre path, each after a line "# path"
)

// maxLine is how much of a remote line an error may quote.
const maxLine = 120

// Section is what one command of the probe printed.
type Section struct {
	Name string
	// Body is its standard output, byte for byte.
	Body []byte
	// Exit is its exit status; 124 when its own time limit ended it.
	Exit int
	// Err is its standard error.
	Err []byte
}

// Sections are the complete sections of one probe, by name.
type Sections map[string]Section

// Ran reports whether the command of the section was run to its end, well or badly.
func (s Sections) Ran(name string) bool {
	_, ok := s[name]
	return ok
}

// Body is what the section's command printed, nil when it did not run.
func (s Sections) Body(name string) []byte { return s[name].Body }

// failed reports whether the section's command did not run or exited with an error.
func (s Sections) failed(name string) bool { return s.Check(name) != nil }

// Check returns nil when the section's command ran and exited 0. Otherwise the error
// names the command and quotes the first words of its own complaint, cleaned.
func (s Sections) Check(name string) error {
	section, ok := s[name]
	switch {
	case !ok:
		return fmt.Errorf("%s: not run", command(name))
	case section.Exit == 0:
		return nil
	case section.Exit == 124:
		return fmt.Errorf("%s: no answer within its time limit", command(name))
	case section.Exit == 137, section.Exit == 143: // KILL and TERM
		return fmt.Errorf("%s: ended by a signal before it answered", command(name))
	}
	if said := firstLine(section.Err, section.Body); said != "" {
		return fmt.Errorf("%s: %s (exit status %d)", command(name), said, section.Exit)
	}
	return fmt.Errorf("%s: exit status %d without a message", command(name), section.Exit)
}

// command is how an error names the command of a section.
func command(name string) string {
	switch name {
	case SectionSlurmVersion:
		return "squeue --version"
	case SectionSlurmConfig:
		return "scontrol show config"
	case SectionSlurmJobs:
		return "squeue"
	case SectionSlurmNodes:
		return "scontrol show nodes"
	case SectionSlurmParts:
		return "scontrol show partitions"
	case SectionSlurmReserved:
		return "scontrol show reservations"
	case SectionSlurmAssoc:
		return "scontrol show assoc_mgr"
	case SectionPBSServer:
		return "qstat -B"
	case SectionPBSQueues, SectionPBSQueuesText:
		return "qstat -Q"
	case SectionPBSNodes:
		return "pbsnodes -a"
	case SectionHPCMPQueues:
		return "show_queues"
	case SectionHPCMPUsage:
		return "show_usage"
	case SectionHPCMPStorage:
		return "show_storage"
	case SectionDF:
		return "df"
	case SectionQuota:
		return "quota"
	case SectionLFS:
		return "lfs quota"
	}
	return name
}

// Every mark is a line of its own: the prefix, the nonce of the run, a word and its arguments.
const (
	markPrefix = "#hpcstatus:"
	markOpen   = "open 1" // with the version of the format
	markBegin  = "begin "
	markErr    = "err "
	markEnd    = "end "
	markClose  = "close"
)

// firstLine is the first line with something to read in any of the texts, cleaned.
func firstLine(texts ...[]byte) string {
	for _, text := range texts {
		for line := range clean.Lines(text[:min(len(text), 64<<10)]) {
			if said := shorten(line); said != "" {
				return said
			}
		}
	}
	return ""
}

// shorten makes remote text fit for an error: one line without anything invisible.
func shorten(text string) string {
	text = strings.Join(strings.Fields(clean.Text(text)), " ")
	if utf8.RuneCountInString(text) <= maxLine {
		return text
	}
	return string([]rune(text)[:maxLine]) + "…"
}

// ParseSections reads the output of the probe. Whatever a login shell prints before and
// after is passed over. Without an error the output is whole. When the output was cut
// off, the sections that are complete come with an error that says how far it came.
func ParseSections(stdout []byte) (Sections, error) {
	nonce, rest := opening(stdout)
	if nonce == "" {
		return nil, unmarked(stdout)
	}
	if rest[0] == '\r' { // a terminal between us and the shell
		rest = bytes.ReplaceAll(rest, []byte("\r\n"), []byte("\n"))
	}
	r := reader{mark: []byte("\n" + markPrefix + nonce + " "), rest: rest, sections: Sections{}}
	return r.sections, r.read()
}

// opening finds the first well-formed opening mark. It returns the run's nonce, which no
// command knew when it printed its lines, and what follows the mark; "" for none.
func opening(stdout []byte) (nonce string, rest []byte) {
	for at := 0; ; {
		next := bytes.Index(stdout[at:], []byte(markPrefix))
		if next < 0 {
			return "", nil
		}
		start := at + next
		at = start + len(markPrefix)
		length := bytes.IndexByte(stdout[at:], '\n')
		if length < 0 || (start > 0 && stdout[start-1] != '\n') {
			continue
		}
		line := bytes.TrimSuffix(stdout[at:at+length], []byte("\r"))
		word, isOpen := strings.CutSuffix(string(line), " "+markOpen)
		if isOpen && isNonce(word) {
			return word, stdout[at+len(line):]
		}
	}
}

// isNonce reports whether the word is 8 to 64 letters and digits.
func isNonce(word string) bool {
	odd := strings.IndexFunc(word, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	return odd < 0 && len(word) >= 8 && len(word) <= 64
}

// unmarked says what a probe printed that has no opening mark.
func unmarked(stdout []byte) error {
	line := firstLine(stdout)
	if line == "" {
		return errors.New("printed nothing: the shell there did not run the probe; " +
			"check that the account may log in and that its start-up files do not exit")
	}
	return fmt.Errorf("the probe did not run there; printed instead: %q", line)
}

// reader cuts the output at the marks of one nonce.
type reader struct {
	mark     []byte // with the newline before it
	rest     []byte // not yet read
	sections Sections
	order    []string // names of the complete sections
	open     *Section // the section being read
	inErr    bool     // reading its standard error
}

// read fills the sections up to the closing mark.
func (r *reader) read() error {
	for {
		text, mark, ok := r.next()
		if !ok {
			return r.truncated()
		}
		r.keep(text)
		word, args, _ := strings.Cut(mark, " ")
		switch word + " " {
		case markBegin:
			if r.open != nil {
				return fmt.Errorf("section %s begins inside section %s", args, r.open.Name)
			}
			r.open, r.inErr = &Section{Name: args}, false
		case markErr:
			r.inErr = true
		case markEnd:
			if err := r.end(args); err != nil {
				return err
			}
		case markClose + " ":
			if r.open != nil {
				return r.truncated()
			}
			return nil
		}
	}
}

// next returns the text before the next mark and the mark without prefix and nonce.
func (r *reader) next() (text []byte, mark string, ok bool) {
	start := bytes.Index(r.rest, r.mark)
	if start < 0 {
		return nil, "", false
	}
	text, after := r.rest[:start], r.rest[start+len(r.mark):]
	length := bytes.IndexByte(after, '\n')
	if length < 0 {
		return nil, "", false // the mark itself is cut off
	}
	r.rest = after[length:] // the newline may lead the next mark
	return text, string(after[:length]), true
}

// keep gives the text to the open section. The text begins with the newline that ended
// the mark before it; an empty text has none left when two marks follow each other.
func (r *reader) keep(text []byte) {
	if r.open == nil || len(text) == 0 {
		return
	}
	if r.inErr {
		r.open.Err = text[1:]
	} else {
		r.open.Body = text[1:]
	}
}

// end closes the open section; args are its name and exit status.
func (r *reader) end(args string) error {
	name, status, _ := strings.Cut(args, " ")
	code, err := strconv.Atoi(status)
	if r.open == nil || r.open.Name != name || err != nil {
		return fmt.Errorf("the mark %q ends no section%s", markEnd+args, r.progress())
	}
	r.open.Exit = code
	r.sections[name] = *r.open
	r.order = append(r.order, name)
	r.open = nil
	return nil
}

// truncated says how far the output came.
func (r *reader) truncated() error {
	where := "between sections"
	if r.open != nil {
		where = "in section " + r.open.Name
	}
	return fmt.Errorf("output cut off %s%s", where, r.progress())
}

// progress names what was complete.
func (r *reader) progress() string {
	if len(r.order) == 0 {
		return ", nothing complete before it"
	}
	return ", complete before it: " + strings.Join(r.order, " ")
}
