import { useQuery } from '@tanstack/react-query';
import { request, urlOf } from './client.ts';
import { keys } from './keys.ts';
import { type Cluster, NATIVE, type Snapshot, type VaultStatus } from './schemas.ts';

export interface Attention {
  code: string;
  severity: 'critical' | 'warning' | 'info';
  message: string;
  hint?: string;
  clusterName?: string;
}

export interface ClusterOverview extends Pick<Cluster, 'name' | 'id' | 'tier' | 'topology' | 'mongodbVersion' | 'lastProven'> {
  lastSnapshot?: Snapshot;
  lastCompletedSnapshot?: Snapshot;
  nextSnapshotAt?: string;
  runningJobs: number;
  sizes: { at: string; logicalBytes: number; newBytes: number }[];
  attention: Attention[];
}

export interface Overview {
  clusters: ClusterOverview[];
  vault?: VaultStatus;
  attention: Attention[];
}

export function useOverview(projectId: string) {
  return useQuery({
    queryKey: keys.overview(projectId),
    queryFn: ({ signal }) => request<Overview>('GET', urlOf(`${NATIVE}/overview`, { projectId }), { signal }),
  });
}
