import type { Document } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Deployment, openDeployment } from '../../src/engine/deployment.ts';
import { type SelectionOptions, selectNamespaces } from '../../src/engine/namespace-selection.ts';
import type { RestoreOptions } from '../../src/engine/restore.ts';
import { restoreStaged, resumeSwap } from '../../src/engine/staged-restore.ts';
import { abandonRestore } from '../../src/engine/stagings.ts';
import { isProblem } from '../../src/errors.ts';
import { type HeldData, holdData, leftovers } from '../kit/collections.ts';
import { MemoryJournal } from '../kit/memory-journal.ts';
import { type MongoServer, startMongo } from '../kit/mongo.ts';
import { intercepted, Killed, mortal, refusing } from '../kit/mortal-deployment.ts';
import { newSumDigest } from '../kit/sum-digest.ts';

const JOB = '0123456789abcdef01234567';

let server: MongoServer;
let d: Deployment;
/** What the snapshot holds, and what the target holds before the restore. */
let snapshot: HeldData;
let before: HeldData;

beforeAll(async () => {
  server = await startMongo('ferretdb');
  d = await openDeployment(server.uri);
  await fill('old');
  await dropAll();
  await fill('snapshot');
  snapshot = await holdData(d);
});

afterAll(async () => {
  await d?.close();
  await server?.stop();
});

beforeEach(async () => {
  await dropAll();
  await fill('old');
  before = await holdData(d);
});

async function dropAll(): Promise<void> {
  const { databases } = await d.client.db('admin').command({ listDatabases: 1 });
  for (const { name } of databases as Document[]) if (!['admin', 'local', 'config'].includes(name)) await d.client.db(name).dropDatabase();
}

/** `shop.orders` is in both, `shop.log` (capped) too, `shop.new` and `crm.people` only in the snapshot, `shop.gone` and `other.gone` only at the target. */
async function fill(which: 'old' | 'snapshot'): Promise<void> {
  const shop = d.client.db('shop');
  const documents = (count: number, text: string) =>
    Array.from({ length: count }, (_, i) => ({ _id: i as never, text: `${text} ${i}`, i }));
  await shop.collection('orders').insertMany(documents(which === 'old' ? 40 : 300, which));
  await shop.createCollection('log', { capped: true, size: 100_000 });
  await shop.collection('log').insertMany(documents(20, which).reverse());
  if (which === 'snapshot') {
    await shop.collection('orders').createIndex({ text: 1, i: -1 });
    await shop.collection('orders').createIndex({ i: 1 }, { unique: true, name: 'by number' });
    await shop.collection('new').insertMany(documents(5, which));
    await shop.createCollection('empty');
    await d.client.db('crm').collection('people').insertMany(documents(7, which));
  } else {
    await shop.collection('gone').insertMany(documents(3, which));
    await d.client.db('other').collection('gone').insertMany(documents(3, which));
  }
}

function options(o: Partial<RestoreOptions> & { select?: SelectionOptions } = {}): RestoreOptions {
  const { select, ...rest } = o;
  return {
    deployment: d,
    source: snapshot.source,
    journal: new MemoryJournal(),
    newDigest: newSumDigest,
    jobId: JOB,
    attempt: 1,
    selection: selectNamespaces(select),
    fence: async () => {},
    waits: [1, 1],
    atOnce: { large: 1, small: 1 },
    ...rest,
  };
}

async function expectAtTarget(expected: HeldData['contents']): Promise<void> {
  expect((await holdData(d)).contents).toEqual(expected);
  expect(await leftovers(d)).toEqual([]);
}

