import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** As it was written; what was cut off is not in it. */
export interface SentAnswer {
  status: number | null;
  headers: Record<string, unknown>;
  body: Buffer;
}

export interface AnswerChanges {
  /** The connection breaks after so many bytes of the body, or in its middle. */
  truncate?: number | true | undefined;
  /** Of a header, before it is sent. */
  header?: (name: string, value: string) => string;
}

const LARGEST = 512 * 1024;

/** Follows what is written as an answer, and changes it on the way. */
export function followAnswer(response: ServerResponse, changes: AnswerChanges, done: (sent: SentAnswer) => void): void {
  const sent: SentAnswer = { status: null, headers: {}, body: Buffer.alloc(0) };
  const pieces: Buffer[] = [];
  let [length, budget] = [0, Number.POSITIVE_INFINITY];
  const plain = { writeHead: response.writeHead.bind(response), write: response.write.bind(response), end: response.end.bind(response) };
  const note = () => {
    sent.status ??= response.statusCode;
    for (const [name, value] of Object.entries(response.getHeaders())) sent.headers[name] ??= value;
    if (changes.truncate !== undefined && budget === Number.POSITIVE_INFINITY)
      budget = changes.truncate === true ? Math.floor(Number(sent.headers['content-length'] ?? 2) / 2) : changes.truncate;
  };
  const keep = (piece: unknown): Buffer => {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from((piece as Uint8Array | undefined) ?? []);
    if (length < LARGEST) pieces.push(bytes);
    length += bytes.length;
    return bytes;
  };
  let isBroken = false;
  /** Whether what may be sent ends within it, or with it: then the connection breaks once that is sent, the head at least. */
  const cut = (bytes: Buffer): boolean => {
    if (isBroken) return true;
    if (bytes.length < budget) {
      budget -= bytes.length;
      return false;
    }
    plain.write(bytes.subarray(0, budget), () => response.destroy());
    isBroken = true;
    return true;
  };
  response.writeHead = ((status: number, ...others: unknown[]) => {
    const given = others.find((other) => typeof other === 'object' && other !== null) as OutgoingHttpHeaders | undefined;
    const headers = Object.fromEntries(Object.entries(given ?? {}).map(([name, value]) => [name, changed(changes, name, value)]));
    sent.status = status;
    for (const [name, value] of Object.entries(headers)) sent.headers[name.toLowerCase()] = value;
    return given ? plain.writeHead(status, headers) : plain.writeHead(status);
  }) as typeof response.writeHead;
  response.write = ((piece: unknown, ...others: never[]) => {
    note();
    if (cut(keep(piece))) return false;
    return plain.write(piece as never, ...others);
  }) as typeof response.write;
  response.end = ((piece?: unknown, ...others: never[]) => {
    note();
    if (piece !== undefined && piece !== null && typeof piece !== 'function' && cut(keep(piece))) return response;
    if (isBroken) return response;
    return plain.end(piece as never, ...others);
  }) as typeof response.end;
  response.once('close', () => done({ ...sent, body: Buffer.concat(pieces).subarray(0, LARGEST) }));
}

function changed({ header }: AnswerChanges, name: string, value: unknown): string | string[] {
  return header && typeof value === 'string' ? header(name.toLowerCase(), value) : (value as string);
}
