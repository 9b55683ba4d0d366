import { sql } from 'kysely';
import type { Db } from './connection.ts';

/**
 * Takes a token out of a bucket that all nodes share, in one statement; the bucket is full when it is first seen. `null`: it is empty. Real time, the
 * database's own.
 */
export async function takeToken(db: Db, bucket: string, capacity: number, perSecond: number): Promise<{ left: number } | null> {
  const { rows } = await sql<{ tokens: number }>`
    INSERT INTO rate_limit_buckets AS bucket (name, tokens, counted_at) VALUES (${bucket}, ${capacity}::int - 1, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET tokens = ${filled(capacity, perSecond)} - 1, counted_at = clock_timestamp()
      WHERE ${filled(capacity, perSecond)} >= 1
    RETURNING tokens`.execute(db);
  return rows[0] ? { left: Math.floor(rows[0].tokens) } : null;
}

/** Seconds until an empty bucket has a token again; 0 when it has one by now. */
export async function secondsToToken(db: Db, bucket: string, capacity: number, perSecond: number): Promise<number> {
  const { rows } = await sql<{ tokens: number }>`
    SELECT ${filled(capacity, perSecond)} AS tokens FROM rate_limit_buckets AS bucket WHERE name = ${bucket}`.execute(db);
  return Math.max(0, Math.ceil((1 - (rows[0]?.tokens ?? capacity)) / perSecond));
}

/** What a bucket holds by now. A node that waited for another's statement may look at an earlier moment than that one did. */
function filled(capacity: number, perSecond: number) {
  return sql<number>`least(${capacity}::float8,
    bucket.tokens + greatest(0, extract(epoch FROM clock_timestamp() - bucket.counted_at)::float8) * ${perSecond}::float8)`;
}
