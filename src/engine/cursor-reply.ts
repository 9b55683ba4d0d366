import { type DocumentRun, documentLength, findElement, MalformedBson, stringValue, TYPES } from '../bson/documents.ts';
import { type Native, native } from '../native.ts';

/** What a `find`, `getMore` or listing command answered, undecoded. */
export interface CursorReply {
  /** 0 when the cursor is exhausted. */
  cursorId: bigint;
  /** `database.collection`, to be asked for the next batch. */
  namespace: string;
  /** The BSON array of the batch's documents. */
  batch: Buffer;
}

/** Reads the `cursor` field of a reply. A reply that is not of the documented form throws {@link MalformedBson}. */
export function readCursorReply(cursor: unknown): CursorReply {
  if (!(cursor instanceof Uint8Array)) throw new MalformedBson('the reply holds no cursor', 0);
  const bytes = Buffer.from(cursor.buffer, cursor.byteOffset, cursor.byteLength);
  const batch = findElement(bytes, 0, 'nextBatch') ?? findElement(bytes, 0, 'firstBatch');
  const namespace = findElement(bytes, 0, 'ns');
  if (batch?.type !== TYPES.array) throw new MalformedBson('the cursor holds no batch', 0);
  if (namespace?.type !== TYPES.string) throw new MalformedBson('the cursor has no namespace', 0);
  return { cursorId: readCursorId(bytes), namespace: stringValue(bytes, namespace), batch: bytes.subarray(batch.start, batch.end) };
}

function readCursorId(bytes: Buffer): bigint {
  const id = findElement(bytes, 0, 'id');
  if (id?.type === TYPES.int64) return bytes.readBigInt64LE(id.start);
  if (id?.type === TYPES.int32) return BigInt(bytes.readInt32LE(id.start));
  throw new MalformedBson('the cursor has no id', 0);
}

/** About what one chunk of the vault holds: small enough that a reader's memory is a few batches, large enough to cost nothing. */
const RUN_BYTES = 1024 * 1024;

export interface RunOptions {
  /** The most a run holds; a larger document is a run of its own. */
  runBytes?: number;
  /** Every run lies here, where it fits: its bytes are good until the next run is asked for. Each has memory of its own without it. */
  memory?: Buffer;
}

/** The documents of a batch copied back to back, without decoding them. */
export function* runsOfBatch(batch: Buffer, o: RunOptions = {}, by = native): Generator<DocumentRun> {
  const { memory, runBytes = memory?.length ?? RUN_BYTES } = o;
  const end = documentLength(batch, 0) - 1;
  const memoryOf = (bytes: number) => (memory && bytes <= memory.length ? memory.subarray(0, bytes) : Buffer.allocUnsafe(bytes));
  const copied: Copied = { offset: 4, filled: 0, documents: 0 };
  let run = memoryOf(Math.min(runBytes, end));
  for (;;) {
    const tooLong = copyFitting(batch, end, run, copied, by);
    if (copied.documents > 0) yield { bytes: run.subarray(0, copied.filled), documents: copied.documents };
    if (tooLong === 0) return;
    run = memoryOf(Math.max(tooLong, Math.min(runBytes, end - copied.offset)));
    copied.filled = 0;
    copied.documents = 0;
  }
}

interface Copied {
  /** Where the next element of the batch starts. */
  offset: number;
  /** What the run holds. */
  filled: number;
  documents: number;
}

const unpacked = new Int32Array(3) as Int32Array & [number, number, number];

/** Copies documents into the run while they fit. The length of the first that does not, 0 when there is none. */
function copyFitting(batch: Buffer, end: number, run: Buffer, copied: Copied, by: Native | null): number {
  // The module copies what is plain. What comes after that, and what is wrong with it, is found here.
  if (by) {
    by.unpackBatch(batch.subarray(0, end + 1), copied.offset, run, copied.filled, unpacked);
    [copied.offset, copied.filled] = unpacked;
    copied.documents += unpacked[2];
  }
  while (copied.offset < end) {
    const start = documentStart(batch, copied.offset, end);
    const length = documentLength(batch, start);
    if (start + length > end) throw new MalformedBson('a document goes past the end of its batch', start);
    if (copied.filled + length > run.length) return length;
    batch.copy(run, copied.filled, start, start + length);
    copied.filled += length;
    copied.documents++;
    copied.offset = start + length;
  }
  return 0;
}

/** Bytes a document takes in a batch, on average over its first `sample` documents; 0 of an empty batch. */
export function averageDocumentOfBatch(batch: Buffer, sample: number): number {
  const end = documentLength(batch, 0) - 1;
  let offset = 4;
  let count = 0;
  for (; offset < end && count < sample; count++) {
    const start = documentStart(batch, offset, end);
    offset = start + documentLength(batch, start);
  }
  return count > 0 ? (offset - 4) / count : 0;
}

/** The first byte of the document in the array element at `offset`: after its type and its name, which is an index that nobody needs. */
function documentStart(batch: Buffer, offset: number, end: number): number {
  if (batch[offset] !== TYPES.document) throw new MalformedBson(`a batch holds a value of type ${batch[offset]}`, offset);
  let at = offset + 1;
  while (at < end && batch[at] !== 0) at++;
  if (at >= end) throw new MalformedBson('the name of an array element is not ended', offset);
  return at + 1;
}
