package demo

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// maxRecording is how large one recording may be: they are all part of the program.
const maxRecording = 120 << 10

// recordings calls check with each recording and its path below recording/.
func recordings(t *testing.T, check func(name, text string)) {
	t.Helper()
	err := fs.WalkDir(recording, "recording", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Base(name) == "README.md" {
			return err
		}
		text, err := recording.ReadFile(name)
		check(strings.TrimPrefix(name, "recording/"), string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Nothing of the machine that the recordings were made on, and nobody's name, is in them.
func TestRecordingsNameNobody(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	forbidden := regexp.MustCompile(regexp.QuoteMeta(here) + `|` + regexp.QuoteMeta(os.TempDir()) + `/` +
		`|\bvm\b|\b127\.|/root\b|\d-fc\b|x86_64-linux-gnu|\b(games|news)\b`) // of a small virtual machine with Debian
	named := regexp.MustCompile(`\b(UserName|Users|ParentAccount|Account|AllowAccounts|connectionString)("?: ?"|=)(\(null\)|ALL|[^\s,;{}"]*)`)
	madeUp := regexp.MustCompile(`^(|\(null\)|ALL|root(\(\d+\))?|user\d\d(\(\d+\))?|hpcmo\d{5}|user01@[a-z]+\.[a-z]+\.hpc\.mil)$`)
	recordings(t, func(name, text string) {
		if found := forbidden.FindString(text); found != "" {
			t.Errorf("%s has %q", name, found)
		}
		for _, match := range named.FindAllStringSubmatch(text, -1) {
			if !madeUp.MatchString(match[3]) {
				t.Errorf("%s names %q", name, match[0])
			}
		}
		if len(text) > maxRecording {
			t.Errorf("%s has %d bytes", name, len(text))
		}
	})
}

func TestReadmeTellsOfEachRecording(t *testing.T) {
	readme, err := recording.ReadFile("recording/README.md")
	if err != nil {
		t.Fatal(err)
	}
	recordings(t, func(name, _ string) {
		if !strings.Contains(string(readme), "`"+name+"`") {
			t.Errorf("README.md says nothing of %s", name)
		}
	})
}
