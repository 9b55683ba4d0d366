import { type Static, Type } from 'typebox';
import { BACKING_PROVIDERS, type BackingProvider, DEDICATED_TIERS, type Tag, TENANT_TIERS, type Tier } from '../../backup/cluster.ts';
import { AtlasError } from './error-table.ts';
import type { Dialect } from './exchange.ts';
import { readAttributes } from './json-body.ts';
import { REGIONS } from './regions.ts';
import { ClusterName, enumOf, Tag as TagSchema } from './render/schemas.ts';

/** What a client says of a cluster that Lifeboat keeps, whichever version it says it in. */
export interface WantedCluster {
  size?: ClusterSize | undefined;
  tags?: Tag[] | undefined;
  terminationProtection?: boolean | undefined;
}

interface ClusterSize {
  tier: Tier;
  backingProvider: BackingProvider;
  region: string;
}

const strict = { additionalProperties: false };
const int32 = Type.Integer({ format: 'int32' });
const double = Type.Number({ format: 'double' });
const region = enumOf(REGIONS, { title: 'RegionName' });

/**
 * What only says how Atlas should run its servers. Lifeboat runs none: it is taken as Atlas takes it, and the answers say what is so here. What
 * cannot be so (paused, encrypted by a customer's key, sharded) is refused.
 */
const TAKEN = {
  acceptDataRisksAndForceReplicaSetReconfig: Type.Optional(Type.String({ format: 'date-time' })),
  advancedConfiguration: Type.Optional(Type.Object({})),
  backupEnabled: Type.Optional(Type.Boolean()),
  biConnector: Type.Optional(Type.Object({})),
  clusterType: Type.Optional(enumOf(['REPLICASET'])),
  configServerManagementMode: Type.Optional(enumOf(['ATLAS_MANAGED', 'FIXED_TO_DEDICATED'])),
  diskWarmingMode: Type.Optional(enumOf(['FULLY_WARMED', 'VISIBLE_EARLIER'])),
  encryptionAtRestProvider: Type.Optional(enumOf(['NONE'])),
  globalClusterSelfManagedSharding: Type.Optional(Type.Boolean()),
  labels: Type.Optional(Type.Array(Type.Object({ key: Type.Optional(Type.String()), value: Type.Optional(Type.String()) }))),
  mongoDBEmployeeAccessGrant: Type.Optional(Type.Object({})),
  mongoDBMajorVersion: Type.Optional(Type.String()),
  paused: Type.Optional(Type.Literal(false)),
  pitEnabled: Type.Optional(Type.Literal(false)),
  redactClientLogData: Type.Optional(Type.Boolean()),
  replicaSetScalingStrategy: Type.Optional(enumOf(['SEQUENTIAL', 'WORKLOAD_TYPE', 'NODE_TYPE'])),
  rootCertType: Type.Optional(enumOf(['ISRGROOTX1'])),
  versionReleaseSystem: Type.Optional(enumOf(['LTS', 'CONTINUOUS'])),
};
const KEPT = {
  tags: Type.Optional(Type.Array(TagSchema, { maxItems: 50 })),
  terminationProtectionEnabled: Type.Optional(Type.Boolean()),
};

const Specs = Type.Object({
  diskIOPS: Type.Optional(int32),
  diskSizeGB: Type.Optional(double),
  ebsVolumeType: Type.Optional(enumOf(['STANDARD', 'PROVISIONED'])),
  effectiveInstanceSize: Type.Optional(Type.String({ readOnly: true })),
  instanceSize: enumOf([...TENANT_TIERS, ...DEDICATED_TIERS]),
  nodeCount: Type.Optional(int32),
});
const RegionConfig = Type.Object({
  analyticsAutoScaling: Type.Optional(Type.Object({})),
  analyticsSpecs: Type.Optional(Type.Object({})),
  autoScaling: Type.Optional(Type.Object({})),
  backingProviderName: Type.Optional(enumOf(BACKING_PROVIDERS)),
  electableSpecs: Specs,
  priority: Type.Optional(Type.Integer({ format: 'int32', minimum: 0, maximum: 7 })),
  providerName: enumOf([...BACKING_PROVIDERS, 'TENANT']),
  readOnlySpecs: Type.Optional(Type.Object({})),
  regionName: region,
});
const ZONE = {
  id: Type.Optional(Type.String({ readOnly: true })),
  regionConfigs: Type.Array(RegionConfig, { minItems: 1, maxItems: 20 }),
  zoneId: Type.Optional(Type.String({ readOnly: true })),
  zoneName: Type.Optional(Type.String()),
};
/** One: several are shards, which Lifeboat does not make. */
const replicationSpecs = Type.Array(Type.Object(ZONE), { minItems: 1, maxItems: 1 });
const replicationSpecs2023 = Type.Array(Type.Object({ ...ZONE, numShards: Type.Optional(Type.Literal(1)) }), { minItems: 1, maxItems: 1 });

const ADVANCED = { ...TAKEN, ...KEPT };
export const CreateCluster20240805 = Type.Object(
  { ...ADVANCED, name: ClusterName, replicationSpecs },
  { ...strict, title: 'ClusterDescription20240805Request' },
);
export const UpdateCluster20240805 = Type.Object(
  { ...ADVANCED, replicationSpecs: Type.Optional(replicationSpecs) },
  { ...strict, title: 'ClusterDescription20240805Update' },
);
const OF_2023 = { ...ADVANCED, diskSizeGB: Type.Optional(double) };
export const CreateCluster20230201 = Type.Object(
  { ...OF_2023, name: ClusterName, replicationSpecs: replicationSpecs2023 },
  { ...strict, title: 'AdvancedClusterDescriptionRequest' },
);
export const UpdateCluster20230201 = Type.Object(
  { ...OF_2023, replicationSpecs: Type.Optional(replicationSpecs2023) },
  { ...strict, title: 'AdvancedClusterDescriptionUpdate' },
);

