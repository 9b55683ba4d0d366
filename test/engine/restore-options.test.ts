import { MongoServerError } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deployment } from '../../src/engine/deployment.ts';
import { rehearseRestore } from '../../src/engine/drill.ts';
import { forecastImpact } from '../../src/engine/impact.ts';
import { restoreInPlace } from '../../src/engine/in-place-restore.ts';
import { selectNamespaces } from '../../src/engine/namespace-selection.ts';
import type { RestoreOptions } from '../../src/engine/restore.ts';
import { restoreStaged } from '../../src/engine/staged-restore.ts';
import { RestoreDiffers } from '../../src/engine/verification.ts';
import { Problem } from '../../src/errors.ts';
import { type HeldData, holdData, leftovers } from '../kit/collections.ts';
import { FakeMongo } from '../kit/fake-mongo.ts';
import { MemoryJournal } from '../kit/memory-journal.ts';
import { intercepted, Killed, mortal } from '../kit/mortal-deployment.ts';
import { newSumDigest } from '../kit/sum-digest.ts';

const JOB = 'abcdef0123456789abcdef01';
const ID = { v: 2, key: { _id: 1 }, name: '_id_' };
const TTL = { v: 2, key: { at: 1 }, name: 'ttl', expireAfterSeconds: 60 };

let target: FakeMongo;
let d: Deployment;
let snapshot: HeldData;
let before: HeldData;

const docs = (text: string, count = 5) => Array.from({ length: count }, (_, _id) => ({ _id, text }));

beforeEach(async () => {
  const source = new FakeMongo();
  source.make('shop', 'orders', { docs: docs('new', 50), indexes: [ID, TTL] });
  source.make('shop', 'people', { docs: docs('new', 20), options: { validator: { a: 1 }, validationLevel: 'moderate' } });
  source.make('shop', 'cheap', { type: 'view', options: { viewOn: 'orders', pipeline: [] } });
  snapshot = await holdData(source.deployment());
  await reset();
});

async function reset(): Promise<void> {
  target = new FakeMongo();
  target.make('shop', 'orders', { docs: docs('old', 3) });
  target.make('shop', 'gone', { docs: docs('old') });
  d = target.deployment();
  before = await holdData(d);
}

function options(o: Partial<RestoreOptions> = {}): RestoreOptions {
  const shared = { deployment: d, source: snapshot.source, journal: new MemoryJournal(), newDigest: newSumDigest, jobId: JOB, attempt: 1 };
  return { ...shared, selection: selectNamespaces(), fence: async () => {}, waits: [], atOnce: { large: 1, small: 1 }, ...o };
}

async function expectAtTarget(expected: HeldData['contents'], message?: string): Promise<void> {
  expect((await holdData(d)).contents, message).toEqual(expected);
  expect(await leftovers(d), message).toEqual([]);
}

/** A target that knows no validators, no views and no TTL indexes. */
function simple(deployment: Deployment = d): Deployment {
  const unknown = (what: string) => new MongoServerError({ ok: 0, code: 72, errmsg: `unknown: ${what}` });
  return intercepted(deployment, async (command, run) => {
    if (command.create && command.validator) throw unknown('validator');
    if (command.create && command.viewOn) throw unknown('views');
    if (command.createIndexes && command.indexes.some((index: object) => 'expireAfterSeconds' in index)) throw unknown('ages');
    return run();
  });
}

describe('a restore that keeps what the snapshot lacks', () => {
  it.each([
    ['staged', restoreStaged],
    ['in place', restoreInPlace],
  ])('removes nothing, %s', async (_, restore) => {
    const report = await restore(options({ keep: true }));
    expect(report.removed).toEqual([]);
    await expectAtTarget({ ...snapshot.contents, 'shop.gone': before.contents['shop.gone']! });
  });
});

describe('a target that is one database of a shared server', () => {
  it.each(['staged', 'in place'] as const)('lets no name of a restore lead out of it: %s', async (mode) => {
    const deployment = { ...d, database: 'shop' };
    const selection = selectNamespaces({ nsFrom: ['shop.orders'], nsTo: ['attic.orders'] });
    const restored = (mode === 'staged' ? restoreStaged : restoreInPlace)(options({ deployment, selection }));
    await expect(restored).rejects.toMatchObject({ code: 'invalid-value', message: expect.stringContaining('outside the one database') });
    await expectAtTarget(before.contents);
  });
});

