package main

import "go.mongodb.org/atlas-sdk/v20231115014/admin"

func walkTenant() {
	snapshots, restores := client.SharedTierSnapshotsApi, client.SharedTierRestoreJobsApi

	step("tenant snapshots: list and get")
	listed := must(snapshots.ListSharedClusterBackups(ctx, group, shop).Execute())
	expect(listed.GetTotalCount() >= 1 && len(listed.GetResults()) >= 1, "a snapshot, not %+v", listed)
	one := must(snapshots.GetSharedClusterBackup(ctx, group, shop, snapshot).Execute())
	expect(one.GetId() == snapshot && one.GetStatus() == "COMPLETED" && one.HasFinishTime(), "the finished snapshot, not %+v", one)

	step("tenant restores: create, and wait for its end")
	created := must(restores.CreateSharedClusterBackupRestoreJob(ctx, shop, group, &admin.TenantRestore{
		SnapshotId: snapshot, TargetDeploymentItemName: copyOf, TargetProjectId: admin.PtrString(group),
	}).Execute())
	expect(created.GetStatus() == "PENDING" && created.GetDeliveryType() == "RESTORE", "a pending job, not %+v", created)
	job := poll(func() *admin.TenantRestore {
		return must(restores.GetSharedClusterBackupRestoreJob(ctx, shop, group, created.GetId()).Execute())
	}, func(job *admin.TenantRestore) bool {
		return job.GetStatus() == "COMPLETED" || job.GetStatus() == "FAILED"
	})
	expect(job.GetStatus() == "COMPLETED" && job.HasRestoreFinishedDate(), "a completed job, not %+v", job)

	step("tenant restores: list, newest first")
	jobs := must(restores.ListSharedClusterBackupRestoreJobs(ctx, shop, group).Execute())
	expect(jobs.GetResults()[0].GetId() == created.GetId(), "the new job first, not %+v", jobs)

	step("tenant restores: one that does not exist")
	mustFail[*admin.TenantRestore]("TENANT_RESTORE_NOT_FOUND")(restores.GetSharedClusterBackupRestoreJob(ctx, shop, group, noID).Execute())

	// The SDK always sends targetDeploymentItemName, empty here.
	step("tenant download: a link, and the archive into a file")
	download := must(snapshots.DownloadSharedClusterBackup(ctx, shop, group, &admin.TenantRestore{SnapshotId: snapshot}).Execute())
	expect(download.GetStatus() == "COMPLETED" && download.GetDeliveryType() == "DOWNLOAD", "a completed job, not %+v", download)
	fetchArchive(download.GetSnapshotUrl())
}
