import { type TObject, Type } from 'typebox';
import { BACKING_PROVIDERS, type Cluster } from '../../../backup/cluster.ts';
import { atlasDate } from '../../../clock.ts';
import type { Json } from '../pretty.ts';
import type { View } from '../route.ts';
import { AtlasDate, AtlasId, ClusterName, enumOf, Links, selfLink, Tag, Version } from './schemas.ts';

/** What Atlas gives every Flex cluster. Lifeboat measures no disks: the number is for clients that expect one. */
const FLEX_DISK_GB = 5;

export const FlexCluster: TObject = Type.Object(
  {
    backupSettings: Type.Object({ enabled: Type.Boolean() }),
    clusterType: enumOf(['REPLICASET']),
    connectionStrings: Type.Object({ standard: Type.Optional(Type.String()), standardSrv: Type.Optional(Type.String()) }),
    createDate: AtlasDate,
    groupId: AtlasId,
    id: AtlasId,
    links: Links,
    mongoDBVersion: Version,
    name: ClusterName,
    providerSettings: Type.Object({
      backingProviderName: enumOf(BACKING_PROVIDERS),
      diskSizeGB: Type.Number({ format: 'double' }),
      providerName: enumOf(['FLEX']),
      regionName: Type.String(),
    }),
    stateName: enumOf(['IDLE', 'CREATING', 'UPDATING', 'DELETING', 'REPAIRING']),
    tags: Type.Array(Tag),
    terminationProtectionEnabled: Type.Boolean(),
    versionReleaseSystem: enumOf(['LTS']),
  },
  { title: 'FlexClusterDescription20241113' },
);

export const CreateFlexCluster = Type.Object(
  {
    name: ClusterName,
    providerSettings: Type.Object({
      backingProviderName: enumOf(BACKING_PROVIDERS),
      regionName: Type.String({ minLength: 1, maxLength: 100 }),
      diskSizeGB: Type.Optional(Type.Number({ format: 'double', readOnly: true })),
      providerName: Type.Optional(enumOf(['FLEX'], { readOnly: true })),
    }),
    tags: Type.Optional(Type.Array(Tag, { maxItems: 50 })),
    terminationProtectionEnabled: Type.Optional(Type.Boolean()),
  },
  { title: 'FlexClusterDescriptionCreate20241113', additionalProperties: false },
);

export const UpdateFlexCluster = Type.Object(
  { tags: Type.Optional(Type.Array(Tag, { maxItems: 50 })), terminationProtectionEnabled: Type.Optional(Type.Boolean()) },
  { title: 'FlexClusterDescriptionUpdate20241113', additionalProperties: false },
);

export function flexCluster(cluster: Cluster, { base }: View): { [name: string]: Json } {
  return {
    backupSettings: { enabled: true },
    clusterType: 'REPLICASET',
    connectionStrings: connectionStrings(cluster),
    createDate: atlasDate(cluster.createdAt),
    groupId: cluster.projectId,
    id: cluster.id,
    links: selfLink(`${base}/groups/${cluster.projectId}/flexClusters/${cluster.name}`),
    mongoDBVersion: cluster.mongodbVersion,
    name: cluster.name,
    providerSettings: {
      backingProviderName: cluster.backingProvider,
      diskSizeGB: FLEX_DISK_GB,
      providerName: 'FLEX',
      regionName: cluster.region,
    },
    stateName: 'IDLE',
    tags: cluster.tags.map(({ key, value }) => ({ key, value })),
    terminationProtectionEnabled: cluster.terminationProtection,
    versionReleaseSystem: 'LTS',
  };
}

/** One of the two forms that Atlas has for every cluster: Lifeboat knows the one that was registered. */
export function connectionStrings({ connectionString }: Cluster): { standard?: string; standardSrv?: string } {
  return connectionString.startsWith('mongodb+srv:') ? { standardSrv: connectionString } : { standard: connectionString };
}
