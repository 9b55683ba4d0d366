import { hash, timingSafeEqual } from 'node:crypto';
import { type ApiKeys, DIGEST_REALM, type DigestKey } from '../../backup/api-keys.ts';
import { NonceCounts } from './nonce-counts.ts';
import type { Nonces } from './nonces.ts';

/** Spends a (nonce, nc) pair once for all nodes. */
export interface DigestClaims {
  claim(nonce: string, nc: number, expiresAtSeconds: number): Promise<boolean>;
}

/** Who it is, or that the nonce is too old or spent, so that another one is asked for. */
export type DigestOutcome = { key: DigestKey } | 'stale';

/** What an Authorization header says. */
export interface DigestAnswer {
  /** The public key. */
  username: string;
  nonce: string;
  uri: string;
  response: string;
  /** `null` for the form of RFC 2069, which has no `qop`. */
  auth: { nc: string; cnonce: string } | null;
}

/** What a request of an unknown key is checked against, so that it takes as long as one of a known key. */
const NOBODY_HA1 = '0'.repeat(32);

const md5 = (text: string) => hash('md5', text);

/**
 * HTTP Digest as Atlas asks for it (RFC 7616, MD5, qop=auth). The challenge is the one line that every client accepts: a second algorithm, an
 * unquoted qop, another order or another parameter each break one of them.
 */
export class Digest {
  readonly #keys: Pick<ApiKeys, 'findForDigest'>;
  readonly #nonces: Nonces;
  readonly #claims: DigestClaims;
  readonly #allowRfc2069: boolean;
  readonly #counts = new NonceCounts();

  constructor(parts: { keys: Pick<ApiKeys, 'findForDigest'>; nonces: Nonces; claims: DigestClaims; allowRfc2069: boolean }) {
    this.#keys = parts.keys;
    this.#nonces = parts.nonces;
    this.#claims = parts.claims;
    this.#allowRfc2069 = parts.allowRfc2069;
  }

  challenge(stale: boolean): string {
    return `Digest realm="${DIGEST_REALM}", domain="", nonce="${this.#nonces.make()}", algorithm=MD5, qop="auth", stale=${stale}`;
  }

  /**
   * Checks an answer to a challenge of ours; `null` when it is wrong. `uri` is the raw request target, query included: the answer must be about
   * exactly this request.
   */
  async check(method: string, uri: string, answer: DigestAnswer): Promise<DigestOutcome | null> {
    const nonce = this.#nonces.check(answer.nonce);
    // What needs no look-up comes first, and says nothing about keys.
    if (nonce === 'forged' || answer.uri !== uri || (!answer.auth && !this.#allowRfc2069)) return null;
    const key = await this.#keys.findForDigest(answer.username);
    const isRight = sameText(answer.response, expectedResponse(answer, key?.ha1 ?? NOBODY_HA1, method));
    if (!key || !isRight) return null;
    if (nonce === 'expired') return 'stale';
    return (await this.#spend(method, answer)) ? { key } : 'stale';
  }

  /** What only reads may be repeated by whoever overheard it, on another node, for the nonce's few minutes; what changes anything never. */
  async #spend(method: string, answer: DigestAnswer): Promise<boolean> {
    const nc = answer.auth ? Number.parseInt(answer.auth.nc, 16) : 0;
    const changesNothing = method === 'GET' || method === 'HEAD';
    // The RFC 2069 form has no count, so such a nonce is good once, for all nodes.
    if (changesNothing && answer.auth) return this.#counts.spend(answer.nonce, nc);
    return this.#claims.claim(answer.nonce, nc, this.#nonces.expiryOf(answer.nonce));
  }
}

function expectedResponse(answer: DigestAnswer, ha1: string, method: string): string {
  const ha2 = md5(`${method}:${answer.uri}`);
  if (!answer.auth) return md5(`${ha1}:${answer.nonce}:${ha2}`);
  return md5(`${ha1}:${answer.nonce}:${answer.auth.nc}:${answer.auth.cnonce}:auth:${ha2}`);
}

/** Parameters come quoted or bare, in any order; `null` for what is no digest of a kind we asked for. */
export function parseDigestAnswer(header: string): DigestAnswer | null {
  if (!/^digest\s/i.test(header)) return null;
  const found = new Map<string, string>();
  // A name begins where a word does: tried from each of its letters, a long one would take the square of its length, of anybody who asks.
  for (const [, name, quoted, bare] of header.slice(6).matchAll(/\b([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)) {
    const value = quoted === undefined ? bare! : quoted.replace(/\\(.)/g, '$1');
    if (found.has(name!.toLowerCase())) return null;
    found.set(name!.toLowerCase(), value);
  }
  const get = (name: string) => found.get(name) ?? '';
  const algorithm = get('algorithm');
  const isComplete = get('username') && get('nonce') && get('uri') && /^[0-9a-f]{32}$/i.test(get('response'));
  if (!isComplete || get('realm') !== DIGEST_REALM || (algorithm && algorithm.toUpperCase() !== 'MD5')) return null;
  const answer = { username: get('username'), nonce: get('nonce'), uri: get('uri'), response: get('response').toLowerCase() };
  if (!found.has('qop')) return { ...answer, auth: null };
  if (get('qop').toLowerCase() !== 'auth' || !/^[0-9a-f]{8}$/i.test(get('nc')) || !get('cnonce')) return null;
  return { ...answer, auth: { nc: get('nc'), cnonce: get('cnonce') } };
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
