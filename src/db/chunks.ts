import { type Selectable, sql } from 'kysely';
import type { Db } from './connection.ts';
import type { ChunksTable } from './schema.ts';

export type ChunkRow = Omit<Selectable<ChunksTable>, 'state' | 'runId' | 'condemnedAt'>;

const COLUMNS = ['name', 'objectKey', 'rawBytes', 'storedBytes', 'storedSha256', 'documents', 'digest'] as const;

/**
 * Takes chunks over for a run: rows that are live or condemned become live and the run's. What is being deleted, or not there, is missing
 * from the answer. Only a run that has not ended may claim: one that was taken for dead gets nothing.
 */
export async function claimChunks(db: Db, runId: string, names: Buffer[]): Promise<ChunkRow[]> {
  return db
    .updateTable('chunks')
    .set({ state: 'live', runId, condemnedAt: null })
    .where('name', '=', sql<Buffer>`ANY(${names}::bytea[])`)
    .where('state', '!=', 'deleting')
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('vaultRuns').select('vaultRuns.id').where('vaultRuns.id', '=', runId).where('endedAt', 'is', null)),
    )
    .returning(COLUMNS)
    .execute();
}

/** Records a chunk that this run stored. Where another run stored the same chunk first, that one is claimed and answered. */
export async function recordChunk(db: Db, runId: string, chunk: ChunkRow): Promise<ChunkRow | null> {
  const inserted = await db
    .insertInto('chunks')
    .columns([...COLUMNS, 'state', 'runId'])
    .expression((eb) =>
      eb
        .selectFrom('vaultRuns')
        .select([
          eb.val(chunk.name).$castTo<Buffer>().as('name'),
          eb.val(chunk.objectKey).as('objectKey'),
          sql<number>`${chunk.rawBytes}::integer`.as('rawBytes'),
          sql<number>`${chunk.storedBytes}::integer`.as('storedBytes'),
          sql<Buffer>`${chunk.storedSha256}::bytea`.as('storedSha256'),
          sql<number>`${chunk.documents}::integer`.as('documents'),
          sql<Buffer>`${chunk.digest}::bytea`.as('digest'),
          sql<'live'>`'live'`.as('state'),
          'vaultRuns.id as runId',
        ])
        .where('vaultRuns.id', '=', runId)
        .where('endedAt', 'is', null),
    )
    .onConflict((conflict) =>
      conflict.column('name').where('state', '!=', 'deleting').doUpdateSet({ state: 'live', runId, condemnedAt: null }),
    )
    .returning(COLUMNS)
    .executeTakeFirst();
  return inserted ?? null;
}

/** Every row, a page at a time, for garbage collection. */
export async function* allChunks(db: Db): AsyncGenerator<{ objectKey: string; storedBytes: number; state: string; runId: string }> {
  let last = '';
  for (;;) {
    const rows = await db
      .selectFrom('chunks')
      .select(['objectKey', 'storedBytes', 'state', 'runId'])
      .where('objectKey', '>', last)
      .orderBy('objectKey')
      .limit(10_000)
      .execute();
    if (rows.length === 0) return;
    yield* rows;
    last = rows.at(-1)!.objectKey;
  }
}

export async function condemnChunks(db: Db, objectKeys: string[], activeRuns: string[]): Promise<number> {
  if (objectKeys.length === 0) return 0;
  const result = await db
    .updateTable('chunks')
    .set({ state: 'condemned', condemnedAt: sql<string>`now()` })
    .where('objectKey', '=', sql<string>`ANY(${objectKeys}::text[])`)
    .where('state', '=', 'live')
    .where('runId', '!=', sql<string>`ALL(${activeRuns}::text[])`)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Claims condemned rows for deletion: only those condemned before every run that is active now began. */
export async function claimDeletions(db: Db, limit: number): Promise<{ objectKey: string; storedBytes: number }[]> {
  const result = await sql<{ objectKey: string; storedBytes: number }>`
    UPDATE chunks SET state = 'deleting' WHERE object_key IN (
      SELECT object_key FROM chunks
      WHERE state = 'condemned'
        AND condemned_at < (SELECT coalesce(min(started_at), 'infinity') FROM vault_runs WHERE ended_at IS NULL)
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING object_key, stored_bytes`.execute(db);
  return result.rows;
}

/** Rows whose deletion was claimed and never finished: a killed collector left them. */
export async function unfinishedDeletions(db: Db): Promise<{ objectKey: string; storedBytes: number }[]> {
  return db.selectFrom('chunks').select(['objectKey', 'storedBytes']).where('state', '=', 'deleting').execute();
}

export async function forgetChunks(db: Db, objectKeys: string[]): Promise<void> {
  if (objectKeys.length === 0) return;
  await db.deleteFrom('chunks').where('objectKey', '=', sql<string>`ANY(${objectKeys}::text[])`).where('state', '=', 'deleting').execute();
}
