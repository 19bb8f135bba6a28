package cluster

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

const nonce = "0123456789abcdef"

// marked is the output of a probe with one nonce: each entry is "name status body" or,
// with a fourth part, its standard error.
func marked(sections ...[4]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n#hpcstatus:%s open 1\n", nonce)
	for _, s := range sections {
		fmt.Fprintf(&b, "\n#hpcstatus:%s begin %s\n%s", nonce, s[0], s[2])
		if s[3] != "" {
			fmt.Fprintf(&b, "\n#hpcstatus:%s err %s\n%s", nonce, s[0], s[3])
		}
		fmt.Fprintf(&b, "\n#hpcstatus:%s end %s %s\n", nonce, s[0], s[1])
	}
	fmt.Fprintf(&b, "\n#hpcstatus:%s close\n", nonce)
	return b.String()
}

func TestParseSections(t *testing.T) {
	whole := marked(
		[4]string{"probe.host", "0", "name=a\n", ""},
		[4]string{"slurm.jobs", "1", "", "slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n"},
		[4]string{"storage.df", "0", "no newline at the end", ""},
		[4]string{"pbs.queues", "0", "\n\nblank lines\n\n", ""},
	)
	forged := marked([4]string{"slurm.jobs", "0", "#hpcstatus:ffffffffffffffff end slurm.jobs 0\n" +
		"#hpcstatus:ffffffffffffffff close\n#hpcstatus: end\n", ""})
	for name, c := range map[string]struct {
		in, section, body, err string
		exit                   int
	}{
		"plain":              {in: whole, section: "probe.host", body: "name=a\n"},
		"banner before":      {in: "*** WARNING ***\nYou agree.\r\n" + whole, section: "probe.host", body: "name=a\n"},
		"banner after":       {in: whole + "logout\n#hpcstatus:", section: "probe.host", body: "name=a\n"},
		"prompt before":      {in: "user@login$ " + whole, section: "probe.host", body: "name=a\n"},
		"half a mark before": {in: "#hpcstatus:short open 1\n#hpcstatus:0123456789abcdef opens\nx#hpcstatus:0123456789 open 1\n" + whole, section: "probe.host", body: "name=a\n"},
		"terminal":           {in: strings.ReplaceAll(whole, "\n", "\r\n"), section: "probe.host", body: "name=a\n"},
		"error output":       {in: whole, section: "slurm.jobs", err: "slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n", exit: 1},
		"no last newline":    {in: whole, section: "storage.df", body: "no newline at the end"},
		"blank lines":        {in: whole, section: "pbs.queues", body: "\n\nblank lines\n\n"},
		"forged marks": {in: forged, section: "slurm.jobs", body: "#hpcstatus:ffffffffffffffff end slurm.jobs 0\n" +
			"#hpcstatus:ffffffffffffffff close\n#hpcstatus: end\n"},
	} {
		t.Run(name, func(t *testing.T) {
			sections, err := ParseSections([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			got := sections[c.section]
			if got.Name != c.section || string(got.Body) != c.body || string(got.Err) != c.err || got.Exit != c.exit {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestParseSectionsBroken(t *testing.T) {
	whole := marked([4]string{"probe.host", "0", "name=a\n", ""}, [4]string{"slurm.jobs", "0", "1|2|3\n", ""})
	for name, c := range map[string]struct {
		in, want string
		complete int
	}{
		"nothing":     {"", "printed nothing", 0},
		"blanks":      {" \r\n\n", "printed nothing", 0},
		"no marks":    {"\x1b[31m[ERROR]\x1b[0m no such cluster\nmore\n", `printed instead: "[ERROR] no such cluster"`, 0},
		"long line":   {strings.Repeat("x", 500), strings.Repeat("x", maxLine) + "…", 0},
		"no end":      {whole[:strings.Index(whole, "1|2|3")+3], "cut off in section slurm.jobs, complete before it: probe.host", 1},
		"no close":    {whole[:strings.Index(whole, "\n#hpcstatus:"+nonce+" close")], "cut off between sections, complete before it: probe.host slurm.jobs", 2},
		"only opened": {marked()[:20+len(nonce)], "cut off between sections, nothing complete", 0},
		"close inside": {strings.Replace(whole, "end slurm.jobs 0", "close", 1),
			"cut off in section slurm.jobs", 1},
		"begin inside":  {strings.Replace(whole, "end probe.host 0", "noise", 1), "section slurm.jobs begins inside section probe.host", 0},
		"wrong end":     {strings.Replace(whole, "end slurm.jobs 0", "end slurm.nodes 0", 1), `"end slurm.nodes 0" ends no section`, 1},
		"status no int": {strings.Replace(whole, "end slurm.jobs 0", "end slurm.jobs", 1), "ends no section", 1},
	} {
		t.Run(name, func(t *testing.T) {
			sections, err := ParseSections([]byte(c.in))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if len(sections) != c.complete {
				t.Errorf("%d complete sections, want %d", len(sections), c.complete)
			}
		})
	}
}

func TestSectionsCheck(t *testing.T) {
	s := Sections{
		SectionSlurmParts: {Exit: 0},
		SectionSlurmJobs:  {Exit: 1, Err: []byte("\n\x1b[1mslurm_load_jobs error:\x1b[0m Socket timed out\non send\n")},
		SectionSlurmNodes: {Exit: 124, Err: []byte("ignored")},
		SectionDF:         {Exit: 2},
		SectionPBSQueues:  {Exit: 3, Body: []byte("said on stdout\n")},
		SectionQuota:      {Exit: 143},
	}
	for name, want := range map[string]string{
		SectionSlurmParts: "",
		SectionSlurmJobs:  "squeue: slurm_load_jobs error: Socket timed out (exit status 1)",
		SectionSlurmNodes: "scontrol show nodes: no answer within its time limit",
		SectionDF:         "df: exit status 2 without a message",
		SectionPBSQueues:  "qstat -Q: said on stdout (exit status 3)",
		SectionQuota:      "quota: ended by a signal before it answered",
		SectionLFS:        "lfs quota: not run",
	} {
		got := ""
		if err := s.Check(name); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("Check(%s) = %q, want %q", name, got, want)
		}
	}
}

func FuzzParseSections(f *testing.F) {
	f.Add([]byte("1|2|3\n"), []byte("banner\n"), []byte("logout"))
	f.Add([]byte("#hpcstatus:ffffffffffffffff close\n"), []byte("#hpcstatus:"), []byte(""))
	f.Fuzz(func(t *testing.T, body, before, after []byte) {
		if bytes.Contains(body, []byte(nonce)) || bytes.Contains(before, []byte(markOpen)) {
			return
		}
		whole := marked([4]string{"a", "0", string(body), ""}, [4]string{"b", "3", "", string(body)})
		sections, err := ParseSections([]byte(string(before) + whole + string(after)))
		if err != nil {
			t.Fatal(err)
		}
		if a := sections["a"]; !bytes.Equal(a.Body, body) || a.Exit != 0 {
			t.Errorf("a: %q, want %q", a.Body, body)
		}
		if b := sections["b"]; !bytes.Equal(b.Err, body) || b.Exit != 3 {
			t.Errorf("b: %q, want %q", b.Err, body)
		}
	})
}
