import { type TObject, Type } from 'typebox';
import { RESTORE_STATUSES } from '../../../backup/restore-job.ts';
import { atlasDate } from '../../../clock.ts';
import type { Json } from '../pretty.ts';
import type { ShownRestore } from '../shown-restore.ts';
import { AtlasDate, AtlasId, ClusterName, ItemName } from './schemas.ts';

/** What stands in every answer, in the words of the v1.0 page's table. */
const TABLE = {
  clusterName: ClusterName,
  deliveryType: Type.Union([Type.Literal('RESTORE'), Type.Literal('DOWNLOAD')]),
  expirationDate: AtlasDate,
  id: AtlasId,
  projectId: AtlasId,
  restoreFinishedDate: Type.Optional(AtlasDate),
  restoreScheduledDate: AtlasDate,
  snapshotFinishedDate: AtlasDate,
  snapshotId: AtlasId,
  snapshotUrl: Type.Optional(Type.String({ description: 'Only for DOWNLOAD, and only for who may download.' })),
  status: Type.Union(RESTORE_STATUSES.map((status) => Type.Literal(status))),
  targetDeploymentItemName: ItemName,
  targetProjectId: AtlasId,
};

const { clusterName, ...OF_BOTH } = TABLE;
/** Flex calls the cluster an instance. */
export const FlexRestore: TObject = Type.Object({ ...OF_BOTH, instanceName: clusterName }, { title: 'FlexBackupRestoreJob20241113' });

/** v2 has the table's names alone. */
export const TenantRestore: TObject = Type.Object(TABLE, { title: 'TenantRestore' });

export const TenantRestoreV1: TObject = Type.Object(
  {
    ...TABLE,
    finishedDate: Type.Optional(AtlasDate),
    submittedAt: AtlasDate,
    timestamp: AtlasDate,
  },
  { title: 'TenantRestoreV1' },
);

export const CreateTenantRestore: TObject = Type.Object(
  {
    snapshotId: AtlasId,
    targetDeploymentItemName: ItemName,
    targetProjectId: Type.Optional(AtlasId),
  },
  { additionalProperties: false, title: 'TenantRestoreRequest' },
);

/** Only the snapshot counts; the Go SDK sends the others along, empty. */
export const CreateTenantDownload: TObject = Type.Object(
  { snapshotId: AtlasId, targetDeploymentItemName: Type.Optional(Type.String()), targetProjectId: Type.Optional(Type.String()) },
  { additionalProperties: false, title: 'TenantDownloadRequest' },
);

export const CreateFlexDownload: TObject = Type.Object(
  { snapshotId: AtlasId },
  { additionalProperties: false, title: 'FlexBackupSnapshotDownloadCreate20241113' },
);

/** A restore job of the tenant routes, v2. */
export function tenantRestore({ job, snapshotUrl }: ShownRestore): { [name: string]: Json } {
  return {
    clusterName: job.clusterName,
    deliveryType: job.deliveryType,
    expirationDate: atlasDate(job.expiresAt),
    id: job.id,
    projectId: job.projectId,
    restoreFinishedDate: job.finishedAt ? atlasDate(job.finishedAt) : undefined,
    restoreScheduledDate: atlasDate(job.scheduledAt),
    snapshotFinishedDate: atlasDate(job.snapshotFinishedAt),
    snapshotId: job.snapshotId,
    snapshotUrl: snapshotUrl ?? undefined,
    status: job.status,
    targetDeploymentItemName: job.targetClusterName,
    targetProjectId: job.targetProjectId,
  };
}

/** A restore job of the Flex routes. */
export function flexRestore(shown: ShownRestore): { [name: string]: Json } {
  const { clusterName, ...body } = tenantRestore(shown);
  return { ...body, instanceName: clusterName };
}

/**
 * The v1.0 page names three dates one way in its table and another in its example. Both halves hold: the table's names and the example's,
 * with the same values. Clients ignore names they do not know.
 */
export function tenantRestoreV1(shown: ShownRestore): { [name: string]: Json } {
  const body = tenantRestore(shown);
  return {
    ...body,
    finishedDate: body.restoreFinishedDate,
    submittedAt: body.restoreScheduledDate,
    timestamp: body.snapshotFinishedDate,
  };
}