describe('restoreStaged', () => {
  it('replaces all data of the target by what the snapshot holds', async () => {
    const journal = new MemoryJournal();
    const progress: { documents: number; totalDocuments: number }[] = [];
    const report = await restoreStaged(options({ journal, atOnce: { large: 2, small: 3 }, onProgress: (p) => progress.push(p) }));
    await expectAtTarget(snapshot.contents);
    expect(report).toMatchObject({
      collections: 5,
      documents: 332,
      indexes: 2,
      removed: ['other.gone', 'shop.gone'],
      appeared: [],
      discarded: [],
      warnings: [],
    });
    expect(progress.at(-1)).toMatchObject({ documents: 332, totalDocuments: 332 });
    expect(await journal.load()).toBeNull();
    expect(await journal.registered()).toEqual([]);
  });

  it('keeps the order of a capped collection', async () => {
    await restoreStaged(options());
    const ids = (await d.client.db('shop').collection('log').find().toArray()).map((document) => Number(document._id));
    expect(ids).toEqual(Array.from({ length: 20 }, (_, i) => 19 - i));
  });

  it('leaves everything outside the selection alone', async () => {
    const report = await restoreStaged(options({ select: { nsInclude: ['shop.orders', 'crm.*'] } }));
    const { 'shop.orders': orders, 'crm.people': people } = snapshot.contents;
    await expectAtTarget({ ...before.contents, 'shop.orders': orders!, 'crm.people': people! });
    expect(report).toMatchObject({ collections: 2, removed: [] });
  });

  it('restores under other names, next to what is there', async () => {
    await restoreStaged(options({ select: { nsInclude: ['shop.*'], nsFrom: ['shop.*'], nsTo: ['copy.*_2'] } }));
    const copies = Object.entries(snapshot.contents).flatMap(([text, c]) =>
      text.startsWith('shop.') ? [[`copy.${text.slice(5)}_2`, c]] : [],
    );
    await expectAtTarget({ ...before.contents, ...Object.fromEntries(copies) });
  });

  it('refuses two collections under one name, and a selection that takes nothing, before it writes', async () => {
    const both = options({ select: { nsFrom: ['shop.$c$'], nsTo: ['shop.all'] } });
    await expect(restoreStaged(both)).rejects.toMatchObject({ code: 'invalid-value' });
    await expect(restoreStaged(options({ select: { nsInclude: ['nothing.*'] } }))).rejects.toMatchObject({ code: 'invalid-value' });
    await expectAtTarget(before.contents);
  });

  it('refuses a target of another major version', async () => {
    await expect(restoreStaged(options({ mongodbVersion: '6.0.1' }))).rejects.toMatchObject({ code: 'version-mismatch' });
    await expectAtTarget(before.contents);
  });

  it('fails and leaves the target as it was when a document differs from the snapshot', async () => {
    const source = {
      ...snapshot.source,
      async *documents(n: number, o: { signal: AbortSignal }) {
        for await (const run of snapshot.source.documents(n, o)) {
          const bytes = Buffer.from(run.bytes);
          const at = bytes.indexOf('snapshot 4');
          if (at >= 0) bytes[at] = 0x53;
          yield { ...run, bytes };
        }
      },
    };
    const journal = new MemoryJournal();
    await expect(restoreStaged(options({ source, journal }))).rejects.toMatchObject({ code: 'verification-failed' });
    await expectAtTarget(before.contents);
    expect(await journal.registered()).toEqual([]);
  });

  it.each([
    [
      'a TTL index',
      { indexes: ['{"v":{"$numberInt":"2"},"key":{"at":{"$numberInt":"1"}},"name":"ttl","expireAfterSeconds":{"$numberInt":"60"}}'] },
      /index ttl of shop\.orders/,
    ],
    ['a validator', { options: '{"validator":{"a":{"$gt":{"$numberInt":"1"}}}}' }, /validator/],
    ['a view', { kind: 'view' as const, options: '{"viewOn":"orders","pipeline":[]}' }, /view shop\.orders/],
    ['a time series collection', { kind: 'timeseries' as const }, /time series/],
  ])('names %s that the target does not know, and leaves the target as it was', async (_, change, sentence) => {
    const collections = snapshot.source.collections.map((c) => (c.name === 'orders' ? { ...c, ...change } : c));
    const failure = await restoreStaged(options({ source: { ...snapshot.source, collections } })).catch((error) => error);

    expect(failure).toMatchObject({ code: 'unsupported-feature' });
    expect(failure.message).toMatch(sentence);
    await expectAtTarget(before.contents);
  });

  it('is cancelled by its signal until the swap is committed, and not any more after that', async () => {
    for (const phase of ['loading', 'indexing', 'verifying', 'replacing']) {
      await dropAll();
      await fill('old');
      const cancel = new AbortController();
      const reason = new Error('cancelled by the user');
      const onProgress = (p: { phase: string }) => p.phase === phase && cancel.abort(reason);
      const restored = restoreStaged(options({ signal: cancel.signal, onProgress }));
      if (phase === 'replacing') await restored;
      else await expect(restored).rejects.toBe(reason);
      await expectAtTarget(phase === 'replacing' ? snapshot.contents : before.contents);
    }
  });

  it('reports collections that appeared while it ran and never drops them', async () => {
    let made = false;
    const onProgress = async (p: { phase: string }) => {
      if (p.phase !== 'verifying' || made) return;
      made = true;
      await d.client
        .db('shop')
        .collection('late')
        .insertOne({ _id: 1 as never });
    };
    const report = await restoreStaged(options({ onProgress }));
    expect(report.appeared).toEqual(['shop.late']);
    expect(await d.client.db('shop').collection('late').countDocuments()).toBe(1);
    expect(await leftovers(d)).toEqual([]);
  });

  it('replaces a collection that an application makes again in the middle of the swap, and says so', async () => {
    const meddled = intercepted(d, async (command, run) => {
      const answer = await run();
      const setsAside = command.to?.startsWith(`shop.lb_o_${JOB}_`) && command.to.length < 40 && command.renameCollection === 'shop.orders';
      if (setsAside)
        await d.client
          .db('shop')
          .collection('orders')
          .insertOne({ _id: 'late' as never });
      return answer;
    });
    const report = await restoreStaged(options({ deployment: meddled }));
    expect(report.discarded).toEqual(['shop.orders']);
    await expectAtTarget(snapshot.contents);
  });
});

