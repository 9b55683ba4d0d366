import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connect, type Db } from '../../src/db/connection.ts';
import { startEmbeddedServer } from '../../src/db/embedded-server.ts';
import { migrate } from '../../src/db/migrate.ts';

const TEMPLATE = 'lifeboat_template';

/** Global set-up of vitest: one real PostgreSQL for the whole run, with a migrated template that each test file copies. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-postgres-'));
  const server = await startEmbeddedServer(folder);
  process.env.TEST_POSTGRES_URL = server.url;
  await query(server.url, `CREATE DATABASE ${TEMPLATE}`);
  const template = connect(named(server.url, TEMPLATE));
  await migrate(template);
  await template.destroy();
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

export interface FreshDatabase {
  url: string;
  db: Db;
  close(): Promise<void>;
}

/** A database of the caller's own, with all tables and no rows. */
export async function freshDatabase(options: { migrated?: boolean } = {}): Promise<FreshDatabase> {
  const server = process.env.TEST_POSTGRES_URL;
  if (!server) throw new Error('the global set-up has not run: is test/kit/postgres.ts in vitest.config.ts?');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(server, `CREATE DATABASE ${name}${options.migrated === false ? '' : ` TEMPLATE ${TEMPLATE}`}`);
  const url = named(server, name);
  const db = connect(url);
  return { url, db, close: () => db.destroy() };
}

const named = (url: string, database: string) => url.replace(/\/[^/]*$/, `/${database}`);

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // Two files may copy the template at the same time, which PostgreSQL refuses for a moment.
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(text);
      break;
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
  await client.end();
}
