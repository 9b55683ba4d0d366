/// <reference lib="esnext.disposable" preserve="true" />
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DigestCredentials } from '../cli/digest-client.ts';
import type { FaultRule } from './fault-rule.ts';
import type { FaultState } from './faults.ts';
import type { EmulatorIdentity } from './identity.ts';
import { Said } from './said.ts';
import type { Seed } from './seed-schema.ts';
import type { TranscriptEntry } from './transcript-entry.ts';

export type { EmulatorIdentity, FaultRule, Seed, TranscriptEntry };

export interface StartOptions {
  /** A MongoDB that runs already; `MONGODB_URI`, or a `mongod` on the PATH, unless given. */
  mongodb?: string;
  /** Where the clock stands at the start (`2026-01-01T00:00:00Z`). */
  now?: string;
  /** Let the clock run. */
  run?: boolean;
  /** What ids follow from. */
  random?: number;
  /** A seed: a file, or the seed itself. */
  seed?: string | Seed;
  /** Begin as the state of this file, which {@link EmulatorHandle.saveFile} has written. */
  state?: string;
  /** More words of `lifeboat emulate`. */
  words?: readonly string[];
}

export interface ClockState {
  now: string;
  frozen: boolean;
}

export interface SavedStateInfo {
  name: string;
  /** Where the clock stood. */
  now: string;
}

export interface FaultReport {
  faults: (FaultRule & Pick<FaultState, 'matched' | 'applied'>)[];
  /** In words: those that nothing has met since this script was set, or the last reset. */
  unmatched: string[];
}

interface Asked {
  body?: unknown;
  /** `application/json` unless given; `v2('2024-11-13')` for the versioned API. */
  accept?: string;
  /** With the key of another organization of the seed: one of `identity.organizations`. */
  as?: Pick<EmulatorIdentity, 'publicKey' | 'privateKey'>;
}

/** The media type of a version of Atlas' Administration API. */
export const v2 = (version: string) => `application/vnd.atlas.${version}+json`;

/** An answer that is no success. */
export class EmulatorError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown, asked: string) {
    super(`${asked} was answered with ${status}: ${(body as { detail?: string } | null)?.detail ?? JSON.stringify(body)}`);
    this.name = 'EmulatorError';
    this.status = status;
    this.body = body;
  }
}

/** An emulator for tests: `await using emulator = await startEmulator()`. It ends with the process that started it, however that ends. */
export async function startEmulator(options: StartOptions = {}): Promise<EmulatorHandle> {
  const main = resolve(import.meta.dirname, `../cli/main${import.meta.filename.slice(-3)}`);
  const seed = typeof options.seed === 'object' ? await writtenSeed(options.seed) : null;
  const words = ['emulate', ...wordsOf(options), ...(seed ? ['--seed', seed] : [])];
  // Its standard input is our end of a pipe, which closes with us.
  const child = spawn(process.execPath, [main, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  try {
    const said = new Said(child);
    return new EmulatorHandle(child, JSON.parse(await firstLine(child, said)), said);
  } finally {
    if (seed) await rm(dirname(seed), { recursive: true, force: true });
  }
}

async function writtenSeed(seed: Seed): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-seed-'));
  await writeFile(join(folder, 'seed.json'), JSON.stringify(seed, null, 2));
  return join(folder, 'seed.json');
}

function wordsOf({ mongodb, now, run, random, seed, state, words = [] }: StartOptions): string[] {
  const pairs = { mongodb, now, state, random: random?.toString(), ...(typeof seed === 'string' && { seed }) };
  const given = Object.entries(pairs).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  return [...given, ...(run ? ['--run'] : []), ...words];
}

function firstLine(child: ChildProcess, said: Said): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout!.setEncoding('utf8').on('data', (piece: string) => {
      out += piece;
      if (!out.includes('\n')) return;
      said.started();
      resolve(out.slice(0, out.indexOf('\n')));
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`the emulator did not start (exit code ${code}):\n${said.text}`)));
  });
}

export class EmulatorHandle implements AsyncDisposable {
  readonly identity: EmulatorIdentity;
  readonly #child: ChildProcess;
  readonly #said: { readonly unmatched: string[] };
  readonly #ended: Promise<unknown>;
  /** By the public key: each has a nonce of its own. */
  readonly #credentials = new Map<string, DigestCredentials>();

