import { type ApiCall, quoted } from '../snippets.ts';

/** The download of a snapshot as a program asks for it. */
export function downloadCalls(projectId: string, clusterName: string, snapshotId: string): ApiCall[] {
  const [project, cluster, snapshot] = [projectId, clusterName, snapshotId].map((text) => JSON.stringify(text));
  return [
    {
      title: 'Make a download link',
      method: 'POST',
      path: `/api/lifeboat/v1/projects/${projectId}/clusters/${encodeURIComponent(clusterName)}/snapshots/${snapshotId}/downloads`,
      lifeboat: `snapshots download ${quoted(clusterName)} ${snapshotId} --out ${quoted(`${clusterName}.tar.gz`)}`,
      atlas: `backups snapshots download ${snapshotId} --clusterName ${quoted(clusterName)} --projectId ${projectId}`,
      sdk: `FlexSnapshotsApi.DownloadFlexBackup(ctx, ${cluster}, ${project}, &admin.FlexBackupSnapshotDownloadCreate20241113{SnapshotId: ${snapshot}}).Execute()`,
    },
  ];
}
