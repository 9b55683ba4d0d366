import { type TObject, Type } from 'typebox';
import { BACKING_PROVIDERS, type Cluster, DEDICATED_TIERS, TENANT_TIERS, tierKind } from '../../../backup/cluster.ts';
import { atlasDate } from '../../../clock.ts';
import type { Json } from '../pretty.ts';
import { REGIONS } from '../regions.ts';
import type { View } from '../route.ts';
import { connectionStrings } from './flex-cluster.ts';
import { AtlasDate, AtlasId, ClusterName, enumOf, Links, selfLink, Tag, Version } from './schemas.ts';

type Body = { [name: string]: Json };

/** Lifeboat measures no disks and runs no members: what clients expect a number for is Atlas' smallest. */
const NODES = 3;
const PRIORITY = 7;

function diskGB({ tier }: Cluster): number {
  return tier === 'M2' ? 2 : tier === 'M5' || tier === 'FLEX' ? 5 : 10;
}

/** What all three versions say in the same words. */
function ofAllVersions(cluster: Cluster, { base }: View): Body {
  const url = `${base}/groups/${cluster.projectId}/clusters/${cluster.name}`;
  return {
    backupEnabled: tierKind(cluster.tier) === 'dedicated',
    clusterType: 'REPLICASET',
    connectionStrings: connectionStrings(cluster),
    createDate: atlasDate(cluster.createdAt),
    encryptionAtRestProvider: 'NONE',
    groupId: cluster.projectId,
    id: cluster.id,
    labels: [],
    links: [
      ...selfLink(url),
      { href: `${url}/backup/restoreJobs`, rel: 'https://cloud.mongodb.com/restoreJobs' },
      { href: `${url}/backup/snapshots`, rel: 'https://cloud.mongodb.com/snapshots' },
    ],
    mongoDBMajorVersion: cluster.mongodbVersion.split('.').slice(0, 2).join('.'),
    mongoDBVersion: cluster.mongodbVersion,
    name: cluster.name,
    paused: false,
    pitEnabled: false,
    rootCertType: 'ISRGROOTX1',
    stateName: 'IDLE',
    tags: cluster.tags,
    terminationProtectionEnabled: cluster.terminationProtection,
    versionReleaseSystem: 'LTS',
  };
}

function regionConfig(cluster: Cluster, specs: Body): Body {
  const { backingProvider, region, tier } = cluster;
  const where = { priority: PRIORITY, regionName: region };
  if (tierKind(tier) === 'dedicated') {
    return { ...where, electableSpecs: { ...specs, instanceSize: tier, nodeCount: NODES }, providerName: backingProvider };
  }
  const electableSpecs = { ...specs, effectiveInstanceSize: tier, instanceSize: tier };
  return { ...where, backingProviderName: backingProvider, electableSpecs, providerName: 'TENANT' };
}

/** ClusterDescription20240805. */
export function cluster20240805(cluster: Cluster, view: View): Body {
  const regionConfigs = [regionConfig(cluster, { diskSizeGB: diskGB(cluster) })];
  return {
    ...ofAllVersions(cluster, view),
    diskWarmingMode: 'FULLY_WARMED',
    replicationSpecs: [{ id: cluster.id, regionConfigs, zoneId: cluster.id, zoneName: 'Zone 1' }],
  };
}

/** AdvancedClusterDescription: the disk stands beside the specs, which count shards. */
export function cluster20230201(cluster: Cluster, view: View): Body {
  const regionConfigs = [regionConfig(cluster, {})];
  return {
    ...ofAllVersions(cluster, view),
    diskSizeGB: diskGB(cluster),
    diskWarmingMode: 'FULLY_WARMED',
    replicationSpecs: [{ id: cluster.id, numShards: 1, regionConfigs, zoneName: 'Zone 1' }],
  };
}

/** LegacyAtlasCluster: v1.0, and 2023-01-01. */
export function legacyCluster(cluster: Cluster, view: View): Body {
  const { backingProvider, region, tier, connectionString, createdAt } = cluster;
  const isDedicated = tierKind(tier) === 'dedicated';
  const nodes = { analyticsNodes: 0, electableNodes: NODES, priority: PRIORITY, readOnlyNodes: 0 };
  const size = { instanceSizeName: tier, regionName: region };
  const tenant = { ...size, backingProviderName: backingProvider, effectiveInstanceSizeName: tier, providerName: 'TENANT' };
  const isSrv = connectionString.startsWith('mongodb+srv:');
  return {
    ...ofAllVersions(cluster, view),
    autoScaling: { autoIndexingEnabled: false, compute: { enabled: false, scaleDownEnabled: false }, diskGBEnabled: false },
    diskSizeGB: diskGB(cluster),
    mongoURI: isSrv ? undefined : connectionString,
    mongoURIUpdated: atlasDate(createdAt),
    mongoURIWithOptions: isSrv ? undefined : connectionString,
    numShards: 1,
    providerBackupEnabled: isDedicated,
    providerSettings: isDedicated ? { ...size, providerName: backingProvider } : tenant,
    replicationFactor: NODES,
    replicationSpec: { [region]: nodes },
    replicationSpecs: [{ id: cluster.id, numShards: 1, regionsConfig: { [region]: nodes }, zoneName: 'Zone 1' }],
    srvAddress: isSrv ? connectionString : undefined,
  };
}

