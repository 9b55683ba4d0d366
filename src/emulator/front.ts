import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type Clock, pause } from '../clock.ts';
import type { ListenAddress } from '../config.ts';
import { Problem } from '../errors.ts';
import { parseDuration } from './duration.ts';
import type { RequestFault } from './fault-rule.ts';
import type { Faults } from './faults.ts';
import { type AnswerChanges, followAnswer } from './sent-answer.ts';
import type { Transcript } from './transcript.ts';

/** Routes that steer the emulator, and so are not part of what it emulates. */
const CONTROLS = /^\/api\/lifeboat\/v1\/(clock|reset|faults|transcript|state|emulator)(\/|\?|$)/;
/** Where no credentials are needed; elsewhere a client's first question, which brings none, is answered with the challenge. */
const OPEN = /^\/api\/(oauth\/|private\/|lifeboat\/v1\/(downloads|session|setup)\b)/;

/** Says that an answer is of a world whose work is not done yet. */
const UNDER_WAY = 'x-lifeboat-work-under-way';

export interface FrontParts {
  clock: Clock;
  faults: Faults;
  transcript: Transcript;
  /** Waited for before each request that asks for what is emulated; answers what is still under way, when it has waited for long enough. */
  before: () => Promise<string | null>;
}

/** What a world answers goes through here: the address stays the same when another world takes its place, faults come in, and everything is written down. */
export class Front {
  readonly #server: Server;
  readonly #p: FrontParts;
  #app: Promise<FastifyInstance>;
  #give: (app: FastifyInstance) => void = () => {};

  constructor(parts: FrontParts) {
    this.#p = parts;
    this.#app = this.#nobody();
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  async listen({ host, port }: ListenAddress): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') throw new Problem('address-in-use', [`${host}:${port}`], { cause: error });
      throw new Problem('bad-setting', ['--listen', error.message], { cause: error });
    });
    const { port: listening } = this.#server.address() as AddressInfo;
    const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return `http://${shown.includes(':') ? `[${shown}]` : shown}:${listening}`;
  }

  /** From now on requests wait for {@link open}. */
  hold(): void {
    this.#app = this.#nobody();
  }

  open(app: FastifyInstance): void {
    this.#give(app);
    this.#app = Promise.resolve(app);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #nobody(): Promise<FastifyInstance> {
    return new Promise((resolve) => {
      this.#give = resolve;
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    // Before anything is waited for: a small body comes with the head.
    const asked = copyOfBody(request);
    const app = await this.#app;
    if (!url.startsWith('/api/') || CONTROLS.test(url)) return app.routing(request, response);
    const { faults, transcript, clock, before } = this.#p;
    const left = await before();
    if (left !== null) response.setHeader(UNDER_WAY, left);
    // A transcript is read by people.
    delete request.headers['accept-encoding'];
    const fault = mayMatch(request) ? faults.ofRequest({ method: request.method!, path: url.split('?', 1)[0]! }) : null;
    const at = clock.now();
    followAnswer(response, changesBy(fault?.answer), (sent) => {
      transcript.add(at, request, asked(), sent, fault?.number ?? null);
    });
    const isAnswered = fault !== null && (await meet(fault.answer, request, response));
    if (!isAnswered && !response.destroyed) (await this.#app).routing(request, response);
  }
}

function mayMatch({ url, headers }: IncomingMessage): boolean {
  return headers.authorization !== undefined || headers.cookie !== undefined || OPEN.test(url!);
}

function changesBy(answer: RequestFault['answer'] | undefined): AnswerChanges {
  return {
    truncate: answer?.truncate,
    ...(answer?.staleNonce && {
      header: (name, value) => (name === 'www-authenticate' ? value.replace(/stale=false/, 'stale=true') : value),
    }),
  };
}

/** What comes before the world's own answer, or instead of it: then true. */
async function meet(answer: RequestFault['answer'], request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (answer.delay !== undefined) await pause(parseDuration(answer.delay)!);
  if (answer.drop) {
    request.socket.destroy();
    return true;
  }
  if (answer.staleNonce) delete request.headers.authorization;
  if (answer.status === undefined) return false;
  const { status, errorCode = CODES[status] ?? 'UNEXPECTED_ERROR', detail = 'The script of the emulator says so.' } = answer;
  const reason = STATUS_CODES[status] ?? 'Error';
  const text = JSON.stringify({ detail, error: status, errorCode, parameters: [], reason });
  request.resume();
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)), 'x-error-code': errorCode };
  response.writeHead(status, { ...headers, ...(answer.retryAfter !== undefined && { 'retry-after': String(answer.retryAfter) }) });
  response.end(text);
  return true;
}

const CODES: Readonly<Record<number, string>> = { 429: 'RATE_LIMITED', 503: 'SERVICE_UNAVAILABLE' };

const LARGEST = 256 * 1024;

/** The body as it comes in, for whoever reads it as well. */
function copyOfBody(request: IncomingMessage): () => Buffer | null {
  const pieces: Buffer[] = [];
  let length = 0;
  const push = request.push.bind(request);
  request.push = (piece, encoding) => {
    if (piece && length < LARGEST) pieces.push(Buffer.from(piece));
    length += piece?.length ?? 0;
    return push(piece, encoding);
  };
  return () => (pieces.length === 0 ? null : Buffer.concat(pieces));
}
