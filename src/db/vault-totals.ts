import { sql } from 'kysely';
import type { Queryable } from './connection.ts';

export interface VaultTotals {
  /** COMPLETED ones that nobody deleted. */
  snapshots: number;
  logicalBytes: number;
  chunks: number;
  storedBytes: number;
}

/** What the snapshots of all projects are together, and what the chunk index says the store has of them; condemned chunks are in the store until they are deleted. */
export async function readVaultTotals(db: Queryable): Promise<VaultTotals> {
  const sum = (column: string) => sql<number>`coalesce(sum(${sql.ref(column)}), 0)::bigint`;
  const snapshots = await db
    .selectFrom('snapshots')
    .select((eb) => [eb.fn.countAll<number>().as('snapshots'), sum('logical_bytes').as('logicalBytes')])
    .where('status', '=', 'COMPLETED')
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow();
  const chunks = await db
    .selectFrom('chunks')
    .select((eb) => [eb.fn.countAll<number>().as('chunks'), sum('stored_bytes').as('storedBytes')])
    .where('state', '!=', 'deleting')
    .executeTakeFirstOrThrow();
  return { ...snapshots, ...chunks };
}
