import { Migrator } from 'kysely/migration';
import type { Db } from './connection.ts';
import * as firstTables from './migrations/0001-first-tables.ts';

/** In order. A released migration is never edited; the next change is a new file. */
const MIGRATIONS = { '0001-first-tables': firstTables };

/** Brings the tables up to date. Several nodes may start at once: Kysely holds a lock, and the others find nothing left to do. */
export async function migrate(db: Db): Promise<void> {
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } }).migrateToLatest();
  if (error) throw error;
}
