import { tenantCluster } from '../named-cluster.ts';
import { BUCKETS } from '../rate-limits.ts';
import {
  CreateTenantDownload,
  CreateTenantRestore,
  TenantRestore,
  TenantRestoreV1,
  tenantRestore,
  tenantRestoreV1,
} from '../render/restore-job.ts';
import { TenantSnapshot, TenantSnapshotV1, tenantSnapshot, tenantSnapshotV1 } from '../render/snapshot.ts';
import { type AtlasRoute, list, one } from '../route.ts';
import { DOWNLOAD_ERRORS, RESTORE_ERRORS } from '../route-errors.ts';
import { sharedRestores } from '../shared-restores.ts';
import { sharedSnapshots } from '../shared-snapshots.ts';

/** The whole family is deprecated on v2; the date is of the published document. It says nothing of when the deprecation began. */
const deprecated = { sunset: 'Thu, 15 Jan 2026 00:00:00 GMT' };

const ofRestores = {
  bucket: BUCKETS.tenantRestores,
  v1: { answers: TenantRestoreV1, render: tenantRestoreV1 },
  v2: { '2023-01-01': { answers: TenantRestore, render: tenantRestore, deprecated } },
} as const;
const ofSnapshots = {
  bucket: BUCKETS.tenantSnapshots,
  v1: { answers: TenantSnapshotV1, render: tenantSnapshotV1 },
  v2: { '2023-01-01': { answers: TenantSnapshot, render: tenantSnapshot, deprecated } },
} as const;

const TENANT = '/groups/:groupId/clusters/:clusterName/backup/tenant';
const restores = sharedRestores(tenantCluster);
const snapshots = sharedSnapshots(tenantCluster);
const KIND = ['INCORRECT_BACKUP_API_ENDPOINT'] as const;
const common = { tag: 'Shared cluster backups', scope: 'project', errors: KIND } as const;

export const TENANT_ROUTES: readonly AtlasRoute[] = [
  list({
    ...common,
    method: 'GET',
    path: `${TENANT}/snapshots`,
    operationId: 'listSharedClusterBackups',
    summary: 'Get all snapshots of a shared cluster',
    permission: 'read',
    handler: snapshots.list,
    ...ofSnapshots,
  }),
  one({
    ...common,
    method: 'GET',
    path: `${TENANT}/snapshots/:snapshotId`,
    operationId: 'getSharedClusterBackup',
    summary: 'Get one snapshot of a shared cluster',
    permission: 'read',
    handler: snapshots.get,
    ...ofSnapshots,
  }),
  list({
    ...common,
    method: 'GET',
    path: `${TENANT}/restores`,
    operationId: 'listSharedClusterBackupRestoreJobs',
    summary: 'Get all restore jobs of a shared cluster',
    permission: 'read',
    handler: restores.list,
    ...ofRestores,
  }),
  one({
    ...common,
    method: 'GET',
    path: `${TENANT}/restores/:restoreId`,
    operationId: 'getSharedClusterBackupRestoreJob',
    summary: 'Get one restore job of a shared cluster',
    permission: 'read',
    handler: restores.get,
    ...ofRestores,
  }),
  one({
    ...common,
    method: 'POST',
    path: `${TENANT}/restore`,
    operationId: 'createSharedClusterBackupRestoreJob',
    summary: 'Restore a snapshot of a shared cluster into a cluster',
    errors: [...KIND, ...RESTORE_ERRORS],
    permission: 'restore',
    takes: CreateTenantRestore,
    handler: restores.restore,
    ...ofRestores,
  }),
  one({
    ...common,
    method: 'POST',
    path: `${TENANT}/download`,
    operationId: 'downloadSharedClusterBackup',
    summary: 'Get a link to download a snapshot of a shared cluster',
    errors: [...KIND, ...DOWNLOAD_ERRORS],
    permission: 'restore',
    takes: CreateTenantDownload,
    handler: restores.download,
    ...ofRestores,
  }),
];
