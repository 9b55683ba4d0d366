// Package emulator gives a Go test a Lifeboat emulator: the backup routes of Atlas over a real MongoDB, on a clock that the test moves.
package emulator

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/mongodb-forks/digest"
)

// Emulator is what `lifeboat emulate` printed at its start, and the routes that steer it for one test. What goes wrong there fails that test at once.
type Emulator struct {
	BaseURL    string `json:"baseUrl"`
	ProjectID  string `json:"projectId"`
	PublicKey  string `json:"publicKey"`
	PrivateKey string `json:"privateKey"`
	MongoDBURI string `json:"mongodbUri"`
	// Organizations are all that the seed has, each with its own key; the fields above are of the first.
	Organizations []Organization `json:"organizations"`

	t        testing.TB
	client   *http.Client
	isShared bool
}

// Organization is one of the seed. As in Atlas, a key reaches its own only.
type Organization struct {
	Name       string            `json:"name"`
	ID         string            `json:"orgId"`
	Projects   map[string]string `json:"projects"`
	PublicKey  string            `json:"publicKey"`
	PrivateKey string            `json:"privateKey"`
}

// Start starts an emulator that ends with the test. LIFEBOAT_COMMAND names the program (`npx lifeboat`), MONGODB_URI a MongoDB that runs already;
// words are more words of `lifeboat emulate`, such as "--seed", "seed.yaml". What is watched over: see Reset.
func Start(t testing.TB, words ...string) *Emulator {
	t.Helper()
	command := strings.Fields(os.Getenv("LIFEBOAT_COMMAND"))
	if len(command) == 0 {
		command = []string{"npx", "lifeboat"}
	}
	command = append(append(command, "emulate"), words...)
	process := exec.Command(command[0], command[1:]...)
	var said bytes.Buffer
	process.Stderr = io.MultiWriter(os.Stderr, &said)
	// It ends when its standard input does, however this process ends.
	input, err := process.StdinPipe()
	check(t, err)
	output, err := process.StdoutPipe()
	check(t, err)
	check(t, process.Start())
	t.Cleanup(func() {
		input.Close()
		process.Wait()
		// Faults that nothing has met in any test, whatever put their script away.
		for line := range strings.Lines(said.String()) {
			if strings.HasSuffix(line, " never matched\n") {
				t.Error(strings.TrimSpace(line))
			}
		}
	})
	line, err := bufio.NewReader(output).ReadBytes('\n')
	if err != nil {
		t.Fatalf("%s did not start: %v", strings.Join(command, " "), err)
	}
	emulator := &Emulator{t: t}
	check(t, json.Unmarshal(line, emulator))
	emulator.client = &http.Client{Transport: digest.NewTransport(emulator.PublicKey, emulator.PrivateKey)}
	t.Cleanup(emulator.report)
	return emulator
}

// Reset puts everything back to the start, under the same address and keys, for one of several tests. When that test ends every fault of its script
// must have been met; where it failed, what was asked and answered is in its log.
func (e *Emulator) Reset(t testing.TB) *Emulator {
	t.Helper()
	e.isShared = true
	emulator := *e
	emulator.t, emulator.isShared = t, false
	emulator.control("POST", "reset", nil, nil)
	t.Cleanup(emulator.report)
	return &emulator
}

// Clock is where the emulator's clock stands, and whether it stands still.
type Clock struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
}

// Clock answers where the clock stands.
func (e *Emulator) Clock() Clock {
	e.t.Helper()
	return e.clock("GET", nil)
}

// Advance moves the clock on, by "24h" for example; a time.Duration says it with its String. What was due on the way is done then.
func (e *Emulator) Advance(duration string) Clock {
	e.t.Helper()
	return e.clock("PUT", map[string]any{"advance": duration})
}

// SetClock moves the clock on to a moment.
func (e *Emulator) SetClock(now time.Time) Clock {
	e.t.Helper()
	return e.clock("PUT", map[string]any{"now": now.UTC().Format("2006-01-02T15:04:05.000Z07:00")})
}

// Freeze stops the clock.
func (e *Emulator) Freeze() Clock {
	e.t.Helper()
	return e.clock("PUT", map[string]any{"frozen": true})
}

