/** What differs from run to run although nothing else does: addresses, the word in the names of databases. */
export type Replacements = () => readonly (readonly [found: string, shown: string])[];

const REMOVED = '[removed]';
/** Names of what only its holder may know. */
const SECRET = /(password|passphrase|secret|secretvalue|token|privatekey|signature|credentials?)$/i;
/** Words shorter than this stand in too many places to be looked for in all of them. */
const SHORTEST = 6;

/** Of an object in the vault. The names of chunks follow from a key of the vault, and chance. */
const CHUNK_KEY = /\bchunks\/([0-9a-f]{2})\/\1[0-9a-f]{62}-[0-9a-f]{16}\b/g;
/** Of a segment only the attempt is chance. */
const SEGMENT_KEY = /\b(segments\/[0-9a-f]{24})-[0-9a-f]{16}-(\d{6,})\b/g;

/** Keeps credentials, keys, tokens and the ends of links out of what is written down; and, so that it is the same each time, what chance has decided. */
export class Secrets {
  readonly #replacements: Replacements;
  /** What was seen once, and what stands for it wherever it is seen again. */
  readonly #known = new Map<string, string>();
  #keys = 0;

  constructor(replacements: Replacements) {
    this.#replacements = replacements;
  }

  clear(): void {
    this.#known.clear();
    this.#keys = 0;
  }

  save(): { known: [string, string][]; keys: number } {
    return { known: [...this.#known], keys: this.#keys };
  }

  load({ known, keys }: { known: [string, string][]; keys: number }): void {
    this.clear();
    for (const [found, shown] of known) this.#known.set(found, shown);
    this.#keys = keys;
  }

  /** Before anything is written down of a request and its answer: what one of them gives away the other may repeat. */
  learn(value: unknown, name = ''): void {
    if (typeof value === 'string') this.#learnText(value, name);
    if (typeof value !== 'object' || value === null) return;
    const isAllSecret = Array.isArray(value) || SECRET.test(name);
    for (const [key, part] of Object.entries(value)) this.learn(part, isAllSecret ? name : key);
  }

  #learnText(value: string, name: string): void {
    if (name === 'publicKey' || name === 'clientId') this.#remember(value, () => `[${name} ${++this.#keys}]`);
    else if (SECRET.test(name) || (name === 'url' && !this.#isOwn(value) && value !== originOf(value)))
      this.#remember(value, () => REMOVED);
  }

  /** A value of that name as it may be shown. */
  shown(value: string, name: string): string {
    if (SECRET.test(name)) return REMOVED;
    if (name === 'url' && !this.#isOwn(value)) return originOf(value) ?? REMOVED;
    return /^\s*mongodb(\+srv)?:\/\//i.test(value) ? this.#told(withoutSecrets(value)) : this.text(value);
  }

  isSecret(name: string): boolean {
    return SECRET.test(name);
  }

  text(text: string): string {
    for (const [key] of text.matchAll(CHUNK_KEY)) this.#remember(key, () => `chunks/[chunk ${++this.#keys}]`);
    return this.#told(
      text
        .replace(SEGMENT_KEY, '$1-[attempt]-$2')
        .replace(/(\/downloads\/[0-9a-f]{24}\/)[^/]+/g, `$1${REMOVED}`)
        .replace(/mongodb(\+srv)?:\/\/[^\s"'`<>]*/gi, withoutSecrets)
        .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s"'`<>/]*@/gi, `$1${REMOVED}@`),
    );
  }

  /** The path and the query of a request. */
  path(url: string): string {
    const [path, ...query] = url.split('?');
    const parameters = query.join('?').split('&');
    return this.text(path!) + (query.length === 0 ? '' : `?${parameters.map((one) => this.#parameter(one)).join('&')}`);
  }

  #parameter(text: string): string {
    const [name, ...value] = text.split('=');
    const decoded = decode(value.join('='));
    const shown = this.shown(decoded, decode(name!));
    return shown === decoded ? this.text(text) : `${this.text(name!)}=${shown}`;
  }

  #told(text: string): string {
    let told = text;
    for (const [found, shown] of [...this.#replacements(), ...this.#known]) told = told.replaceAll(found, shown);
    return told;
  }

  #remember(value: string, shown: () => string): void {
    if (value.length >= SHORTEST && !this.#known.has(value)) this.#known.set(value, shown());
  }

  #isOwn(url: string): boolean {
    return this.#replacements().some(([found]) => found.startsWith('http') && (url === found || url.startsWith(`${found}/`)));
  }
}

/** Of a connection string the servers and the database: an unescaped password may have any character in it. */
function withoutSecrets(uri: string): string {
  const [scheme, rest] = uri.split(/(?<=^\s*mongodb(?:\+srv)?:\/\/)/i) as [string, string | undefined];
  const end = (rest ?? '').lastIndexOf('@');
  const [place, ...options] = (rest ?? '').slice(end + 1).split('?');
  const isPlace = /^[\w.-]*(:\d+)?(,[\w.-]+(:\d+)?)*(\/[^/]*)?$/.test(place!);
  return scheme + (end < 0 ? '' : `${REMOVED}@`) + (isPlace ? place : REMOVED) + (options.length === 0 ? '' : `?${REMOVED}`);
}

/** `null` for what is no URL. */
function originOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host, pathname, search, hash, username, password } = new URL(url);
  const isBare = (pathname === '/' || pathname === '') && search + hash + username + password === '';
  return isBare ? url : `${protocol}//${host}/${REMOVED}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
