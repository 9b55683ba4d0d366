import { Long, MongoServerError, Timestamp } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deployment } from '../../src/engine/deployment.ts';
import { Interrupted } from '../../src/engine/errors.ts';
import { type SelectionOptions, selectNamespaces } from '../../src/engine/namespace-selection.ts';
import type { RestoreOptions } from '../../src/engine/restore.ts';
import { restoreStaged, resumeSwap } from '../../src/engine/staged-restore.ts';
import { type HeldData, holdData, leftovers } from '../kit/collections.ts';
import { FakeMongo } from '../kit/fake-mongo.ts';
import { MemoryJournal } from '../kit/memory-journal.ts';
import { intercepted, Killed, mortal, refusing } from '../kit/mortal-deployment.ts';
import { newSumDigest } from '../kit/sum-digest.ts';

/** What only a real MongoDB has (views, ages, UUIDs, clustered collections), against a MongoDB in memory that behaves as the manual says. */
const JOB = 'abcdef0123456789abcdef01';
const TTL = { v: 2, key: { at: 1 }, name: 'ttl', expireAfterSeconds: 60 };
const ID = { v: 2, key: { _id: 1 }, name: '_id_' };

let target: FakeMongo;
let d: Deployment;
let snapshot: HeldData;
let before: HeldData;

const docs = (text: string, count = 5) => Array.from({ length: count }, (_, _id) => ({ _id, text }));

function snapshotServer(): FakeMongo {
  const mongo = new FakeMongo();
  mongo.make('shop', 'orders', { docs: docs('new'), indexes: [ID, TTL, { v: 2, key: { b: 1, 10: -1 }, name: 'b' }] });
  mongo.make('shop', 'french', {
    docs: docs('new'),
    options: { collation: { locale: 'fr' } },
    indexes: [ID, { v: 2, key: { a: 1 }, name: 'a' }],
  });
  const clusteredIndex = { v: 2, key: { _id: 1 }, name: '_id_', unique: true };
  const clustered = { ...clusteredIndex, clustered: true };
  mongo.make('shop', 'clustered', {
    docs: docs('new'),
    options: { clusteredIndex, expireAfterSeconds: Long.fromNumber(99) },
    indexes: [clustered],
  });
  mongo.make('shop', 'cheap', { type: 'view', options: { viewOn: 'orders', pipeline: [{ $match: { price: { $lt: 5 } } }] } });
  mongo.make('shop', 'same view', { type: 'view', options: { viewOn: 'orders', pipeline: [] } });
  mongo.make('shop', 'was a collection', { type: 'view', options: { viewOn: 'orders', pipeline: [] } });
  mongo.make('shop', 'was a view', { docs: docs('new') });
  mongo.make('views only', 'same view', { type: 'view', options: { viewOn: 'nothing', pipeline: [] } });
  return mongo;
}

function targetServer(): FakeMongo {
  const mongo = new FakeMongo();
  mongo.make('shop', 'orders', { docs: docs('old', 3), indexes: [ID, { ...TTL, expireAfterSeconds: 5 }] });
  mongo.make('shop', 'cheap', { type: 'view', options: { viewOn: 'orders', pipeline: [{ $match: { price: 1 } }] } });
  mongo.make('shop', 'same view', { type: 'view', options: { viewOn: 'orders', pipeline: [] } });
  mongo.make('shop', 'was a collection', { docs: docs('old') });
  mongo.make('shop', 'was a view', { type: 'view', options: { viewOn: 'orders', pipeline: [] } });
  mongo.make('shop', 'gone', { docs: docs('old') });
  mongo.make('views only', 'same view', { type: 'view', options: { viewOn: 'nothing', pipeline: [] } });
  mongo.make('shop', 'gone view', { type: 'view', options: { viewOn: 'gone', pipeline: [] } });
  return mongo;
}

beforeEach(async () => {
  snapshot = await holdData(snapshotServer().deployment());
  await reset();
});

async function reset(): Promise<void> {
  target = targetServer();
  d = target.deployment();
  before = await holdData(d);
}

