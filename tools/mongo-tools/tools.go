//go:build tools

// Package tools pins mongodump, mongorestore and bsondump, the peers that tests and benchmarks compare with.
package tools

import (
	_ "github.com/mongodb/mongo-tools/bsondump/main"
	_ "github.com/mongodb/mongo-tools/mongodump/main"
	_ "github.com/mongodb/mongo-tools/mongorestore/main"
)
