package main

import (
	"fmt"
	"net/http"
	"time"

	"go.mongodb.org/atlas/mongodbatlas"
)

// The client has no types for the tenant routes; whoever called them wrote these, after the documentation, and used NewRequest and Do.
type tenantRestore struct {
	ID                       string     `json:"id,omitempty"`
	ClusterName              string     `json:"clusterName,omitempty"`
	DeliveryType             string     `json:"deliveryType,omitempty"`
	ExpirationDate           *time.Time `json:"expirationDate,omitempty"`
	RestoreFinishedDate      *time.Time `json:"restoreFinishedDate,omitempty"`
	RestoreScheduledDate     *time.Time `json:"restoreScheduledDate,omitempty"`
	SnapshotID               string     `json:"snapshotId,omitempty"`
	SnapshotURL              string     `json:"snapshotUrl,omitempty"`
	Status                   string     `json:"status,omitempty"`
	TargetDeploymentItemName string     `json:"targetDeploymentItemName,omitempty"`
	TargetProjectID          string     `json:"targetProjectId,omitempty"`
}

type tenantSnapshot struct {
	ID             string     `json:"id"`
	Status         string     `json:"status"`
	FinishTime     *time.Time `json:"finishTime"`
	MongoDBVersion string     `json:"mongoDBVersion"`
}

type listOf[T any] struct {
	Links      []*mongodbatlas.Link `json:"links"`
	Results    []T                  `json:"results"`
	TotalCount int                  `json:"totalCount"`
}

func call[T any](method, cluster, path string, body any) (*T, *mongodbatlas.Response, error) {
	request, err := client.NewRequest(ctx, method, "api/atlas/v1.0/groups/"+group+"/clusters/"+cluster+"/backup/tenant/"+path, body)
	check(err)
	value := new(T)
	response, err := client.Do(ctx, request, value)
	return value, response, err
}

func walkTenant() {
	step("tenant snapshots: list and get")
	listed := must(call[listOf[tenantSnapshot]](http.MethodGet, shop, "snapshots", nil))
	expect(listed.TotalCount >= 1 && len(listed.Links) >= 1, "a snapshot, not %+v", listed)
	one := must(call[tenantSnapshot](http.MethodGet, shop, "snapshots/"+snapshot, nil))
	expect(one.ID == snapshot && one.Status == "COMPLETED" && one.FinishTime != nil, "the finished snapshot, not %+v", one)

	step("tenant restores: create, and wait for its end")
	wanted := tenantRestore{SnapshotID: snapshot, TargetDeploymentItemName: copyOf, TargetProjectID: group}
	created := must(call[tenantRestore](http.MethodPost, shop, "restore", wanted))
	expect(created.Status == "PENDING" && created.RestoreScheduledDate != nil, "a pending job, not %+v", created)
	job := poll(func() *tenantRestore {
		return must(call[tenantRestore](http.MethodGet, shop, "restores/"+created.ID, nil))
	}, func(job *tenantRestore) bool { return job.Status == "COMPLETED" || job.Status == "FAILED" })
	expect(job.Status == "COMPLETED" && job.RestoreFinishedDate != nil, "a completed job, not %+v", job)

	step("tenant restores: one that does not exist")
	mustFail[*tenantRestore]("TENANT_RESTORE_NOT_FOUND")(call[tenantRestore](http.MethodGet, shop, "restores/"+noID, nil))

	step("tenant download: a link, and the archive into a file")
	download := must(call[tenantRestore](http.MethodPost, shop, "download", tenantRestore{SnapshotID: snapshot}))
	expect(download.Status == "COMPLETED" && download.DeliveryType == "DOWNLOAD", "a completed job, not %+v", download)
	fetchArchive(download.SnapshotURL)
}

func walkPages() {
	step("paging: 1,200 tenant restore jobs, along the links")
	seen := map[string]bool{}
	query := "restores?itemsPerPage=500&pageNum=1"
	for {
		jobs, response, err := call[listOf[tenantRestore]](http.MethodGet, busy, query, nil)
		check(err)
		for _, job := range jobs.Results {
			expect(!seen[job.ID], "each job once, %s came twice", job.ID)
			seen[job.ID] = true
		}
		response.Links = jobs.Links
		if response.IsLastPage() {
			break
		}
		// The client reads the page it is on from the links.
		page, err := response.CurrentPage()
		check(err)
		query = fmt.Sprintf("restores?itemsPerPage=500&pageNum=%d", page+1)
	}
	expect(len(seen) == allJobs, "%d jobs, not %d", allJobs, len(seen))
}
