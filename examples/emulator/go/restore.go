// Package restore restores a Flex cluster's newest snapshot with MongoDB's Go SDK for Atlas: the script that runs in production, with another base URL.
package restore

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"go.mongodb.org/atlas-sdk/v20250312005/admin"
)

// Attempts is how often a restore that failed is begun again, and a request that was not let in asked again.
const Attempts = 3

// Job is a restore of a Flex cluster.
type Job = admin.FlexBackupRestoreJob20241113

// Newest restores the newest finished snapshot of source into target and waits for the end; where the job fails, another is begun.
func Newest(ctx context.Context, client *admin.APIClient, project, source, target string, poll time.Duration) (*Job, error) {
	snapshot, err := newestSnapshot(ctx, client, project, source)
	if err != nil {
		return nil, err
	}
	asked := &admin.FlexBackupRestoreJobCreate20241113{SnapshotId: snapshot, TargetDeploymentItemName: target, TargetProjectId: &project}
	for attempt := 1; ; attempt++ {
		job, err := admitted(ctx, client.FlexRestoreJobsApi.CreateFlexBackupRestoreJob(ctx, project, source, asked).Execute)
		for err == nil && job.GetStatus() != "COMPLETED" && job.GetStatus() != "FAILED" {
			if err = pause(ctx, poll); err == nil {
				job, err = admitted(ctx, client.FlexRestoreJobsApi.GetFlexBackupRestoreJob(ctx, project, source, job.GetId()).Execute)
			}
		}
		if err != nil {
			return nil, err
		}
		if job.GetStatus() == "COMPLETED" {
			return job, nil
		}
		if attempt == Attempts {
			return nil, fmt.Errorf("the restore %s of %s into %s failed, and so did the %d before it", job.GetId(), source, target, attempt-1)
		}
	}
}

func newestSnapshot(ctx context.Context, client *admin.APIClient, project, cluster string) (string, error) {
	page, err := admitted(ctx, client.FlexSnapshotsApi.ListFlexBackups(ctx, project, cluster).Execute)
	if err != nil {
		return "", err
	}
	var newest *admin.FlexBackupSnapshot20241113
	for _, snapshot := range page.GetResults() {
		if snapshot.GetStatus() == "COMPLETED" && (newest == nil || snapshot.GetFinishTime().After(newest.GetFinishTime())) {
			newest = &snapshot
		}
	}
	if newest == nil {
		return "", errors.New("there is no finished snapshot of " + cluster)
	}
	return newest.GetId(), nil
}

// admitted asks again when Atlas says so: after a 429 nothing was done, and Retry-After says how long to wait.
func admitted[T any](ctx context.Context, ask func() (T, *http.Response, error)) (T, error) {
	for attempt := 1; ; attempt++ {
		value, response, err := ask()
		if err == nil || response == nil || response.StatusCode != http.StatusTooManyRequests || attempt == Attempts {
			return value, err
		}
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		if err := pause(ctx, time.Duration(max(seconds, 1))*time.Second); err != nil {
			return value, err
		}
	}
}

func pause(ctx context.Context, duration time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(duration):
		return nil
	}
}
