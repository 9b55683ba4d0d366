import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Transaction } from 'kysely';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { Problem } from '../errors.ts';
import { connectOne } from './connection.ts';
import { appliedMigrations, unknownMigrations } from './migrate.ts';
import type { Database } from './schema.ts';

type Kept = { kept: true } | { kept: false; why: string };
const kept: Kept = { kept: true };
const not = (why: string): Kept => ({ kept: false, why });

/** Of every table whether a backup of Lifeboat itself has it. Total: a new table that nobody decided about does not compile. */
export const SELF_BACKUP_TABLES: Readonly<Record<keyof Database, Kept>> = {
  installation: kept,
  organizations: kept,
  projects: kept,
  apiKeys: kept,
  apiKeyRoles: kept,
  apiKeyAccessList: kept,
  projectAccessList: kept,
  serviceAccounts: kept,
  serviceAccountRoles: kept,
  serviceAccountSecrets: kept,
  accessTokens: not('good for an hour'),
  users: kept,
  userRoles: kept,
  sessions: not('whoever was signed in signs in again'),
  setupToken: not('good for a quarter of an hour'),
  events: kept,
  digestClaims: not('good for five minutes'),
  clusters: kept,
  snapshots: kept,
  restoreJobs: kept,
  backupSchedules: kept,
  restoreJobCounts: kept,
  swapPlans: kept,
  stagingNamespaces: kept,
  chunks: not('the vault may have gone on since: its manifests say what is there'),
  vaultRuns: not('work that has ended by then'),
  snapshotLeases: not('readers that are gone by then'),
  workerJobs: not('workers that are gone by then'),
  compatibleMigrations: not('made with the tables'),
  queueTurns: not('turns in a queue that begins anew'),
  webhooks: kept,
  webhookDeliveries: not('messages that may have been delivered since'),
  alerts: not('they are raised anew where they still hold'),
  auditLog: kept,
  auditHead: kept,
};

/** The tables that are kept, by their names in PostgreSQL. */
export function keptTables(): string[] {
  return Object.entries(SELF_BACKUP_TABLES).flatMap(([name, { kept }]) => (kept ? [snakeCase(name)] : []));
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');

export interface CopiedTable {
  table: string;
  columns: string[];
  /** The rows in PostgreSQL's text format of COPY, one line each. */
  rows: Readable;
}

/** One moment of the database: every table is read as it was when the first one was. */
export class DatabaseMoment {
  readonly #client: pg.Client;
  readonly migrations: string[];

  private constructor(client: pg.Client, migrations: string[]) {
    this.#client = client;
    this.migrations = migrations;
  }

  static async open(url: string): Promise<DatabaseMoment> {
    const { client, db } = await connectOne(url);
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const applied = await appliedMigrations(db);
      const unknown = unknownMigrations(applied);
      // A node of the version before may work on beside them, but does not know all tables that there are.
      if (unknown.length > 0)
        throw new Problem('database-unavailable', [`its tables were made by a later version of Lifeboat (${unknown.join(', ')})`], {
          hint: 'Make the backup with that version.',
        });
      return new DatabaseMoment(client, applied);
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  /** A table after those that it refers to. */
  async *tables(): AsyncGenerator<CopiedTable> {
    for (const table of await inOrderOfReference(this.#client, keptTables())) {
      const columns = await columnsOf(this.#client, table);
      const rows = this.#client.query(copyTo(`COPY "${table}" (${quoted(columns)}) TO STDOUT`));
      yield { table, columns, rows };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }
}

async function columnsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
    [`"${table}"`],
  );
  return rows.map(({ name }) => name);
}

async function inOrderOfReference(client: pg.Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ from: string; to: string }>(
    `SELECT conrelid::regclass::text AS from, confrelid::regclass::text AS to FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid`,
  );
  const order: string[] = [];
  const rest = new Set(tables);
  while (rest.size > 0) {
    const next = [...rest].find((table) => !rows.some(({ from, to }) => from === table && rest.has(to)));
    if (next === undefined) throw new Error(`tables refer to each other in a circle: ${[...rest].join(', ')}`);
    order.push(next);
    rest.delete(next);
  }
  return order;
}

/** Whether nothing was ever made in the database: no table of anybody's, and no queue. */
export async function isEmptyDatabase(url: string): Promise<boolean> {
  const { client } = await connectOne(url);
  try {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
       WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND (nspname = current_schema() OR nspname = 'pgboss')`,
    );
    return rows[0]!.count === 0;
  } finally {
    await client.end();
  }
}

/** A transaction that tables can be copied into. */
export interface TableWriter {
  transaction: Transaction<Database>;
  /** Fills a table anew and answers how many rows it has now. */
  write(table: string, columns: readonly string[], rows: AsyncIterable<Buffer>): Promise<number>;
}

/** All of `work`, or nothing of it. No trigger runs while a table is copied: what those do was done when the rows were first written. */
export async function inWritingTransaction<T>(url: string, work: (writer: TableWriter) => Promise<T>): Promise<T> {
  const { client, db } = await connectOne(url);
  try {
    return await db.transaction().execute((transaction) =>
      work({
        transaction,
        write: async (table, columns, rows) => {
          await client.query(`ALTER TABLE "${table}" DISABLE TRIGGER USER`);
          // What migrations put there.
          await client.query(`DELETE FROM "${table}"`);
          const stream = client.query(copyFrom(`COPY "${table}" (${quoted(columns)}) FROM STDIN`));
          await pipeline(rows, stream);
          await client.query(`ALTER TABLE "${table}" ENABLE TRIGGER USER`);
          return stream.rowCount;
        },
      }),
    );
  } finally {
    await client.end().catch(() => {});
  }
}