function options(o: Partial<RestoreOptions> & { select?: SelectionOptions } = {}): RestoreOptions {
  const { select, ...rest } = o;
  const selection = selectNamespaces(select);
  const shared = {
    deployment: d,
    source: snapshot.source,
    journal: new MemoryJournal(),
    newDigest: newSumDigest,
    jobId: JOB,
    attempt: 1,
    selection,
  };
  return { ...shared, fence: async () => {}, waits: [], atOnce: { large: 1, small: 1 }, ...rest };
}

/** Everything as it shall be; the indexes of a collection with a collation say `simple`, which is what having none means. */
async function expectAtTarget(expected: HeldData['contents'], message?: string): Promise<void> {
  const simple = /,"collation":\{"locale":"simple"\}/;
  const { contents } = await holdData(d);
  for (const c of Object.values(contents)) c.indexes = c.indexes.map((index) => index.replace(simple, ''));
  expect(contents, message).toEqual(expected);
  expect(await leftovers(d), message).toEqual([]);
}

describe('restoreStaged on MongoDB', () => {
  it('brings back views, ages, collations, clustered collections, and the order of index keys', async () => {
    const report = await restoreStaged(options());
    await expectAtTarget(snapshot.contents);
    expect(report).toMatchObject({
      collections: 8,
      documents: 20,
      removed: ['shop.gone', 'shop.gone view'],
    });
    const built = target.databases
      .get('shop')!
      .get('french')!
      .indexes.find((index) => index.name === 'a');
    expect(built).toMatchObject({ collation: { locale: 'simple' } });
  });

  it('lets nothing expire before everything is proven and in place', async () => {
    const ages: string[] = [];
    const watched = intercepted(d, async (command, run) => {
      const answer = await run();
      const name = Object.keys(command)[0]!;
      if (name === 'createIndexes' && command.indexes[0].expireAfterSeconds !== undefined)
        ages.push(`built with ${command.indexes[0].expireAfterSeconds}`);
      if (name === 'create' && command.clusteredIndex) ages.push(`created with ${command.expireAfterSeconds}`);
      if (name === 'collMod' && (command.index || command.expireAfterSeconds))
        ages.push(`set to ${command.index?.expireAfterSeconds ?? command.expireAfterSeconds}`);
      if (name === 'renameCollection' && !command.to.includes('lb_o_')) ages.push('in');
      return answer;
    });
    await restoreStaged(options({ deployment: watched }));
    expect(ages.indexOf('in')).toBe(2);
    expect(ages.slice(ages.lastIndexOf('in') + 1)).toEqual(['set to 99', 'set to 60']);
    expect(ages.filter((age) => /built|created/.test(age)).sort()).toEqual(['built with 2147483647', 'created with undefined']);
  });

  it('leaves a view alone that is already as the snapshot has it', async () => {
    const dropped: string[] = [];
    const watched = intercepted(d, (command, run) => {
      if (command.drop) dropped.push(command.drop);
      return run();
    });
    await restoreStaged(options({ deployment: watched }));
    expect(dropped).toContain('cheap');
    expect(dropped).not.toContain('same view');
  });

  it('refuses a target whose time series it would have to remove, before it writes', async () => {
    target.make('shop', 'metrics', { type: 'timeseries', options: { timeseries: { timeField: 'at' } } });
    const failure = await restoreStaged(options()).catch((error) => error);
    expect(failure).toMatchObject({ code: 'unsupported-feature' });
    expect(failure.message).toContain('shop.metrics');
    expect(target.databases.get('shop')!.get('orders')!.documents).toHaveLength(3);
    await restoreStaged(options({ select: { nsInclude: ['shop.orders'] } }));
    expect(target.databases.get('shop')!.get('orders')!.documents).toHaveLength(5);
  });

  it('says partially-replaced when something takes the name of a view again and again, on the way back too', async () => {
    const meddled = intercepted(d, async (command, run) => {
      if (command.create === 'cheap' || command.renameCollection === 'shop.cheap') {
        const answer = command.create ? { ok: 1 } : await run();
        target.make('shop', 'cheap', { docs: docs('late') });
        return answer;
      }
      return run();
    });
    await expect(restoreStaged(options({ deployment: meddled }))).rejects.toMatchObject({ code: 'partially-replaced' });
  });

  it('brings back empty timestamps, which an insert would give the time', async () => {
    const source = new FakeMongo();
    for (const name of ['a', 'b']) source.make('shop', name, { docs: [{ _id: 1, at: new Timestamp({ t: 0, i: 0 }), text: name }] });
    snapshot = await holdData(source.deployment());
    await restoreStaged(options());
    await expectAtTarget(snapshot.contents);
  });

  it('loads into a target that does not know how to keep them, and says what differs', async () => {
    target.keepsEmptyTimestamps = false;
    await restoreStaged(options());
    await expectAtTarget(snapshot.contents);
    const source = new FakeMongo();
    source.make('shop', 'a', { docs: [{ _id: 1, at: new Timestamp({ t: 0, i: 0 }) }] });
    snapshot = await holdData(source.deployment());
    await expect(restoreStaged(options())).rejects.toMatchObject({ code: 'verification-failed' });
  });

  it('refuses a sharded target', async () => {
    const sharded = { ...d, topology: 'sharded' as const };
    await expect(restoreStaged(options({ deployment: sharded }))).rejects.toMatchObject({ code: 'incompatible-topology' });
  });

  it('replaces in one step a collection that an application makes again and again', async () => {
    const meddled = intercepted(d, async (command, run) => {
      const answer = await run();
      if (command.renameCollection === 'shop.orders') target.make('shop', 'orders', { docs: docs('late') });
      return answer;
    });
    const report = await restoreStaged(options({ deployment: meddled }));
    expect(report.discarded).toEqual(['shop.orders']);
    await expectAtTarget(snapshot.contents);
  });

  it('puts back what stood there when somebody removes a staging in the middle of the swap', async () => {
    const meddled = intercepted(d, async (command, run) => {
      const answer = await run();
      if (command.renameCollection === 'shop.orders')
        for (const name of [...target.databases.get('shop')!.keys()])
          if (name.startsWith('lb_s_')) target.databases.get('shop')!.delete(name);
      return answer;
    });
    await expect(restoreStaged(options({ deployment: meddled }))).rejects.toMatchObject({ code: 'mongodb-failed' });
    await expectAtTarget(before.contents);
  });

  it('says that all data is replaced when only the old data cannot be dropped, and drops it later', async () => {
    const journal = new MemoryJournal();
    const refused = refusing(d, (command) => String(command.drop).startsWith('lb_o_'));
    await expect(restoreStaged(options({ deployment: refused, journal }))).rejects.toMatchObject({
      code: 'mongodb-failed',
      hint: expect.stringContaining('All data is replaced'),
    });
    expect(await resumeSwap(options({ journal }))).toMatchObject({ documents: 20 });
    await expectAtTarget(snapshot.contents);
  });
});