describe('a restore whose worker is killed', () => {
  it('leaves the target exactly old or new at every change, after the next attempt, with nothing left over', {
    timeout: 300_000,
  }, async () => {
    const whole = mortal(d, new MemoryJournal(), { at: Number.POSITIVE_INFINITY, afterwards: true });
    await restoreStaged(options(whole));
    const changes = whole.changes();
    expect(changes).toBeGreaterThan(25);
    for (let at = 1; at <= changes; at++) {
      for (const afterwards of [false, true]) {
        await dropAll();
        await fill('old');
        const journal = new MemoryJournal();
        const dying = mortal(d, journal, { at, afterwards });
        await expect(restoreStaged(options({ ...dying })), `at change ${at}`).rejects.toBeInstanceOf(Killed);
        if (journal.phases.length === 0) expect((await holdData(d)).contents, `at change ${at}`).toEqual(before.contents);
        await restoreStaged(options({ journal, attempt: 2 }));
        await expectAtTarget(snapshot.contents);
        expect(await journal.registered()).toEqual([]);
      }
    }
  });

  it('is undone by abandonRestore at every change before the commit, and is not after it', { timeout: 300_000 }, async () => {
    for (let at = 1; ; at++) {
      await dropAll();
      await fill('old');
      const journal = new MemoryJournal();
      const dying = mortal(d, journal, { at, afterwards: true });
      await expect(restoreStaged(options({ ...dying }))).rejects.toBeInstanceOf(Killed);
      const isCommitted = journal.phases.length > 0;
      expect(await abandonRestore({ deployment: d, journal, fence: async () => {} })).toBe(!isCommitted);
      if (isCommitted) break;
      await expectAtTarget(before.contents);
    }
  });
});

