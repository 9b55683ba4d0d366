import type { ClusterOverview } from '../../backup/overview.ts';
import { permits } from '../../backup/roles.ts';
import type { JsonBody } from '../atlas/exchange.ts';
import { snapshotBody } from './render.ts';
import type { NativeRoute } from './route.ts';
import { Overview } from './schemas.ts';

/** How everything stands, and what needs attention first. */
export const OVERVIEW_ROUTES: readonly NativeRoute[] = [
  {
    method: 'GET',
    path: '/overview',
    operationId: 'getOverview',
    summary: 'How all clusters of the project stand, and what needs attention, most urgent first',
    permission: 'read',
    status: 200,
    answers: { 200: Overview },
    handler: async (services, { project, caller }) => {
      const mayRegister = permits(caller.grants, project, 'register');
      const [{ clusters, attention }, vault] = await Promise.all([
        services.overviews.of(project.id, mayRegister),
        mayRegister ? services.vaultStatus() : null,
      ]);
      return { clusters: clusters.map(clusterOverviewBody), vault: vault && { ...vault }, attention: attention.map((one) => ({ ...one })) };
    },
  },
];

function clusterOverviewBody({
  cluster,
  lastSnapshot,
  lastCompletedSnapshot,
  lastProven,
  nextSnapshotAt,
  sizes,
  ...rest
}: ClusterOverview): JsonBody {
  const { id, name, tier, topology, mongodbVersion } = cluster;
  return {
    ...{ id, name, tier, topology, mongodbVersion },
    lastSnapshot: lastSnapshot && snapshotBody(lastSnapshot),
    lastCompletedSnapshot: lastCompletedSnapshot && snapshotBody(lastCompletedSnapshot),
    lastProven: lastProven && { ...lastProven, at: lastProven.at.toISOString() },
    nextSnapshotAt: nextSnapshotAt?.toISOString(),
    runningJobs: rest.runningJobs,
    sizes: sizes.map(({ at, ...size }) => ({ at: at.toISOString(), ...size })),
    attention: rest.attention.map((one) => ({ ...one })),
  };
}
