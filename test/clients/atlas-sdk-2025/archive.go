package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
)

// fetchArchive saves what the link leads to, without credentials as the Atlas CLI does, and reads the file through.
func fetchArchive(link string) {
	response, err := http.Get(link)
	check(err)
	defer response.Body.Close()
	expect(response.StatusCode == http.StatusOK, "200, not %s", response.Status)
	file, err := os.CreateTemp("", "walk-*.tgz")
	check(err)
	defer os.Remove(file.Name())
	defer file.Close()
	size, err := io.Copy(file, response.Body)
	check(err)
	expect(size == response.ContentLength, "%d bytes, not %d", response.ContentLength, size)
	_, err = file.Seek(0, io.SeekStart)
	check(err)
	expect(countCollections(file) > 0, "collections in the archive")
}

func countCollections(file io.Reader) int {
	unzipped, err := gzip.NewReader(file)
	check(err)
	found := 0
	for entries := tar.NewReader(unzipped); ; {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		check(err)
		_, err = io.Copy(io.Discard, entries)
		check(err)
		if strings.HasSuffix(entry.Name, ".bson") {
			found++
		}
	}
}