const COMMON = {
  backupEnabled: Type.Boolean(),
  clusterType: enumOf(['REPLICASET', 'SHARDED', 'GEOSHARDED']),
  connectionStrings: Type.Object({ standard: Type.Optional(Type.String()), standardSrv: Type.Optional(Type.String()) }),
  createDate: AtlasDate,
  encryptionAtRestProvider: enumOf(['NONE', 'AWS', 'AZURE', 'GCP']),
  groupId: AtlasId,
  id: AtlasId,
  labels: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })),
  links: Links,
  mongoDBMajorVersion: Type.String(),
  mongoDBVersion: Version,
  name: ClusterName,
  paused: Type.Boolean(),
  pitEnabled: Type.Boolean(),
  rootCertType: enumOf(['ISRGROOTX1']),
  stateName: enumOf(['IDLE', 'CREATING', 'UPDATING', 'DELETING', 'REPAIRING']),
  tags: Type.Array(Tag),
  terminationProtectionEnabled: Type.Boolean(),
  versionReleaseSystem: enumOf(['LTS', 'CONTINUOUS']),
};

const Specs = {
  diskSizeGB: Type.Optional(Type.Number({ format: 'double' })),
  effectiveInstanceSize: Type.Optional(enumOf(TENANT_TIERS)),
  instanceSize: enumOf([...TENANT_TIERS, ...DEDICATED_TIERS]),
  nodeCount: Type.Optional(Type.Integer({ format: 'int32' })),
};
const RegionConfig = Type.Object({
  backingProviderName: Type.Optional(enumOf(BACKING_PROVIDERS)),
  electableSpecs: Type.Object(Specs),
  priority: Type.Integer({ format: 'int32', minimum: 0, maximum: 7 }),
  providerName: enumOf(['AWS', 'AZURE', 'GCP', 'TENANT']),
  regionName: enumOf(REGIONS, { title: 'RegionName' }),
});
const ZONE = { id: AtlasId, regionConfigs: Type.Array(RegionConfig), zoneName: Type.String() };
const diskWarmingMode = enumOf(['FULLY_WARMED', 'VISIBLE_EARLIER']);

export const Cluster20240805: TObject = Type.Object(
  {
    ...COMMON,
    diskWarmingMode,
    replicationSpecs: Type.Array(Type.Object({ ...ZONE, zoneId: AtlasId })),
  },
  { title: 'ClusterDescription20240805' },
);

export const Cluster20230201: TObject = Type.Object(
  {
    ...COMMON,
    diskSizeGB: Type.Number({ format: 'double' }),
    diskWarmingMode,
    replicationSpecs: Type.Array(Type.Object({ ...ZONE, numShards: Type.Integer({ format: 'int32' }) })),
  },
  { title: 'AdvancedClusterDescription' },
);

const Nodes = Type.Record(Type.String(), Type.Record(Type.String(), Type.Integer()));
export const LegacyCluster: TObject = Type.Object(
  {
    ...COMMON,
    autoScaling: Type.Object({
      autoIndexingEnabled: Type.Boolean(),
      compute: Type.Object({ enabled: Type.Boolean(), scaleDownEnabled: Type.Boolean() }),
      diskGBEnabled: Type.Boolean(),
    }),
    diskSizeGB: Type.Number({ format: 'double' }),
    mongoURI: Type.Optional(Type.String()),
    mongoURIUpdated: AtlasDate,
    mongoURIWithOptions: Type.Optional(Type.String()),
    numShards: Type.Integer(),
    providerBackupEnabled: Type.Boolean(),
    providerSettings: Type.Object({
      backingProviderName: Type.Optional(enumOf(BACKING_PROVIDERS)),
      effectiveInstanceSizeName: Type.Optional(Type.String()),
      instanceSizeName: Type.String(),
      providerName: Type.String(),
      regionName: Type.String(),
    }),
    replicationFactor: Type.Integer(),
    replicationSpec: Nodes,
    replicationSpecs: Type.Array(Type.Object({ id: AtlasId, numShards: Type.Integer(), regionsConfig: Nodes, zoneName: Type.String() })),
    srvAddress: Type.Optional(Type.String()),
  },
  { title: 'LegacyAtlasCluster' },
);
