import type { IncomingMessage } from 'node:http';
import { type Replacements, Secrets } from './secrets.ts';
import type { SentAnswer } from './sent-answer.ts';
import type { TranscriptEntry } from './transcript-entry.ts';

export interface TranscriptState {
  entries: TranscriptEntry[];
  omitted: number;
  secrets: ReturnType<Secrets['save']>;
}

const ASKED = ['accept', 'content-type', 'authorization'];
const ANSWERED = ['content-type', 'location', 'retry-after', 'www-authenticate', 'x-error-code'];
const LARGEST = 256 * 1024;
const MOST = 10_000;

/** All requests and answers, without credentials and without what chance decides: the same script gives the same text. */
export class Transcript {
  #entries: TranscriptEntry[] = [];
  #omitted = 0;
  readonly #secrets: Secrets;

  constructor(replacements: Replacements) {
    this.#secrets = new Secrets(replacements);
  }

  clear(): void {
    this.#entries = [];
    this.#omitted = 0;
    this.#secrets.clear();
  }

  save(): TranscriptState {
    return { entries: [...this.#entries], omitted: this.#omitted, secrets: this.#secrets.save() };
  }

  load({ entries, omitted, secrets }: TranscriptState): void {
    this.#entries = [...entries];
    this.#omitted = omitted;
    this.#secrets.load(secrets);
  }

  get entries(): readonly TranscriptEntry[] {
    return this.#entries;
  }

  /** How many came when there was no room for more. */
  get omitted(): number {
    return this.#omitted;
  }

  add(at: Date, request: IncomingMessage, asked: Buffer | null, sent: SentAnswer, fault: number | null): void {
    if (this.#entries.length >= MOST) {
      this.#omitted += 1;
      return;
    }
    const answer = readBody(sent.body, sent.headers['content-type'], true);
    const body = asked && readBody(asked, request.headers['content-type'], false);
    this.#secrets.learn(answer.json);
    this.#secrets.learn(body?.json);
    const entry: TranscriptEntry = {
      number: this.#entries.length + 1,
      at: at.toISOString(),
      method: request.method!,
      path: this.#secrets.path(request.url!),
      headers: this.#chosen(ASKED, request.headers),
      ...(sent.status !== null && { status: sent.status }),
      answerHeaders: this.#chosen(ANSWERED, sent.headers),
    };
    this.#entries.push({
      ...entry,
      ...this.#said('body', body),
      ...this.#said('answer', answer),
      ...(fault !== null && { fault }),
    });
  }

  #said(name: string, body: ReadBody | null): object {
    if (!body) return {};
    if (body.json !== undefined) return { [name]: this.#cleaned(body.json, '') };
    return body.text === undefined ? {} : { [name]: this.#secrets.text(body.text) };
  }

  #chosen(names: readonly string[], headers: Readonly<Record<string, unknown>>): Record<string, string> {
    const chosen: Record<string, string> = {};
    for (const name of names) if (headers[name] !== undefined) chosen[name] = this.#header(name, String(headers[name]));
    return chosen;
  }

  #header(name: string, value: string): string {
    // The scheme, and whether a nonce was stale.
    if (name === 'authorization') return `${value.split(' ', 1)[0]} [removed]`;
    if (name === 'www-authenticate') return value.replace(/nonce="[^"]*"/, 'nonce="[removed]"');
    return this.#secrets.text(value);
  }

  #cleaned(value: unknown, name: string): unknown {
    if (value === null || typeof value === 'boolean') return value;
    if (this.#secrets.isSecret(name)) return '[removed]';
    if (typeof value === 'string') return this.#secrets.shown(value, name);
    if (typeof value === 'number') return MEASURED.test(name) ? 0 : value;
    if (Array.isArray(value)) return value.map((part) => this.#cleaned(part, name));
    const entries = Object.entries(value as object).filter(([key]) => !PACE.test(key));
    return Object.fromEntries(entries.map(([key, part]) => [key, this.#cleaned(part, key)]));
  }
}

interface ReadBody {
  json?: unknown;
  text?: string;
}

/** What cannot be read is only counted: nobody can say what of it is a secret. `isText`: texts of other kinds are shown. */
function readBody(bytes: Buffer, type: unknown, isText: boolean): ReadBody {
  if (bytes.length === 0) return {};
  const kind = String(type ?? '');
  if (/json/.test(kind)) {
    try {
      if (bytes.length <= LARGEST) return { json: JSON.parse(bytes.toString()) };
    } catch {
      // Counted.
    }
    return { text: `[${bytes.length} bytes]` };
  }
  if (/x-www-form-urlencoded/.test(kind)) return { text: '[removed]' };
  if (!isText || !/^text\//.test(kind) || /event-stream/.test(kind)) return { text: `[${kind.split(';', 1)[0] || 'bytes'}]` };
  return { text: bytes.toString().slice(0, LARGEST) };
}

/** How fast a job is: there once it has worked for a moment of real time. */
const PACE = /^(rate|remainingSeconds)$/;
/** Real time, what compression and keys make of sizes, and how large the machine's disk is. */
const MEASURED = /PerSecond$|[mM]illiseconds$|[dD]uration(Ms)?$|^(storedBytes|newBytes|ratio|chunks|leastBytes|freeBytes|elapsed)/;
