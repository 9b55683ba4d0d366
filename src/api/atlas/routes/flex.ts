import { FLEX_RESTORE_KEPT } from '../../../backup/restores.ts';
import { CreateCluster20240805 } from '../cluster-body.ts';
import { upgradeTenant } from '../clusters.ts';
import { createFlexCluster, deleteFlexCluster, getFlexCluster, listFlexClusters, updateFlexCluster } from '../flex-clusters.ts';
import { flexCluster as findFlexCluster } from '../named-cluster.ts';
import { BUCKETS } from '../rate-limits.ts';
import { CreateFlexCluster, FlexCluster, flexCluster, UpdateFlexCluster } from '../render/flex-cluster.ts';
import { CreateFlexDownload, CreateTenantRestore, FlexRestore, flexRestore } from '../render/restore-job.ts';
import { TenantSnapshot, tenantSnapshot } from '../render/snapshot.ts';
import { type AtlasRoute, list, noBody, one } from '../route.ts';
import { BACKUP_WORDS, CREATION_ERRORS, DOWNLOAD_ERRORS, RESTORE_ERRORS } from '../route-errors.ts';
import { sharedRestores } from '../shared-restores.ts';
import { sharedSnapshots } from '../shared-snapshots.ts';

const CLUSTERS = '/groups/:groupId/flexClusters';
const BACKUP = `${CLUSTERS}/:name/backup`;
const restores = sharedRestores(findFlexCluster, { restoreKept: FLEX_RESTORE_KEPT });
const snapshots = sharedSnapshots(findFlexCluster);

const KIND = ['CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API'] as const;
const clusters = { tag: 'Flex clusters', scope: 'project', v2: { '2024-11-13': { answers: FlexCluster, render: flexCluster } } } as const;
const backups = { tag: 'Flex backups', scope: 'project', words: BACKUP_WORDS, errors: KIND } as const;
const ofSnapshots = { bucket: BUCKETS.flexSnapshots, v2: { '2024-11-13': { answers: TenantSnapshot, render: tenantSnapshot } } } as const;
const ofRestores = { bucket: BUCKETS.flexRestores, v2: { '2024-11-13': { answers: FlexRestore, render: flexRestore } } } as const;

const CLUSTER_ROUTES: readonly AtlasRoute[] = [
  list({
    ...clusters,
    method: 'GET',
    path: CLUSTERS,
    operationId: 'listFlexClusters',
    summary: 'Get all Flex clusters of a project',
    permission: 'read',
    handler: listFlexClusters,
  }),
  one({
    ...clusters,
    method: 'POST',
    path: CLUSTERS,
    operationId: 'createFlexCluster',
    summary: 'Create a Flex cluster, from a registered deployment or on the database server',
    errors: CREATION_ERRORS,
    permission: 'manage',
    status: 201,
    takes: CreateFlexCluster,
    handler: createFlexCluster,
  }),
  one({
    ...clusters,
    method: 'GET',
    path: `${CLUSTERS}/:name`,
    operationId: 'getFlexCluster',
    summary: 'Get one Flex cluster',
    errors: KIND,
    permission: 'read',
    handler: getFlexCluster,
  }),
  one({
    ...clusters,
    method: 'PATCH',
    path: `${CLUSTERS}/:name`,
    operationId: 'updateFlexCluster',
    summary: 'Change the tags or the termination protection of a Flex cluster',
    errors: KIND,
    permission: 'manage',
    takes: UpdateFlexCluster,
    handler: updateFlexCluster,
  }),
  one({
    ...clusters,
    v2: { '2024-11-13': noBody },
    method: 'DELETE',
    path: `${CLUSTERS}/:name`,
    operationId: 'deleteFlexCluster',
    summary: 'Remove a Flex cluster; a registered deployment is left as it is',
    errors: [...KIND, 'termination-protected', 'target-unavailable'],
    permission: 'manage',
    status: 204,
    handler: deleteFlexCluster,
  }),
  one({
    ...clusters,
    method: 'POST',
    // A path that ends in a colon and a word; the router reads two colons as one that is no parameter.
    path: `${CLUSTERS}::tenantUpgrade`,
    operationId: 'upgradeFlexCluster',
    summary: 'Make a Flex cluster a dedicated one',
    errors: ['cluster-not-found'],
    permission: 'clusters',
    takes: CreateCluster20240805,
    handler: upgradeTenant,
  }),
];

const BACKUP_ROUTES: readonly AtlasRoute[] = [
  list({
    ...backups,
    ...ofSnapshots,
    method: 'GET',
    path: `${BACKUP}/snapshots`,
    operationId: 'listFlexBackups',
    summary: 'Get all snapshots of a Flex cluster',
    permission: 'read',
    handler: snapshots.list,
  }),
  one({
    ...backups,
    ...ofSnapshots,
    method: 'GET',
    path: `${BACKUP}/snapshots/:snapshotId`,
    operationId: 'getFlexBackup',
    summary: 'Get one snapshot of a Flex cluster',
    permission: 'read',
    handler: snapshots.get,
  }),
  list({
    ...backups,
    ...ofRestores,
    method: 'GET',
    path: `${BACKUP}/restoreJobs`,
    operationId: 'listFlexBackupRestoreJobs',
    summary: 'Get all restore jobs of a Flex cluster',
    permission: 'restore',
    handler: restores.list,
  }),
  one({
    ...backups,
    ...ofRestores,
    method: 'GET',
    path: `${BACKUP}/restoreJobs/:restoreJobId`,
    operationId: 'getFlexBackupRestoreJob',
    summary: 'Get one restore job of a Flex cluster',
    permission: 'restore',
    handler: restores.get,
  }),
  one({
    ...backups,
    ...ofRestores,
    method: 'POST',
    path: `${BACKUP}/restoreJobs`,
    operationId: 'createFlexBackupRestoreJob',
    summary: 'Restore a snapshot of a Flex cluster into a cluster',
    errors: [...KIND, ...RESTORE_ERRORS],
    permission: 'restore',
    takes: CreateTenantRestore,
    handler: restores.restore,
  }),
  one({
    ...backups,
    ...ofRestores,
    method: 'POST',
    path: `${BACKUP}/download`,
    operationId: 'downloadFlexBackup',
    summary: 'Get a link to download a snapshot of a Flex cluster',
    errors: [...KIND, ...DOWNLOAD_ERRORS],
    permission: 'restore',
    takes: CreateFlexDownload,
    handler: restores.download,
  }),
];

export const FLEX_ROUTES: readonly AtlasRoute[] = [...CLUSTER_ROUTES, ...BACKUP_ROUTES];
