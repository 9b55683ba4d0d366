import { type ClientSession, type Document, Long, type MongoClient } from 'mongodb';
import { MINUTE, pause, SECOND } from '../clock.ts';
import { abortable } from './abortable.ts';
import { averageDocumentOfBatch, type CursorReply, readCursorReply } from './cursor-reply.ts';
import { databaseOf } from './databases.ts';

/** A server drops a cursor that was idle for 10 minutes and a session that was idle for 30. */
const REFRESH_EVERY = 5 * MINUTE;
/** Killing a cursor is a courtesy; a server that does not answer must not hold up the reader. */
const CLEAN_UP_WITHIN = 1 * SECOND;

export interface RawCursorOptions {
  /** Whether the server knows logical sessions. */
  sessions: boolean;
  /** About how large a batch to ask for. Without it, a batch is as large as the server likes: 16 MiB of MongoDB, 101 documents of others. */
  batchBytes?: number;
  /** Milliseconds between the refreshes of the session. */
  refreshEvery?: number;
}

/** A batch's number of documents is guessed from the batch before; no guess asks for more than this. */
const MOST_DOCUMENTS = 100_000;
/** What other servers than MongoDB take when nothing is said. */
const FEWEST_DOCUMENTS = 101;
/** How many documents are measured for the guess: walking through all of them would cost as much as a tenth of the reading. */
const SAMPLE = 256;

/**
 * A cursor whose batches arrive undecoded. It lives on one node: `client` must be connected to that node alone, because `getMore` through
 * `db.command` is pinned to nothing; and it has one explicit session, because a server refuses a cursor to another session than the one that opened it.
 * The next batch is asked for as soon as the last one has come. Call {@link close} always, on errors too.
 */
export class RawCursor {
  readonly #client: MongoClient;
  readonly #database: string;
  readonly #session: ClientSession | undefined;
  readonly #refresher: NodeJS.Timeout | undefined;
  readonly #batchBytes: number | undefined;
  #pending: Promise<CursorReply> | null;
  #cursorId = 0n;
  #collection = '';
  #asked = FEWEST_DOCUMENTS;
  #closed = false;

  /** Sends `command`, which must answer with a cursor. */
  constructor(client: MongoClient, database: string, command: Document, o: RawCursorOptions) {
    this.#client = client;
    this.#database = database;
    this.#batchBytes = o.batchBytes;
    if (o.sessions) {
      // Not causally consistent: `afterClusterTime` must never stand next to `atClusterTime`.
      this.#session = client.startSession({ causalConsistency: false });
      this.#refresher = setInterval(() => this.#refresh(), o.refreshEvery ?? REFRESH_EVERY).unref();
    }
    this.#pending = this.#ask(command);
  }

  /** The BSON array of the next batch, which may be empty; null after the last one. */
  async next(signal?: AbortSignal): Promise<Buffer | null> {
    if (!this.#pending) return null;
    const reply = await abortable(this.#pending, signal);
    this.#cursorId = reply.cursorId;
    this.#collection = reply.namespace.slice(reply.namespace.indexOf('.') + 1);
    this.#pending = reply.cursorId === 0n ? null : this.#ask(this.#getMore(reply));
    return reply.batch;
  }

  #getMore(reply: CursorReply): Document {
    const command: Document = { getMore: Long.fromBigInt(reply.cursorId), collection: this.#collection };
    if (this.#batchBytes) command.batchSize = this.#nextBatchSize(reply.batch, this.#batchBytes);
    return command;
  }

  /** From the average size in the last batch, and at most four times as many as were asked for then: one batch of tiny documents says little of the next. */
  #nextBatchSize(batch: Buffer, batchBytes: number): number {
    const average = averageDocumentOfBatch(batch, SAMPLE);
    const fitting = average === 0 ? FEWEST_DOCUMENTS : Math.floor(batchBytes / average);
    const most = Math.min(MOST_DOCUMENTS, 4 * Math.max(this.#asked, FEWEST_DOCUMENTS));
    this.#asked = Math.max(1, Math.min(fitting, most));
    return this.#asked;
  }

  /** Ends the cursor and its session on the server. Never throws. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#refresher);
    await Promise.race([this.#end(), pause(CLEAN_UP_WITHIN)]);
  }

  async #end(): Promise<void> {
    if (this.#cursorId !== 0n) await this.#kill();
    // A first answer that nobody waited for has opened a cursor all the same.
    const late = await this.#pending?.catch(() => null);
    if (late && late.cursorId !== 0n && late.cursorId !== this.#cursorId) {
      this.#cursorId = late.cursorId;
      this.#collection = late.namespace.slice(late.namespace.indexOf('.') + 1);
      await this.#kill();
    }
    await this.#session?.endSession().catch(() => {});
  }

  async #kill(): Promise<void> {
    const kill = { killCursors: this.#collection, cursors: [Long.fromBigInt(this.#cursorId)] };
    await databaseOf(this.#client, this.#database)
      .command(kill, { session: this.#session })
      .catch(() => {});
  }

  #ask(command: Document): Promise<CursorReply> {
    const reply = databaseOf(this.#client, this.#database)
      .command(command, { raw: true, session: this.#session })
      .then((answer) => readCursorReply(answer.cursor));
    // It is awaited later, or never; its failure must not count as unhandled meanwhile.
    reply.catch(() => {});
    return reply;
  }

  #refresh(): void {
    const refresh = { refreshSessions: [this.#session?.id] };
    this.#client
      .db('admin')
      .command(refresh)
      .catch(() => {});
  }
}
