import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { checkConnection } from '../../src/db/connection.ts';
import { freshDatabase } from '../kit/postgres.ts';

describe('a connection to PostgreSQL', () => {
  it('gives bigint as a number, and names in camel case on the outside only', async () => {
    const fresh = await freshDatabase();
    const { rows } = await sql<object>`SELECT 9007199254740991::bigint AS most_bytes, '{"a_b": {"c_d": 1}}'::jsonb AS inner_keys`.execute(
      fresh.db,
    );
    expect(rows).toEqual([{ mostBytes: Number.MAX_SAFE_INTEGER, innerKeys: { a_b: { c_d: 1 } } }]);
    await fresh.close();
  });

  it('comes back after the server has cut it, in the middle of a statement or between two', async () => {
    const fresh = await freshDatabase();
    const other = await freshDatabase();
    const name = new URL(fresh.url).pathname.slice(1);
    const cut = () => sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name}`.execute(other.db);
    const sleeping = sql`SELECT pg_sleep(60)`.execute(fresh.db).catch((error) => error);
    await expect
      .poll(async () => (await sql`SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'`.execute(other.db)).rows)
      .not.toEqual([]);
    await cut();
    expect(await sleeping).toBeInstanceOf(Error);
    const one = () =>
      sql`SELECT 1 AS one`.execute(fresh.db).then(
        ({ rows }) => rows,
        () => 'not yet',
      );
    await expect.poll(one).toEqual([{ one: 1 }]);
    await cut();
    await expect.poll(one).toEqual([{ one: 1 }]);
    await fresh.close();
    await other.close();
  });

  it('is refused in words that name the place and not the password', async () => {
    const fresh = await freshDatabase();
    await expect(checkConnection(fresh.url)).resolves.toBeUndefined();
    for (const url of [
      'postgres://me:secret@127.0.0.1:9/x',
      'postgres://me:secret@localhost:9/x',
      fresh.url.replace(/:[^:@]+@/, ':secret@'),
    ]) {
      const problem = await checkConnection(url).catch((error) => error);
      expect(problem).toMatchObject({ code: 'database-unavailable' });
      expect(problem.message).toContain(new URL(url).host);
      expect(problem.message).toMatch(/ECONNREFUSED|authentication failed/);
      expect(problem.message).not.toContain('secret');
    }
    await expect(checkConnection('mysql://me:secret@127.0.0.1/x')).rejects.toMatchObject({ code: 'bad-setting' });
    await fresh.close();
  });
});