  /** @internal */
  constructor(child: ChildProcess, identity: EmulatorIdentity, said: { readonly unmatched: string[] }) {
    this.#child = child;
    // When all that it said has been heard.
    this.#ended = new Promise((resolve) => child.once('close', resolve));
    this.#said = said;
    this.identity = identity;
  }

  get baseUrl(): string {
    return this.identity.baseUrl;
  }

  get projectId(): string {
    return this.identity.projectId;
  }

  /** Asks with the emulator's key, or that which is given; throws {@link EmulatorError} for what is no success. */
  // biome-ignore lint/suspicious/noExplicitAny: what is answered depends on what is asked
  async request<T = any>(method: string, path: string, asked: Asked = {}): Promise<T> {
    const text = await (await this.#ask(method, path, asked)).text();
    return (text === '' ? null : asJson(text)) as T;
  }

  async #ask(method: string, path: string, { body, accept = 'application/json', as = this.identity }: Asked): Promise<Response> {
    const credentials = this.#credentialsOf(as);
    const send = () => {
      const authorization = credentials.authorization(method, path);
      const headers = { accept, ...(authorization && { authorization }), ...(body !== undefined && { 'content-type': accept }) };
      return fetch(this.baseUrl + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    };
    let response = await send();
    if (response.status === 401 && credentials.accept(response.headers.get('www-authenticate'))) {
      await response.text();
      response = await send();
    }
    if (!response.ok) throw new EmulatorError(response.status, asJson(await response.text()), `${method} ${path}`);
    return response;
  }

  #credentialsOf({ publicKey, privateKey }: NonNullable<Asked['as']>): DigestCredentials {
    const known = this.#credentials.get(publicKey);
    const credentials = known ?? new DigestCredentials(publicKey, privateKey);
    if (!known) this.#credentials.set(publicKey, credentials);
    return credentials;
  }

  clock(): Promise<ClockState> {
    return this.request('GET', '/api/lifeboat/v1/clock');
  }

  /** A duration such as `24h`, or seconds: all that is due on the way is done when this resolves. */
  advance(duration: string | number): Promise<ClockState> {
    return this.request('PUT', '/api/lifeboat/v1/clock', { body: { advance: duration } });
  }

  setClock(now: string | Date): Promise<ClockState> {
    return this.request('PUT', '/api/lifeboat/v1/clock', { body: { now: new Date(now).toISOString() } });
  }

  freeze(frozen = true): Promise<ClockState> {
    return this.request('PUT', '/api/lifeboat/v1/clock', { body: { frozen } });
  }

  /** Everything as it was at the start, under the same keys. */
  reset(): Promise<EmulatorIdentity> {
    return this.request('POST', '/api/lifeboat/v1/reset');
  }

  /** Keeps everything as it is now, under that name, for {@link load}. */
  save(name: string): Promise<SavedStateInfo> {
    return this.request('POST', '/api/lifeboat/v1/state', { body: { name } });
  }

  /** Everything as it was when it was saved, under the same keys. */
  load(name: string): Promise<EmulatorIdentity> {
    return this.request('POST', `/api/lifeboat/v1/state/${encodeURIComponent(name)}/load`);
  }

  async states(): Promise<SavedStateInfo[]> {
    return (await this.request('GET', '/api/lifeboat/v1/state')).states;
  }

  /** A state that was saved, into a file for `startEmulator({ state: file })`, here or elsewhere. */
  async saveFile(name: string, file: string): Promise<void> {
    const response = await this.#ask('GET', `/api/lifeboat/v1/state/${encodeURIComponent(name)}/file`, {});
    await writeFile(file, Buffer.from(await response.arrayBuffer()));
  }

  async forget(name: string): Promise<void> {
    await this.request('DELETE', `/api/lifeboat/v1/state/${encodeURIComponent(name)}`);
  }

  /** In place of the script that was. */
  setFaults(faults: readonly FaultRule[]): Promise<FaultReport> {
    return this.request('PUT', '/api/lifeboat/v1/faults', { body: { faults } });
  }

  faults(): Promise<FaultReport> {
    return this.request('GET', '/api/lifeboat/v1/faults');
  }

  transcript(): Promise<{ entries: TranscriptEntry[]; omitted: number; faults: FaultReport }> {
    return this.request('GET', '/api/lifeboat/v1/transcript');
  }

  /** Answers, in words, the faults that nothing has met in all its life: a reset or another script forgets none. They are on standard error as well. */
  async stop(): Promise<{ unmatched: string[] }> {
    this.#child.stdin!.end();
    await this.#ended;
    return { unmatched: [...this.#said.unmatched] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