describe('a restore in place', () => {
  it('leaves the target as the snapshot is, true ages included, and says that it was not protected', async () => {
    const report = await restoreInPlace(options());
    await expectAtTarget(snapshot.contents);
    expect(report).toMatchObject({ collections: 3, documents: 70, indexes: 1, removed: ['shop.gone'] });
    expect(report.warnings).toEqual([expect.stringContaining('in place')]);
  });

  it('brings back a time series, into a target that has one in its place', async () => {
    const timeseries = { timeField: 'at', metaField: 'm' };
    const series = (mongo: FakeMongo, text: string) => {
      mongo.make('shop', 'metrics', { type: 'timeseries', options: { timeseries }, indexes: [] });
      mongo.make('shop', 'system.buckets.metrics', { docs: docs(text) });
    };
    const source = new FakeMongo();
    series(source, 'new');
    series(target, 'old');
    const held = await holdData(source.deployment());
    await expect(restoreStaged(options({ source: held.source }))).rejects.toMatchObject({ code: 'unsupported-feature' });
    await restoreInPlace(options({ source: held.source }));
    await expectAtTarget(held.contents);
  });

  it('names every feature that the target lacks before anything is dropped', async () => {
    const failure = await restoreInPlace(options({ deployment: simple() })).catch((error) => error);
    expect(failure).toMatchObject({ code: 'unsupported-feature' });
    for (const what of ['validator', 'shop.cheap', 'index ttl']) expect(failure.message).toContain(what);
    await expectAtTarget(before.contents);
  });

  it('is cancelled while it only tries, and not any more once it has begun', async () => {
    for (const phase of ['probing', 'loading']) {
      await reset();
      const cancel = new AbortController();
      const reason = new Problem('cancelled');
      const restored = restoreInPlace(options({ signal: cancel.signal, onProgress: (p) => p.phase === phase && cancel.abort(reason) }));
      if (phase === 'loading') await restored;
      else await expect(restored).rejects.toBe(reason);
      await expectAtTarget(phase === 'loading' ? snapshot.contents : before.contents);
    }
  });

  it('is as the snapshot after the next attempt, whenever its worker was killed', async () => {
    const whole = mortal(d, new MemoryJournal(), { at: Number.POSITIVE_INFINITY, afterwards: true });
    await restoreInPlace(options(whole));
    expect(whole.changes()).toBeGreaterThan(15);
    for (let at = 1; at <= whole.changes(); at++) {
      for (const afterwards of [false, true]) {
        await reset();
        const journal = new MemoryJournal();
        await expect(restoreInPlace(options(mortal(d, journal, { at, afterwards })))).rejects.toBeInstanceOf(Killed);
        if (journal.phases.length === 0) expect((await holdData(d)).contents).toEqual(before.contents);
        await restoreInPlace(options({ journal, attempt: 2 }));
        await expectAtTarget(snapshot.contents, `killed at change ${at}`);
        expect([journal.plan, journal.names]).toEqual([null, []]);
      }
    }
  });

  it('says partially-replaced when the target refuses a step, and goes on when it may', async () => {
    const journal = new MemoryJournal();
    const refused = intercepted(d, async (command, run) => {
      if (command.insert === 'people') throw new MongoServerError({ ok: 0, code: 13, errmsg: 'not authorized' });
      return run();
    });
    await expect(restoreInPlace(options({ deployment: refused, journal }))).rejects.toMatchObject({ code: 'partially-replaced' });
    await restoreInPlace(options({ journal, attempt: 2 }));
    await expectAtTarget(snapshot.contents);
  });
});

describe('a target that lacks features', () => {
  it.each([
    ['staged', restoreStaged],
    ['in place', restoreInPlace],
  ])('gets the rest, %s, and a warning for each of them, where that was asked for', async (_, restore) => {
    const report = await restore(options({ deployment: simple(), onUnsupported: 'warn' }));
    const text = report.warnings.join('\n');
    for (const what of ['validator, validationLevel of shop.people', 'shop.cheap was not restored', 'index ttl of shop.orders'])
      expect(text).toContain(what);
    const { 'shop.orders': orders, 'shop.people': people } = snapshot.contents;
    const [id] = people!.indexes;
    await expectAtTarget({ 'shop.orders': { ...orders!, indexes: [id!] }, 'shop.people': { ...people!, options: '{}' } });
    expect(report).toMatchObject({ collections: 2, documents: 70 });
  });
});

