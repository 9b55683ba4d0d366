import { sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

/** Until the transaction ends, nobody else decides what may run on this deployment (a snapshot, or a restore into it). */
export async function lockDeployment(transaction: Transaction<Database>, deployment: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`deployment ${deployment}`}, 0))`.execute(transaction);
}
