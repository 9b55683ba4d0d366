import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NONCE_SECONDS, Nonces } from '../../src/api/auth/nonces.ts';
import { buildServer } from '../../src/api/server.ts';
import { MINUTE, SECOND, wallClockSeconds } from '../../src/clock.ts';
import { claimDigest, forgetDigestClaims } from '../../src/db/digest-claims.ts';
import { type Edge, startEdge } from '../kit/edge.ts';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const REALM = 'MMS Public API';

let edge: Edge;
/** Another node of the same installation, which also takes the older form of the answer. */
let other: FastifyInstance;
let path: string;

beforeAll(async () => {
  edge = await startEdge();
  other = await buildServer({ ...edge.services, allowRfc2069: true });
  path = `/api/lifeboat/v1/projects/${edge.first.projectId}`;
});
afterAll(async () => {
  await other.close();
  await edge[Symbol.asyncDispose]();
});

interface Answer {
  method: string;
  uri: string;
  nonce: string;
  nc: string;
  privateKey: string;
}

/** A right answer but for `changes`; `older`: without `qop` (RFC 2069). */
function answer(changes: Partial<Answer> = {}, older = false): Record<string, string> {
  const { publicKey } = edge.first;
  const { privateKey } = { ...edge.first, ...changes };
  const { method, uri, nonce, nc } = { method: 'GET', uri: path, nonce: edge.services.nonces.make(), nc: '00000001', ...changes };
  const [ha1, ha2] = [md5(`${publicKey}:${REALM}:${privateKey}`), md5(`${method}:${uri}`)];
  const common = { username: publicKey, realm: REALM, nonce, uri };
  if (older) return { ...common, response: md5(`${ha1}:${nonce}:${ha2}`) };
  return { ...common, algorithm: 'MD5', qop: 'auth', nc, cnonce: 'c0ffee', response: md5(`${ha1}:${nonce}:${nc}:c0ffee:auth:${ha2}`) };
}

const quoted = (parameters: Record<string, string>) =>
  `Digest ${Object.entries(parameters)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}`;

type Outcome = 'let in' | 'refused' | 'stale';

async function outcomeOf(authorization: string, o: { on?: FastifyInstance; method?: string; url?: string } = {}): Promise<Outcome> {
  const { on = edge.server, method = 'GET', url = path } = o;
  const response = await on.inject({ method: method as 'GET', url, headers: { authorization } });
  if (response.statusCode !== 401) return 'let in';
  const challenge = String(response.headers['www-authenticate']);
  return challenge.endsWith('stale=true') ? 'stale' : 'refused';
}

describe('the challenge', () => {
  it('is the one line that every client accepts, with the body of Atlas’ authentication layer', async () => {
    const { status, headers, text } = await edge.send('GET', path);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toMatch(
      /^Digest realm="MMS Public API", domain="", nonce="[A-Za-z0-9+/]{32}", algorithm=MD5, qop="auth", stale=false$/,
    );
    expect(text).toBe(
      '{\n  "error" : 401,\n  "reason" : "Unauthorized",\n  "detail" : "You are not authorized for this resource.",\n  "errorCode" : "UNEXPECTED_ERROR"\n}',
    );
    expect(headers['x-error-code']).toBeUndefined();
  });

  it('comes before a body is looked at, and for paths that are not there as well', async () => {
    for (const [method, url] of [
      ['POST', `${path}/clusters`],
      ['GET', '/api/atlas/v2/nothing'],
      ['DELETE', path],
    ] as const) {
      const { status, headers } = await edge.send(method, url, { body: '{', headers: { 'content-type': 'text/plain' } });
      expect([status, headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Digest /)]);
    }
  });
});

describe('a right answer', () => {
  it.each<[string, () => string]>([
    ['quoted', () => quoted(answer())],
    ['bare, as far as a value allows', () => quoted(answer()).replace(/(algorithm|qop|nc|response)="([^"]+)"/g, '$1=$2')],
    ['in another order', () => quoted(Object.fromEntries(Object.entries(answer()).reverse()))],
    ['without spaces', () => quoted(answer()).replaceAll(', ', ',')],
    ['without the algorithm', () => quoted(answer()).replace('algorithm="MD5", ', '')],
    [
      'in capitals',
      () =>
        quoted(answer())
          .replace(/^Digest|response="\w+"|username/g, (text) => text.toUpperCase())
          .replace('RESPONSE', 'response'),
    ],
  ])('is accepted %s', async (_how, header) => {
    expect(await outcomeOf(header())).toBe('let in');
  });

  it('is about the query as well', async () => {
    const url = `${path}?pretty=true`;
    expect(await outcomeOf(quoted(answer({ uri: url })), { url })).toBe('let in');
    expect(await outcomeOf(quoted(answer()), { url })).toBe('refused');
  });
});

