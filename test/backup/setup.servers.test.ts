import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/backup/api-keys.ts';
import { Clusters } from '../../src/backup/clusters.ts';
import { OwnerSetup } from '../../src/backup/owner-setup.ts';
import { Passwords } from '../../src/backup/password.ts';
import { Sessions } from '../../src/backup/sessions.ts';
import { setUp } from '../../src/backup/setup.ts';
import { Users } from '../../src/backup/users.ts';
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

describe('the set-up of the first owner', () => {
  const passwords = new Passwords({ log2N: 7, r: 8, p: 1 });
  const owner = { username: 'anchor', password: 'a rope, a ring & a whistle', address: '192.0.2.1', ...NAMES };

  async function empty() {
    const { db } = database;
    const clock = new ManualClock('2026-01-01T00:00:00Z');
    await ensureInstallation(db, newId(clock.now()), clock.now());
    return { db, clock, setup: new OwnerSetup(db, clock, passwords), keys: new ApiKeys(db, clock, TEST_KEY) };
  }

  it('makes organization, project and owner where there is nothing yet, once, also beside an init at the same moment', async () => {
    const { db, clock, setup, keys } = await empty();
    const { token } = (await setup.newToken())!;
    const tries = Array.from({ length: 4 }, () => setup.setUp({ ...owner, token }));
    const results = await Promise.allSettled([...tries, setUp(db, clock, keys, NAMES)]);
    const [made] = await db.selectFrom('users').selectAll().execute();
    expect(made).toMatchObject({ username: 'anchor' });
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    for (const reason of refused) expect(isProblem(reason, 'owner-exists', 'setup-token-invalid', 'already-initialized')).toBe(true);
    for (const table of ['organizations', 'projects', 'users'] as const) {
      expect(await db.selectFrom(table).selectAll().execute()).toHaveLength(1);
    }
    expect(await db.selectFrom('apiKeys').selectAll().execute()).toHaveLength(results.at(-1)!.status === 'fulfilled' ? 1 : 0);
    expect(await setup.needsOwner()).toBe(false);
    expect((await new Sessions(db, clock, passwords).signIn(owner)) as object).toHaveProperty('opened');
  });

  it('is over as soon as an owner was made otherwise; a user who is none changes nothing', async () => {
    const { db, clock, setup, keys } = await empty();
    const { organizationId } = await setUp(db, clock, keys, NAMES);
    const users = new Users(db, clock, passwords);
    const { token } = (await setup.newToken())!;
    await users.create({ ...owner, organizationId, username: 'mate', grants: [] });
    expect(await setup.needsOwner()).toBe(true);
    await users.create({ ...owner, organizationId, grants: [{ roleName: 'ORG_OWNER', organizationId, projectId: null }] });
    await expect(setup.setUp({ ...owner, username: 'late', token })).rejects.toMatchObject({ code: 'owner-exists' });
    expect(await db.selectFrom('setupToken').selectAll().execute()).toEqual([]);
  });

  it('keeps neither token nor password in clear', async () => {
    const { db, setup } = await empty();
    const { token } = (await setup.newToken())!;
    const { rows: tokens } = await sql<{ row: string }>`SELECT setup_token::text AS row FROM setup_token`.execute(db);
    await setup.setUp({ ...owner, token });
    const { rows: people } = await sql<{ row: string }>`SELECT users::text AS row FROM users`.execute(db);
    const text = [...tokens, ...people].map(({ row }) => row).join();
    expect(text).toContain('anchor');
    for (const secret of [token, Buffer.from(token).toString('hex'), owner.password]) expect(text).not.toContain(secret);
  });
});
