import { deserialize, serialize } from 'bson';
import { type Document, Long, type MongoClient, MongoNetworkError, MongoServerError } from 'mongodb';
import type { Deployment } from '../../src/engine/deployment.ts';

/**
 * One node that holds one collection in `_id` order and answers `find` and `getMore` with raw batches, as the driver hands them out. It enforces
 * what a server does (a cursor belongs to its session, `min` needs the hint and is inclusive) and fails where it is told to.
 */
export class FakeNode {
  documents: Buffer[];
  readonly batch: number;
  /** Called before each answer; throws to fail, or changes the data. */
  onCommand: (command: Document, count: number) => void = () => {};
  /** Called with the BSON of each cursor that is answered; may damage it. */
  onReply: (cursor: Buffer, count: number) => void = () => {};
  commands: Document[] = [];
  readonly cursors = new Map<string, { at: number; session: object | undefined; list: Buffer[] }>();
  openSessions = 0;
  #next = 1n;

  constructor(documents: Buffer[], batch = 3) {
    this.documents = documents;
    this.batch = batch;
  }

  deployment(o: Partial<Deployment> = {}): Deployment {
    return {
      topology: 'replicaSet',
      sessions: true,
      version: '7.0.0',
      product: 'mongodb',
      node: async () => this.client(),
      ...o,
    } as Deployment;
  }

  client(): MongoClient {
    const startSession = () => {
      this.openSessions++;
      return { id: {}, endSession: async () => void this.openSessions-- };
    };
    const db = () => ({ command: async (command: Document, options?: { session?: object }) => this.#answer(command, options?.session) });
    return { db, startSession } as unknown as MongoClient;
  }

  async #answer(command: Document, session: object | undefined): Promise<Document> {
    this.commands.push(command);
    await Promise.resolve();
    this.onCommand(command, this.commands.length);
    if (command.find) return this.#find(command, session);
    if (command.getMore) return this.#more(command, session);
    if (command.killCursors) for (const id of command.cursors) this.cursors.delete(String(id));
    return { ok: 1 };
  }

  #find(command: Document, session: object | undefined): Document {
    let list = this.documents;
    if (command.min) {
      if (!command.hint) throw new MongoServerError({ ok: 0, code: 2, errmsg: 'min needs a hint' });
      const bound = Buffer.from(serialize(command.min));
      const from = list.findIndex((document) => compareIds(document, bound) >= 0);
      list = from < 0 ? [] : list.slice(from);
    }
    const id = String(this.#next++);
    this.cursors.set(id, { at: 0, session, list: [...list] });
    return this.#reply(id, command.batchSize, 'firstBatch');
  }

  #more(command: Document, session: object | undefined): Document {
    const id = String(command.getMore);
    const cursor = this.cursors.get(id);
    if (!cursor) throw lostCursor();
    if (cursor.session !== session) throw new MongoServerError({ ok: 0, code: 50738, errmsg: 'the cursor belongs to another session' });
    return this.#reply(id, this.batch, 'nextBatch');
  }

  #reply(id: string, size: number, field: string): Document {
    const cursor = this.cursors.get(id)!;
    const batch = cursor.list.slice(cursor.at, cursor.at + Math.min(size, this.batch));
    cursor.at += batch.length;
    const isOver = cursor.at >= cursor.list.length;
    if (isOver) this.cursors.delete(id);
    const decoded = batch.map((document) => deserialize(document, { promoteValues: false, bsonRegExp: true }));
    const answered = Buffer.from(serialize({ [field]: decoded, id: isOver ? Long.ZERO : Long.fromString(id), ns: 'shop.orders' }));
    this.onReply(answered, this.commands.length);
    return { ok: 1, cursor: answered };
  }
}

export const lostCursor = () => new MongoServerError({ ok: 0, code: 43, errmsg: 'cursor not found' });
export const lostConnection = () => new MongoNetworkError('connection closed');

/** The order of `_id`s that the tests use: numbers before texts. */
export function compareIds(left: Buffer, right: Buffer): number {
  const [a, b] = [left, right].map((bytes) => deserialize(bytes)._id as number | string);
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a! < b! ? -1 : a! > b! ? 1 : 0;
}
