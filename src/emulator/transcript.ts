import type { IncomingMessage } from 'node:http';
import type { SentAnswer } from './sent-answer.ts';

export interface TranscriptEntry {
  number: number;
  /** By the emulator's clock. */
  at: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
  /** `null`: the connection broke before there was one. */
  status: number | null;
  answerHeaders: Record<string, string>;
  answer?: unknown;
  /** Which rule of the script it met. */
  fault?: number;
}

const ASKED = ['accept', 'content-type', 'authorization'];
const ANSWERED = ['content-type', 'location', 'retry-after', 'www-authenticate', 'x-error-code'];
const LARGEST = 256 * 1024;
const MOST = 10_000;

/** What differs from run to run although nothing else does: addresses, the word in the names of databases. */
export type Replacements = () => readonly (readonly [found: string, shown: string])[];

/** All requests and answers, without credentials and without what chance decides: the same script gives the same text. */
export class Transcript {
  #entries: TranscriptEntry[] = [];
  readonly #replacements: Replacements;
  /** Secrets that an answer gave out, and what stands for them. */
  readonly #secrets = new Map<string, string>();

  constructor(replacements: Replacements) {
    this.#replacements = replacements;
  }

  clear(): void {
    this.#entries = [];
    this.#secrets.clear();
  }

  get entries(): readonly TranscriptEntry[] {
    return this.#entries;
  }

  add(at: Date, request: IncomingMessage, asked: Buffer | null, sent: SentAnswer, fault: number | null): void {
    const entry: TranscriptEntry = {
      number: this.#entries.length + 1,
      at: at.toISOString(),
      method: request.method!,
      path: '',
      headers: {},
      status: sent.status,
      answerHeaders: {},
    };
    // What the answer gives out is known before anything is written down.
    const answer = this.#bodyOf(sent.body, sent.headers['content-type']);
    const body = asked && this.#bodyOf(asked, request.headers['content-type']);
    entry.path = this.#told(request.url!);
    entry.headers = this.#chosen(ASKED, request.headers);
    if (body !== undefined && body !== null) entry.body = body;
    entry.answerHeaders = this.#chosen(ANSWERED, sent.headers);
    if (answer !== undefined) entry.answer = answer;
    if (fault !== null) entry.fault = fault;
    if (this.#entries.length < MOST) this.#entries.push(entry);
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
    return this.#told(value);
  }

  #bodyOf(bytes: Buffer, type: unknown): unknown {
    if (bytes.length === 0) return undefined;
    const text = bytes.toString();
    const kind = String(type ?? '');
    if (/json/.test(kind)) {
      try {
        if (bytes.length <= LARGEST) return this.#cleaned(JSON.parse(text), '');
      } catch {
        // Nobody can say what of it is a secret.
      }
      return `[${bytes.length} bytes]`;
    }
    if (/x-www-form-urlencoded/.test(kind)) return '[removed]';
    if (!/^text\//.test(kind) || /event-stream/.test(kind)) return `[${kind.split(';', 1)[0] || 'bytes'}]`;
    return this.#told(text.slice(0, LARGEST));
  }

  #cleaned(value: unknown, name: string): unknown {
    if (typeof value === 'string') {
      if (SECRET.test(name)) return '[removed]';
      if (name === 'publicKey' || name === 'clientId') this.#remember(value, name);
      return this.#told(value);
    }
    if (typeof value === 'number' && MEASURED.test(name)) return 0;
    if (Array.isArray(value)) return value.map((part) => this.#cleaned(part, name));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([key]) => !PACE.test(key));
    return Object.fromEntries(entries.map(([key, part]) => [key, this.#cleaned(part, key)]));
  }

  #remember(value: string, name: string): void {
    if (value.length >= 8 && !this.#secrets.has(value)) this.#secrets.set(value, `[${name} ${this.#secrets.size + 1}]`);
  }

  #told(text: string): string {
    let told = text
      .replace(/(\/downloads\/[0-9a-f]{24}\/)[^/]+/g, '$1[removed]')
      .replace(/(mongodb(?:\+srv)?:\/\/)[^/@\s]*@/g, '$1[removed]@')
      .replace(/(mongodb(?:\+srv)?:\/\/[^\s"?]*\?)[^\s"]*/g, '$1[removed]');
    for (const [found, shown] of [...this.#replacements(), ...this.#secrets]) told = told.replaceAll(found, shown);
    return told;
  }
}

const SECRET =
  /^(privateKey|secret|maskedSecretValue|access_token|accessToken|token|csrfToken|password|currentPassword|newPassword|signature)$/;
/** How fast a job is: there once it has worked for a moment of real time. */
const PACE = /^(rate|remainingSeconds)$/;
/** Real time, and what compression and keys make of sizes. */
const MEASURED = /PerSecond$|[mM]illiseconds$|[dD]uration(Ms)?$|^(storedBytes|newBytes|elapsed)/;
