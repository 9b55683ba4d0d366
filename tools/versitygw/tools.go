//go:build tools

// Package tools pins versitygw, the S3 server that the tests start.
package tools

import (
	_ "github.com/versity/versitygw/cmd/versitygw"
)
