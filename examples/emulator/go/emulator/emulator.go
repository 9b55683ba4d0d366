// Package emulator gives a Go test a Lifeboat emulator: the backup routes of Atlas over a real MongoDB, on a clock that the test moves.
package emulator

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/mongodb-forks/digest"
)

// Emulator is what `lifeboat emulate` printed at its start, and the routes that steer it for one test. What goes wrong there fails that test at once.
type Emulator struct {
	BaseURL    string `json:"baseUrl"`
	ProjectID  string `json:"projectId"`
	PublicKey  string `json:"publicKey"`
	PrivateKey string `json:"privateKey"`
	MongoDBURI string `json:"mongodbUri"`

	t        testing.TB
	client   *http.Client
	isShared bool
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
	process.Stderr = os.Stderr
	// It ends when its standard input does, however this process ends.
	input, err := process.StdinPipe()
	check(t, err)
	output, err := process.StdoutPipe()
	check(t, err)
	check(t, process.Start())
	t.Cleanup(func() {
		input.Close()
		process.Wait()
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

// Advance moves the clock on, by 24h for example, and answers where it stands. What was due on the way is done then.
func (e *Emulator) Advance(duration string) string {
	e.t.Helper()
	var clock struct{ Now string }
	e.control("PUT", "clock", map[string]any{"advance": duration}, &clock)
	return clock.Now
}

// SetFaults takes a script of faults, as JSON, in place of the one before.
func (e *Emulator) SetFaults(rules string) {
	e.t.Helper()
	e.control("PUT", "faults", map[string]any{"faults": json.RawMessage(rules)}, nil)
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
	if answer != nil {
		check(e.t, json.Unmarshal(text, answer))
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
