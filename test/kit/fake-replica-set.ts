import { deserialize, serialize } from 'bson';
import { type Document, Long, type MongoClient, MongoServerError, Timestamp } from 'mongodb';
import type { Deployment } from '../../src/engine/deployment.ts';

interface Version {
  time: number;
  documents: Document[];
}

interface OpenCursor {
  session: object | undefined;
  rest: Document[];
}

/**
 * A replica set of one node that keeps the past of its collections for `window` ticks, and holds clients to the rules of snapshot reads
 * (https://www.mongodb.com/docs/manual/reference/read-concern-snapshot/): a session, no `readConcern` on `getMore`, never beside `afterClusterTime`, no moment that is
 * too long ago or yet to come, no capped collections before 8.0. Every command is a tick, before which `onTick` may write.
 */
export class FakeReplicaSet {
  readonly collections = new Map<string, { versions: Version[]; options: Document }>();
  readonly commands: Document[] = [];
  window = Number.MAX_SAFE_INTEGER;
  knowsSnapshots = true;
  onTick: () => void = () => {};
  readonly #cursors = new Map<string, OpenCursor>();
  #time = 1;

  write(name: string, documents: Document[], options: Document = {}): void {
    this.#time += 1;
    const collection = this.collections.get(name) ?? { versions: [], options };
    collection.versions.push({ time: this.#time, documents });
    this.collections.set(name, collection);
  }

  deployment(): Deployment {
    const client = this.#client();
    return {
      ...{ address: 'fake:27017', version: '7.0.0', majorVersion: '7.0', topology: 'replicaSet', product: 'mongodb', sessions: true },
      limits: { maxWriteBatchSize: 1000, maxMessageSizeBytes: 48_000_000, maxBsonObjectSize: 16_777_216 },
      client,
      node: async () => client,
      close: async () => {},
    };
  }

  #client(): MongoClient {
    const db = () => ({
      command: async (command: Document, o: { session?: object; raw?: boolean } = {}) => {
        await Promise.resolve();
        this.onTick();
        this.#time += 1;
        this.commands.push(command);
        const answer = this.#answer(command, o.session);
        return o.raw && answer.cursor ? { ...answer, cursor: Buffer.from(serialize(answer.cursor)) } : answer;
      },
    });
    return { db, startSession: () => ({ id: {}, endSession: async () => {} }) } as unknown as MongoClient;
  }

  #answer(command: Document, session: object | undefined): Document {
    const [name] = Object.keys(command);
    switch (name) {
      case 'listDatabases':
        return { ok: 1, databases: [{ name: 'bank' }] };
      case 'listCollections':
        return whole(
          'bank.$cmd',
          [...this.collections].map(([one, { options }]) => ({ name: one, type: 'collection', options, info: {} })),
        );
      case 'listIndexes':
        return whole('bank.$cmd', [{ v: 2, key: { _id: 1 }, name: '_id_' }]);
      case 'find':
        return this.#find(command, session);
      case 'getMore':
        return this.#more(command, session);
      case 'killCursors':
        return { ok: 1 };
      default:
        throw failure(59, `no such command: '${name}'`);
    }
  }

  #find(command: Document, session: object | undefined): Document {
    const collection = this.collections.get(command.find);
    const level = command.readConcern?.level;
    const at = level === 'snapshot' ? this.#moment(command, collection?.options ?? {}, session) : this.#time;
    const kept = collection?.versions.findLast(({ time }) => time <= at)?.documents ?? [];
    const bound = command.min ? Number(command.min._id) : Number.NEGATIVE_INFINITY;
    const found = kept.filter(({ _id }) => _id >= bound).slice(0, command.limit ?? kept.length);
    const rest = command.projection ? found.map(({ _id }) => ({ _id })) : found;
    const id = Long.fromNumber(this.commands.length);
    const first = rest.slice(0, command.batchSize ?? 101);
    const isOver = first.length === rest.length || command.singleBatch === true;
    if (!isOver) this.#cursors.set(String(id), { session, rest: rest.slice(first.length) });
    const point = level === 'snapshot' ? { atClusterTime: new Timestamp({ t: at, i: 0 }) } : {};
    return { ok: 1, cursor: { firstBatch: first, id: isOver ? Long.ZERO : id, ns: `bank.${command.find}`, ...point } };
  }

  /** The moment that a snapshot read is of, or the server's refusal. */
  #moment(command: Document, options: Document, session: object | undefined): number {
    const { atClusterTime, afterClusterTime } = command.readConcern;
    if (!this.knowsSnapshots) throw failure(123, 'node needs to be a replica set member to use read concern snapshot');
    if (!session) throw failure(72, 'a snapshot read needs a session here');
    if (atClusterTime && afterClusterTime) throw failure(72, 'Specifying both atClusterTime and afterClusterTime is not allowed');
    if (options.capped) throw failure(246, 'Reading from a capped collection with readConcern snapshot is not supported');
    const at = atClusterTime ? (atClusterTime as Timestamp).getHighBits() : this.#time;
    if (at > this.#time) throw failure(246, 'the moment is yet to come');
    if (at < this.#time - this.window) throw failure(239, 'Snapshot is too old');
    return at;
  }

  #more(command: Document, session: object | undefined): Document {
    if (command.readConcern) throw failure(72, 'getMore takes no readConcern');
    const cursor = this.#cursors.get(String(command.getMore));
    if (!cursor) throw failure(43, 'cursor not found');
    if (cursor.session !== session) throw failure(50738, 'the cursor belongs to another session');
    const batch = cursor.rest.splice(0, command.batchSize ?? 101);
    return {
      ok: 1,
      cursor: { nextBatch: batch, id: cursor.rest.length === 0 ? Long.ZERO : command.getMore, ns: `bank.${command.collection}` },
    };
  }
}

function whole(ns: string, documents: Document[]): Document {
  return { ok: 1, cursor: { firstBatch: documents, id: Long.ZERO, ns } };
}

const failure = (code: number, errmsg: string) => new MongoServerError({ ok: 0, code, errmsg });

/** The documents of a run. */
export function decoded(bytes: Buffer): Document[] {
  const documents: Document[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at))
    documents.push(deserialize(bytes.subarray(at, at + bytes.readInt32LE(at))));
  return documents;
}
