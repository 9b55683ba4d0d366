import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';

const PROJECT = '/api/lifeboat/v1/projects/{projectId}';
const MOST = 500;

export function useSnapshot(projectId: string, clusterName: string, snapshotId: string) {
  return useQuery({
    queryKey: [...keys.cluster(projectId, clusterName), 'snapshot', snapshotId],
    queryFn: ({ signal }) =>
      api.get(`${PROJECT}/clusters/{clusterName}/snapshots/{snapshotId}`, { path: { projectId, clusterName, snapshotId }, signal }),
    enabled: snapshotId !== '',
  });
}

/** The clusters that a restore may go to. */
export function useClusters(projectId: string) {
  return useQuery({
    queryKey: [...keys.overview(projectId), 'clusters'],
    queryFn: ({ signal }) => api.get(`${PROJECT}/clusters`, { path: { projectId }, query: { itemsPerPage: MOST }, signal }),
  });
}