const ProviderSettings = Type.Object({
  autoScaling: Type.Optional(Type.Object({})),
  backingProviderName: Type.Optional(enumOf(BACKING_PROVIDERS)),
  diskIOPS: Type.Optional(int32),
  diskTypeName: Type.Optional(Type.String()),
  effectiveInstanceSizeName: Type.Optional(Type.String({ readOnly: true })),
  encryptEBSVolume: Type.Optional(Type.Boolean()),
  instanceSizeName: enumOf([...TENANT_TIERS, ...DEDICATED_TIERS]),
  providerName: enumOf([...BACKING_PROVIDERS, 'TENANT']),
  regionName: region,
  volumeType: Type.Optional(Type.String()),
});
const LEGACY = {
  ...TAKEN,
  ...KEPT,
  autoScaling: Type.Optional(Type.Object({})),
  diskSizeGB: Type.Optional(double),
  numShards: Type.Optional(Type.Literal(1)),
  providerBackupEnabled: Type.Optional(Type.Boolean()),
  replicationFactor: Type.Optional(int32),
  replicationSpec: Type.Optional(Type.Object({})),
  replicationSpecs: Type.Optional(Type.Array(Type.Object({}), { maxItems: 1 })),
};
export const CreateLegacyCluster = Type.Object(
  { ...LEGACY, name: ClusterName, providerSettings: ProviderSettings },
  { ...strict, title: 'LegacyAtlasClusterRequest' },
);
export const UpdateLegacyCluster = Type.Object(
  { ...LEGACY, providerSettings: Type.Optional(ProviderSettings) },
  { ...strict, title: 'LegacyAtlasClusterUpdate' },
);

/** What a client sends back of what it read. */
const READ_ONLY = [
  'configServerType',
  'connectionStrings',
  'createDate',
  'featureCompatibilityVersion',
  'featureCompatibilityVersionExpirationDate',
  'groupId',
  'id',
  'links',
  'mongoDBVersion',
  'mongoURI',
  'mongoURIUpdated',
  'mongoURIWithOptions',
  'srvAddress',
  'stateName',
];

/** Also what a shared or a Flex cluster is upgraded to. */
export function readNewCluster(dialect: Dialect, body: unknown): WantedCluster & { name: string; size: ClusterSize } {
  if (isLegacy(dialect)) {
    const read = readAttributes(CreateLegacyCluster, body, READ_ONLY);
    return { ...kept(read), name: read.name, size: sizeOfLegacy(read.providerSettings) };
  }
  const read =
    dialect === '2023-02-01'
      ? readAttributes(CreateCluster20230201, body, READ_ONLY)
      : readAttributes(CreateCluster20240805, body, READ_ONLY);
  return { ...kept(read), name: read.name, size: sizeOf(read.replicationSpecs) };
}

/** A name is the cluster's for good: one that is sent along is ignored. */
export function readClusterChange(dialect: Dialect, body: unknown): WantedCluster {
  const ignored = [...READ_ONLY, 'name'];
  if (isLegacy(dialect)) {
    const read = readAttributes(UpdateLegacyCluster, body, ignored);
    return { ...kept(read), size: read.providerSettings && sizeOfLegacy(read.providerSettings) };
  }
  const read =
    dialect === '2023-02-01' ? readAttributes(UpdateCluster20230201, body, ignored) : readAttributes(UpdateCluster20240805, body, ignored);
  return { ...kept(read), size: read.replicationSpecs && sizeOf(read.replicationSpecs) };
}

const isLegacy = (dialect: Dialect) => dialect === 'v1' || dialect === '2023-01-01';

function kept({ tags, terminationProtectionEnabled }: { tags?: Tag[]; terminationProtectionEnabled?: boolean }) {
  return { tags, terminationProtection: terminationProtectionEnabled };
}

/** Of several regions, the one that elects first. */
function sizeOf([first]: Static<typeof replicationSpecs>): ClusterSize {
  const [config] = first!.regionConfigs.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
  const { providerName, backingProviderName, regionName, electableSpecs } = config!;
  return {
    ...checkedSize('replicationSpecs.0.regionConfigs.0', providerName, backingProviderName, electableSpecs.instanceSize),
    region: regionName,
  };
}

function sizeOfLegacy({ providerName, backingProviderName, regionName, instanceSizeName }: Static<typeof ProviderSettings>): ClusterSize {
  return { ...checkedSize('providerSettings', providerName, backingProviderName, instanceSizeName), region: regionName };
}

/** `TENANT` goes with the shared sizes and names who is behind it; every other provider goes with the sizes that have servers of their own. */
function checkedSize(place: string, providerName: BackingProvider | 'TENANT', backing: BackingProvider | undefined, tier: Tier) {
  const isShared = (TENANT_TIERS as readonly string[]).includes(tier);
  if (isShared !== (providerName === 'TENANT')) throw new AtlasError('INVALID_ATTRIBUTE', [`${place}.providerName`]);
  if (providerName !== 'TENANT') return { tier, backingProvider: providerName };
  if (!backing) throw new AtlasError('MISSING_ATTRIBUTE', [`${place}.backingProviderName`]);
  return { tier, backingProvider: backing };
}
