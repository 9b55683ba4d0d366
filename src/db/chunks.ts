import { type Selectable, sql } from 'kysely';
import type { Db } from './connection.ts';
import type { ChunksTable } from './schema.ts';

export type ChunkRow = Omit<Selectable<ChunksTable>, 'state' | 'runId' | 'condemnedAt' | 'isDamaged'>;

const COLUMNS = ['name', 'objectKey', 'rawBytes', 'storedBytes', 'storedSha256', 'documents', 'digest'] as const;

/**
 * Takes chunks over for a run: rows that are live or condemned become live and the run's. What is being deleted, or not there, is missing
 * from the answer. Only a run that has not ended may claim: one that was taken for dead gets nothing.
 */
export async function claimChunks(db: Db, runId: string, names: Buffer[]): Promise<(ChunkRow & { isDamaged: boolean })[]> {
  return db
    .updateTable('chunks')
    .set({ state: 'live', runId, condemnedAt: null })
    .where('objectKey', 'in', ({ selectFrom }) =>
      selectFrom('chunks')
        .select('objectKey')
        .where('name', '=', sql<Buffer>`ANY(${names}::bytea[])`)
        .where('state', '!=', 'deleting')
        .orderBy('name')
        .forUpdate(),
    )
    .where('state', '!=', 'deleting')
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('vaultRuns').select('vaultRuns.id').where('vaultRuns.id', '=', runId).where('endedAt', 'is', null)),
    )
    .returning([...COLUMNS, 'isDamaged'])
    .execute();
}

/**
 * Records chunks that this run stored. Where another run stored the same chunk first, that one is claimed and answered. Nothing is answered to a run that was taken for dead.
 * In the order of the names, as {@link claimChunks} does it: two runs that have chunks in common wait for each other, and never both.
 */
export async function recordChunks(db: Db, runId: string, chunks: ChunkRow[]): Promise<ChunkRow[]> {
  const column = <K extends keyof ChunkRow>(name: K) => chunks.map((chunk) => chunk[name]);
  return db
    .insertInto('chunks')
    .columns([...COLUMNS, 'state', 'runId'])
    .expression((eb) =>
      eb
        .selectFrom(
          sql<ChunkRow>`unnest(${column('name')}::bytea[], ${column('objectKey')}::text[], ${column('rawBytes')}::integer[], ${column('storedBytes')}::integer[],
            ${column('storedSha256')}::bytea[], ${column('documents')}::integer[], ${column('digest')}::bytea[])`.as<'stored'>(
            sql`stored(name, object_key, raw_bytes, stored_bytes, stored_sha256, documents, digest)`,
          ),
        )
        .innerJoin('vaultRuns', (join) => join.on('vaultRuns.id', '=', runId).on('vaultRuns.endedAt', 'is', null))
        .select([...COLUMNS.map((name) => `stored.${name}` as const), sql<'live'>`'live'`.as('state'), 'vaultRuns.id as runId'])
        .orderBy('stored.name'),
    )
    .onConflict((conflict) =>
      conflict.column('name').where('state', '!=', 'deleting').doUpdateSet({ state: 'live', runId, condemnedAt: null }),
    )
    .returning(COLUMNS)
    .execute();
}

/** The objects were read and found damaged or missing; keys of other objects than chunks are passed over. */
export async function markChunksDamaged(db: Db, objectKeys: readonly string[]): Promise<void> {
  await db
    .updateTable('chunks')
    .set({ isDamaged: true })
    .where('objectKey', '=', among([...objectKeys]))
    .execute();
}

/** The keys of those that somebody found damaged or missing and nobody has written anew. */
export async function damagedChunks(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('chunks').select('objectKey').where('isDamaged', '=', true).where('state', '!=', 'deleting').execute();
  return rows.map((row) => row.objectKey);
}

/** The chunk's object was written anew under its key. */
export async function mendChunk(db: Db, { objectKey, storedBytes, storedSha256 }: ChunkRow): Promise<void> {
  await db.updateTable('chunks').set({ isDamaged: false, storedBytes, storedSha256 }).where('objectKey', '=', objectKey).execute();
}

/** Forgets a chunk whose object cannot be written anew under its key, so that it is stored under another. */
export async function disownChunk(db: Db, objectKey: string): Promise<void> {
  await db.deleteFrom('chunks').where('objectKey', '=', objectKey).execute();
}

/** Every row, a page at a time, for garbage collection. */
export async function* allChunks(db: Db): AsyncGenerator<Pick<Selectable<ChunksTable>, 'objectKey' | 'storedBytes' | 'state'>> {
  let last = '';
  for (;;) {
    const rows = await db
      .selectFrom('chunks')
      .select(['objectKey', 'storedBytes', 'state'])
      .where('objectKey', '>', last)
      .orderBy('objectKey')
      .limit(10_000)
      .execute();
    if (rows.length === 0) return;
    yield* rows;
    last = rows.at(-1)!.objectKey;
  }
}

const among = (objectKeys: string[]) => sql<string>`ANY(${objectKeys}::text[])`;

/** A run that has not ended may still name the chunks it claimed in a manifest that is not written yet: those are left alone. */
export async function condemnChunks(db: Db, objectKeys: string[]): Promise<void> {
  await db
    .updateTable('chunks')
    .set({ state: 'condemned', condemnedAt: sql<string>`now()` })
    .where('objectKey', '=', among(objectKeys))
    .where('state', '=', 'live')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('vaultRuns')
            .select('vaultRuns.id')
            .whereRef('vaultRuns.id', '=', 'chunks.runId')
            .where('vaultRuns.endedAt', 'is', null),
        ),
      ),
    )
    .execute();
}

export async function reviveChunks(db: Db, objectKeys: string[]): Promise<void> {
  await db
    .updateTable('chunks')
    .set({ state: 'live', condemnedAt: null })
    .where('objectKey', '=', among(objectKeys))
    .where('state', '=', 'condemned')
    .execute();
}

/** condemned -> deleting, where condemned at or before the moment; answers which of the keys are `deleting` now. */
export async function claimDeletions(db: Db, objectKeys: string[], condemnedBefore: string): Promise<string[]> {
  await db
    .updateTable('chunks')
    .set({ state: 'deleting' })
    .where('objectKey', '=', among(objectKeys))
    .where('state', '=', 'condemned')
    .where('condemnedAt', '<=', sql<Date>`${condemnedBefore}::timestamptz`)
    .execute();
  const rows = await db
    .selectFrom('chunks')
    .select('objectKey')
    .where('objectKey', '=', among(objectKeys))
    .where('state', '=', 'deleting')
    .execute();
  return rows.map((row) => row.objectKey);
}

/** Removes rows that no writer can have claimed: those being deleted, and those whose object is not in the store. */
export async function forgetChunks(db: Db, objectKeys: string[]): Promise<void> {
  await db.deleteFrom('chunks').where('objectKey', '=', among(objectKeys)).where('state', '!=', 'live').execute();
}

export async function holdsChunks(db: Db, objectKeys: string[]): Promise<string[]> {
  const rows = await db.selectFrom('chunks').select('objectKey').where('objectKey', '=', among(objectKeys)).execute();
  return rows.map((row) => row.objectKey);
}

/** Enters chunks as live, where neither the key nor the name has a row: for rebuilding the index from the manifests. */
export async function enterChunks(db: Db, chunks: ChunkRow[]): Promise<void> {
  if (chunks.length === 0) return;
  await db
    .insertInto('chunks')
    .values(chunks.map((chunk) => ({ ...chunk, state: 'live' as const, runId: 'rebuilt', condemnedAt: null })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
