package pbs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"hpcstatus/collectors/internal/recorded"
)

// plain makes what encoding/json would make of the value, with scalars as their text.
func (v *value) plain() any {
	switch v.kind {
	case objectValue:
		m := map[string]any{}
		for i := range v.members {
			m[v.members[i].key] = v.members[i].value.plain()
		}
		return m
	case listValue:
		l := []any{}
		for i := range v.members {
			l = append(l, v.members[i].value.plain())
		}
		return l
	case scalarValue:
		return v.text
	}
	return nil
}

func TestDecode(t *testing.T) {
	object := func(s string) any {
		var v any
		if err := json.Unmarshal([]byte(s), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, tt := range []struct{ name, in, want string }{
		{"empty", `{}`, `{}`},
		{"loose scalars", `{"a":1,"b":"1","c":true,"d":null,"e":1.50}`, `{"a":"1","b":"1","c":"true","d":null,"e":"1.50"}`},
		{"nested", `{"a":{"b":["x",{"c":2}],"d":[]}}`, `{"a":{"b":["x",{"c":"2"}],"d":[]}}`},
		{"escapes", `{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83d"}`, `{"a":"\"\\/\b\f\n\r\té😀\ufffd"}`},
		{"numbers that are none", "{\"a\":.123,\n\"b\":123.,\"c\":00,\"d\":-00,\"e\":00.123,\"f\":-00.123,\"g\":005}",
			`{"a":".123","b":"123.","c":"00","d":"-00","e":"00.123","f":"-00.123","g":"005"}`},
		{"words that are none", `{"a":True,"b":nan,"c":node 5}`, `{"a":"True","b":"nan","c":"node 5"}`},
		{"bad escapes", `{"A":"\'\"quoted\"\'","B":"/home/user7/Mo\\\'","C"="a\,b","D":"\u12"}`,
			`{"A":"'\"quoted\"'","B":"/home/user7/Mo\\'","C":"a,b","D":"\\u12"}`},
		{"raw quotes", "{\n\"comment\":\"drained, \"lost its scratch\" (see the log)\",\n\"resv\":\"True\"\n}",
			`{"comment":"drained, \"lost its scratch\" (see the log)","resv":"True"}`},
		{"raw quotes at the end", `{"comment":"say "hi"", "b":"c"}`, `{"comment":"say \"hi\"","b":"c"}`},
		{"raw quotes and commas", `{"comment":"a "b", "c" and, "d"", "e":[1,"f"]}`,
			`{"comment":"a \"b\", \"c\" and, \"d\"","e":["1","f"]}`},
		{"raw quotes and braces", `{"a":{"comment":"a "b"} c"},"d":"e"}`, `{"a":{"comment":"a \"b\"} c"},"d":"e"}`},
		{"raw quotes in a list", `{"a":["x "y" z","w"]}`, `{"a":["x \"y\" z","w"]}`},
		{"raw quote in a name", `{"a "b" c":1}`, `{"a \"b\" c":"1"}`},
		{"trailing commas", `{"a":["x",],"b":1,}`, `{"a":["x"],"b":"1"}`},
		{"duplicate names", `{"a":1,"a":2}`, `{"a":"2"}`},
		{"a table before", "VMa: \nJob ID  Queue\n------- -----\n{\n\"a\":\"b\"}", `{"a":"b"}`},
		{"a banner with braces before", "use {x} wisely\n  {\"a\":1}", `{"a":"1"}`},
		{"text after", "{\"a\":1}\nlogout", `{"a":"1"}`},
		{"line break in a string", "{\"a\":\"b\nc\"}", `{"a":"b\nc"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := decode([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if got := v.plain(); !reflect.DeepEqual(got, object(tt.want)) {
				t.Errorf("got %#v, want %s", got, tt.want)
			}
		})
	}
}

func TestDecodeErrors(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", "no JSON object in an empty output"},
		{"blank", " \n\t", "no JSON object in an empty output"},
		{"a message", "qstat: \x1b[1mcannot connect\x1b[0m to server pbs\nx", `no JSON object in the output, which begins "qstat: cannot connect to server pbs"`},
		{"a long message", strings.Repeat("é", 200), strings.Repeat("é", 80) + "…"},
		{"a list", `["a"]`, "no JSON object"},
		{"cut off", "{\n\"a\":{\n\"b\":\"c\"", "line 3: the output ends in the middle"},
		{"cut off after an escape", `{"a":"\`, "ends in the middle"},
		{"cut off in a list", `{"a":["b"`, "ends in the middle"},
		{"cut off in a word", `{"a":tru`, "ends in the middle"},
		{"no value", `{"a":}`, `'}' where a value should be`},
		{"no colon", `{"a" 1}`, `'1' where : after a name should be`},
		{"no comma", `{"a":"b" "c":1}`, `'"' where , or } should be`},
		{"no name", `{1:2}`, `'1' where a name or } should be`},
		{"an object in a list", `{"a":["b" {}]}`, `'{' where , or ] should be`},
		{"deep", "{\"a\":" + strings.Repeat("[", 10000), "nested too deeply"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decode([]byte(tt.in))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestDecodeRefusesEndless(t *testing.T) {
	p := &parser{src: `{"a":["b","c"]}`, values: maxValues - 3}
	if v, err := p.document(); err == nil || err.Error() != "line 1: too long" {
		t.Errorf("got %v, %v", v.plain(), err)
	}
}

// A command that its time limit ends leaves a document that is cut off; none of its
// beginnings may pass for the whole.
func TestDecodeRefusesEveryBeginning(t *testing.T) {
	for _, name := range []string{"qstat-Qf.json", "qstat-Bf.json", "pbsnodes.json"} {
		text := readLab(t, name)
		whole := strings.TrimSpace(string(text))
		for n := range len(whole) {
			if v, err := decode([]byte(whole[:n])); err == nil {
				t.Fatalf("%s: its first %d bytes read as %v", name, n, v.plain())
			}
		}
	}
}

// The fragments of reports on malformed output, each inside an object.
func TestDecodeReportedFragments(t *testing.T) {
	for _, tt := range []struct {
		name, prefix, suffix string
		path                 []string
		want                 string
	}{
		{"duplicate_keys_qstat_Qf.json.fragment", "{", "}", []string{"Queue", "QueueA", "max_queued"}, "=15]"},
		{"malformed_leading_zero_env.json.fragment", "{", "}", []string{"foo"}, "005"},
		{"malformed_numbers.json.fragment", "{", "}", []string{"FOO6"}, "-00.123"},
		{"malformed_unescaped_quotes.json.fragment", `{"a":{`, "}", []string{"comment"},
			`scratch" (Sep 04 14:13 SCHEDULED)`},
		{"mixed_text_then_json_qstat_u_23.06.06.txt", "", "", []string{"pbs_version"}, "23.06.06"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := decode([]byte(tt.prefix + string(recorded.File(t, "pbs/"+tt.name)) + tt.suffix))
			if err != nil {
				t.Fatal(err)
			}
			if got := v.scalar(tt.path...); !strings.HasSuffix(got, tt.want) {
				t.Errorf("got %q, want one that ends with %q", got, tt.want)
			}
		})
	}
}

func readLab(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "lab-openpbs-23.06", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// texts turns the numbers and booleans of a document of encoding/json into their text.
func texts(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = texts(v[k])
		}
	case []any:
		for i := range v {
			v[i] = texts(v[i])
		}
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return v
}

// FuzzDecode holds that what is JSON reads as encoding/json reads it.
func FuzzDecode(f *testing.F) {
	for _, name := range []string{"qstat-Qf.json", "qstat-Bf.json", "pbsnodes.json"} {
		f.Add(string(readLab(f, name)))
	}
	f.Add(`{"a":["\ud83d\ude00\ud83dx",1e9,-0.5,null,{"b":{}}],"a":true}`)
	f.Add("{\"comment\":\"a \"b\" c\",\n\"d\":005}")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := decode([]byte(text))
		trimmed := strings.TrimLeft(text, " \t\r\n")
		if !json.Valid([]byte(text)) || !utf8.ValidString(text) || trimmed[0] != '{' {
			return
		}
		if err != nil {
			t.Fatalf("valid JSON: %v", err)
		}
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if got := v.plain(); !reflect.DeepEqual(got, texts(want)) {
			t.Errorf("%s\n got %#v\nwant %#v", text, got, want)
		}
	})
}