describe('a restore on MongoDB whose worker is killed', () => {
  it('leaves the target exactly old or new at every change, after the next attempt', async () => {
    const whole = mortal(d, new MemoryJournal(), { at: Number.POSITIVE_INFINITY, afterwards: true });
    await restoreStaged(options(whole));
    expect(whole.changes()).toBeGreaterThan(30);
    for (let at = 1; at <= whole.changes(); at++) {
      for (const afterwards of [false, true]) {
        await reset();
        const journal = new MemoryJournal();
        await expect(restoreStaged(options(mortal(d, journal, { at, afterwards })))).rejects.toBeInstanceOf(Killed);
        await restoreStaged(options({ journal, attempt: 2 }));
        await expectAtTarget(snapshot.contents, `killed at change ${at}, ${afterwards ? 'after' : 'before'} it`);
      }
    }
  });

  it('is carried on when several steps were under way', async () => {
    const several = { atOnce: { large: 2, small: 5 } };
    const whole = mortal(d, new MemoryJournal(), { at: Number.POSITIVE_INFINITY, afterwards: true });
    await restoreStaged(options({ ...whole, ...several }));
    for (let at = 1; at <= whole.changes(); at += 3) {
      await reset();
      const journal = new MemoryJournal();
      const dying = mortal(d, journal, { at, afterwards: at % 2 === 0 });
      await expect(restoreStaged(options({ ...dying, ...several })), `at change ${at}`).rejects.toBeInstanceOf(Killed);
      await restoreStaged(options({ journal, attempt: 2, ...several }));
      await expectAtTarget(snapshot.contents, `killed at change ${at}`);
    }
  });

  it('is put back at every change of the way back', async () => {
    const isRefused = (command: { collMod?: string; index?: object }) => command.collMod === 'orders' && command.index !== undefined;
    let kills = 0;
    for (let at = 1; ; at++) {
      await reset();
      const journal = new MemoryJournal();
      const outcome = await restoreStaged(options(mortal(refusing(d, isRefused), journal, { at, afterwards: at % 2 === 0 }))).catch(
        (error) => error,
      );
      if (outcome instanceof Killed) {
        if (!journal.phases.includes('rolling-back')) continue;
        kills++;
        await resumeSwap(options({ journal })).catch((error) => expect(error, error.message).toMatchObject({ code: 'mongodb-failed' }));
      } else expect(outcome).toMatchObject({ code: 'mongodb-failed' });
      await expectAtTarget(before.contents, `killed at change ${at}`);
      if (!(outcome instanceof Killed)) break;
    }
    expect(kills).toBeGreaterThan(10);
  });
});

