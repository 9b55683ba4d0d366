import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { buildServer } from '../../src/api/server.ts';
import type { ApiServices } from '../../src/api/services.ts';
import { makeApiServices } from '../../src/app.ts';
import { Passwords } from '../../src/backup/password.ts';
import type { Grant } from '../../src/backup/roles.ts';
import type { FirstSetUp } from '../../src/backup/setup.ts';
import type { WorkParts } from '../../src/backup/work/parts.ts';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { readConfig } from '../../src/config.ts';
import { Foundation } from '../../src/foundation.ts';
import { Queue } from '../../src/jobs/queue.ts';
import { ManualClock } from './manual-clock.ts';
import { freshDatabase } from './postgres.ts';

/** The public URL of the edge under test; no `Host` header says it. */
export const PUBLIC_URL = 'https://backup.example';

export interface EdgeAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
  bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  body: any;
}

export interface EdgeRequest {
  headers?: Record<string, string>;
  /** Text and bytes as they are, anything else as JSON; of the type JSON unless the headers name another, or '' for none. */
  body?: unknown;
  /** Instead of the organization owner's; `null`: without any. */
  credentials?: DigestCredentials | null;
}

/** The HTTP edge as a value, without a socket: over a real database and a real vault, with a clock that the test sets. */
export interface Edge extends AsyncDisposable {
  server: FastifyInstance;
  services: ApiServices;
  foundation: Foundation;
  clock: ManualClock;
  first: FirstSetUp;
  passwords: CheapPasswords;
  /** For running jobs within the test: no worker does. */
  parts: WorkParts;
  /** All lines that were logged so far, as they were written. */
  log(): string;
  makeKey(...grants: Omit<Grant, 'organizationId'>[]): Promise<DigestCredentials>;
  /** One exchange as a client has it, digest and all. `path` begins at `/api`. */
  ask(method: string, path: string, request?: EdgeRequest): Promise<EdgeAnswer>;
  /** One request just as it is. */
  send(method: string, path: string, request?: Omit<EdgeRequest, 'credentials'>): Promise<EdgeAnswer>;
}

/** As the real ones, in a thousandth of the time; and how often one was checked. */
class CheapPasswords extends Passwords {
  checked = 0;

  constructor() {
    super({ log2N: 7, r: 8, p: 1 });
  }

  override isRight(password: string, stored: string | null): Promise<boolean> {
    this.checked += 1;
    return super.isRight(password, stored);
  }
}

export async function startEdge(settings: Record<string, string> = {}): Promise<Edge> {
  const database = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-edge-'));
  const config = readConfig({ DATABASE_URL: database.url, LIFEBOAT_DATA: folder, ...settings });
  const clock = new ManualClock('2026-03-01T10:00:00.500Z');
  const foundation = await Foundation.open(config, 'join', clock);
  const queue = await Queue.open({ url: database.url, onError: () => {} });
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const passwords = new CheapPasswords();
  const services = makeApiServices(config, foundation, { queue, logger, publicUrl: () => PUBLIC_URL, passwords });
  const server = await buildServer(services);
  const first = await foundation.initialize({ organizationName: 'Org', projectName: 'Project' });
  const owner = new DigestCredentials(first.publicKey, first.privateKey);
  const send: Edge['send'] = async (method, path, request = {}) => answerOf(await server.inject(injected(method, path, request)));
  return {
    server,
    services,
    foundation,
    clock,
    first,
    passwords,
    parts: { db: foundation.db, clock, clusters: foundation.clusters, vault: await foundation.vault(), logger, leaseSeconds: 120 },
    log: () => lines.join(''),
    makeKey: async (...grants) => {
      const { organizationId } = first;
      const of = grants.map((grant) => ({ ...grant, organizationId }));
      const { publicKey, privateKey } = await foundation.apiKeys.create({ organizationId, description: 'A test', grants: of });
      return new DigestCredentials(publicKey, privateKey);
    },
    send,
    ask: async (method, path, { credentials = owner, headers, body } = {}) => {
      const authorize = () => {
        const authorization = credentials?.authorization(method, path);
        return { body, headers: { ...headers, ...(authorization && { authorization }) } };
      };
      const answer = await send(method, path, authorize());
      const isChallenge = answer.status === 401 && credentials?.accept(answer.headers['www-authenticate'] ?? null);
      return isChallenge ? send(method, path, authorize()) : answer;
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await queue.close();
      await foundation[Symbol.asyncDispose]();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function injected(method: string, url: string, { headers = {}, body }: Omit<EdgeRequest, 'credentials'>) {
  const payload = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const type = body === undefined ? undefined : 'application/json';
  const { 'content-type': contentType = type, ...others } = headers;
  return {
    method: method as 'GET',
    url,
    headers: { ...others, ...(contentType && { 'content-type': contentType }) },
    ...(payload !== undefined && { payload }),
  };
}

function answerOf(response: { statusCode: number; headers: object; payload: string; rawPayload: Buffer }): EdgeAnswer {
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
  const isCompressed = headers['content-encoding'] === 'gzip' && response.rawPayload.length > 0;
  const text = isCompressed ? gunzipSync(response.rawPayload).toString() : response.payload;
  const isJson = /json/.test(headers['content-type'] ?? '') && text !== '';
  return { status: response.statusCode, headers, text, bytes: response.rawPayload, body: isJson ? JSON.parse(text) : null };
}
