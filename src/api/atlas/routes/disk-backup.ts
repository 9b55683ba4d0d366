import * as handlers from '../disk-backups.ts';
import { backupSchedule, Schedule, UpdateSchedule } from '../render/backup-schedule.ts';
import {
  BackupRetention,
  CreateDiskBackupRestore,
  DiskBackupRestore,
  DiskBackupSnapshot,
  diskBackupRestore,
  diskBackupSnapshot,
  TakeDiskBackup,
  TakenDiskBackup,
  takenDiskBackup,
} from '../render/disk-backup.ts';
import { type AtlasRoute, list, noBody, one } from '../route.ts';
import { BACKUP_WORDS, RESTORE_ERRORS } from '../route-errors.ts';

const BACKUP = '/groups/:groupId/clusters/:clusterName/backup';
/** Those that only look also answer for M2 and M5. */
const KIND = ['CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'] as const;
const DEDICATED = [...KIND, 'INCORRECT_BACKUP_API_ENDPOINT'] as const;
const common = { tag: 'Cloud backups', scope: 'project', words: BACKUP_WORDS, errors: KIND } as const;
const snapshot = { answers: DiskBackupSnapshot, render: diskBackupSnapshot } as const;
const taken = { answers: TakenDiskBackup, render: takenDiskBackup } as const;
const restore = { answers: DiskBackupRestore, render: diskBackupRestore } as const;
const snapshots = { ...common, v1: snapshot, v2: { '2023-01-01': snapshot } } as const;
const restores = { ...common, v1: restore, v2: { '2023-01-01': restore } } as const;
/** The two versions differ in how they name the regions of copies, of which Lifeboat makes none. */
const schedule = { answers: Schedule, render: backupSchedule } as const;
const schedules = { ...common, v1: schedule, v2: { '2023-01-01': schedule, '2024-08-05': schedule } } as const;
const nothing = { ...common, v1: noBody, v2: { '2023-01-01': noBody }, status: 204 } as const;

export const DISK_BACKUP_ROUTES: readonly AtlasRoute[] = [
  list({
    ...snapshots,
    method: 'GET',
    path: `${BACKUP}/snapshots`,
    operationId: 'listReplicaSetBackups',
    summary: 'Get all snapshots of a cluster',
    permission: 'read',
    handler: handlers.listSnapshots,
  }),
  one({
    ...common,
    v1: taken,
    v2: { '2023-01-01': taken },
    method: 'POST',
    path: `${BACKUP}/snapshots`,
    operationId: 'takeSnapshot',
    summary: 'Take a snapshot of a cluster now',
    errors: DEDICATED,
    permission: 'backup',
    takes: TakeDiskBackup,
    handler: handlers.takeSnapshot,
  }),
  one({
    ...snapshots,
    method: 'GET',
    path: `${BACKUP}/snapshots/:snapshotId`,
    operationId: 'getReplicaSetBackup',
    summary: 'Get one snapshot of a cluster',
    permission: 'read',
    handler: handlers.getSnapshot,
  }),
  one({
    ...snapshots,
    method: 'PATCH',
    path: `${BACKUP}/snapshots/:snapshotId`,
    operationId: 'updateSnapshotRetention',
    summary: 'Change how long a snapshot is kept',
    errors: DEDICATED,
    permission: 'backup',
    takes: BackupRetention,
    handler: handlers.updateRetention,
  }),
  one({
    ...nothing,
    words: { ...BACKUP_WORDS, 'snapshot-not-completed': 'UNFINISHED_ON_DEMAND_SNAPSHOT', 'snapshot-held': 'SNAPSHOT_HELD' },
    method: 'DELETE',
    path: `${BACKUP}/snapshots/:snapshotId`,
    operationId: 'deleteReplicaSetBackup',
    summary: 'Delete a snapshot',
    errors: [...DEDICATED, 'snapshot-not-completed', 'snapshot-held'],
    permission: 'backup',
    handler: handlers.deleteSnapshot,
  }),
  list({
    ...restores,
    method: 'GET',
    path: `${BACKUP}/restoreJobs`,
    operationId: 'listBackupRestoreJobs',
    summary: 'Get all restore jobs of a cluster',
    permission: 'backup',
    handler: handlers.listRestores,
  }),
  one({
    ...restores,
    method: 'POST',
    path: `${BACKUP}/restoreJobs`,
    operationId: 'createBackupRestoreJob',
    summary: 'Restore a snapshot into a cluster, or get a link to download it',
    errors: [...DEDICATED, ...RESTORE_ERRORS, 'VALIDATION_ERROR'],
    permission: 'backup',
    takes: CreateDiskBackupRestore,
    handler: handlers.createRestore,
  }),
  one({
    ...restores,
    method: 'GET',
    path: `${BACKUP}/restoreJobs/:restoreJobId`,
    operationId: 'getBackupRestoreJob',
    summary: 'Get one restore job of a cluster',
    permission: 'backup',
    handler: handlers.getRestore,
  }),
  one({
    ...nothing,
    words: { ...BACKUP_WORDS, 'not-cancellable': 'RESTORE_JOB_NOT_CANCELLABLE' },
    method: 'DELETE',
    path: `${BACKUP}/restoreJobs/:restoreJobId`,
    operationId: 'cancelBackupRestoreJob',
    summary: 'Cancel a restore job',
    errors: [...DEDICATED, 'not-cancellable'],
    permission: 'backup',
    handler: handlers.cancelRestore,
  }),
  one({
    ...schedules,
    method: 'GET',
    path: `${BACKUP}/schedule`,
    operationId: 'getBackupSchedule',
    summary: 'Get the backup schedule of a cluster',
    errors: DEDICATED,
    permission: 'read',
    handler: handlers.getSchedule,
  }),
  one({
    ...schedules,
    words: { ...BACKUP_WORDS, 'invalid-value': 'INVALID_ATTRIBUTE' },
    method: 'PATCH',
    path: `${BACKUP}/schedule`,
    operationId: 'updateBackupSchedule',
    summary: 'Change the backup schedule of a cluster',
    errors: [...DEDICATED, 'invalid-value'],
    permission: 'manage',
    takes: UpdateSchedule,
    handler: handlers.updateSchedule,
  }),
  one({
    ...schedules,
    method: 'DELETE',
    path: `${BACKUP}/schedule`,
    operationId: 'deleteAllBackupSchedules',
    summary: 'Remove all policies from the backup schedule of a cluster',
    errors: DEDICATED,
    permission: 'manage',
    handler: handlers.deleteSchedule,
  }),
];
