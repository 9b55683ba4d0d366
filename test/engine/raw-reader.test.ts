import { serialize } from 'bson';
import fc from 'fast-check';
import { Timestamp } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { pause } from '../../src/clock.ts';
import { RawCursor } from '../../src/engine/raw-cursor.ts';
import { type ReadOptions, readCollection } from '../../src/engine/raw-reader.ts';
import { compareIds, FakeNode, lostConnection, lostCursor } from '../kit/fake-node.ts';

const ORDERS = { database: 'shop', name: 'orders', kind: 'collection', readOrder: 'id' } as const;
const bson = (object: object): Buffer => Buffer.from(serialize(object));
const numbered = (count: number) => Array.from({ length: count }, (_, _id) => bson({ _id, text: `document ${_id}` }));

async function readAll(node: FakeNode, o: ReadOptions & { readOrder?: 'id' | 'natural'; sessions?: boolean } = {}): Promise<Buffer> {
  const runs: Buffer[] = [];
  const { readOrder = 'id', sessions = true, ...options } = o;
  for await (const run of readCollection(node.deployment({ sessions }), { ...ORDERS, readOrder }, options))
    runs.push(Buffer.from(run.bytes));
  return Buffer.concat(runs);
}

const id = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.string({ maxLength: 3 }));
const collection = fc.uniqueArray(id, { maxLength: 30 }).map((ids) => ids.map((_id) => bson({ _id, text: 'x' })).sort(compareIds));