describe('a wrong answer is refused', () => {
  it.each<[string, () => string]>([
    ['with another private key', () => quoted(answer({ privateKey: 'wrong' }))],
    ['of an unknown key', () => quoted({ ...answer(), username: 'nobodyxx' })],
    ['for another method', () => quoted(answer({ method: 'POST' }))],
    ['for another URI', () => quoted(answer({ uri: `${path}/clusters` }))],
    ['for another realm', () => quoted({ ...answer(), realm: 'Another' })],
    ['by another algorithm', () => quoted({ ...answer(), algorithm: 'SHA-256' })],
    ['with another protection', () => quoted({ ...answer(), qop: 'auth-int' })],
    ['with a count that is none', () => quoted(answer({ nc: '1' }))],
    ['with a parameter twice', () => `${quoted(answer())}, nc="00000002"`],
    ['of another scheme', () => 'Basic bm9ib2R5Ong='],
    [
      'with a nonce that another installation made',
      () => quoted(answer({ nonce: new Nonces(Buffer.alloc(32, 1), wallClockSeconds).make() })),
    ],
    ['with a nonce that was changed', () => quoted(answer({ nonce: changed(edge.services.nonces.make()) }))],
    ['with the older form, unless a setting allows it', () => quoted(answer({}, true))],
  ])('%s', async (_how, header) => {
    expect(await outcomeOf(header())).toBe('refused');
  });

  const changed = (nonce: string) => (nonce.startsWith('A') ? 'B' : 'A') + nonce.slice(1);
});

describe('a nonce', () => {
  const old = () => new Nonces(edge.foundation.key('digest-nonces'), () => wallClockSeconds() - NONCE_SECONDS).make();

  it('that is too old is stale for who has the key, and only for them', async () => {
    expect(await outcomeOf(quoted(answer({ nonce: old() })))).toBe('stale');
    expect(await outcomeOf(quoted(answer({ nonce: old(), privateKey: 'wrong' })))).toBe('refused');
  });

  it('is good for each count once, in whatever order parallel requests arrive', async () => {
    const nonce = edge.services.nonces.make();
    const counts = Array.from({ length: 24 }, (_, n) => (((n * 7) % 24) + 1).toString(16).padStart(8, '0'));
    const ask = () => Promise.all(counts.map((nc) => outcomeOf(quoted(answer({ nonce, nc })))));
    expect(new Set(await ask())).toEqual(new Set(['let in']));
    expect(new Set(await ask())).toEqual(new Set(['stale']));
  });

  it('of a count far behind the highest is taken for a replay', async () => {
    const nonce = edge.services.nonces.make();
    expect(await outcomeOf(quoted(answer({ nonce, nc: '00001000' })))).toBe('let in');
    expect(await outcomeOf(quoted(answer({ nonce, nc: '00000001' })))).toBe('stale');
  });

  it('lets a request that changes something in once, on whichever node', async () => {
    const url = `${path}/clusters`;
    const header = quoted(answer({ method: 'POST', uri: url }));
    expect(await outcomeOf(header, { method: 'POST', url })).toBe('let in');
    expect(await outcomeOf(header, { method: 'POST', url })).toBe('stale');
    expect(await outcomeOf(header, { method: 'POST', url, on: other })).toBe('stale');
  });

  it('is good once in the older form, which has no count', async () => {
    const header = quoted(answer({}, true));
    expect(await outcomeOf(header, { on: other })).toBe('let in');
    expect(await outcomeOf(header, { on: other })).toBe('stale');
  });
});

describe('a pair that was spent', () => {
  it('is remembered until the clock of no node lets it in again: they are within a minute of the right time, either way', async () => {
    const { db } = edge.foundation;
    const expiresAt = new Date('2026-03-01T10:00:00Z');
    expect(await claimDigest(db, 'spent', 1, expiresAt)).toBe(true);
    const pass = (milliseconds: number) => forgetDigestClaims(db, new Date(expiresAt.getTime() + milliseconds));
    await pass(2 * MINUTE);
    expect(await claimDigest(db, 'spent', 1, expiresAt)).toBe(false);
    await pass(2 * MINUTE + SECOND);
    expect(await claimDigest(db, 'spent', 1, expiresAt)).toBe(true);
  });
});
