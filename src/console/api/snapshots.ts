import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { api, request, urlOf } from './client.ts';
import { keys } from './keys.ts';
import { NATIVE, type Snapshot } from './schemas.ts';
import { useProject } from './session.ts';

/** The snapshot that the URL names. */
export function useSnapshotPath() {
  const { id: projectId } = useProject();
  const { clusterName = '', snapshotId = '' } = useParams();
  return { projectId, clusterName, snapshotId };
}

export function useSnapshot() {
  const { projectId, clusterName, snapshotId } = useSnapshotPath();
  return useSnapshotOf(projectId, clusterName, snapshotId);
}

/** Nothing is asked for while its id is not known. */
export function useSnapshotOf(projectId: string, clusterName: string, snapshotId: string) {
  const path = { projectId, clusterName, snapshotId };
  return useQuery({
    queryKey: [...keys.cluster(projectId, clusterName), 'snapshot', snapshotId],
    queryFn: ({ signal }): Promise<Snapshot> => api.get(ONE, { path, signal }),
    enabled: snapshotId !== '',
  });
}

const ONE = `${NATIVE}/clusters/{clusterName}/snapshots/{snapshotId}` as const;

type Change = { do: 'cancel' | 'verify' } | { do: 'change'; body: { hold?: boolean; description?: string; expiresAt?: string } };

/** What can be done to it. */
export function useSnapshotChange() {
  const path = useSnapshotPath();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) => {
      if (change.do === 'change') return request<unknown>('PATCH', urlOf(ONE, path), { body: change.body });
      return request<unknown>('POST', urlOf(`${ONE}/${change.do}`, path), { body: {} });
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.project(path.projectId) }),
  });
}

/** `onDeleted` is called even where the page has gone meanwhile: the stream may tell of it before the answer comes. */
export function useDeleteSnapshot(onDeleted: () => void) {
  const path = useSnapshotPath();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => request<unknown>('DELETE', urlOf(ONE, path)),
    onSuccess: () => {
      onDeleted();
      // What is gone is not asked for again.
      cache.removeQueries({ queryKey: [...keys.cluster(path.projectId, path.clusterName), 'snapshot', path.snapshotId] });
      return cache.invalidateQueries({ queryKey: keys.project(path.projectId) });
    },
  });
}
