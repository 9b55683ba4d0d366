package main

import "go.mongodb.org/atlas-sdk/v20250312005/admin"

func walkFlex() {
	snapshots, restores := client.FlexSnapshotsApi, client.FlexRestoreJobsApi

	step("Flex snapshots: list and get")
	listed := must(snapshots.ListFlexBackups(ctx, group, shop).Execute())
	expect(listed.GetTotalCount() >= 1, "a snapshot, not %+v", listed)
	one := must(snapshots.GetFlexBackup(ctx, group, shop, snapshot).Execute())
	expect(one.GetId() == snapshot && one.GetStatus() == "COMPLETED", "the finished snapshot, not %+v", one)

	// The Atlas CLI also sends the read-only instanceName.
	step("Flex restore jobs: create, and wait for its end")
	created := must(restores.CreateFlexBackupRestoreJob(ctx, group, shop, &admin.FlexBackupRestoreJobCreate20241113{
		SnapshotId: snapshot, TargetDeploymentItemName: copyOf, TargetProjectId: admin.PtrString(group), InstanceName: admin.PtrString(shop),
	}).Execute())
	expect(created.GetStatus() == "PENDING" && created.GetInstanceName() == shop, "a pending job, not %+v", created)
	job := poll(func() *admin.FlexBackupRestoreJob20241113 {
		return must(restores.GetFlexBackupRestoreJob(ctx, group, shop, created.GetId()).Execute())
	}, func(job *admin.FlexBackupRestoreJob20241113) bool {
		return job.GetStatus() == "COMPLETED" || job.GetStatus() == "FAILED"
	})
	expect(job.GetStatus() == "COMPLETED" && job.HasRestoreFinishedDate(), "a completed job, not %+v", job)

	step("Flex restore jobs: list, newest first")
	jobs := must(restores.ListFlexBackupRestoreJobs(ctx, group, shop).Execute())
	expect(jobs.GetResults()[0].GetId() == created.GetId(), "the new job first, not %+v", jobs)

	step("Flex download: a link, and the archive into a file")
	download := must(snapshots.DownloadFlexBackup(ctx, shop, group, &admin.FlexBackupSnapshotDownloadCreate20241113{SnapshotId: snapshot}).Execute())
	expect(download.GetDeliveryType() == "DOWNLOAD", "a download, not %+v", download)
	fetchArchive(download.GetSnapshotUrl())
}
