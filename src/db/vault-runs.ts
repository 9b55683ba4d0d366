import { sql } from 'kysely';
import type { Queryable } from './connection.ts';

/** A run without a heartbeat for this long is taken for dead. Real time; a worker beats every few seconds. */
const LIFE_SECONDS = 60;

export async function startVaultRun(db: Queryable, id: string, kind: string): Promise<void> {
  await db.insertInto('vaultRuns').values({ id, kind, endedAt: null }).execute();
}

/** `false`: the run was taken for dead, and must not write on. */
export async function beatVaultRun(db: Queryable, id: string): Promise<boolean> {
  const result = await db
    .updateTable('vaultRuns')
    .set({ heartbeatAt: sql<string>`now()` })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function endVaultRun(db: Queryable, id: string): Promise<void> {
  await db.updateTable('vaultRuns').set({ endedAt: sql<string>`now()` }).where('id', '=', id).where('endedAt', 'is', null).execute();
}

/** The database's own moment, as text that only the database reads. */
export async function databaseMoment(db: Queryable): Promise<string> {
  const result = await sql<{ moment: string }>`SELECT now()::text AS moment`.execute(db);
  return result.rows[0]!.moment;
}

/** The runs that go on. The ones without a heartbeat are ended first. */
export async function openRuns(db: Queryable): Promise<string[]> {
  await sql`UPDATE vault_runs SET ended_at = now() WHERE ended_at IS NULL AND heartbeat_at < now() - make_interval(secs => ${LIFE_SECONDS})`.execute(
    db,
  );
  return (await db.selectFrom('vaultRuns').select('id').where('endedAt', 'is', null).execute()).map(({ id }) => id);
}
