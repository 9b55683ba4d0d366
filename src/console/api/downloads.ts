import { useMutation, useQuery } from '@tanstack/react-query';
import { request, urlOf } from './client.ts';
import { keys } from './keys.ts';

/** An expiring link to a snapshot as one archive. */
export interface Download {
  id: string;
  url: string;
  expiresAt: string;
  bytes: number;
  fileName: string;
}

const DOWNLOADS = '/api/lifeboat/v1/projects/{projectId}/clusters/{clusterName}/snapshots/{snapshotId}/downloads';

export function useDownload(projectId: string, clusterName: string, snapshotId: string | undefined, id: string) {
  return useQuery({
    queryKey: [...keys.cluster(projectId, clusterName), 'download', id],
    queryFn: ({ signal }) => request<Download>('GET', urlOf(`${DOWNLOADS}/{id}`, { projectId, clusterName, snapshotId, id }), { signal }),
    enabled: snapshotId !== undefined,
  });
}

export function useNewDownload(projectId: string, clusterName: string, snapshotId: string) {
  return useMutation({
    mutationFn: () => request<Download>('POST', urlOf(DOWNLOADS, { projectId, clusterName, snapshotId })),
  });
}
