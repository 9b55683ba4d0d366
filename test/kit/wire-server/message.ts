import { type Document, deserialize, serialize } from 'bson';
import { documentLength } from '../../../src/bson/documents.ts';

/** https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
const OPCODES = { reply: 1, query: 2004, msg: 2013 } as const;
const FLAGS = { checksumPresent: 1, moreToCome: 2 } as const;
const HEADER = 16;
export const MAX_MESSAGE_BYTES = 48_000_000;

/** One command as it came. */
export interface Request {
  id: number;
  opcode: number;
  /** The client waits for no answer. */
  unacknowledged: boolean;
  command: Document;
  /** The command's own bytes. */
  body: Buffer;
  /** Its document sequences by field: documents back to back. */
  sequences: Map<string, Buffer>;
}

/** Cuts a stream of bytes into messages; pieces of a large message are joined once. */
export class MessageSplitter {
  #pieces: Buffer[] = [];
  #length = 0;

  *push(piece: Buffer): Generator<Buffer> {
    this.#pieces.push(piece);
    this.#length += piece.length;
    for (;;) {
      const wanted = this.#wanted();
      if (this.#length < wanted) return;
      const all = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces, this.#length);
      const rest = all.subarray(wanted);
      this.#pieces = rest.length > 0 ? [rest] : [];
      this.#length = rest.length;
      yield all.subarray(0, wanted);
    }
  }

  /** The length of the message that has begun, or of what has to be there to know it. */
  #wanted(): number {
    if (this.#length < HEADER) return HEADER;
    if (this.#pieces[0]!.length < 4) this.#pieces = [Buffer.concat(this.#pieces, this.#length)];
    const length = this.#pieces[0]!.readInt32LE(0);
    if (length < HEADER || length > MAX_MESSAGE_BYTES) throw new Error(`a message of ${length} bytes`);
    return length;
  }
}

export function parseRequest(message: Buffer): Request {
  const request = { id: message.readInt32LE(4), opcode: message.readInt32LE(12), unacknowledged: false, sequences: new Map() };
  if (request.opcode === OPCODES.query) return { ...request, ...parseQuery(message) };
  if (request.opcode === OPCODES.msg) return { ...request, ...parseMsg(message) };
  throw new Error(`opcode ${request.opcode}, which this server does not speak`);
}

/** Clients say hello in this form until they know that the server speaks the other one. */
function parseQuery(message: Buffer) {
  const nameAt = HEADER + 4;
  const nameEnd = message.indexOf(0, nameAt);
  const at = nameEnd + 1 + 8;
  const body = message.subarray(at, at + documentLength(message, at));
  const database = message.toString('utf8', nameAt, nameEnd).replace(/\.\$cmd$/, '');
  return { body, command: { $db: database, ...decode(body) } };
}

function parseMsg(message: Buffer) {
  const flags = message.readUInt32LE(HEADER);
  const end = message.length - (flags & FLAGS.checksumPresent ? 4 : 0);
  const sequences = new Map<string, Buffer>();
  let body: Buffer | null = null;
  for (let at = HEADER + 4; at < end; ) {
    const kind = message[at]!;
    if (kind !== 0 && kind !== 1) throw new Error(`a section of kind ${kind}`);
    const length = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + length);
    if (kind === 0) body = section;
    else {
      const nameEnd = section.indexOf(0, 4);
      sequences.set(section.toString('utf8', 4, nameEnd), section.subarray(nameEnd + 1));
    }
    at += 1 + length;
  }
  if (!body) throw new Error('a message without a command');
  return { body, command: decode(body), sequences, unacknowledged: (flags & FLAGS.moreToCome) !== 0 };
}

function decode(body: Buffer): Document {
  return deserialize(body, { bsonRegExp: true, useBigInt64: false, promoteLongs: false });
}

/** An answer: a document, or the pieces of one that is encoded already. */
export type Answer = Document | Buffer[];

let lastMessage = 0;

/** The pieces of the message that answers `request`. */
export function encodeAnswer(request: Request, answer: Answer): Buffer[] {
  const body = Array.isArray(answer) ? answer : [Buffer.from(serialize(answer, { ignoreUndefined: true }))];
  const isReply = request.opcode === OPCODES.query;
  const head = Buffer.alloc(isReply ? HEADER + 20 : HEADER + 5);
  head.writeInt32LE(
    body.reduce((sum, piece) => sum + piece.length, head.length),
    0,
  );
  lastMessage = (lastMessage + 1) & 0x7fffffff;
  head.writeInt32LE(lastMessage, 4);
  head.writeInt32LE(request.id, 8);
  head.writeInt32LE(isReply ? OPCODES.reply : OPCODES.msg, 12);
  if (isReply) head.writeInt32LE(1, HEADER + 16);
  return [head, ...body];
}
