package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// referenceAddress is the address of the API reference's examples.
const referenceAddress = "127.0.0.1:8080"

// serveDemo serves the demo, at the address of the API reference where that is free.
func serveDemo(t *testing.T, args ...string) (base string) {
	t.Helper()
	address := referenceAddress
	if l, err := net.Listen("tcp", address); err != nil {
		address = freeAddress(t)
		t.Logf("%s is in use: the examples run against %s instead", referenceAddress, address)
	} else {
		_ = l.Close()
	}
	p := start(t, t.TempDir(), append([]string{"serve", "--demo", "--listen", address}, args...)...)
	p.waitFor("msg=published")
	return "http://" + address
}

// example reads an example of the API reference; only the address may differ.
func example(t *testing.T, name, base string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "reference", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "http://localhost:8080", strings.Replace(base, "127.0.0.1:8080", "localhost:8080", 1))
}

// TestReferenceExamples runs the programs of the API reference as they are printed there
// (the indentation of the Python one, which the printing lost, is put back).
func TestReferenceExamples(t *testing.T) {
	base := serveDemo(t)
	t.Run("python", func(t *testing.T) {
		python := pythonWithRequests(t)
		r := runCommand(t, t.TempDir(), nil, python, "-c", example(t, "client.py", base))
		if r.exit != 0 || !strings.Contains(r.out, "Nautilus: nautilus01.navydsrc.hpc.mil\n") {
			t.Errorf("exit %d\n%s%s", r.exit, r.out, r.err)
		}
		warning := regexp.MustCompile(`(?m)^Warning: \S+ allocation \S+ at (\d+(?:\.\d+)?)%$`)
		found := warning.FindAllStringSubmatch(r.out, -1)
		if !slices.ContainsFunc(found, func(m []string) bool { percent, _ := strconv.ParseFloat(m[1], 64); return percent > 100 }) {
			t.Errorf("no overspent project is warned of:\n%s", r.out)
		}
	})
	t.Run("shell", func(t *testing.T) {
		need(t, "curl", "jq")
		r := runCommand(t, t.TempDir(), nil, "sh", "-ec", example(t, "client.sh", base))
		decoder := json.NewDecoder(strings.NewReader(r.out))
		var answers []map[string]any
		for {
			var answer map[string]any
			if err := decoder.Decode(&answer); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%v\n%s%s", err, r.out, r.err)
			}
			answers = append(answers, answer)
		}
		if r.exit != 0 || len(answers) < 3+10 {
			t.Fatalf("exit %d, %d answers\n%s", r.exit, len(answers), r.err)
		}
		if answers[0]["summary"] == nil || answers[1]["name"] != "Nautilus" || answers[2]["status"] != "refreshing" || answers[3]["name"] == nil {
			t.Errorf("answers %v", answers[1:4])
		}
	})
	t.Run("javascript", func(t *testing.T) {
		need(t, "node")
		// A browser resolves the example's path against the page; node has no page.
		harness := fmt.Sprintf("const plain = fetch; globalThis.fetch = path => plain(new URL(path, %q));\n%s\n"+
			"getFleetStatus().then(data => console.log(data.fleet_stats.status_counts.UP));", base, example(t, "client.js", base))
		r := runCommand(t, t.TempDir(), nil, "node", "-e", harness)
		lines := strings.Split(strings.TrimSpace(r.out), "\n")
		if r.exit != 0 || len(lines) != 2 || lines[0] != lines[1]+" systems operational" {
			t.Errorf("exit %d\n%s%s", r.exit, r.out, r.err)
		}
	})
}

// pythonWithRequests finds a Python that has the library of the example.
func pythonWithRequests(t *testing.T) string {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import requests").Run() == nil {
			return python
		}
	}
	t.Skip("no python3 with the requests library is installed")
	return ""
}

// TestReferenceDocuments compares every document of the reference with what is served:
// the same keys, of the same types, at the same places.
func TestReferenceDocuments(t *testing.T) {
	base := serveDemo(t)
	for _, c := range []struct{ file, path string }{
		{"status.json", "/api/status"},
		{"fleet-summary.json", "/api/fleet/summary"},
		{"cluster-usage.json", "/api/cluster-usage"},
		{"cluster.json", "/api/cluster-usage/nautilus"},
		{"system.json", "/api/system/NAUTILUS"},
		{"health.json", "/api/health"},
	} {
		t.Run(c.file, func(t *testing.T) {
			want := readJSON(t, filepath.Join("..", "..", "generator", "api", "testdata", "seed", c.file))
			status, header, body := request(t, "GET", base+c.path, nil)
			if status != 200 || header.Get("Content-Type") != "application/json" {
				t.Fatalf("status %d, %s", status, header.Get("Content-Type"))
			}
			var got any
			if err := json.Unmarshal(body, &got); err != nil {
				t.Fatal(err)
			}
			for _, problem := range differences("", want, got) {
				t.Error(problem)
			}
			for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
				if _, err := strconv.Atoi(header.Get(name)); err != nil {
					t.Errorf("%s is %q", name, header.Get(name))
				}
			}
			if header.Get("X-RateLimit-Limit") != "60" {
				t.Errorf("the limit is %s a minute, the reference says 60", header.Get("X-RateLimit-Limit"))
			}
		})
	}
}

