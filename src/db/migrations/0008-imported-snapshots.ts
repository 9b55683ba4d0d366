import type { Kysely } from 'kysely';

/** Snapshots that came from a dump and not from a deployment. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('snapshots')
    .addColumn('imported', 'boolean', (column) => column.notNull().defaultTo(false))
    .execute();
}
