package main

import "go.mongodb.org/atlas-sdk/v20250312005/admin"

func walkDedicated() {
	backups := client.CloudBackupsApi

	step("dedicated snapshots: take one on demand, and wait for its end")
	taken := must(backups.TakeSnapshot(ctx, group, big, &admin.DiskBackupOnDemandSnapshotRequest{
		Description: admin.PtrString("walk 2025"), RetentionInDays: admin.PtrInt(3),
	}).Execute())
	finished := poll(func() *admin.DiskBackupReplicaSet {
		return must(backups.GetReplicaSetBackup(ctx, group, big, taken.GetId()).Execute())
	}, func(taken *admin.DiskBackupReplicaSet) bool {
		return taken.GetStatus() == "completed" || taken.GetStatus() == "failed"
	})
	expect(finished.GetStatus() == "completed" && finished.GetDescription() == "walk 2025", "the finished snapshot, not %+v", finished)
	listed := must(backups.ListReplicaSetBackups(ctx, group, big).Execute())
	expect(listed.GetTotalCount() >= 1, "a snapshot, not %+v", listed)

	step("dedicated snapshots: another retention")
	kept := must(backups.UpdateSnapshotRetention(ctx, group, big, taken.GetId(), &admin.BackupSnapshotRetention{RetentionValue: 2, RetentionUnit: "WEEKS"}).Execute())
	expect(kept.GetExpiresAt().After(finished.GetExpiresAt()), "a later end than %v, not %v", finished.GetExpiresAt(), kept.GetExpiresAt())

	step("dedicated restore jobs: automated, and wait for its end")
	created := must(backups.CreateBackupRestoreJob(ctx, group, big, &admin.DiskBackupSnapshotRestoreJob{
		DeliveryType: "automated", SnapshotId: taken.Id, TargetClusterName: admin.PtrString(bigCopy), TargetGroupId: admin.PtrString(group),
	}).Execute())
	job := poll(func() *admin.DiskBackupSnapshotRestoreJob {
		return must(backups.GetBackupRestoreJob(ctx, group, big, created.GetId()).Execute())
	}, func(job *admin.DiskBackupSnapshotRestoreJob) bool { return job.HasFinishedAt() || job.GetFailed() })
	expect(!job.GetFailed() && !job.GetCancelled(), "a finished job, not %+v", job)
	jobs := must(backups.ListBackupRestoreJobs(ctx, group, big).Execute())
	expect(jobs.GetResults()[0].GetId() == created.GetId(), "the new job first, not %+v", jobs)

	step("dedicated restore jobs: a download, and the archive into a file")
	download := must(backups.CreateBackupRestoreJob(ctx, group, big, &admin.DiskBackupSnapshotRestoreJob{DeliveryType: "download", SnapshotId: taken.Id}).Execute())
	expect(len(download.GetDeliveryUrl()) == 1, "a link, not %+v", download)
	fetchArchive(download.GetDeliveryUrl()[0])

	step("dedicated snapshots: delete")
	done(backups.DeleteReplicaSetBackup(ctx, group, big, taken.GetId()).Execute())
	mustFail[*admin.DiskBackupReplicaSet]("SNAPSHOT_NOT_FOUND")(backups.GetReplicaSetBackup(ctx, group, big, taken.GetId()).Execute())
}
