import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { api } from './client.ts';
import { keys } from './keys.ts';
import { NATIVE, type Snapshot } from './schemas.ts';
import { useProject } from './session.ts';

/** The cluster that the URL names. */
export function useClusterName(): { projectId: string; clusterName: string } {
  const { id: projectId } = useProject();
  const { clusterName = '' } = useParams();
  return { projectId, clusterName };
}

export function useCluster() {
  const path = useClusterName();
  return useQuery({
    queryKey: [...keys.cluster(path.projectId, path.clusterName), 'itself'],
    queryFn: ({ signal }) => api.get(`${NATIVE}/clusters/{clusterName}`, { path, signal }),
  });
}

export function useTakeSnapshot() {
  const path = useClusterName();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => api.post(`${NATIVE}/clusters/{clusterName}/snapshots`, { path }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.project(path.projectId) }),
  });
}

/** More than these of one month are counted, not drawn. */
export const MOST_DRAWN = 500;

export interface Range {
  from: Date;
  to: Date;
}

/** The snapshots of a time, oldest last. */
export function useSnapshotsOf({ from, to }: Range) {
  const path = useClusterName();
  const query = { from: from.toISOString(), to: to.toISOString(), order: ['desc' as const], itemsPerPage: MOST_DRAWN };
  return useQuery({
    queryKey: [...keys.cluster(path.projectId, path.clusterName), 'snapshots', query],
    queryFn: ({ signal }): Promise<{ results: Snapshot[]; totalCount: number }> =>
      api.get(`${NATIVE}/clusters/{clusterName}/snapshots`, { path, query, signal }),
  });
}

/** The clusters of a project, to choose from. */
export function useClusters(projectId: string) {
  return useQuery({
    // Below the overview: what makes that out of date makes this so.
    queryKey: [...keys.overview(projectId), 'clusters'],
    queryFn: ({ signal }) => api.get(`${NATIVE}/clusters`, { path: { projectId }, query: { itemsPerPage: 500 }, signal }),
  });
}

export function useClusterNames(projectId: string): string[] {
  const { data } = useClusters(projectId);
  return data?.results.map(({ name }) => name).sort() ?? [];
}

/** A rehearsed restore of the newest snapshot, beside the cluster's own data. */
export function useStartDrill() {
  const path = useClusterName();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => api.post(`${NATIVE}/clusters/{clusterName}/drills`, { path, body: {} }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.project(path.projectId) }),
  });
}