describe('a restore of many collections', () => {
  const MANY = 200;

  beforeEach(async () => {
    const mongo = new FakeMongo();
    target = new FakeMongo();
    for (let n = 0; n < MANY; n++) {
      mongo.make('shop', `c${n}`, { docs: docs('new', 2) });
      target.make('shop', `c${n}`, { docs: docs('old', 3) });
    }
    snapshot = await holdData(mongo.deployment());
    d = target.deployment();
    before = await holdData(d);
  });

  it('asks the target little more than what each of them needs', async () => {
    const asked: Record<string, number> = {};
    const counted = intercepted({ ...d, node: async () => counted.client }, (command, run) => {
      const name = Object.keys(command)[0]!;
      asked[name] = (asked[name] ?? 0) + 1;
      return run();
    });
    await restoreStaged(options({ deployment: counted, atOnce: { large: 4, small: 16 } }));
    await expectAtTarget(snapshot.contents);
    const { listCollections, listDatabases: _, dbStats: __, ...each } = asked;
    // The old one is renamed, and dropped in the end; the new one is renamed, and its indexes are looked at under its final name.
    const perCollection = { create: 1, insert: 1, find: 1, renameCollection: 2, listIndexes: 1, drop: 1 };
    expect(each).toEqual(Object.fromEntries(Object.entries(perCollection).map(([name, n]) => [name, n * MANY])));
    expect(listCollections).toBeLessThan(MANY);
  });

  it('puts everything back when one of the steps that are under way is refused', async () => {
    let renames = 0;
    const refused = refusing(d, (command) => command.renameCollection !== undefined && ++renames === 150);
    await expect(restoreStaged(options({ deployment: refused, atOnce: { large: 4, small: 16 } }))).rejects.toMatchObject({
      code: 'mongodb-failed',
    });
    await expectAtTarget(before.contents);
  });

  it('goes on forward when a step was interrupted while another was refused: what that one did is not known', async () => {
    const journal = new MemoryJournal();
    let renames = 0;
    const broken = intercepted(d, async (command, run) => {
      if (!command.renameCollection) return run();
      renames += 1;
      if (renames === 20) throw new MongoServerError({ ok: 0, code: 13, errmsg: 'not authorized' });
      if (renames === 25) throw new MongoServerError({ ok: 0, code: 91, errmsg: 'shutdown in progress' });
      return run();
    });
    await expect(restoreStaged(options({ deployment: broken, journal, atOnce: { large: 4, small: 16 } }))).rejects.toBeInstanceOf(
      Interrupted,
    );
    expect(await journal.load()).toMatchObject({ phase: 'swapping' });
    await resumeSwap(options({ journal }));
    await expectAtTarget(snapshot.contents);
  });
});