// countKeys are the objects whose keys are data, not names of fields.
var countKeys = []string{"status_breakdown", "dsrc_breakdown", "scheduler_breakdown", "status_counts", "dsrc_counts", "clusters", "collectors"}

// differences lists where got lacks a key of want or has another type there. Elements of
// a list are all compared with the reference's first.
func differences(at string, want, got any) (problems []string) {
	if fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
		return []string{fmt.Sprintf("%s is %T (%v), the reference has %T", at, got, got, want)}
	}
	switch want := want.(type) {
	case map[string]any:
		got := got.(map[string]any)
		if slices.Contains(countKeys, at[strings.LastIndex(at, ".")+1:]) {
			for key, value := range got { // every entry has the shape of the reference's
				for _, model := range want {
					problems = append(problems, differences(at+"{"+key+"}", model, value)...)
					break
				}
			}
			return problems
		}
		for key, value := range want {
			if _, has := got[key]; !has {
				problems = append(problems, at+"."+key+" is missing")
				continue
			}
			if got[key] == nil && nullable(at+"."+key) {
				continue
			}
			problems = append(problems, differences(at+"."+key, value, got[key])...)
		}
	case []any:
		for i, value := range got.([]any) {
			if len(want) > 0 {
				problems = append(problems, differences(fmt.Sprintf("%s[%d]", at, i), want[0], value)...)
			}
		}
	}
	return problems
}

// nullable says where null is the honest value: what a source did not measure. At the
// reference's own example, Nautilus, everything is measured.
func nullable(path string) bool {
	for _, suffix := range []string{"_jobs", ".scheduler", ".login_node", ".dsrc", ".last_updated", ".observed_at", ".last_run"} {
		if strings.HasSuffix(path, suffix) && !strings.Contains(path, "nautilus") {
			return true
		}
	}
	return false
}

func readJSON(t *testing.T, path string) (v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func request(t testing.TB, method, url string, header http.Header) (int, http.Header, []byte) {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	client := http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, body
}

// TestReferenceErrors holds every documented error against the running program.
func TestReferenceErrors(t *testing.T) {
	base := serveDemo(t)
	for _, c := range []struct {
		method, path string
		status       int
		body         string
		header       string // that must be there
	}{
		{"GET", "/api/cluster-usage/unknown", 404, `{"error":"Cluster not found","cluster":"unknown"}`, "X-RateLimit-Remaining"},
		{"GET", "/api/system/unknown", 404, `{"error":"System not found","system":"unknown"}`, ""},
		{"GET", "/api/nothing", 404, "", ""},
		{"GET", "/api/system/---", 400, "", ""},
		{"POST", "/api/status", 405, "", "Allow"},
		{"GET", "/api/refresh", 405, "", "Allow"},
		{"POST", "/api/refresh", 200, `{"status":"refreshing","message":"Data refresh initiated"}`, ""},
		{"POST", "/api/refresh", 429, "", "Retry-After"},
	} {
		status, header, body := request(t, c.method, base+c.path, nil)
		if status != c.status {
			t.Errorf("%s %s: status %d, want %d: %s", c.method, c.path, status, c.status, body)
		}
		if c.body != "" && compact(t, body) != c.body {
			t.Errorf("%s %s: body %s, want %s", c.method, c.path, body, c.body)
		}
		if c.header != "" && header.Get(c.header) == "" {
			t.Errorf("%s %s: no %s header", c.method, c.path, c.header)
		}
		if c.status >= 400 {
			var answer struct {
				Error      string
				RetryAfter int `json:"retry_after"`
			}
			if err := json.Unmarshal(body, &answer); err != nil || answer.Error == "" {
				t.Errorf("%s %s: the error is %s", c.method, c.path, body)
			}
			if c.status == 429 && (answer.Error != "Rate limited" || answer.RetryAfter < 1 || answer.RetryAfter > 30) {
				t.Errorf("%s %s: %s", c.method, c.path, body)
			}
		}
	}
}

func compact(t *testing.T, body []byte) string {
	t.Helper()
	var v json.RawMessage
	if err := json.Unmarshal(body, &v); err != nil {
		return string(body)
	}
	var out strings.Builder
	for _, part := range strings.FieldsFunc(string(body), func(r rune) bool { return r == '\n' }) {
		out.WriteString(strings.TrimSpace(part))
	}
	return strings.ReplaceAll(out.String(), `": "`, `":"`)
}

// TestReferenceRateLimit asks more often than a client may.
func TestReferenceRateLimit(t *testing.T) {
	base := serveDemo(t)
	var remaining []int
	for range 70 {
		status, header, body := request(t, "GET", base+"/api/fleet/summary", nil)
		left, _ := strconv.Atoi(header.Get("X-RateLimit-Remaining"))
		remaining = append(remaining, left)
		if status == 429 {
			reset, _ := strconv.ParseInt(header.Get("X-RateLimit-Reset"), 10, 64)
			wait := time.Until(time.Unix(reset, 0))
			if left != 0 || header.Get("Retry-After") == "" || wait > time.Minute+time.Second || !strings.Contains(string(body), `"Rate limited"`) {
				t.Errorf("limited with %v: %s", header, body)
			}
			return
		}
	}
	t.Errorf("70 requests were answered; remaining said %v", remaining)
}
