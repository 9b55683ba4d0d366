import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from './client.ts';
import { keys } from './keys.ts';
import type { components } from './served.d.ts';

/** An expiring link to a snapshot as one archive. */
export type Download = components['schemas']['Download'];

const DOWNLOADS = '/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/snapshots/{snapshotId}/downloads';

/** Nothing is asked for while `snapshotId` is not known. */
export function useDownload(projectId: string, clusterName: string, snapshotId: string | undefined, restoreJobId: string) {
  return useQuery({
    queryKey: [...keys.cluster(projectId, clusterName), 'download', restoreJobId],
    queryFn: ({ signal }) =>
      api.get(`${DOWNLOADS}/{restoreJobId}`, { path: { projectId, clusterName, snapshotId: snapshotId!, restoreJobId }, signal }),
    enabled: snapshotId !== undefined,
  });
}

export function useNewDownload(projectId: string, clusterName: string, snapshotId: string) {
  return useMutation({ mutationFn: () => api.post(DOWNLOADS, { path: { projectId, clusterName, snapshotId } }) });
}