describe('a swap that the target refuses', () => {
  /** Refuses the `n`-th rename and, when `forever`, everything after it. */
  function refusesRename(n: number, forever: boolean): { deployment: Deployment; count: () => number; permit: () => void } {
    let renames = 0;
    let permitted = false;
    const isRefused = (command: Document) => {
      if (!command.renameCollection || permitted) return false;
      renames++;
      return renames === n || (forever && renames > n);
    };
    return {
      deployment: refusing(d, isRefused),
      count: () => renames,
      permit: () => {
        permitted = true;
      },
    };
  }

  it('is rolled back from every rename to exactly what was there', { timeout: 120_000 }, async () => {
    const counted = refusesRename(Number.POSITIVE_INFINITY, false);
    await restoreStaged(options({ deployment: counted.deployment }));
    expect(counted.count()).toBe(9);
    for (let n = 1; n <= counted.count(); n++) {
      await dropAll();
      await fill('old');
      const journal = new MemoryJournal();
      const failure = restoreStaged(options({ deployment: refusesRename(n, false).deployment, journal }));
      await expect(failure, `rename ${n}`).rejects.toMatchObject({ code: 'mongodb-failed' });
      await expectAtTarget(before.contents);
      expect(await journal.load()).toBeNull();
    }
  });

  it('says partially-replaced, with a list, where the way back is refused too, and goes on when it may', { timeout: 120_000 }, async () => {
    for (const forward of [true, false]) {
      await dropAll();
      await fill('old');
      const journal = new MemoryJournal();
      const target = refusesRename(4, true);
      const failure = await restoreStaged(options({ deployment: target.deployment, journal })).catch((error) => error);
      expect(failure).toMatchObject({ code: 'partially-replaced' });
      expect(failure.message).toContain('replaced: crm.people');
      expect(failure.message).toContain('as before: ');
      expect(failure.message).toContain(`restores resume CLUSTER ${JOB}`);
      target.permit();
      const resumed = resumeSwap(options({ deployment: target.deployment, journal, forward }));
      if (forward) expect(await resumed).toMatchObject({ collections: 5, documents: 332 });
      else await expect(resumed).rejects.toSatisfy((error) => isProblem(error, 'mongodb-failed'));
      await expectAtTarget(forward ? snapshot.contents : before.contents);
    }
  });

  it('is put back by the next attempt when the worker is killed during the roll-back', { timeout: 300_000 }, async () => {
    let killedOnTheWayBack = 0;
    for (let at = 1; ; at++) {
      await dropAll();
      await fill('old');
      const journal = new MemoryJournal();
      const dying = mortal(refusesRename(5, false).deployment, journal, { at, afterwards: at % 2 === 0 });
      const outcome = await restoreStaged(options({ ...dying })).catch((error) => error);
      if (!(outcome instanceof Killed)) break;
      if (!journal.phases.includes('rolling-back')) continue;
      killedOnTheWayBack++;
      // Killed after the journal's very last entry: nothing is left to put back.
      if (journal.plan === null) expect(await resumeSwap(options({ journal }))).toBeNull();
      else await expect(resumeSwap(options({ journal }))).rejects.toMatchObject({ code: 'mongodb-failed' });
      await expectAtTarget(before.contents);
    }
    expect(killedOnTheWayBack).toBeGreaterThan(5);
  });

  it('takes back what a worker does that was stopped between the fence and a step, and goes on when its successor is done', async () => {
    for (const which of [1, 2, 3, 4, 5, 6]) {
      await dropAll();
      await fill('old');
      const journal = new MemoryJournal();
      let owner = 'the first';
      let renames = 0;
      const slow = intercepted(d, async (command, run) => {
        if ('renameCollection' in command && ++renames === which) {
          owner = 'its successor';
          await restoreStaged(options({ journal, attempt: 2 }));
        }
        return run();
      });
      const fence = async () => {
        if (owner !== 'the first') throw new Error('another worker owns this job');
      };
      await expect(restoreStaged(options({ deployment: slow, journal, fence })), `rename ${which}`).rejects.toThrow('another worker');
      await expectAtTarget(snapshot.contents);
    }
  });

  it('stops at once when another worker owns the job', async () => {
    let steps = 0;
    const lost = new Error('another worker owns this job');
    const journal = new MemoryJournal();
    const fence = async () => {
      if (journal.phases.length > 0 && ++steps > 3) throw lost;
    };
    await expect(restoreStaged(options({ journal, fence }))).rejects.toBe(lost);
    expect(await journal.load()).toMatchObject({ phase: 'swapping' });
    await resumeSwap(options({ journal }));
    await expectAtTarget(snapshot.contents);
  });
});
