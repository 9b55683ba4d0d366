// The six v1.0 tenant routes through github.com/mongodb-forks/digest, the transport of MongoDB's own Go clients.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/mongodb-forks/digest"
)

type object = map[string]any

var base = fmt.Sprintf("%s/api/atlas/v1.0/groups/%s/clusters/%s/backup/tenant", os.Getenv("BASE"), os.Getenv("GROUP"), os.Getenv("CLUSTER"))

func main() {
	client, err := digest.NewTransport(os.Getenv("PUBLIC_KEY"), os.Getenv("PRIVATE_KEY")).Client()
	check(err)
	call := func(method, path string, body any) object {
		var reader io.Reader
		if body != nil {
			encoded, err := json.Marshal(body)
			check(err)
			reader = bytes.NewReader(encoded)
		}
		request, err := http.NewRequest(method, base+path, reader)
		check(err)
		request.Header.Set("Accept", "application/json")
		if body != nil {
			request.Header.Set("Content-Type", "application/json")
		}
		response, err := client.Do(request)
		check(err)
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		check(err)
		if response.StatusCode != http.StatusOK {
			fail(fmt.Errorf("%s %s: %s: %s", method, path, response.Status, text))
		}
		var answer object
		check(json.Unmarshal(text, &answer))
		return answer
	}

	snapshotID := os.Getenv("SNAPSHOT")
	result := object{
		"snapshots": call("GET", "/snapshots", nil),
		"snapshot":  call("GET", "/snapshots/"+snapshotID, nil),
	}
	created := call("POST", "/restore", object{
		"snapshotId":               snapshotID,
		"targetDeploymentItemName": os.Getenv("TARGET"),
		"targetProjectId":          os.Getenv("GROUP"),
	})
	restore := created
	for restore["status"] != "COMPLETED" && restore["status"] != "FAILED" {
		time.Sleep(200 * time.Millisecond)
		restore = call("GET", "/restores/"+created["id"].(string), nil)
	}
	download := call("POST", "/download", object{"snapshotId": snapshotID})
	result["created"], result["restore"], result["download"] = created, restore, download
	result["restores"] = call("GET", "/restores", nil)

	archive, err := http.Get(download["snapshotUrl"].(string))
	check(err)
	defer archive.Body.Close()
	hash := sha256.New()
	_, err = io.Copy(hash, archive.Body)
	check(err)
	result["archiveSha256"] = hex.EncodeToString(hash.Sum(nil))
	check(json.NewEncoder(os.Stdout).Encode(result))
}

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
