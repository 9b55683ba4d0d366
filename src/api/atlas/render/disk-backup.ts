import { type TObject, Type } from 'typebox';
import { FREQUENCY_TYPES } from '../../../backup/backup-schedule.ts';
import { BACKING_PROVIDERS, type Cluster } from '../../../backup/cluster.ts';
import type { Snapshot, SnapshotStatus } from '../../../backup/snapshot.ts';
import { atlasDate } from '../../../clock.ts';
import type { Json } from '../pretty.ts';
import type { View } from '../route.ts';
import type { ShownRestore } from '../shown-restore.ts';
import { AtlasDate, AtlasId, ClusterName, enumOf, Links, selfLink, Version } from './schemas.ts';

/** A snapshot beside its cluster, whose provider and name the dedicated routes repeat. */
export interface ClusterSnapshot {
  snapshot: Snapshot;
  cluster: Cluster;
}

const STATUSES: Readonly<Record<SnapshotStatus, string>> = {
  PENDING: 'queued',
  QUEUED: 'queued',
  RUNNING: 'inProgress',
  COMPLETED: 'completed',
  FAILED: 'failed',
};

/** What a snapshot is before it is known of which kind of cluster: the answer to taking one. */
export const TakenDiskBackup: TObject = Type.Object(
  {
    createdAt: AtlasDate,
    description: Type.Optional(Type.String()),
    expiresAt: AtlasDate,
    frequencyType: Type.Optional(enumOf(FREQUENCY_TYPES)),
    id: AtlasId,
    links: Links,
    mongodVersion: Type.Optional(Version),
    policyItems: Type.Array(AtlasId),
    snapshotType: enumOf(['onDemand', 'scheduled', 'fallback']),
    status: enumOf(['queued', 'inProgress', 'completed', 'failed']),
    storageSizeBytes: Type.Optional(Type.Integer({ format: 'int64' })),
    type: enumOf(['replicaSet', 'shardedCluster']),
  },
  { title: 'DiskBackupSnapshot' },
);

export const DiskBackupSnapshot: TObject = Type.Object(
  {
    ...TakenDiskBackup.properties,
    cloudProvider: enumOf(BACKING_PROVIDERS),
    replicaSetName: Type.String(),
  },
  { title: 'DiskBackupReplicaSet' },
);

export const TakeDiskBackup = Type.Object(
  {
    description: Type.Optional(Type.String({ maxLength: 1000 })),
    retentionInDays: Type.Optional(Type.Integer({ format: 'int32', minimum: 1, maximum: 36_500 })),
  },
  { title: 'DiskBackupOnDemandSnapshotRequest', additionalProperties: false },
);

export const BackupRetention = Type.Object(
  {
    retentionUnit: enumOf(['DAYS', 'WEEKS', 'MONTHS', 'YEARS']),
    retentionValue: Type.Integer({ format: 'int32', minimum: 1, maximum: 36_500 }),
  },
  { title: 'BackupSnapshotRetention', additionalProperties: false },
);

export function takenDiskBackup({ snapshot, cluster }: ClusterSnapshot, { base }: View): { [name: string]: Json } {
  const backup = `${base}/groups/${cluster.projectId}/clusters/${cluster.name}/backup`;
  return {
    createdAt: atlasDate(snapshot.scheduledAt),
    description: snapshot.description,
    expiresAt: atlasDate(snapshot.expiresAt),
    frequencyType: snapshot.frequencyType ?? undefined,
    id: snapshot.id,
    links: selfLink(`${backup}/snapshots/${snapshot.id}`),
    mongodVersion: snapshot.mongodbVersion,
    policyItems: snapshot.policyItems.map(({ id }) => id),
    snapshotType: snapshot.frequencyType === null ? 'onDemand' : 'scheduled',
    status: STATUSES[snapshot.status],
    storageSizeBytes: snapshot.storedBytes,
    type: 'replicaSet',
  };
}

export function diskBackupSnapshot(shown: ClusterSnapshot, view: View): { [name: string]: Json } {
  const { backingProvider, name } = shown.cluster;
  return { ...takenDiskBackup(shown, view), cloudProvider: backingProvider, replicaSetName: name };
}

const DELIVERY_TYPES = ['automated', 'download', 'pointInTime'] as const;

export const DiskBackupRestore: TObject = Type.Object(
  {
    cancelled: Type.Boolean(),
    deliveryType: enumOf(DELIVERY_TYPES),
    deliveryUrl: Type.Array(Type.String()),
    expired: Type.Boolean(),
    expiresAt: AtlasDate,
    failed: Type.Boolean(),
    finishedAt: Type.Optional(AtlasDate),
    id: AtlasId,
    links: Links,
    snapshotId: AtlasId,
    targetClusterName: Type.Optional(ClusterName),
    targetGroupId: Type.Optional(AtlasId),
    timestamp: AtlasDate,
  },
  { title: 'DiskBackupSnapshotRestoreJob' },
);

export const CreateDiskBackupRestore = Type.Object(
  {
    deliveryType: enumOf(DELIVERY_TYPES),
    snapshotId: Type.Optional(AtlasId),
    targetClusterName: Type.Optional(ClusterName),
    targetGroupId: Type.Optional(AtlasId),
    oplogInc: Type.Optional(Type.Integer({ format: 'int32', minimum: 1 })),
    oplogTs: Type.Optional(Type.Integer({ format: 'int32', minimum: 1_199_145_600 })),
    pointInTimeUTCSeconds: Type.Optional(Type.Integer({ format: 'int32', minimum: 1_199_145_600 })),
  },
  { title: 'DiskBackupSnapshotRestoreJobRequest', additionalProperties: false },
);

export function diskBackupRestore({ job, snapshotUrl, isExpired }: ShownRestore, { base }: View): { [name: string]: Json } {
  const isDownload = job.deliveryType === 'DOWNLOAD';
  return {
    cancelled: job.cancelled,
    deliveryType: isDownload ? 'download' : 'automated',
    deliveryUrl: snapshotUrl === null || isExpired ? [] : [snapshotUrl],
    expired: isExpired,
    expiresAt: atlasDate(job.expiresAt),
    failed: job.status === 'FAILED' && !job.cancelled,
    finishedAt: job.finishedAt ? atlasDate(job.finishedAt) : undefined,
    id: job.id,
    links: selfLink(`${base}/groups/${job.projectId}/clusters/${job.clusterName}/backup/restoreJobs/${job.id}`),
    snapshotId: job.snapshotId,
    targetClusterName: isDownload ? undefined : job.targetClusterName,
    targetGroupId: isDownload ? undefined : job.targetProjectId,
    timestamp: atlasDate(job.snapshotFinishedAt),
  };
}
