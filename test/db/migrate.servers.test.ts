import { readdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { CompiledQuery, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Db } from '../../src/db/connection.ts';
import { appliedMigrations, migrate, migrateTo } from '../../src/db/migrate.ts';
import { DatabaseMoment } from '../../src/db/self-backup.ts';
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

  it('let a node of this version work on, and start again, after a later one has made what leaves it working', async () => {
    await migrate(fresh.db);
    await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('9998-later', '2030'), ('9999-later', '2030')`.execute(fresh.db);
    const note = (name: string, from: string) =>
      sql`INSERT INTO compatible_migrations VALUES (${name}, ${from})
      ON CONFLICT (name) DO UPDATE SET works_from = ${from}`.execute(fresh.db);
    const newest = (await appliedMigrations(fresh.db)).at(-3)!;
    await note('9998-later', newest);
    await expect(migrate(fresh.db)).rejects.toMatchObject({ message: expect.stringContaining('(9999-later)') });
    // It leaves the version before it working, which is not this one.
    await note('9999-later', '9998-later');
    await expect(migrate(fresh.db)).rejects.toMatchObject({ message: expect.stringContaining('(9999-later)') });
    await note('9999-later', newest);
    await expect(DatabaseMoment.open(fresh.url)).rejects.toMatchObject({ message: expect.stringContaining('(9998-later, 9999-later)') });
    const before = await tables(fresh.db);
    await migrate(fresh.db);
    expect(await tables(fresh.db)).toEqual(before);
    const { rows } = await sql`SELECT count(*)::int AS count FROM kysely_migration`.execute(fresh.db);
    expect(rows).toEqual([{ count: (await readdir('src/db/migrations')).length + 2 }]);
  });

  it('note from which version on each leaves a node working', async () => {
    await migrate(fresh.db);
    const { rows } = await sql<{ name: string; worksFrom: string }>`SELECT * FROM compatible_migrations`.execute(fresh.db);
    expect(new Set(rows.map((row) => row.worksFrom))).toEqual(new Set(['0019-older-nodes']));
    expect(rows.map(({ name }) => `${name}.ts`).sort()).toEqual((await readdir('src/db/migrations')).sort());
  });

  it('refuse tables of a later version and leave them alone', async () => {
    await migrate(fresh.db);
    await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2030')`.execute(fresh.db);
    await expect(migrate(fresh.db)).rejects.toMatchObject({
      code: 'database-unavailable',
      message: expect.stringContaining('a later version of Lifeboat (9999-later)'),
    });
  });

  it('bring the tables of the version before up to date with every row as it was, and its statements still work after it', async () => {
    const names = (await readdir('src/db/migrations')).map((name) => name.replace('.ts', '')).toSorted();
    await migrateTo(fresh.db, names.at(-2)!);
    expect(await appliedMigrations(fresh.db)).toEqual(names.slice(0, -1));
    await writeAsBefore(fresh.db, 'a');
    const before = await everyRow(fresh.db);
    expect(before.length).toBeGreaterThan(10);
    await migrate(fresh.db);
    expect(await appliedMigrations(fresh.db)).toEqual(names);
    const after = await everyRow(fresh.db);
    for (const { table, row } of before) {
      // Columns may have come; none has gone, and no value is another.
      const kept = after.some(
        (one) => one.table === table && Object.entries(row).every(([name, value]) => isDeepStrictEqual(one.row[name], value)),
      );
      expect([table, row, kept]).toEqual([table, row, true]);
    }
    // A node of the version before goes on until it is stopped.
    await writeAsBefore(fresh.db, 'b');
  });

  it('of one by one lead to the same tables as all at once', async () => {
    const names = (await readdir('src/db/migrations')).map((name) => name.replace('.ts', '')).toSorted();
    for (const name of names) await migrateTo(fresh.db, name);
    const other = await freshDatabase();
    expect(await fresh.db.introspection.getTables()).toEqual(await other.db.introspection.getTables());
    await other.close();
  });
});

/** A little of everything that an installation writes, by statements that name the columns of before. */
async function writeAsBefore(db: Db, id: string): Promise<void> {
  const texts = [
    `INSERT INTO organizations (id, name, created_at) VALUES ('o${id}', 'Org', '2026-01-01')`,
    ...(id === 'a' ? [`INSERT INTO installation (id, organization_id, vault_id, created_at) VALUES ('i', 'oa', 'v', '2026-01-01')`] : []),
    `INSERT INTO projects (id, organization_id, name, created_at) VALUES ('p${id}', 'o${id}', 'Project', '2026-01-01')`,
    `INSERT INTO api_keys (id, organization_id, public_key, ha1_sealed, private_key_suffix, description, created_at) VALUES ('k${id}', 'o${id}', 'key${id}', '\\x01', 'x', '', '2026-01-01')`,
    `INSERT INTO api_key_roles (api_key_id, role_name, organization_id) VALUES ('k${id}', 'ORG_OWNER', 'o${id}')`,
    `INSERT INTO users (id, organization_id, username, folded_name, password_hash, created_at) VALUES ('u${id}', 'o${id}', 'U${id}', 'u${id}', 'x', '2026-01-01')`,
    `INSERT INTO clusters (id, project_id, name, tier, uri_sealed, deployment, mongodb_version, topology, created_at)
       VALUES ('c${id}', 'p${id}', 'shop', 'FLEX', '\\x02', 'a:1', '7.0.1', 'standalone', '2026-01-01')`,
    `INSERT INTO backup_schedules (cluster_id, schedule, updated_at) VALUES ('c${id}', '{}', '2026-01-01')`,
    `INSERT INTO snapshots (id, project_id, cluster_id, cluster_name, status, scheduled_at, expires_at) VALUES ('s${id}', 'p${id}', 'c${id}', 'shop', 'RUNNING', '2026-01-01', '2026-01-09')`,
    `UPDATE snapshots SET status = 'COMPLETED', finished_at = '2026-01-01', documents = 5000000000, progress = '{"documents": 1}' WHERE id = 's${id}'`,
    `INSERT INTO restore_jobs (id, project_id, cluster_id, cluster_name, snapshot_id, delivery_type, status, target_project_id, target_cluster_id, target_cluster_name,
       target_deployment, snapshot_finished_at, scheduled_at, expires_at)
       VALUES ('r${id}', 'p${id}', 'c${id}', 'shop', 's${id}', 'RESTORE', 'FAILED', 'p${id}', 'c${id}', 'shop', 'a:1', '2026-01-01', '2026-01-01', '2026-01-02')`,
    `INSERT INTO chunks (object_key, name, raw_bytes, stored_bytes, stored_sha256, documents, digest, state, run_id)
       VALUES ('chunks/${id}', '${id}', 1, 1, '\\x00', 1, '\\x00', 'live', 'r')`,
    `INSERT INTO events (id, created_at, type, organization_id, of_organization) VALUES ('e${id}', '2026-01-01', 'GROUP_CREATED', 'o${id}', true)`,
  ];
  for (const text of texts) await db.executeQuery(CompiledQuery.raw(text));
}

/** All but what Kysely keeps for itself. */
async function everyRow(db: Db): Promise<{ table: string; row: Record<string, unknown> }[]> {
  const found: { table: string; row: Record<string, unknown> }[] = [];
  for (const table of await tables(db)) {
    const { rows } = await sql<{ row: Record<string, unknown> }>`SELECT to_jsonb(t) AS row FROM ${sql.table(table)} AS t`.execute(db);
    found.push(...rows.map(({ row }) => ({ table, row })));
  }
  return found;
}