// Unfreeze lets the clock run as real time does.
func (e *Emulator) Unfreeze() Clock {
	e.t.Helper()
	return e.clock("PUT", map[string]any{"frozen": false})
}

func (e *Emulator) clock(method string, body any) (clock Clock) {
	e.t.Helper()
	e.control(method, "clock", body, &clock)
	return clock
}

// Save keeps everything as it is now, under that name, for Load.
func (e *Emulator) Save(name string) {
	e.t.Helper()
	e.control("POST", "state", map[string]any{"name": name}, nil)
}

// Load puts everything back to what it was when it was saved, under the same address and keys.
func (e *Emulator) Load(name string) {
	e.t.Helper()
	e.control("POST", "state/"+url.PathEscape(name)+"/load", nil, nil)
}

// States are the names of what was saved.
func (e *Emulator) States() []string {
	e.t.Helper()
	var saved struct{ States []struct{ Name string } }
	e.control("GET", "state", nil, &saved)
	names := []string{}
	for _, state := range saved.States {
		names = append(names, state.Name)
	}
	return names
}

// Forget drops what was saved under that name.
func (e *Emulator) Forget(name string) {
	e.t.Helper()
	e.control("DELETE", "state/"+url.PathEscape(name), nil, nil)
}

// SaveFile writes what was saved under that name into a file, which Start takes with "--state".
func (e *Emulator) SaveFile(name, path string) {
	e.t.Helper()
	check(e.t, os.WriteFile(path, e.ask("GET", "state/"+url.PathEscape(name)+"/file", nil), 0o600))
}

// SetFaults takes a script of faults, as JSON, in place of the one before; `[]` has none.
func (e *Emulator) SetFaults(rules string) {
	e.t.Helper()
	e.control("PUT", "faults", map[string]any{"faults": json.RawMessage(rules)}, nil)
}

// Fault is a rule of the script, how many requests or jobs it was about, and to how many it applied.
type Fault struct {
	Request, Answer, Job, Outcome json.RawMessage
	Matched, Applied              int
}

// Faults are the rules of the script, and what each has met.
func (e *Emulator) Faults() []Fault {
	e.t.Helper()
	var script struct{ Faults []Fault }
	e.control("GET", "faults", nil, &script)
	return script.Faults
}

// Unmatched says which faults nothing has met.
func (e *Emulator) Unmatched() []string {
	e.t.Helper()
	var faults struct{ Unmatched []string }
	e.control("GET", "faults", nil, &faults)
	return faults.Unmatched
}

// Entry is one request and what became of it; Status 0 is a connection that broke.
type Entry struct {
	At, Method, Path string
	Status, Fault    int
}

// Transcript is every request to Atlas' routes since the start or the last reset.
func (e *Emulator) Transcript() []Entry {
	e.t.Helper()
	var transcript struct{ Entries []Entry }
	e.control("GET", "transcript", nil, &transcript)
	return transcript.Entries
}

func (e *Emulator) report() {
	if e.isShared {
		return
	}
	for _, fault := range e.Unmatched() {
		e.t.Error(fault)
	}
	if !e.t.Failed() {
		return
	}
	for _, entry := range e.Transcript() {
		line := fmt.Sprintf("%s %s %s -> %d", entry.At, entry.Method, entry.Path, entry.Status)
		if entry.Fault > 0 {
			line += fmt.Sprintf(" (fault %d)", entry.Fault)
		}
		e.t.Log(line)
	}
}

func (e *Emulator) control(method, name string, body, answer any) {
	e.t.Helper()
	text := e.ask(method, name, body)
	if answer != nil {
		check(e.t, json.Unmarshal(text, answer))
	}
}

func (e *Emulator) ask(method, name string, body any) []byte {
	e.t.Helper()
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		check(e.t, err)
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, e.BaseURL+"/api/lifeboat/v1/"+name, content)
	check(e.t, err)
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := e.client.Do(request)
	check(e.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	check(e.t, err)
	if response.StatusCode >= 300 {
		e.t.Fatalf("%s %s was answered with %s: %s", method, name, response.Status, text)
	}
	return text
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
