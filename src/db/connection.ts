import { CamelCasePlugin, CompiledQuery, Kysely, PostgresDialect, type PostgresPool, type Transaction } from 'kysely';
import pg from 'pg';
import { SECOND } from '../clock.ts';
import { messageOf, Problem } from '../errors.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;
/** Where a statement may run: on the pool, or within a transaction that its caller opened. */
export type Queryable = Db | Within;
/** A transaction that its caller opened, and ends. */
export type Within = Transaction<Database>;

const CONNECT = 10 * SECOND;
/** The oldest that the tables work on (`UNIQUE NULLS NOT DISTINCT`). */
const OLDEST_MAJOR = 15;

/** bigint as a number: sizes and counts of ours stay below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 ? (Number as never) : (pg.types.getTypeParser(oid, format as 'text') as never),
};

/**
 * A pool of connections; nothing is reached before {@link checkConnection} or the first query. A connection on which a statement has had no answer for `answerMs` counts as broken: one that
 * something between has silently cut off would hold its job for ever.
 */
export function connect(url: string, options: { connections?: number; answerMs?: number } = {}): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections ?? 10,
    connectionTimeoutMillis: CONNECT,
    keepAlive: true,
    ...(options.answerMs !== undefined && { query_timeout: options.answerMs }),
    types,
    Client: PreparingClient,
  });
  // A connection that breaks is replaced at the next query, and the query that it breaks under is rejected. Its event says the same once
  // more, on the pool while it idles and on itself while it is in use; unheard, that would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return overPool(pool);
}

function overPool(pool: PostgresPool): Db {
  return new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** One connection that may take its time, and what speaks over it: for what goes beside statements (COPY) within the same transaction. Its caller ends `client`. */
export async function connectOne(url: string): Promise<{ client: pg.Client; db: Db }> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT, keepAlive: true, types });
  client.on('error', () => {});
  await client.connect();
  const held = Object.assign(client, { release: () => {} });
  return { client, db: overPool({ options: {}, connect: async () => held as unknown as pg.PoolClient, end: async () => {} }) };
}

/** The names of the statements that are prepared, by their text. */
const PREPARED = new Map<string, string>();

/**
 * A statement that nearly every request makes: PostgreSQL parses and plans it once for each connection, and Kysely builds nothing. Its columns must
 * be named, or a connection from before a migration could not use it any more.
 */
export function prepared<Parameters extends unknown[], Row>(text: string): (db: Queryable, ...parameters: Parameters) => Promise<Row[]> {
  PREPARED.set(text, `lifeboat_${PREPARED.size + 1}`);
  return async (db, ...parameters) => (await db.executeQuery<Row>(CompiledQuery.raw(text, parameters))).rows;
}

/** What the driver says then. */
const NO_ANSWER = 'Query read timeout';

class PreparingClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's method has a dozen forms, of which Kysely uses one
  override query(text: any, values?: any): any {
    const name = PREPARED.get(text);
    const answer = name === undefined ? super.query(text, values) : super.query({ name, text, values });
    // The statement may still be under way: the connection must not be anybody's again.
    if (answer instanceof Promise) answer.catch((error) => (error.message === NO_ANSWER ? this.end() : undefined));
    return answer;
  }
}

/** Throws a `database-unavailable` problem unless a PostgreSQL that is new enough answers. The URL's password is never part of it. */
export async function checkConnection(url: string): Promise<void> {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new Problem('bad-setting', ['DATABASE_URL', 'expected postgres://USER:PASSWORD@HOST:PORT/DATABASE']);
  }
  const major = Math.floor((await askVersion(url)) / 10_000);
  if (major < OLDEST_MAJOR) {
    throw new Problem('database-unavailable', [`it is PostgreSQL ${major}, and Lifeboat needs ${OLDEST_MAJOR} or later`]);
  }
}

async function askVersion(url: string): Promise<number> {
  let client: pg.Client | null = null;
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT });
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query('SHOW server_version_num');
    return Number(rows[0].server_version_num);
  } catch (error) {
    throw new Problem('database-unavailable', [`PostgreSQL at ${placeOf(url)} cannot be reached: ${reasonOf(error)}`], { cause: error });
  } finally {
    await client?.end().catch(() => {});
  }
}

/** Host and port, without the credentials; a socket's URL has them elsewhere. */
function placeOf(url: string): string {
  return (URL.canParse(url) && new URL(url).host) || 'DATABASE_URL';
}

/** Node tries every address of a name and then says nothing itself: the reasons are inside. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return messageOf(error);
}
