import { downloadCalls } from '../../parts/download-calls.ts';
import type { ApiCall } from '../../snippets.ts';

/** What the page does, as calls of the API. */
export function callsOf({ projectId, clusterName, snapshotId }: { projectId: string; clusterName: string; snapshotId: string }): ApiCall[] {
  const native = `/api/lifeboat/v1/projects/${projectId}/clusters/${clusterName}/snapshots/${snapshotId}`;
  return [
    {
      title: 'Read the snapshot',
      method: 'GET',
      path: `/api/atlas/v2/groups/${projectId}/flexClusters/${clusterName}/backup/snapshots/${snapshotId}`,
      atlas: `backups snapshots describe ${snapshotId} --clusterName ${clusterName} --projectId ${projectId}`,
      sdk: `FlexSnapshotsApi.GetFlexBackup(ctx, "${projectId}", "${clusterName}", "${snapshotId}").Execute()`,
    },
    ...downloadCalls(projectId, clusterName, snapshotId),
    { title: 'List its collections', method: 'GET', path: `${native}/collections` },
  ];
}
