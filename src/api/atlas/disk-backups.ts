import type { BackupSchedule } from '../../backup/backup-schedule.ts';
import type { Cluster } from '../../backup/cluster.ts';
import { DAY } from '../../clock.ts';
import type { Listed, Page } from '../../page.ts';
import type { ApiServices } from '../services.ts';
import { checkTargetProject } from '../target-project.ts';
import { AtlasError } from './error-table.ts';
import type { Exchange } from './exchange.ts';
import { readAttributes } from './json-body.ts';
import { dedicatedCluster, nonFlexCluster } from './named-cluster.ts';
import type { ClusterSchedule } from './render/backup-schedule.ts';
import { UpdateSchedule } from './render/backup-schedule.ts';
import { BackupRetention, type ClusterSnapshot, CreateDiskBackupRestore, TakeDiskBackup } from './render/disk-backup.ts';
import { namedRestore, type ShownRestore, showRestore } from './shown-restore.ts';

/** Handlers of the dedicated backup routes. Those that only look also answer for M2 and M5, where the Atlas CLI falls back to them. */

export async function listSnapshots(services: ApiServices, exchange: Exchange, page: Page): Promise<Listed<ClusterSnapshot>> {
  const cluster = await nonFlexCluster(services, exchange);
  const { results, totalCount } = await services.snapshots.list(cluster, page);
  return { results: results.map((snapshot) => ({ snapshot, cluster })), totalCount };
}

export async function getSnapshot(services: ApiServices, exchange: Exchange): Promise<ClusterSnapshot> {
  const cluster = await nonFlexCluster(services, exchange);
  const snapshot = await services.snapshots.get(exchange.project.id, cluster.name, exchange.parameters.snapshotId!);
  return { snapshot, cluster };
}

export async function takeSnapshot(services: ApiServices, exchange: Exchange): Promise<ClusterSnapshot> {
  const { retentionInDays, description } = readAttributes(TakeDiskBackup, exchange.body, ['links']);
  const cluster = await dedicatedCluster(services, exchange);
  const kept = retentionInDays === undefined ? undefined : retentionInDays * DAY;
  const snapshot = await services.snapshots.take(exchange.project.id, cluster.name, { kept, description, by: exchange.caller });
  return { snapshot, cluster };
}

const UNITS = { DAYS: 'days', WEEKS: 'weeks', MONTHS: 'months', YEARS: 'years' } as const;

export async function updateRetention(services: ApiServices, exchange: Exchange): Promise<ClusterSnapshot> {
  const { retentionUnit, retentionValue } = readAttributes(BackupRetention, exchange.body, ['links']);
  const cluster = await dedicatedCluster(services, exchange);
  const { project, parameters, caller } = exchange;
  const retention = { retentionUnit: UNITS[retentionUnit], retentionValue };
  const snapshot = await services.snapshots.keepFor(project.id, cluster.name, parameters.snapshotId!, retention, caller);
  return { snapshot, cluster };
}

export async function deleteSnapshot(services: ApiServices, exchange: Exchange): Promise<void> {
  const cluster = await dedicatedCluster(services, exchange);
  await services.snapshots.delete(exchange.project.id, cluster.name, exchange.parameters.snapshotId!, exchange.caller);
}

export async function listRestores(services: ApiServices, exchange: Exchange, page: Page): Promise<Listed<ShownRestore>> {
  const cluster = await nonFlexCluster(services, exchange);
  const { results, totalCount } = await services.restores.list(cluster, page);
  return { results: results.map((job) => showRestore(services, exchange, job)), totalCount };
}

export async function getRestore(services: ApiServices, exchange: Exchange): Promise<ShownRestore> {
  await nonFlexCluster(services, exchange);
  return showRestore(services, exchange, namedRestore(exchange));
}

const READ_ONLY = [
  'cancelled',
  'components',
  'deliveryUrl',
  'desiredTimestamp',
  'expired',
  'expiresAt',
  'failed',
  'finishedAt',
  'id',
  'links',
];

export async function createRestore(services: ApiServices, exchange: Exchange): Promise<ShownRestore> {
  const read = readAttributes(CreateDiskBackupRestore, exchange.body, [...READ_ONLY, 'privateDownloadDeliveryUrls', 'timestamp']);
  const { deliveryType, snapshotId, targetClusterName, targetGroupId } = read;
  if (deliveryType === 'pointInTime') {
    throw new AtlasError('VALIDATION_ERROR', ['Lifeboat keeps no oplog, so it restores to the moments of snapshots only']);
  }
  if (!snapshotId) throw new AtlasError('MISSING_ATTRIBUTE', ['snapshotId']);
  const cluster = await dedicatedCluster(services, exchange);
  const of = { projectId: exchange.project.id, clusterName: cluster.name, snapshotId, by: exchange.caller };
  if (deliveryType === 'download') return showRestore(services, exchange, await services.restores.startDownload(of));
  if (!targetClusterName) throw new AtlasError('MISSING_ATTRIBUTE', ['targetClusterName']);
  await checkTargetProject(services, exchange, targetGroupId, 'backup');
  return showRestore(services, exchange, await services.restores.start({ ...of, targetProjectId: targetGroupId, targetClusterName }));
}

export async function cancelRestore(services: ApiServices, exchange: Exchange): Promise<void> {
  const cluster = await dedicatedCluster(services, exchange);
  await services.restores.cancel(exchange.project.id, cluster.name, exchange.parameters.restoreJobId!, exchange.caller);
}

export async function getSchedule(services: ApiServices, exchange: Exchange): Promise<ClusterSchedule> {
  const cluster = await dedicatedCluster(services, exchange);
  return shown(services, cluster, await services.backupSchedules.get(cluster));
}

export async function updateSchedule(services: ApiServices, exchange: Exchange): Promise<ClusterSchedule> {
  const read = readAttributes(UpdateSchedule, exchange.body, ['clusterId', 'clusterName', 'export', 'links', 'nextSnapshot']);
  const { policies, referenceHourOfDay, referenceMinuteOfHour, restoreWindowDays, updateSnapshots } = read;
  const cluster = await dedicatedCluster(services, exchange);
  const change = {
    ...(policies && { policyItems: policies.flatMap((policy) => policy.policyItems) }),
    ...(referenceHourOfDay !== undefined && { referenceHourOfDay }),
    ...(referenceMinuteOfHour !== undefined && { referenceMinuteOfHour }),
    ...(restoreWindowDays !== undefined && { restoreWindowDays }),
  };
  const schedule = await services.backupSchedules.update(cluster, change, { updateSnapshots, by: exchange.caller });
  return shown(services, cluster, schedule);
}

export async function deleteSchedule(services: ApiServices, exchange: Exchange): Promise<ClusterSchedule> {
  const cluster = await dedicatedCluster(services, exchange);
  return shown(services, cluster, await services.backupSchedules.remove(cluster, exchange.caller));
}

async function shown(services: ApiServices, cluster: Cluster, schedule: BackupSchedule): Promise<ClusterSchedule> {
  return { schedule, cluster, nextSnapshot: (await services.backupSchedules.nextSnapshots([cluster])).get(cluster.id) };
}
