// A walk through the API with MongoDB's Go SDK for Atlas of 2023, which knows no Flex clusters, with the digest of PUBLIC_KEY and PRIVATE_KEY. Its
// arguments are the chapters to walk. Prints a line a step; ends with 1 at the first surprise.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

// The clusters that the test has registered: shop is FLEX and has one snapshot, copy is another deployment, big is shop's deployment as M10,
// big-copy is copy's as M10, busy-big is an M10 with 1,200 restore jobs.
const (
	shop    = "shop"
	copyOf  = "copy"
	big     = "big"
	bigCopy = "big-copy"
	busyBig = "busy-big"
)

const (
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
	"clusters":  walkClusters,
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

func connect() *admin.APIClient {
	made, err := admin.NewClient(admin.UseBaseURL(os.Getenv("BASE")), admin.UseDigestAuth(os.Getenv("PUBLIC_KEY"), os.Getenv("PRIVATE_KEY")))
	check(err)
	return made
}

func step(name string) {
	current = name
	fmt.Println(name)
}

func must[T any](value T, _ *http.Response, err error) T {
	check(err)
	return value
}

func mustFail[T any](code string) func(value T, response *http.Response, err error) {
	return func(value T, _ *http.Response, err error) {
		expect(err != nil && admin.IsErrorCode(err, code), "the error code %s, not %+v, %v", code, value, err)
	}
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
