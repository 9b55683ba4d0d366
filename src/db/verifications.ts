import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from './connection.ts';
import type { VerificationColumn } from './schema.ts';

/** `false` where one waits or runs already, or there is nothing to read. */
export async function queueVerification(db: Queryable, snapshotId: string, at: Date): Promise<boolean> {
  const verification: VerificationColumn = { status: 'QUEUED', requestedAt: at.toISOString(), attempts: 0 };
  const result = await db
    .updateTable('snapshots')
    .set({ verification: JSON.stringify(verification) })
    .where('id', '=', snapshotId)
    .where('status', '=', 'COMPLETED')
    .where('deletedAt', 'is', null)
    .where(sql<boolean>`coalesce(verification->>'status' NOT IN ('QUEUED', 'RUNNING'), true)`)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Begins an attempt; `null` when it has ended. `number` is the fence of what it writes; `lost`: how many workers were lost before it. */
export async function beginVerification(db: Queryable, snapshotId: string): Promise<{ number: number; lost: number } | null> {
  const row = await db
    .updateTable('snapshots')
    .set({ verification: merged(sql`jsonb_build_object('status', 'RUNNING', 'attempts', (verification->>'attempts')::int + 1)`) })
    .where('id', '=', snapshotId)
    .where(sql<boolean>`verification->>'status' IN ('QUEUED', 'RUNNING')`)
    .returning('verification')
    .executeTakeFirst();
  if (!row?.verification) return null;
  const { attempts, handovers = 0 } = row.verification;
  return { number: attempts, lost: attempts - handovers - 1 };
}

/** `false` when another attempt has taken over, or it has ended. */
export async function reportVerification(
  db: Queryable,
  snapshotId: string,
  attempt: number,
  change: Partial<VerificationColumn>,
): Promise<boolean> {
  return set(db, snapshotId, attempt, { verification: merged(sql`${JSON.stringify(change)}::jsonb`) });
}

/** The worker stops in good order: this attempt is no lost worker. */
export async function countVerificationHandover(db: Queryable, snapshotId: string, attempt: number): Promise<void> {
  await set(db, snapshotId, attempt, {
    verification: merged(sql`jsonb_build_object('handovers', coalesce((verification->>'handovers')::int, 0) + 1)`),
  });
}

/** What was found, the end of the reading with it. */
export async function completeVerification(
  db: Queryable,
  snapshotId: string,
  attempt: number,
  verified: { at: string; ok: boolean; damaged: number },
): Promise<boolean> {
  const ended: RawBuilder<string> = sql`(verification - 'progress') || '{"status": "COMPLETED"}'`;
  return set(db, snapshotId, attempt, { verified: JSON.stringify(verified), verification: ended });
}

/** Ends all that wait or run, whoever had them. */
export async function failVerifications(db: Queryable, failure: object): Promise<void> {
  await db
    .updateTable('snapshots')
    .set({ verification: merged(sql`${JSON.stringify({ status: 'FAILED', failure })}::jsonb`) })
    .where(sql<boolean>`verification->>'status' IN ('QUEUED', 'RUNNING')`)
    .execute();
}

async function set(
  db: Queryable,
  snapshotId: string,
  attempt: number,
  columns: { verification: RawBuilder<string>; verified?: string },
): Promise<boolean> {
  const result = await db
    .updateTable('snapshots')
    .set(columns)
    .where('id', '=', snapshotId)
    .where(sql<boolean>`verification->>'status' = 'RUNNING' AND (verification->>'attempts')::int = ${attempt}`)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

function merged(change: RawBuilder<unknown>): RawBuilder<string> {
  return sql`verification || ${change}`;
}
