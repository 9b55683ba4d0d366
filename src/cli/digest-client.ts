import { createHash, randomBytes } from 'node:crypto';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

interface Challenge {
  realm: string;
  nonce: string;
}

/** A client's side of HTTP Digest (RFC 7616 with MD5 and qop=auth, as Atlas asks for). Reuses a nonce until the server calls it stale. */
export class DigestCredentials {
  readonly #publicKey: string;
  readonly #privateKey: string;
  #challenge: Challenge | null = null;
  #count = 0;

  constructor(publicKey: string, privateKey: string) {
    this.#publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  /** Takes the challenge of a 401; `false` when it holds none we can answer. */
  accept(header: string | null): boolean {
    if (!header?.startsWith('Digest ')) return false;
    const realm = /realm="([^"]*)"/.exec(header)?.[1];
    const nonce = /nonce="([^"]*)"/.exec(header)?.[1];
    if (realm === undefined || nonce === undefined) return false;
    this.#challenge = { realm, nonce };
    this.#count = 0;
    return true;
  }

  /** The Authorization header for one request, or `null` before the first challenge. `uri` is the raw path and query. */
  authorization(method: string, uri: string): string | null {
    if (!this.#challenge) return null;
    const { realm, nonce } = this.#challenge;
    this.#count += 1;
    const nc = this.#count.toString(16).padStart(8, '0');
    const cnonce = randomBytes(12).toString('hex');
    const ha1 = md5(`${this.#publicKey}:${realm}:${this.#privateKey}`);
    const response = md5(`${ha1}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
    return (
      `Digest username="${this.#publicKey}", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
      `algorithm=MD5, qop=auth, nc=${nc}, cnonce="${cnonce}", response="${response}"`
    );
  }
}
