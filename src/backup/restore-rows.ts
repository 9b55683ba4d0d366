import { after, HOUR } from '../clock.ts';
import type { NewRestoreRow, RestoreRow } from '../db/restores.ts';
import { newId } from '../ids.ts';
import type { Line } from '../jobs/queue.ts';
import type { Cluster } from './cluster.ts';
import type { DeliveryType, RestoreJob, RestoreStatus } from './restore-job.ts';
import type { RestoreOptions } from './restore-options.ts';
import type { Snapshot } from './snapshot.ts';

/** Tenant jobs and every download, as the examples of the v1.0 pages have it. */
export const TENANT_JOB_KEPT = 4 * HOUR;

export type FinishedSnapshot = Snapshot & { finishedAt: Date };

/** A job as it is accepted: a download has nothing left to do. */
export function newRestoreRow(
  snapshot: FinishedSnapshot,
  target: Cluster,
  deliveryType: DeliveryType,
  scheduledAt: Date,
  rest: { targetDeployment: string | null; options: object },
): NewRestoreRow {
  return {
    id: newId(scheduledAt),
    projectId: snapshot.projectId,
    clusterId: snapshot.clusterId,
    clusterName: snapshot.clusterName,
    snapshotId: snapshot.id,
    deliveryType,
    status: deliveryType === 'DOWNLOAD' ? 'COMPLETED' : 'PENDING',
    targetProjectId: target.projectId,
    targetClusterId: target.id,
    targetClusterName: target.name,
    snapshotFinishedAt: snapshot.finishedAt,
    scheduledAt,
    finishedAt: deliveryType === 'DOWNLOAD' ? scheduledAt : null,
    expiresAt: after(scheduledAt, TENANT_JOB_KEPT),
    safetySnapshotId: null,
    ...rest,
  };
}

/** Where it waits: it works on its target. */
export function lineOf({ projectId, targetDeployment }: Pick<NewRestoreRow, 'projectId' | 'targetDeployment'>): Line {
  return { projectId, ...(targetDeployment !== null && { deployment: targetDeployment }) };
}

export function restoreFromRow(row: Pick<RestoreRow, keyof RestoreJob>): RestoreJob {
  return {
    id: row.id,
    projectId: row.projectId,
    clusterId: row.clusterId,
    clusterName: row.clusterName,
    snapshotId: row.snapshotId,
    deliveryType: row.deliveryType as DeliveryType,
    status: row.status as RestoreStatus,
    targetProjectId: row.targetProjectId,
    targetClusterName: row.targetClusterName,
    snapshotFinishedAt: row.snapshotFinishedAt,
    scheduledAt: row.scheduledAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    expiresAt: row.expiresAt,
    cancelled: row.cancelled,
    failure: row.failure,
    progress: row.progress,
    options: row.options as RestoreOptions,
    safetySnapshotId: row.safetySnapshotId,
    verification: row.verification,
  };
}
