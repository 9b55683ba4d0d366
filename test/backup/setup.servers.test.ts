import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/backup/api-keys.ts';
import { Clusters } from '../../src/backup/clusters.ts';
import { setUp } from '../../src/backup/setup.ts';
import { ensureInstallation } from '../../src/db/installation.ts';
import { isProblem } from '../../src/errors.ts';
import { newId } from '../../src/ids.ts';
import { seal } from '../../src/sealing.ts';
import { installed, TEST_KEY } from '../kit/installation.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const NAMES = { organizationName: 'Org', projectName: 'Project' };

describe('the first set-up', () => {
  it('happens once, however many ask at the same moment, and what refuses leaves nothing behind', async () => {
    const { db } = database;
    const clock = new ManualClock('2026-01-01T00:00:00Z');
    await ensureInstallation(db, newId(clock.now()), clock.now());
    const keys = new ApiKeys(db, clock, TEST_KEY);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => setUp(db, clock, keys, NAMES)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(isProblem(result.reason, 'already-initialized')).toBe(true);
    for (const table of ['organizations', 'projects', 'apiKeys'] as const) {
      expect(await db.selectFrom(table).selectAll().execute()).toHaveLength(1);
    }
  });

  it('makes a key whose private half is nowhere in the database', async () => {
    const { first, apiKeys } = await installed(database.db);
    expect(first.publicKey).toMatch(/^[a-z]{8}$/);
    const key = await apiKeys.findForDigest(first.publicKey);
    expect(key).toMatchObject({ grants: [{ roleName: 'ORG_OWNER', projectId: null }] });
    const { rows } = await sql<{ row: string }>`SELECT api_keys::text AS row FROM api_keys`.execute(database.db);
    const text = rows.map(({ row }) => row).join('\n');
    expect(text).toContain(first.publicKey);
    for (const secret of [first.privateKey, key!.ha1, Buffer.from(key!.ha1).toString('hex')]) expect(text).not.toContain(secret);
  });

  it('cannot open a connection string that was sealed for another cluster', async () => {
    const { db } = database;
    const { clusters: ids, clock } = await installed(db);
    await db
      .updateTable('clusters')
      .set({ uriSealed: seal(TEST_KEY, Buffer.from('mongodb://127.0.0.1:1/'), `cluster ${ids.shop}`) })
      .execute();
    const clusters = new Clusters(db, clock, TEST_KEY);
    await expect(clusters.open(ids.shop, 'source-unavailable')).rejects.toMatchObject({ code: 'source-unavailable' });
    await expect(clusters.open(ids.copy, 'source-unavailable')).rejects.not.toMatchObject({ code: 'source-unavailable' });
  });
});
