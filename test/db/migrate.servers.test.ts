import { readdir } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Db } from '../../src/db/connection.ts';
import { migrate } from '../../src/db/migrate.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';

let fresh: FreshDatabase;
beforeEach(async () => {
  fresh = await freshDatabase({ migrated: false });
});
afterEach(() => fresh.close());

async function tables(db: Db): Promise<string[]> {
  return (await db.introspection.getTables()).map((table) => table.name).toSorted();
}

describe('the migrations', () => {
  it('make every table that the schema names, once', async () => {
    await migrate(fresh.db);
    const made = await tables(fresh.db);
    expect(made).toEqual(expect.arrayContaining(['installation', 'snapshots', 'restore_jobs', 'chunks', 'worker_jobs']));
    await fresh.db
      .insertInto('organizations')
      .values({ id: 'a', name: 'kept', createdAt: new Date(0) })
      .execute();
    await migrate(fresh.db);
    expect(await tables(fresh.db)).toEqual(made);
    expect(await fresh.db.selectFrom('organizations').select('name').execute()).toEqual([{ name: 'kept' }]);
  });

  it('run once when several nodes start at the same moment', async () => {
    const nodes = Array.from({ length: 8 }, () => connect(fresh.url, { connections: 2 }));
    await Promise.all(nodes.map(migrate));
    const { rows } = await sql`SELECT count(*)::int AS count FROM kysely_migration`.execute(fresh.db);
    const files = await readdir('src/db/migrations');
    expect(rows).toEqual([{ count: files.length }]);
    await Promise.all(nodes.map((node) => node.destroy()));
  });

  it('refuse tables of a later version and leave them alone', async () => {
    await migrate(fresh.db);
    await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2030')`.execute(fresh.db);
    await expect(migrate(fresh.db)).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('a later version of Lifeboat (9999-later)'),
    });
  });
});
