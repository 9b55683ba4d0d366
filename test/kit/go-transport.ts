import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

export interface GoRequest {
  /** The version of v2 in `Accept`, and in the type of a body; absent: v1.0's plain JSON. */
  version?: string;
  body?: unknown;
}

export interface GoAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  body: any;
}

/** Sends as one of MongoDB's Go programs does. */
export type GoTransport = (method: string, target: string, request?: GoRequest) => Promise<GoAnswer>;

/**
 * github.com/mongodb-forks/digest as the Atlas CLI and Terraform use it: every request goes out twice, first bare with its whole body, then
 * signed with `nc=00000001`; the algorithm is quoted and the qop is not. A challenge with one word more than it knows ends it.
 */
export function goDigest(base: string, key: { publicKey: string; privateKey: string }, userAgent: string): GoTransport {
  return async (method, target, request = {}) => {
    const probe = await send(base, method, target, request, { 'user-agent': userAgent });
    expect(probe.status).toBe(401);
    const challenge = parseChallenge(probe.headers.get('www-authenticate'));
    const cnonce = randomBytes(8).toString('hex');
    const ha1 = md5(`${key.publicKey}:${challenge.realm}:${key.privateKey}`);
    const response = md5(`${ha1}:${challenge.nonce}:00000001:${cnonce}:auth:${md5(`${method}:${target}`)}`);
    const authorization =
      `Digest username="${key.publicKey}", realm="${challenge.realm}", nonce="${challenge.nonce}", uri="${target}", response="${response}", ` +
      `algorithm="MD5", cnonce="${cnonce}", qop=auth, nc=00000001`;
    return send(base, method, target, request, { 'user-agent': userAgent, authorization });
  };
}

/** A service account's token, as `golang.org/x/oauth2/clientcredentials` fetches it; {@link revokeToken} gives it back. */
export async function goToken(base: string, account: ServiceAccount, userAgent: string): Promise<{ token: string; call: GoTransport }> {
  const answer = await oauth(base, 'token', account, { grant_type: 'client_credentials' }, userAgent);
  expect(answer.status).toBe(200);
  const { access_token: token, token_type, expires_in } = (await answer.json()) as Record<string, string | number>;
  expect([token_type, expires_in]).toEqual(['Bearer', 3600]);
  const headers = { 'user-agent': userAgent, authorization: `Bearer ${token}` };
  return { token: String(token), call: (method, target, request = {}) => send(base, method, target, request, headers) };
}

export async function revokeToken(base: string, account: ServiceAccount, token: string, userAgent: string): Promise<void> {
  const answer = await oauth(base, 'revoke', account, { token, token_type_hint: 'access_token' }, userAgent);
  expect([answer.status, await answer.text()]).toEqual([200, '']);
}

export interface ServiceAccount {
  clientId: string;
  secret: string;
}

function oauth(base: string, what: string, account: ServiceAccount, form: Record<string, string>, userAgent: string): Promise<Response> {
  const basic = Buffer.from(`${encodeURIComponent(account.clientId)}:${encodeURIComponent(account.secret)}`).toString('base64');
  const headers = { 'user-agent': userAgent, authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
  return fetch(`${base}/api/oauth/${what}`, { method: 'POST', headers, body: new URLSearchParams(form).toString() });
}

async function send(base: string, method: string, target: string, { version, body }: GoRequest, headers: Record<string, string>) {
  const type = version ? `application/vnd.atlas.${version}+json` : 'application/json';
  const response = await fetch(base + target, {
    method,
    headers: { ...headers, accept: type, 'accept-encoding': 'gzip', ...(body !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
}

const KNOWN = ['realm', 'domain', 'nonce', 'opaque', 'stale', 'algorithm', 'qop'];

function parseChallenge(header: string | null): { realm: string; nonce: string } {
  expect(header).toMatch(/^Digest /);
  const parts = header!.slice('Digest '.length).split(', ');
  const pairs = parts.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1).replaceAll('"', '')] as const);
  expect(pairs.map(([name]) => name).filter((name) => !KNOWN.includes(name))).toEqual([]);
  const challenge = Object.fromEntries(pairs);
  expect([challenge.qop, challenge.algorithm]).toEqual(['auth', 'MD5']);
  return { realm: challenge.realm!, nonce: challenge.nonce! };
}
