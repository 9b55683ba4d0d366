import type { Queryable } from './connection.ts';

/** The schedule of a cluster; `otherwise` becomes it where there is none. */
export async function findOrInsertSchedule(db: Queryable, clusterId: string, otherwise: object, at: Date): Promise<object> {
  const found = await findSchedule(db, clusterId);
  if (found) return found;
  await db
    .insertInto('backupSchedules')
    .values({ clusterId, schedule: JSON.stringify(otherwise), updatedAt: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await findSchedule(db, clusterId))!;
}

async function findSchedule(db: Queryable, clusterId: string): Promise<object | null> {
  const row = await db.selectFrom('backupSchedules').select('schedule').where('clusterId', '=', clusterId).executeTakeFirst();
  return row?.schedule ?? null;
}

export async function saveSchedule(db: Queryable, clusterId: string, schedule: object, at: Date): Promise<void> {
  const columns = { schedule: JSON.stringify(schedule), updatedAt: at };
  await db.updateTable('backupSchedules').set(columns).where('clusterId', '=', clusterId).execute();
}
