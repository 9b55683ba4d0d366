package main

import "go.mongodb.org/atlas/mongodbatlas"

func walkDedicated() {
	snapshots, restores := client.CloudProviderSnapshots, client.CloudProviderSnapshotRestoreJobs
	of := func(snapshot, job string) *mongodbatlas.SnapshotReqPathParameters {
		return &mongodbatlas.SnapshotReqPathParameters{GroupID: group, ClusterName: big, SnapshotID: snapshot, JobID: job}
	}

	step("dedicated snapshots: take one on demand, and wait for its end")
	taken := must(snapshots.Create(ctx, of("", ""), &mongodbatlas.CloudProviderSnapshot{Description: "walk v1", RetentionInDays: 3}))
	finished := poll(func() *mongodbatlas.CloudProviderSnapshot {
		return must(snapshots.GetOneCloudProviderSnapshot(ctx, of(taken.ID, "")))
	}, func(taken *mongodbatlas.CloudProviderSnapshot) bool {
		return taken.Status == "completed" || taken.Status == "failed"
	})
	expect(finished.Status == "completed" && finished.Description == "walk v1", "the finished snapshot, not %+v", finished)
	listed := must(snapshots.GetAllCloudProviderSnapshots(ctx, of("", ""), nil))
	expect(listed.TotalCount >= 1, "a snapshot, not %+v", listed)

	step("dedicated restore jobs: automated, and wait for its end")
	created := must(restores.Create(ctx, of("", ""), &mongodbatlas.CloudProviderSnapshotRestoreJob{
		SnapshotID: taken.ID, DeliveryType: "automated", TargetClusterName: bigCopy, TargetGroupID: group,
	}))
	job := poll(func() *mongodbatlas.CloudProviderSnapshotRestoreJob {
		return must(restores.Get(ctx, of("", created.ID)))
	}, func(job *mongodbatlas.CloudProviderSnapshotRestoreJob) bool {
		return job.FinishedAt != "" || *job.Failed
	})
	expect(!*job.Failed && !job.Cancelled, "a finished job, not %+v", job)
	jobs := must(restores.List(ctx, of("", ""), nil))
	expect(jobs.Results[0].ID == created.ID, "the new job first, not %+v", jobs)

	step("dedicated restore jobs: a download, and the archive into a file")
	download := must(restores.Create(ctx, of("", ""), &mongodbatlas.CloudProviderSnapshotRestoreJob{SnapshotID: taken.ID, DeliveryType: "download"}))
	expect(len(download.DeliveryURL) == 1, "a link, not %+v", download)
	fetchArchive(download.DeliveryURL[0])

	step("the backup schedule: read and change")
	hour := int64(3)
	changed := must(client.CloudProviderSnapshotBackupPolicies.Update(ctx, group, big, &mongodbatlas.CloudProviderSnapshotBackupPolicy{ReferenceHourOfDay: &hour}))
	expect(*changed.ReferenceHourOfDay == hour, "the new hour, not %+v", changed)
	read := must(client.CloudProviderSnapshotBackupPolicies.Get(ctx, group, big))
	expect(*read.ReferenceHourOfDay == hour && read.ClusterName == big, "the schedule, not %+v", read)

	step("dedicated snapshots: delete")
	done(snapshots.Delete(ctx, of(taken.ID, "")))
	mustFail[*mongodbatlas.CloudProviderSnapshot]("SNAPSHOT_NOT_FOUND")(snapshots.GetOneCloudProviderSnapshot(ctx, of(taken.ID, "")))
}
