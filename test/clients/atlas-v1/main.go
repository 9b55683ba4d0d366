// A walk through v1.0 with MongoDB's first Go client for Atlas, unchanged but for the base URL, with the digest of PUBLIC_KEY and PRIVATE_KEY. Its arguments are the chapters
// to walk. Prints a line a step; ends with 1 at the first surprise.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/mongodb-forks/digest"
	"go.mongodb.org/atlas/mongodbatlas"
)

// The clusters that the test has registered: shop is FLEX and has one snapshot, copy is another deployment, busy is FLEX with 1,200 restore jobs,
// big is shop's deployment as M10, big-copy is copy's as M10.
const (
	shop    = "shop"
	copyOf  = "copy"
	busy    = "busy"
	big     = "big"
	bigCopy = "big-copy"
	noID    = "5cc9b501e5dc7c8ab1e45d65"
	allJobs = 1200
)

var (
	ctx      = context.Background()
	client   = connect()
	org      = os.Getenv("ORG")
	group    = os.Getenv("GROUP")
	snapshot = os.Getenv("SNAPSHOT")
	current  = "connect"
)

var chapters = map[string]func(){
	"projects":  walkProjects,
	"accounts":  walkAccounts,
	"tenant":    walkTenant,
	"dedicated": walkDedicated,
	"pages":     walkPages,
	"events":    walkEvents,
}

func main() {
	for _, name := range os.Args[1:] {
		walk, isKnown := chapters[name]
		expect(isKnown, "a chapter, not %q", name)
		walk()
	}
	fmt.Println("done")
}

func connect() *mongodbatlas.Client {
	transport, err := digest.NewTransport(os.Getenv("PUBLIC_KEY"), os.Getenv("PRIVATE_KEY")).Client()
	check(err)
	made, err := mongodbatlas.New(transport, mongodbatlas.SetBaseURL(os.Getenv("BASE")+"/"))
	check(err)
	return made
}

func step(name string) {
	current = name
	fmt.Println(name)
}

func must[T any](value T, _ *mongodbatlas.Response, err error) T {
	check(err)
	return value
}

func mustFail[T any](code string) func(value T, response *mongodbatlas.Response, err error) {
	return func(value T, _ *mongodbatlas.Response, err error) {
		var refusal *mongodbatlas.ErrorResponse
		expect(errors.As(err, &refusal) && refusal.ErrorCode == code, "the error code %s, not %+v, %v", code, value, err)
	}
}

// done takes what an operation without a body answers.
func done(_ *mongodbatlas.Response, err error) {
	check(err)
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func expect(isSo bool, format string, values ...any) {
	if !isSo {
		fail("expected "+format, values...)
	}
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "%s: %s\n", current, fmt.Sprintf(format, values...))
	os.Exit(1)
}

// poll asks until isDone says so.
func poll[T any](ask func() T, isDone func(T) bool) T {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		value := ask()
		if isDone(value) {
			return value
		}
		expect(time.Now().Before(deadline), "an end within a minute, not %+v", value)
	}
}