describe('the proof', () => {
  const spoiled = (names: string[]) => ({
    ...snapshot.source,
    collections: snapshot.source.collections.map((c) =>
      names.includes(c.name) ? { ...c, expected: { ...c.expected, documents: c.expected.documents + 1 } } : c,
    ),
  });

  it('names every difference, not only the first, and leaves the target as it was', async () => {
    const failure = await restoreStaged(options({ source: spoiled(['orders', 'people']) })).catch((error) => error);
    expect(failure).toBeInstanceOf(RestoreDiffers);
    expect(failure.differences).toEqual(['shop.orders has 50 documents instead of 51', 'shop.people has 20 documents instead of 21']);
    await expectAtTarget(before.contents);
  });

  it('looks again under the final names, and puts the old data back when an age, an index, a view or a collection is not as it shall be', async () => {
    const spoil: Record<string, (shop: Map<string, ReturnType<FakeMongo['make']>>) => void> = {
      'expireAfterSeconds of index ttl': (shop) => {
        shop.get('orders')!.indexes.find((index) => index.name === 'ttl')!.expireAfterSeconds = 61;
      },
      'index ttl is missing': (shop) => {
        shop.get('orders')!.indexes = [ID];
      },
      'the index on _id is missing': (shop) => {
        shop.get('people')!.indexes = [];
      },
      'option validator': (shop) => {
        shop.get('people')!.options = {};
      },
      'shop.people is missing': (shop) => void shop.delete('people'),
      'shop.cheap is missing': (shop) => void shop.delete('cheap'),
      'another collection than the one that was proven': (shop) => {
        shop.get('people')!.uuid = Buffer.alloc(16, 1);
      },
    };
    for (const [difference, meddle] of Object.entries(spoil)) {
      await reset();
      const meddled = intercepted(d, async (command, run) => {
        const answer = await run();
        if (command.collMod === 'orders' && command.index) meddle(target.databases.get('shop')!);
        return answer;
      });
      const failure = await restoreStaged(options({ deployment: meddled })).catch((error) => error);
      expect(failure, difference).toMatchObject({ code: 'verification-failed' });
      expect(failure.message).toContain(difference);
      const now = (await holdData(d)).contents;
      expect(now['shop.orders'], difference).toEqual(before.contents['shop.orders']);
    }
  });
});

describe('a restore that is taken over', () => {
  it('goes on from what was proven and loads none of it again, whenever its worker was killed', async () => {
    const whole = mortal(d, new MemoryJournal(), { at: Number.POSITIVE_INFINITY, afterwards: true });
    await restoreStaged(options(whole));
    let takenOver = 0;
    for (let at = 1; at <= whole.changes(); at++) {
      await reset();
      const journal = new MemoryJournal();
      await restoreStaged(options(mortal(d, journal, { at, afterwards: true }))).catch(() => {});
      const proven = new Set(journal.plan ? [] : journal.names.filter((one) => one.staged).map((one) => one.staged!.proof!.name));
      const loaded = new Set<string>();
      const source = {
        ...snapshot.source,
        documents: (n: number, o: { signal: AbortSignal }) => {
          loaded.add(snapshot.source.collections[n]!.name);
          return snapshot.source.documents(n, o);
        },
      };
      await restoreStaged(options({ journal, attempt: 2, source }));
      takenOver += proven.size;
      expect([...loaded].filter((name) => proven.has(name))).toEqual([]);
      await expectAtTarget(snapshot.contents, `killed at change ${at}`);
    }
    expect(takenOver).toBeGreaterThan(3);
  });

  it('loads a proven staging again that somebody has replaced', async () => {
    const journal = new MemoryJournal();
    const cut = intercepted(d, async (command, run) => {
      if (command.create && command.validator) throw new Killed();
      return run();
    });
    await expect(restoreStaged(options({ deployment: cut, journal, mayContinue: () => true }))).rejects.toBeInstanceOf(Killed);
    const { name } = journal.names.find((one) => one.staged)!;
    target.make('shop', name, { docs: docs('forged', 50) });
    await restoreStaged(options({ journal, attempt: 2 }));
    await expectAtTarget(snapshot.contents);
  });
});

describe('a drill', () => {
  it('proves the snapshot, touches nothing, and leaves nothing', async () => {
    const journal = new MemoryJournal();
    expect(await rehearseRestore(options({ journal }))).toMatchObject({ collections: 3, documents: 70, warnings: [] });
    await expectAtTarget(before.contents);
    expect(journal.names).toEqual([]);
  });

  it('leaves nothing after the next attempt either, whenever its worker was killed', async () => {
    const whole = mortal(d, new MemoryJournal(), { at: Number.POSITIVE_INFINITY, afterwards: true });
    await rehearseRestore(options(whole));
    for (let at = 1; at <= whole.changes(); at++) {
      const journal = new MemoryJournal();
      await rehearseRestore(options(mortal(d, journal, { at, afterwards: at % 2 === 0 }))).catch(() => {});
      await rehearseRestore(options({ journal, attempt: 2 }));
      await expectAtTarget(before.contents, `killed at change ${at}`);
    }
  });
});

