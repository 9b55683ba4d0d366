import { type TObject, Type } from 'typebox';
import { type Cluster, tierKind } from '../../../backup/cluster.ts';
import type { Json } from '../pretty.ts';
import type { ProjectOverview } from '../projects.ts';
import { AtlasId, ClusterName, enumOf } from './schemas.ts';

const CloudCluster = Type.Object({
  alertCount: Type.Integer({ format: 'int32' }),
  availability: enumOf(['available', 'dead', 'unavailable', 'warning']),
  backupEnabled: Type.Boolean(),
  clusterId: AtlasId,
  name: ClusterName,
  type: enumOf(['REPLICA_SET', 'SHARDED_CLUSTER']),
  versions: Type.Array(Type.String()),
});

export const OrgGroup: TObject = Type.Object(
  {
    clusters: Type.Array(CloudCluster),
    groupId: Type.String(),
    groupName: Type.String(),
    orgId: Type.String(),
    orgName: Type.String(),
    planType: Type.String(),
    tags: Type.Array(Type.String()),
  },
  { title: 'OrgGroup' },
);

/** A project with its clusters, as the list over all projects has it. */
export function orgGroup({ project, organizationName, clusters }: ProjectOverview): { [name: string]: Json } {
  return {
    clusters: clusters.map(cloudCluster),
    groupId: project.id,
    groupName: project.name,
    orgId: project.organizationId,
    orgName: organizationName,
    planType: clusters.some(({ tier }) => tierKind(tier) === 'dedicated') ? 'Cloud' : 'Shared',
    tags: [],
  };
}

function cloudCluster({ id, name, topology, mongodbVersion }: Cluster): { [name: string]: Json } {
  return {
    alertCount: 0,
    availability: 'available',
    backupEnabled: true,
    clusterId: id,
    name,
    type: topology === 'sharded' ? 'SHARDED_CLUSTER' : 'REPLICA_SET',
    versions: [mongodbVersion],
  };
}
