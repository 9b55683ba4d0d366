import type { TSchema } from 'typebox';
import type { Permission } from '../../backup/roles.ts';
import type { ApiServices } from '../services.ts';
import type { Exchange, JsonBody } from './exchange.ts';
import { CreateTenantDownload, CreateTenantRestore, TenantRestoreV1 } from './render/restore-job.ts';
import { listOf } from './render/schemas.ts';
import { TenantSnapshotV1 } from './render/snapshot.ts';
import { createTenantDownload, createTenantRestore, getTenantRestore, listTenantRestores } from './tenant-restores.ts';
import { getTenantSnapshot, listTenantSnapshots } from './tenant-snapshots.ts';

/** A route of a project. `path` is below `/groups/{groupId}`. */
export interface AtlasRoute {
  method: 'GET' | 'POST';
  path: string;
  operationId: string;
  summary: string;
  permission: Permission;
  handler: (services: ApiServices, exchange: Exchange) => Promise<JsonBody>;
  /** What it answers and takes, for the served OpenAPI document. */
  answers: TSchema;
  takes?: TSchema;
}

const TENANT = '/clusters/:clusterName/backup/tenant';

/** Every route of v1.0: who may call it, and what answers. */
export const V1_ROUTES: readonly AtlasRoute[] = [
  {
    method: 'GET',
    path: `${TENANT}/snapshots`,
    operationId: 'listSharedClusterBackups',
    summary: 'Get all snapshots of a shared cluster',
    permission: 'read',
    handler: listTenantSnapshots,
    answers: listOf(TenantSnapshotV1),
  },
  {
    method: 'GET',
    path: `${TENANT}/snapshots/:snapshotId`,
    operationId: 'getSharedClusterBackup',
    summary: 'Get one snapshot of a shared cluster',
    permission: 'read',
    handler: getTenantSnapshot,
    answers: TenantSnapshotV1,
  },
  {
    method: 'GET',
    path: `${TENANT}/restores`,
    operationId: 'listSharedClusterBackupRestoreJobs',
    summary: 'Get all restore jobs of a shared cluster',
    permission: 'read',
    handler: listTenantRestores,
    answers: listOf(TenantRestoreV1),
  },
  {
    method: 'GET',
    path: `${TENANT}/restores/:restoreId`,
    operationId: 'getSharedClusterBackupRestoreJob',
    summary: 'Get one restore job of a shared cluster',
    permission: 'read',
    handler: getTenantRestore,
    answers: TenantRestoreV1,
  },
  {
    method: 'POST',
    path: `${TENANT}/restore`,
    operationId: 'createSharedClusterBackupRestoreJob',
    summary: 'Restore a snapshot of a shared cluster into a cluster',
    permission: 'restore',
    handler: createTenantRestore,
    answers: TenantRestoreV1,
    takes: CreateTenantRestore,
  },
  {
    method: 'POST',
    path: `${TENANT}/download`,
    operationId: 'downloadSharedClusterBackup',
    summary: 'Get a link to download a snapshot of a shared cluster',
    permission: 'restore',
    handler: createTenantDownload,
    answers: TenantRestoreV1,
    takes: CreateTenantDownload,
  },
];