describe('forecastImpact', () => {
  const intent = (o: Partial<Parameters<typeof forecastImpact>[0]> = {}) => ({
    ...{ deployment: d, source: snapshot.source, selection: selectNamespaces(), mode: 'staged' as const },
    ...o,
  });

  it('says what goes, what comes and what stays, and writes nothing', async () => {
    const whole = mortal(d, new MemoryJournal(), { at: 1, afterwards: false });
    const impact = await forecastImpact(intent({ deployment: whole.deployment }));
    expect(impact.dropped).toMatchObject([{ namespace: 'shop.gone', before: { documents: 5 } }]);
    expect(impact.replaced).toMatchObject([{ namespace: 'shop.orders', before: { documents: 3 }, after: { documents: 50 } }]);
    expect(impact.created.map((entry) => entry.namespace)).toEqual(['shop.cheap', 'shop.people']);
    expect(impact).toMatchObject({ kept: [], refusals: [], room: { freeBytes: null } });
    expect(whole.changes()).toBe(0);
  });

  it('drops nothing where the snapshot is restored under other names or what it lacks is kept', async () => {
    const renamed = await forecastImpact(intent({ selection: selectNamespaces({ nsFrom: ['shop.*'], nsTo: ['shop_copy.*'] }) }));
    expect(renamed).toMatchObject({ dropped: [], replaced: [] });
    expect(renamed.created.map((entry) => entry.namespace)).toEqual(['shop_copy.cheap', 'shop_copy.orders', 'shop_copy.people']);
    expect(renamed.kept.map((entry) => entry.namespace)).toEqual(['shop.gone', 'shop.orders']);
    expect(await forecastImpact(intent({ keep: true }))).toMatchObject({ dropped: [], kept: [{ namespace: 'shop.gone' }] });
  });

  it('tells what would be refused', async () => {
    target.make('shop', 'metrics', { type: 'timeseries', options: { timeseries: { timeField: 'at' } } });
    const impact = await forecastImpact(intent({ mongodbVersion: '6.0.1' }));
    expect(impact.refusals.map(({ code }) => code)).toEqual(['version-mismatch', 'unsupported-feature']);
  });
});

describe('the room that a copy takes', () => {
  const withDisk = (free: number) =>
    intercepted(d, async (command, run) => (command.dbStats ? { ok: 1, fsTotalSize: 10_000, fsUsedSize: 10_000 - free } : run()));
  const source = () => ({
    ...snapshot.source,
    collections: snapshot.source.collections.map((c) => ({ ...c, compressedBytes: c.kind === 'view' ? 0 : 100 })),
  });

  it('is asked for before anything is written, refused only where it is surely missing, and never where it is not known', async () => {
    const dying = mortal(withDisk(199), new MemoryJournal(), { at: 1, afterwards: false });
    await expect(restoreStaged(options({ deployment: dying.deployment, source: source() }))).rejects.toMatchObject({ code: 'target-full' });
    expect(dying.changes()).toBe(0);
    const forecast = await forecastImpact({ deployment: withDisk(199), source: source(), selection: selectNamespaces(), mode: 'staged' });
    expect(forecast.refusals).toMatchObject([{ code: 'target-full' }]);
    await restoreStaged(options({ deployment: withDisk(200), source: source() }));
    await restoreStaged(options({ source: source() }));
    await expectAtTarget(snapshot.contents);
  });

  it('is tried all the same where the target is known to be wrong about its disk', async () => {
    const deployment = withDisk(1);
    const tried = { source: source(), onLittleRoom: 'warn' } as const;
    const forecast = await forecastImpact({ deployment, ...tried, selection: selectNamespaces(), mode: 'staged' });
    expect(forecast.refusals).toEqual([]);
    expect(forecast.warnings).toContainEqual(expect.stringContaining('The target has 1 bytes free'));
    await restoreStaged(options({ deployment, ...tried }));
    await expectAtTarget(snapshot.contents);
  });

  it('is none in place', async () => {
    await restoreInPlace(options({ deployment: withDisk(1), source: source() }));
    await expectAtTarget(snapshot.contents);
  });
});
