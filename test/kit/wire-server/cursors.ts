import { type Document, type Long, serialize } from 'bson';
import { type Block, type Position, takeBatch } from './data.ts';
import { refuse } from './refusal.ts';

/** What a real server puts into a first batch, and into any batch, when nobody says. */
const FIRST_BATCH = 101;
const BATCH_BYTES = 16 * 1024 * 1024;

interface Cursor {
  namespace: string;
  session: string | null;
  blocks: readonly Block[];
  at: Position;
  documentsLeft: number;
}

/** Cursors over blocks. Each belongs to the session that opened it, as on a real server. */
export class Cursors {
  readonly #open = new Map<string, Cursor>();
  #last = 0n;

  /** The first batch of `blocks`; a cursor stays open when there is more. `more` is what else the cursor says of itself. */
  start(
    command: Document,
    namespace: string,
    blocks: readonly Block[],
    at: Position = { block: 0, element: 0 },
    more: Document = {},
  ): Buffer[] {
    const limit = Number(command.limit ?? 0);
    const documentsLeft = limit > 0 ? limit : Number.MAX_SAFE_INTEGER;
    const cursor = { namespace, session: sessionOf(command), blocks, at, documentsLeft };
    const asked = command.batchSize ?? command.cursor?.batchSize;
    const { slices, isDone } = take(cursor, asked === undefined ? FIRST_BATCH : Number(asked));
    const isSingle = isDone || command.singleBatch === true || limit < 0;
    if (isSingle) return cursorReply('firstBatch', slices, 0n, namespace, more);
    this.#last += 1n;
    this.#open.set(String(this.#last), cursor);
    return cursorReply('firstBatch', slices, this.#last, namespace, more);
  }

  more(command: Document): Buffer[] {
    const id = String(command.getMore);
    const cursor = this.#open.get(id);
    if (!cursor) return refuse(43, 'CursorNotFound', `cursor id ${id} not found`);
    checkSession(id, cursor.session, sessionOf(command));
    const { slices, isDone } = take(cursor, command.batchSize ? Number(command.batchSize) : Number.MAX_SAFE_INTEGER);
    if (isDone) this.#open.delete(id);
    return cursorReply('nextBatch', slices, isDone ? 0n : BigInt(id), cursor.namespace);
  }

  kill(ids: Long[]): Document {
    const cursorsKilled = ids.filter((id) => this.#open.delete(String(id)));
    const cursorsNotFound = ids.filter((id) => !cursorsKilled.includes(id));
    return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [], ok: 1 };
  }
}

function take(cursor: Cursor, batchSize: number): { slices: Buffer[]; isDone: boolean } {
  const before = cursor.at;
  const most = Math.min(batchSize, cursor.documentsLeft);
  const { slices, next } = takeBatch(cursor.blocks, before, most, BATCH_BYTES);
  if (cursor.documentsLeft < Number.MAX_SAFE_INTEGER) cursor.documentsLeft -= documentsBetween(cursor.blocks, before, next);
  cursor.at = next;
  return { slices, isDone: next.block >= cursor.blocks.length || cursor.documentsLeft === 0 };
}

function documentsBetween(blocks: readonly Block[], from: Position, to: Position): number {
  let count = to.element - from.element;
  for (let block = from.block; block < to.block; block++) count += blocks[block]!.starts.length - 1;
  return count;
}

function sessionOf(command: Document): string | null {
  return command.lsid ? command.lsid.id.toString('hex') : null;
}

/** What `getMore` of a real server says, with its three codes. */
function checkSession(id: string, opened: string | null, asking: string | null): void {
  if (opened === asking) return;
  if (opened === null)
    refuse(50736, 'Location50736', `Cannot run getMore on cursor ${id}, which was not created in a session, in session ${asking}`);
  if (asking === null)
    refuse(50737, 'Location50737', `Cannot run getMore on cursor ${id}, which was created in session ${opened}, without an lsid`);
  refuse(50738, 'Location50738', `Cannot run getMore on cursor ${id}, which was created in session ${opened}, in session ${asking}`);
}

/** The document `{cursor: {[field]: [...], id, ns}, ok: 1}` around elements that are sent as they are. */
function cursorReply(field: 'firstBatch' | 'nextBatch', slices: Buffer[], id: bigint, namespace: string, more: Document = {}): Buffer[] {
  const size = slices.reduce((sum, slice) => sum + slice.length, 0);
  const head = Buffer.concat([
    Buffer.alloc(4),
    Buffer.from('\x03cursor\0'),
    Buffer.alloc(4),
    Buffer.from(`\x04${field}\0`),
    Buffer.alloc(4),
  ]);
  const rest = Buffer.from(serialize({ id, ns: namespace, ...more })).subarray(4);
  const tail = Buffer.concat([Buffer.alloc(1), rest, Buffer.from(serialize({ ok: 1 })).subarray(4)]);
  const arrayLength = 4 + size + 1;
  head.writeInt32LE(head.length + size + tail.length, 0);
  head.writeInt32LE(4 + field.length + 2 + arrayLength + rest.length, 12);
  head.writeInt32LE(arrayLength, head.length - 4);
  return [head, ...slices, tail];
}
