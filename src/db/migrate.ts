import { Migrator } from 'kysely/migration';
import { Problem } from '../errors.ts';
import type { Queryable } from './connection.ts';
import { up as makeFirstTables } from './migrations/0001-first-tables.ts';
import { up as addRestoreOptions } from './migrations/0002-restore-options.ts';
import { up as addAtlasResources } from './migrations/0003-atlas-resources.ts';
import { up as makeAccounts } from './migrations/0004-accounts.ts';
import { up as makeEvents } from './migrations/0005-events.ts';
import { up as countRestoreJobs } from './migrations/0006-restore-job-counts.ts';
import { up as countHandovers } from './migrations/0007-handovers.ts';
import { up as markImportedSnapshots } from './migrations/0008-imported-snapshots.ts';
import { up as makeRateLimits } from './migrations/0009-rate-limits.ts';
import { up as markDamagedChunks } from './migrations/0010-damaged-chunks.ts';
import { up as keepSecretKey } from './migrations/0011-secret-key.ts';
import { up as makeAuditLog } from './migrations/0012-audit-log.ts';
import { up as tellOfChanges } from './migrations/0014-jobs-and-changes.ts';
import { up as makeUsers } from './migrations/0014-users.ts';
import { up as makeSchedulesRun } from './migrations/0015-schedules.ts';
import { up as makeWebhooks } from './migrations/0016-webhooks.ts';
import { up as makeQueueTurns } from './migrations/0017-queue-turns.ts';
import { up as makeAlerts } from './migrations/0018-alerts.ts';
import { up as letOlderNodesWork } from './migrations/0019-older-nodes.ts';

/** In order. A released migration is never edited; the next change is a new file. */
const MIGRATIONS = {
  '0001-first-tables': { up: makeFirstTables },
  '0002-restore-options': { up: addRestoreOptions },
  '0003-atlas-resources': { up: addAtlasResources },
  '0004-accounts': { up: makeAccounts },
  '0005-events': { up: makeEvents },
  '0006-restore-job-counts': { up: countRestoreJobs },
  '0007-handovers': { up: countHandovers },
  '0008-imported-snapshots': { up: markImportedSnapshots },
  '0009-rate-limits': { up: makeRateLimits },
  '0010-damaged-chunks': { up: markDamagedChunks },
  '0011-secret-key': { up: keepSecretKey },
  '0012-audit-log': { up: makeAuditLog },
  '0014-jobs-and-changes': { up: tellOfChanges },
  '0014-users': { up: makeUsers },
  '0015-schedules': { up: makeSchedulesRun },
  '0016-webhooks': { up: makeWebhooks },
  '0017-queue-turns': { up: makeQueueTurns },
  '0018-alerts': { up: makeAlerts },
  '0019-older-nodes': { up: letOlderNodesWork },
};

type Name = keyof typeof MIGRATIONS;

/**
 * Of a migration that takes away or renames something: the last migration of the oldest version that never looks at it, itself where that is none before. Each version older than that is refused from
 * then on. All other migrations only add, and every version works on.
 */
const WORKS_FROM: Partial<Record<Name, Name>> = {};
/** The first version that looks here. */
const FIRST: Name = '0019-older-nodes';

/**
 * Brings the tables up to date. Several nodes may start at once: Kysely holds a lock, and the others find nothing left to do. Each migration
 * is whole or not there at all. Tables of a later Lifeboat are left alone, and refused as `database-unavailable` unless it has noted that they are no hindrance.
 */
export async function migrate(db: Queryable): Promise<void> {
  const later = unknownMigrations(await appliedMigrations(db));
  const unknown = await hindrances(db, later);
  if (unknown.length > 0) {
    throw new Problem('database-unavailable', [`its tables were made by a later version of Lifeboat (${unknown.join(', ')})`], {
      hint: 'Run that version or a later one, or go back as docs/recovery.md says. Nothing was changed.',
    });
  }
  // Whoever made those has made ours before.
  if (later.length > 0) return;
  const { error } = await migratorOf(db).migrateToLatest();
  if (error) throw error;
  const names = Object.keys(MIGRATIONS) as Name[];
  await db
    .insertInto('compatibleMigrations')
    .values(names.map((name) => ({ name, worksFrom: WORKS_FROM[name] ?? FIRST })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Those of the later migrations on whose tables this version does not work. */
async function hindrances(db: Queryable, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const tables = await db.introspection.getTables();
  if (!tables.some(({ name }) => name === 'compatible_migrations')) return [...names];
  const newest = Object.keys(MIGRATIONS).at(-1)!;
  const rows = await db
    .selectFrom('compatibleMigrations')
    .select('name')
    .where('name', 'in', names)
    .where('worksFrom', '<=', newest)
    .execute();
  return names.filter((name) => !rows.some((row) => row.name === name));
}

/** Makes the tables as they were when `name` was the last migration. */
export async function migrateTo(db: Queryable, name: string): Promise<void> {
  const { error } = await migratorOf(db).migrateTo(name);
  if (error) throw error;
}

/** Which of the migrations this version does not have. */
export function unknownMigrations(names: readonly string[]): string[] {
  return names.filter((name) => !(name in MIGRATIONS));
}

function migratorOf(db: Queryable): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
}

/** None before the first migration. */
export async function appliedMigrations(db: Queryable): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const rows = await db
    .withTables<{ kyselyMigration: { name: string } }>()
    .selectFrom('kyselyMigration')
    .select('name')
    .orderBy('name')
    .execute();
  return rows.map((row) => row.name);
}
