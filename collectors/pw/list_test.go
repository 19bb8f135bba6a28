package pw

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"hpcstatus/collectors/fleet"
	"hpcstatus/collectors/internal/recorded"
)

func TestParseList(t *testing.T) {
	jean := listed{name: "jean", uri: "pw://me/jean", kind: "existing", status: "active"}
	lab := listed{name: "lab", display: "The Lab", uri: "pw://me/lab", kind: "aws-slurm", status: "off"}
	for _, test := range []struct {
		name, in string
		want     []listed
	}{
		{"bare list", `[{"name":"lab","displayName":"The Lab","uri":"pw://me/lab","type":"aws-slurm","status":"off"},
			{"name":"jean","uri":"pw://me/jean","type":"existing","status":"active"}]`, []listed{jean, lab}},
		{"in clusters", `{"total":1,"clusters":[{"name":"jean","uri":"pw://me/jean","type":"existing","status":"active"}]}`, []listed{jean}},
		{"in items", `{"items":[{"name":"jean","uri":"pw://me/jean","type":"existing","status":"ACTIVE"}]}`, []listed{jean}},
		{"no uri but a namespace", `[{"name":"jean","namespace":"me","type":"existing","status":"active"}]`, []listed{jean}},
		{"no uri but a user", `[{"name":"jean","user":"me","provider":"existing","status":"active"}]`, []listed{jean}},
		{"no name", `[{"uri":"pw://me/jean","type":"existing","status":"active"}]`, []listed{jean}},
		{"name alone", `[{"name":"jean"}]`, []listed{{name: "jean", uri: "jean"}}},
		{"odd types", `[{"name":7,"uri":null,"status":true,"type":["x"],"tags":{}}, null, 3, "x"]`,
			[]listed{{name: "7", uri: "7", status: "true"}}},
		{"twice", `[{"name":"jean"},{"name":"jean"}]`, []listed{{name: "jean", uri: "jean"}}},
		{"deleted", `[{"name":"jean"},{"name":"old","status":"deleted"}]`, []listed{{name: "jean", uri: "jean"}}},
		{"text around", "[WARN] a new release is there\n{}\n[\n  {\"name\": \"jean\"}\n]\nbye\n", []listed{{name: "jean", uri: "jean"}}},
		{"escapes in a name", `[{"name":"je\u001b[31man\u0007"}]`, []listed{{name: "jean", uri: "jean"}}},
		{"pipes", "+---+\n| URI | STATUS | TYPE |\n+---+\n| pw://me/lab | off  | aws-slurm |\n| pw://me/jean | active | existing |\n+---+\n",
			[]listed{jean, {name: "lab", uri: "pw://me/lab", kind: "aws-slurm", status: "off"}}},
		{"drawn pipes", "│ URI │ Provision status │ TYPE │\n│ pw://me/jean │ active │ existing │\r\n", []listed{jean}},
		{"spaces", "notice of something\n\nURI            STATUS   TYPE\npw://me/jean   active   existing\n\n2 clusters\n", []listed{jean}},
		{"other columns", "NAME      TYPE      URI             PROVISION STATUS   OWNER\njean   existing   pw://me/jean   active   somebody\n", []listed{jean}},
		{"single blanks", "URI STATUS TYPE\npw://me/jean active existing\n", []listed{jean}},
		{"single blanks in rows", "URI             STATUS  TYPE\npw://me/jean active existing\n", []listed{jean}},
		{"tabs", "URI\tSTATUS\tTYPE\npw://me/jean\tactive\texisting\n", []listed{jean}},
		{"only uris", "URI\npw://me/jean\n", []listed{{name: "jean", uri: "pw://me/jean"}}},
		{"short row", "URI  STATUS  TYPE\npw://me/jean\n", []listed{{name: "jean", uri: "pw://me/jean"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseList([]byte(test.in))
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestParseListErrors(t *testing.T) {
	for _, test := range []struct {
		name, in, want string
		is             error
	}{
		{"nothing", " \n", "printed nothing", nil},
		{"empty list", "[]\n", "pw lists no clusters", errNoClusters},
		{"null", "null\n", "pw lists no clusters", errNoClusters},
		{"empty envelope", `{"clusters":null}`, "pw lists no clusters", errNoClusters},
		{"all deleted", `[{"name":"old","status":"deleted"}]`, "pw lists no clusters", errNoClusters},
		{"empty table", "URI  STATUS  TYPE\n", "pw lists no clusters", errNoClusters},
		{"other keys", `[{"id":"1"},{"id":"2"}]`, "none of the 2 entries names a cluster", nil},
		{"name without a letter", `[{"name":"***"}]`, "none of the 1 entries", nil},
		{"another object", `{"message":"hello"}`, "neither JSON nor a table", errNoList},
		{"cut off", "[\n  {\"name\": \"jean\"},\n", "neither JSON nor a table", errNoList},
		{"text", "welcome to pw\n", "neither JSON nor a table", errNoList},
		{"usage", "Usage:\n  pw cluster ls [URI] [flags]\n", "neither JSON nor a table", errNoList},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseList([]byte(test.in))
			if err == nil || !strings.Contains(err.Error(), test.want) || test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

// The vendor's own fixture of GET /api/clusters, whose rows the CLI passes on.
func TestParseVendorFixture(t *testing.T) {
	got, err := parseList(recorded.File(t, "pw/api_clusters_fixture.json"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, l := range got {
		names = append(names, l.name+" "+l.kind+" "+l.status)
	}
	want := []string{"awssmall aws-slurm off", "labcluster managed-cluster active", "neo-h100 existing active", "untagged aws-slurm off"}
	if !slices.Equal(names, want) {
		t.Errorf("got %q", names)
	}
}

func FuzzParseList(f *testing.F) {
	f.Add([]byte(`{"clusters":[{"name":"jean","displayName":"Jean","uri":"pw://me/jean","status":"active"}]}`))
	f.Add([]byte("| URI | STATUS |\n| pw://me/jean | on |\n"))
	f.Add([]byte("URI  STATUS  TYPE\npw://me/jean  active  existing\n"))
	f.Add([]byte("[ERROR] x\n[{\"name\":1}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := parseList(text)
		if (err == nil) != (len(got) > 0) {
			t.Fatalf("%d clusters and %v", len(got), err)
		}
		for i, l := range got {
			if l.name == "" || l.uri == "" || fleet.Slug(l.name) == "" {
				t.Errorf("incomplete: %+v", l)
			}
			if i > 0 && got[i-1].uri >= l.uri {
				t.Errorf("%q is not after %q", l.uri, got[i-1].uri)
			}
			for _, word := range []string{l.name, l.display, l.uri, l.kind, l.status} {
				if strings.ContainsFunc(word, unicode.IsControl) {
					t.Errorf("control characters in %q", word)
				}
			}
		}
	})
}