describe('readCollection', () => {
  it('reads every document once, byte for byte, whatever is lost on the way, when it reads in _id order', async () => {
    const trouble = fc.record({
      after: fc.integer({ min: 1, max: 12 }),
      error: fc.constantFrom(lostCursor, lostConnection),
      deletes: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        collection,
        fc.integer({ min: 1, max: 5 }),
        fc.array(trouble, { maxLength: 3 }),
        async (documents, batch, troubles) => {
          const node = new FakeNode(documents, batch);
          let reads = 0;
          const deleted = new Set<string>();
          node.onCommand = (command) => {
            if (!command.find && !command.getMore) return;
            reads++;
            const due = troubles.find((one) => one.after === reads);
            if (!due) return;
            if (command.min && due.deletes) {
              // The document at which the reader wants to go on is deleted before it comes back.
              const bound = bson(command.min);
              node.documents = node.documents.filter((document) => compareIds(document, bound) !== 0);
              deleted.add(bound.toString('hex'));
              return;
            }
            node.cursors.clear();
            throw due.error();
          };
          expect(await readAll(node)).toEqual(Buffer.concat(documents));
          expect(node.cursors.size).toBe(0);
          expect(node.openSessions).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('throws Interrupted in natural order, where nobody knows how far it was', async () => {
    const node = new FakeNode(numbered(10));
    node.onCommand = (_, count) => {
      if (count === 3) throw lostConnection();
    };
    await expect(readAll(node, { readOrder: 'natural' })).rejects.toMatchObject({ name: 'Interrupted' });
    expect(node.commands[0]).not.toHaveProperty('hint');
    expect(node.openSessions).toBe(0);
  });

  it('gives up in _id order too, after losing cursor upon cursor without a document of progress', async () => {
    const node = new FakeNode(numbered(10));
    node.onCommand = (command) => {
      if (command.find) throw lostConnection();
    };
    await expect(readAll(node)).rejects.toMatchObject({ name: 'Interrupted' });
    expect(node.commands.filter((command) => command.find)).toHaveLength(4);
  });

  it('reads on when bytes on the line were damaged once, and says so when they always are', async () => {
    const node = new FakeNode(numbered(10));
    // The length of the batch's first document: type, field name, length of the array, type, name.
    const damage = (cursor: Buffer) => cursor.writeInt32LE(1_929_553_673, cursor.indexOf('Batch\0') + 6 + 4 + 3);
    node.onReply = (cursor, count) => void (count === 3 && damage(cursor));
    expect(await readAll(node)).toEqual(await readAll(new FakeNode(numbered(10))));
    node.onReply = damage;
    await expect(readAll(node)).rejects.toMatchObject({
      name: 'Interrupted',
      message: expect.stringMatching(/asked to read shop\.orders and answered with damaged bytes: Malformed BSON/),
    });
  });

  it('throws mongodb-failed with the sentence of the server when it refuses', async () => {
    const node = new FakeNode(numbered(3));
    node.onCommand = () => {
      throw Object.assign(lostCursor(), { code: 13, message: 'not authorized on shop' });
    };
    await expect(readAll(node)).rejects.toMatchObject({
      code: 'mongodb-failed',
      parameters: ['to read shop.orders', 'not authorized on shop'],
    });
  });

  it('names the moment on find only, and never next to another read concern', async () => {
    const node = new FakeNode(numbered(10));
    const atClusterTime = new Timestamp({ t: 5, i: 1 });
    await readAll(node, { readAt: { atClusterTime } });
    const [find, ...others] = node.commands;
    expect(find!.readConcern).toEqual({ level: 'snapshot', atClusterTime });
    expect(others.length).toBeGreaterThan(1);
    for (const command of others) expect(command).not.toHaveProperty('readConcern');
  });

  it('throws HistoryLost when the server no longer has the moment', async () => {
    const node = new FakeNode(numbered(3));
    node.onCommand = () => {
      throw Object.assign(lostCursor(), { code: 239 });
    };
    await expect(readAll(node)).rejects.toMatchObject({ name: 'HistoryLost' });
  });

  it('kills its cursor and ends its session when the consumer stops early, fails, or cancels', async () => {
    const stops: ((node: FakeNode) => Promise<unknown>)[] = [
      async (node) => {
        for await (const _ of readCollection(node.deployment(), ORDERS)) break;
      },
      async (node) => {
        for await (const _ of readCollection(node.deployment(), ORDERS)) throw new Error('the disk is full');
      },
      async (node) => {
        const cancel = new AbortController();
        for await (const _ of readCollection(node.deployment(), ORDERS, { signal: cancel.signal })) cancel.abort(new Error('cancelled'));
      },
    ];
    for (const stop of stops) {
      const node = new FakeNode(numbered(100));
      await stop(node).catch((error) => expect(error.message).toMatch(/full|cancelled/));
      expect(node.cursors.size).toBe(0);
      expect(node.openSessions).toBe(0);
    }
  });

  it('stops within two seconds when it is cancelled while the server does not answer', async () => {
    const node = new FakeNode(numbered(100));
    const hanging = { db: () => ({ command: () => new Promise(() => {}) }), startSession: node.client().startSession };
    const cancel = new AbortController();
    const reading = readCollection(node.deployment({ node: async () => hanging as never }), ORDERS, { signal: cancel.signal }).next();
    setTimeout(() => cancel.abort(new Error('cancelled')), 5);
    await expect(reading).rejects.toThrow('cancelled');
  });

  it('sends no session to a server that has none', async () => {
    const node = new FakeNode(numbered(10));
    await readAll(node, { sessions: false });
    expect(node.openSessions).toBe(0);
  });

  it('asks for the next batch before the last one is consumed, and for no more', async () => {
    const node = new FakeNode(numbered(30));
    const reading = readCollection(node.deployment(), ORDERS);
    await reading.next();
    await pause(5);
    expect(node.commands.map((command) => Object.keys(command)[0])).toEqual(['find', 'getMore']);
    await reading.return(undefined);
  });

  it('asks for all of a small collection at once, and for a few documents of one whose size is not known', async () => {
    const batchSizes: Record<string, unknown> = {};
    const sizes = {
      small: { estimatedDocuments: 40, estimatedBytes: 4000 },
      large: { estimatedDocuments: 40, estimatedBytes: 40_000_000 },
      many: { estimatedDocuments: 100_000, estimatedBytes: 500_000 },
      unknown: { estimatedDocuments: 40, estimatedBytes: 0 },
    };
    for (const [what, estimates] of Object.entries(sizes)) {
      const node = new FakeNode(numbered(40), 1000);
      for await (const _ of readCollection(node.deployment(), { ...ORDERS, ...estimates }));
      batchSizes[what] = node.commands[0]!.batchSize;
    }
    expect(batchSizes).toEqual({ small: 41, large: 10, many: 10, unknown: 10 });
  });

  it('gives no two readers that read at once the same memory', async () => {
    const read = async () => {
      const runs: Buffer[] = [];
      for await (const run of readCollection(new FakeNode(numbered(9)).deployment(), ORDERS, { reuseMemory: true })) runs.push(run.bytes);
      return new Set(runs.map(({ buffer }) => buffer));
    };
    await read();
    const [one, two] = await Promise.all([read(), read()]);
    expect([...one].filter((memory) => two.has(memory))).toEqual([]);
    // Afterwards it is used again.
    expect([...one, ...two]).toEqual(expect.arrayContaining([...(await read())]));
  });

  it('reads the buckets of a time series, which are its raw data since 8.3', async () => {
    for (const [version, expected] of Object.entries({
      '8.3.0': { find: 'metrics', rawData: true },
      '7.0.2': { find: 'system.buckets.metrics' },
    })) {
      const node = new FakeNode(numbered(1));
      const metrics = { database: 'shop', name: 'metrics', kind: 'timeseries', readOrder: 'natural' } as const;
      for await (const _ of readCollection(node.deployment({ version }), metrics));
      expect(node.commands[0]).toMatchObject(expected);
    }
  });
});

describe('RawCursor', () => {
  it('refreshes the session of a stalled reader', async () => {
    const node = new FakeNode(numbered(10));
    const cursor = new RawCursor(node.client(), 'shop', { find: 'orders', batchSize: 1 }, { sessions: true, refreshEvery: 5 });
    await cursor.next();
    await pause(30);
    expect(node.commands.some((command) => command.refreshSessions)).toBe(true);
    await cursor.close();
    const count = node.commands.length;
    await pause(20);
    expect(node.commands.length).toBe(count);
  });

  it('asks for batches by bytes, from the size of the documents before', async () => {
    const large = Array.from({ length: 20 }, (_, _id) => bson({ _id, text: 'x'.repeat(10_000) }));
    const node = new FakeNode(large, 5);
    const cursor = new RawCursor(node.client(), 'shop', { find: 'orders', batchSize: 5 }, { sessions: true, batchBytes: 100_000 });
    await cursor.next();
    expect(node.commands[1]!.batchSize).toBe(9);
    await cursor.close();
  });
});
