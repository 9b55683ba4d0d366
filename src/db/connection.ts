import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { messageOf, Problem } from '../errors.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;
/** Where a statement may run: on the pool, or within a transaction that its caller opened. */
export type Queryable = Db | Transaction<Database>;

const CONNECT_SECONDS = 10;

/** bigint as a number: sizes and counts of ours stay below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 ? (Number as never) : (pg.types.getTypeParser(oid, format as 'text') as never),
};

/** A pool of connections; nothing is reached before {@link checkConnection} or the first query. */
export function connect(url: string, options: { connections?: number } = {}): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections ?? 10,
    connectionTimeoutMillis: CONNECT_SECONDS * 1000,
    types,
  });
  // A connection that breaks while it idles is replaced at the next query; unheard, its event would end the process.
  pool.on('error', () => {});
  return new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** Throws a `database-unavailable` problem unless a query can be answered. The URL's password is never part of it. */
export async function checkConnection(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_SECONDS * 1000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
  } catch (error) {
    const place = URL.canParse(url) ? new URL(url).host : 'DATABASE_URL';
    throw new Problem('database-unavailable', [`PostgreSQL at ${place} cannot be reached: ${messageOf(error)}`], { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}
