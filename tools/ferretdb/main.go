// A MongoDB wire server for the demo and the tests: FerretDB with its SQLite backend in a folder, on a loopback port.
// FerretDB's own command panics when it is built from the module cache (it misses a version file), so its public package is embedded here.
// It prints its URI once it listens, and ends with SIGTERM or when its standard input closes, so that it never outlives who started it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	folder := flag.String("folder", "", "where the data is")
	address := flag.String("address", "127.0.0.1:0", "where it listens")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: freeAddress(*address)},
		Handler:   "sqlite",
		SQLiteURL: "file:" + *folder + "/",
	})
	if err != nil {
		log.Fatal(err)
	}
	go announce(server.MongoDBURI())
	if err := server.Run(ctx); err != nil {
		log.Fatal(err)
	}
}

// freeAddress picks a port when none is named: FerretDB does not tell which one it got.
func freeAddress(address string) string {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func announce(uri string) {
	host := uri[len("mongodb://") : len(uri)-1]
	for {
		connection, err := net.Dial("tcp", host)
		if err == nil {
			connection.Close()
			fmt.Println(uri)
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}
