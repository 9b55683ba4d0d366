import { type Selectable, sql } from 'kysely';
import type { ClusterRow } from './clusters.ts';
import type { Db, Queryable, Within } from './connection.ts';
import type { BackupSchedulesTable } from './schema.ts';

export type ScheduleRow = Selectable<BackupSchedulesTable>;
export type NewScheduleRow = Omit<ScheduleRow, 'schedule'> & { schedule: object };
/** A schedule and the cluster that it is of. */
export type ScheduledCluster = ScheduleRow & { cluster: Omit<ClusterRow, 'uriSealed'> };

export async function findSchedule(db: Queryable, clusterId: string): Promise<ScheduleRow | null> {
  return (await db.selectFrom('backupSchedules').selectAll().where('clusterId', '=', clusterId).executeTakeFirst()) ?? null;
}

/** As {@link findSchedule}; nobody else changes it, or takes snapshots by it, before the transaction ends. */
export async function lockSchedule(db: Within, clusterId: string): Promise<ScheduleRow | null> {
  return (await db.selectFrom('backupSchedules').selectAll().where('clusterId', '=', clusterId).forUpdate().executeTakeFirst()) ?? null;
}

export async function listSchedules(db: Queryable, clusterIds: readonly string[]): Promise<ScheduleRow[]> {
  if (clusterIds.length === 0) return [];
  return db.selectFrom('backupSchedules').selectAll().where('clusterId', 'in', clusterIds).execute();
}

/** Leaves one that is there already. */
export async function insertSchedule(db: Queryable, row: NewScheduleRow): Promise<void> {
  const values = { ...row, schedule: JSON.stringify(row.schedule) };
  await db
    .insertInto('backupSchedules')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function saveSchedule(db: Queryable, { clusterId, ...row }: NewScheduleRow): Promise<void> {
  const columns = { ...row, schedule: JSON.stringify(row.schedule) };
  await db.updateTable('backupSchedules').set(columns).where('clusterId', '=', clusterId).execute();
}

/** Clusters that have no schedule yet, or the default policy of the other kind of tier: `tenantTiers` are the one kind. */
export async function clustersWithoutSchedule(db: Db, tenantTiers: readonly string[], count: number): Promise<ClusterRow[]> {
  return db
    .selectFrom('clusters')
    .leftJoin('backupSchedules', 'backupSchedules.clusterId', 'clusters.id')
    .selectAll('clusters')
    .where('lifecycle', '!=', 'parked')
    .where((eb) => {
      const isTenant = eb('tier', 'in', tenantTiers);
      const defaultOf = sql<string>`backup_schedules.schedule ->> 'defaultOf'`;
      return eb.or([
        eb('backupSchedules.clusterId', 'is', null),
        eb.and([isTenant, eb(defaultOf, '=', 'dedicated')]),
        eb.and([eb.not(isTenant), eb(defaultOf, '=', 'tenant')]),
      ]);
    })
    .orderBy('clusters.id')
    .limit(count)
    .execute();
}

/** A schedule that was written so far ahead was written while the clock was wrong: it is looked at again. */
const AHEAD = sql`interval '1 day'`;

/**
 * Schedules by which a snapshot may be due, the longest due first, locked until the transaction ends; those that somebody else holds are left to him. Parked
 * clusters have none.
 */
export async function lockDueSchedules(db: Within, now: Date, count: number): Promise<ScheduledCluster[]> {
  return lockSchedules(db, sql<boolean>`next_run_at <= ${now} OR updated_at > ${now}::timestamptz + ${AHEAD}`, sql`next_run_at`, count);
}

/** As {@link lockDueSchedules}, of drills. */
export async function lockDueDrills(db: Within, now: Date, count: number): Promise<ScheduledCluster[]> {
  return lockSchedules(db, sql<boolean>`next_drill_at <= ${now}`, sql`next_drill_at`, count);
}

async function lockSchedules(
  db: Within,
  isDue: ReturnType<typeof sql<boolean>>,
  order: ReturnType<typeof sql>,
  count: number,
): Promise<ScheduledCluster[]> {
  const rows = await db
    .selectFrom('backupSchedules')
    .innerJoin('clusters', 'clusters.id', 'backupSchedules.clusterId')
    .select(['clusterId', 'schedule', 'updatedAt', 'nextRunAt', 'nextDrillAt'])
    .selectAll('clusters')
    .where('lifecycle', '!=', 'parked')
    .where(isDue)
    .orderBy(order)
    // Of those that are due at one moment, the same first each time.
    .orderBy('clusterId')
    .limit(count)
    .forUpdate('backupSchedules')
    .skipLocked()
    .execute();
  return rows.map(({ clusterId, schedule, updatedAt, nextRunAt, nextDrillAt, uriSealed: _sealed, ...cluster }) => ({
    ...{ clusterId, schedule, updatedAt, nextRunAt, nextDrillAt, cluster },
  }));
}

export async function setNextRuns(db: Within, next: readonly { clusterId: string; at: Date | null }[], now: Date): Promise<void> {
  if (next.length === 0) return;
  const ids = next.map(({ clusterId }) => clusterId);
  const times = next.map(({ at }) => at?.toISOString() ?? null);
  await sql`
    UPDATE backup_schedules AS s SET next_run_at = n.at, updated_at = ${now}
    FROM unnest(${ids}::text[], ${times}::timestamptz[]) AS n (cluster_id, at) WHERE s.cluster_id = n.cluster_id`.execute(db);
}

export async function setNextDrill(db: Within, clusterId: string, at: Date | null): Promise<void> {
  await db.updateTable('backupSchedules').set({ nextDrillAt: at }).where('clusterId', '=', clusterId).execute();
}
