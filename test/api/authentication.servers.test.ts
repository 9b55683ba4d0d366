import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService } from '../../src/app.ts';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { readConfig } from '../../src/config.ts';
import { type ApiAnswer, type RunningApi, startApi } from '../kit/api.ts';
import { Lifeboat } from '../kit/lifeboat.ts';

let api: RunningApi;
let org: string;
let group: string;

beforeAll(async () => {
  api = await startApi({ LIFEBOAT_TRUSTED_PROXIES: '127.0.0.1' });
  org = `/api/atlas/v2/orgs/${api.first.organizationId}`;
  group = `/api/atlas/v2/groups/${api.first.projectId}`;
});
afterAll(() => api?.[Symbol.asyncDispose]());

const v2 = (method: string, path: string, body?: unknown, credentials?: DigestCredentials, headers: Record<string, string> = {}) =>
  api.ask(method, path, { version: '2024-08-05', body, headers, ...(credentials && { credentials }) });
const code = ({ status, body }: ApiAnswer) => [status, body?.errorCode];
const from = (address: string) => ({ 'x-forwarded-for': address });
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const HA1 = () => md5(`${api.first.publicKey}:MMS Public API:${api.first.privateKey}`);

async function challenge(url = api.url): Promise<string> {
  const { headers } = await fetch(`${url}${group}/events`);
  return /nonce="([^"]+)"/.exec(headers.get('www-authenticate')!)![1]!;
}

interface Answer {
  nonce: string;
  method?: string;
  uri?: string;
  nc?: string;
  username?: string;
  realm?: string;
  ha1?: string;
  extra?: string;
}

function digest({ nonce, method = 'GET', uri = `${group}/events`, nc = '00000001', ha1 = HA1(), ...rest }: Answer): string {
  const { username = api.first.publicKey, realm = 'MMS Public API', extra = '' } = rest;
  const response = md5(`${ha1}:${nonce}:${nc}:c0ffee:auth:${md5(`${method}:${uri}`)}`);
  return (
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=MD5, ` +
    `qop=auth, nc=${nc}, cnonce="c0ffee", response="${response}"${extra}`
  );
}

/** Each from an address of its own, so that no case is throttled for another. */
let lastAddress = 0;
async function send(
  authorization: string,
  options: { method?: string; path?: string; url?: string; body?: string } = {},
): Promise<Response> {
  lastAddress += 1;
  const headers = {
    authorization,
    accept: 'application/vnd.atlas.2024-08-05+json',
    ...from(`192.0.2.${lastAddress}`),
    ...(options.body !== undefined && { 'content-type': 'application/json' }),
  };
  return fetch((options.url ?? api.url) + (options.path ?? `${group}/events`), {
    method: options.method ?? 'GET',
    headers,
    ...(options.body !== undefined && { body: options.body }),
  });
}

async function outcome(response: Response): Promise<[number, string]> {
  const asked = response.headers.get('www-authenticate') ?? '';
  await response.arrayBuffer();
  return [response.status, /stale=(true|false)/.exec(asked)?.[0] ?? (asked || 'no challenge')];
}

describe('a digest', () => {
  it('of a read is good once on a node, and with the next count again', async () => {
    const nonce = await challenge();
    expect(await outcome(await send(digest({ nonce })))).toEqual([200, 'no challenge']);
    expect(await outcome(await send(digest({ nonce })))).toEqual([401, 'stale=true']);
    expect(await outcome(await send(digest({ nonce, nc: '00000002' })))).toEqual([200, 'no challenge']);
  });

  it('of a change is good once for all nodes', async () => {
    const settings = { ...api.settings, LIFEBOAT_DATA: `${api.settings.LIFEBOAT_DATA}-two`, LIFEBOAT_TRUSTED_PROXIES: '127.0.0.1' };
    await using other = await startService(readConfig(settings));
    const path = `${group}/accessList`;
    const body = '[{"ipAddress":"203.0.113.5"}]';
    const answer = digest({ nonce: await challenge(), method: 'POST', uri: path });
    expect(await outcome(await send(answer, { method: 'POST', path, body }))).toEqual([201, 'no challenge']);
    expect(await outcome(await send(answer, { method: 'POST', path, body }))).toEqual([401, 'stale=true']);
    expect(await outcome(await send(answer, { method: 'POST', path, body, url: other.url }))).toEqual([401, 'stale=true']);
  });

  it('and a key that is deleted ends on every node at once', async () => {
    const settings = { ...api.settings, LIFEBOAT_DATA: `${api.settings.LIFEBOAT_DATA}-three` };
    await using other = await startService(readConfig(settings));
    const { body: made } = await v2('POST', `${org}/apiKeys`, { desc: 'Short', roles: ['ORG_READ_ONLY'] });
    const there = new DigestCredentials(made.publicKey, made.privateKey);
    const askOther = async () => {
      const send = () =>
        fetch(other.url + org, {
          headers: { accept: 'application/vnd.atlas.2023-01-01+json', authorization: there.authorization('GET', org) ?? '' },
        });
      const first = await send();
      if (!there.accept(first.headers.get('www-authenticate'))) return first.status;
      return (await send()).status;
    };
    expect(await askOther()).toBe(200);
    expect((await v2('DELETE', `${org}/apiKeys/${made.id}`)).status).toBe(204);
    expect(await askOther()).toBe(401);
  });

  it.each<[string, (nonce: string) => string]>([
    ['for another path', (nonce) => digest({ nonce, uri: `${group}/accessList` })],
    ['for the path with another query', (nonce) => digest({ nonce, uri: `${group}/events?pageNum=2` })],
    ['for another method', (nonce) => digest({ nonce, method: 'POST' })],
    ['in another realm', (nonce) => digest({ nonce, realm: 'Elsewhere' })],
    ['of a wrong private key', (nonce) => digest({ nonce, ha1: md5('wrong') })],
    ['of an unknown key', (nonce) => digest({ nonce, username: 'nobodyxx' })],
    ['of an unknown key with the HA1 of nobody', (nonce) => digest({ nonce, username: 'nobodyxx', ha1: '0'.repeat(32) })],
    ['whose nonce we never made', () => digest({ nonce: Buffer.alloc(24, 1).toString('base64') })],
    ['whose nonce was made younger', (nonce) => digest({ nonce: Buffer.from(nonce, 'base64').fill(255, 0, 4).toString('base64') })],
    ['whose nonce is no nonce', () => digest({ nonce: 'x' })],
    ['whose count is no count', (nonce) => digest({ nonce, nc: '1' })],
    ['that names its user twice', (nonce) => digest({ nonce, extra: ', username="other"' })],
    ['of another algorithm', (nonce) => digest({ nonce }).replace('algorithm=MD5', 'algorithm=SHA-256')],
    ['with auth-int', (nonce) => digest({ nonce }).replace('qop=auth', 'qop=auth-int')],
    ['of RFC 2069, which is off', (nonce) => digest({ nonce }).replace(/qop=auth, nc=\d+, cnonce="c0ffee", /, '')],
    ['without a response', (nonce) => digest({ nonce }).replace(/, response=.*/, '')],
    ['that is empty', () => 'Digest '],
    ['that is HTTP Basic with the right key', () => `Basic ${btoa(`${api.first.publicKey}:${api.first.privateKey}`)}`],
    ['with a NUL in its user', (nonce) => digest({ nonce, username: 'a%00' })],
    ['with 8 kB of user', (nonce) => digest({ nonce, username: 'x'.repeat(8000) })],
  ])('%s is refused with a new challenge', async (_name, make) => {
    expect(await outcome(await send(make(await challenge())))).toEqual([401, 'stale=false']);
  });

  it('is the only thing besides a token that lets in: cookies and parameters do not', async () => {
    const headers = { cookie: `session=x; token=y; Authorization=${btoa('x:y')}` };
    expect((await fetch(`${api.url}${group}/events?access_token=x&publicKey=${api.first.publicKey}`, { headers })).status).toBe(401);
  });
});

async function newAccount(roles = ['ORG_READ_ONLY']): Promise<{ clientId: string; secret: string; secretId: string }> {
  const body = { name: 'Robot', description: 'For a test', roles, secretExpiresAfterHours: 8 };
  const { body: made } = await v2('POST', `${org}/serviceAccounts`, body);
  return { clientId: made.clientId, secret: made.secrets[0].secret, secretId: made.secrets[0].id };
}

const basic = (id: string, secret: string) => `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`;

async function oauth(path: 'token' | 'revoke', authorization: string | null, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/api/oauth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(authorization && { authorization }), ...headers },
    body,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text ? JSON.parse(text) : null };
}

async function tokenOf({ clientId, secret }: { clientId: string; secret: string }): Promise<string> {
  const { body } = await oauth('token', basic(clientId, secret), 'grant_type=client_credentials');
  return body.access_token;
}

const withToken = async (token: string, path = `${group}/events`) => {
  const response = await send(`Bearer ${token}`, { path });
  return { status: response.status, text: await response.text() };
};

describe('a service account', () => {
  it('gets a token for an hour, uses it, and revokes it', async () => {
    const account = await newAccount();
    const answer = await oauth('token', basic(account.clientId, account.secret), 'grant_type=client_credentials');
    expect(answer).toMatchObject({ status: 200, body: { access_token: expect.any(String), expires_in: 3600, token_type: 'Bearer' } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const token = answer.body.access_token;
    expect((await withToken(token)).status).toBe(200);
    expect(JSON.parse((await withToken(token, '/api/atlas/v2')).text)).toMatchObject({ apiKey: null, appName: 'MongoDB Atlas' });
    const { rows } = await sql<{ row: string }>`SELECT access_tokens::text AS row FROM access_tokens`.execute(api.db);
    expect(rows.map(({ row }) => row).join()).not.toContain(token);
    const revoked = await oauth('revoke', basic(account.clientId, account.secret), `token=${token}&token_type_hint=access_token`);
    expect([revoked.status, revoked.text]).toEqual([200, '']);
    expect(await withToken(token)).toEqual({ status: 401, text: '' });
  });

  it('does what its roles allow, as anybody else', async () => {
    const token = await tokenOf(await newAccount(['ORG_READ_ONLY']));
    const denied = await send(`Bearer ${token}`, { method: 'POST', path: `${org}/apiKeys`, body: '{"desc":"x","roles":["ORG_OWNER"]}' });
    expect([denied.status, ((await denied.json()) as { errorCode: string }).errorCode]).toEqual([401, 'USER_UNAUTHORIZED']);
    const member = await tokenOf(await newAccount(['ORG_MEMBER']));
    const foreign = await withToken(member);
    expect([foreign.status, JSON.parse(foreign.text).errorCode]).toEqual([401, 'USER_UNAUTHORIZED']);
  });

  it.each<[string, (token: string, account: { clientId: string; secretId: string }) => Promise<unknown>]>([
    [
      'has expired',
      (token) =>
        api.db
          .updateTable('accessTokens')
          .set({ expiresAt: new Date(0) })
          .where('sha256', '=', createHash('sha256').update(token).digest())
          .execute(),
    ],
    [
      'was given for a secret that is deleted',
      async (_token, { clientId, secretId }) => {
        await v2('POST', `${org}/serviceAccounts/${clientId}/secrets`, { secretExpiresAfterHours: 8 });
        await v2('DELETE', `${org}/serviceAccounts/${clientId}/secrets/${secretId}`);
      },
    ],
    ["is a deleted account's", (_token, { clientId }) => v2('DELETE', `${org}/serviceAccounts/${clientId}`)],
  ])('is refused with an empty 401 when its token %s', async (_name, spoil) => {
    const account = await newAccount();
    const token = await tokenOf(account);
    expect((await withToken(token)).status).toBe(200);
    await spoil(token, account);
    expect(await withToken(token)).toEqual({ status: 401, text: '' });
  });

  it.each(['x', '%00', "'OR/**/1=1--", Buffer.alloc(32).toString('base64url')])(
    'is refused with an empty 401 with the token %s',
    async (token) => {
      expect(await withToken(token)).toEqual({ status: 401, text: '' });
    },
  );

  it('owns the project that it makes', async () => {
    const token = await tokenOf(await newAccount(['ORG_GROUP_CREATOR']));
    const body = JSON.stringify({ name: 'By-a-robot', orgId: api.first.organizationId });
    const made = await send(`Bearer ${token}`, { method: 'POST', path: '/api/atlas/v2/groups', body });
    const { id } = (await made.json()) as { id: string };
    expect([made.status, (await withToken(token, `/api/atlas/v2/groups/${id}/apiKeys`)).status]).toEqual([201, 200]);
  });

  it("cannot revoke another's token", async () => {
    const [one, other] = [await newAccount(), await newAccount()];
    const token = await tokenOf(one);
    expect((await oauth('revoke', basic(other.clientId, other.secret), `token=${token}`)).status).toBe(200);
    expect((await withToken(token)).status).toBe(200);
  });

  it('gets ten tokens a minute', async () => {
    const account = await newAccount();
    const mint = () => oauth('token', basic(account.clientId, account.secret), 'grant_type=client_credentials');
    for (let n = 1; n <= 10; n += 1) expect((await mint()).status).toBe(200);
    const refused = await mint();
    expect([refused.status, refused.body.error, refused.headers.get('retry-after')]).toEqual([429, 'slow_down', '6']);
    await sql`UPDATE access_tokens SET issued_at = issued_at - interval '1 minute'`.execute(api.db);
    expect((await mint()).status).toBe(200);
  });

  it.each<[string, (account: { clientId: string; secret: string }) => [string | null, string, Record<string, string>?], number, string]>([
    ['without credentials', () => [null, 'grant_type=client_credentials'], 401, 'invalid_client'],
    ['of a wrong secret', ({ clientId }) => [basic(clientId, 'mdb_sa_sk_wrong'), 'grant_type=client_credentials'], 401, 'invalid_client'],
    [
      'of an unknown client',
      ({ secret }) => [basic(`mdb_sa_id_${'1'.repeat(24)}`, secret), 'grant_type=client_credentials'],
      401,
      'invalid_client',
    ],
    ['of no client id', ({ secret }) => [basic('abcdefgh', secret), 'grant_type=client_credentials'], 401, 'invalid_client'],
    ['with broken Basic', () => ['Basic !!!', 'grant_type=client_credentials'], 401, 'invalid_client'],
    ['with broken encoding', () => [`Basic ${btoa('%zz:x')}`, 'grant_type=client_credentials'], 401, 'invalid_client'],
    ['for another grant', ({ clientId, secret }) => [basic(clientId, secret), 'grant_type=password'], 400, 'unsupported_grant_type'],
    ['for no grant', ({ clientId, secret }) => [basic(clientId, secret), ''], 400, 'invalid_request'],
    [
      'for two grants',
      ({ clientId, secret }) => [basic(clientId, secret), 'grant_type=client_credentials&grant_type=x'],
      400,
      'invalid_request',
    ],
    [
      'in JSON',
      ({ clientId, secret }) => [basic(clientId, secret), '{"grant_type":"client_credentials"}', { 'content-type': 'application/json' }],
      400,
      'invalid_request',
    ],
    ['of 300 kB', ({ clientId, secret }) => [basic(clientId, secret), 'x'.repeat(300_000)], 400, 'invalid_request'],
  ])('is refused a token when it asks %s', async (_name, make, status, error) => {
    const [authorization, body, headers] = make(await newAccount());
    const answer = await oauth('token', authorization, body, headers);
    expect([answer.status, answer.body.error, answer.body.error_description]).toEqual([status, error, expect.any(String)]);
  });

  it('is refused a token for a secret that has expired', async () => {
    const account = await newAccount();
    await api.db
      .updateTable('serviceAccountSecrets')
      .set({ expiresAt: new Date(0) })
      .where('id', '=', account.secretId)
      .execute();
    const { status, body } = await oauth('token', basic(account.clientId, account.secret), 'grant_type=client_credentials');
    expect([status, body]).toEqual([401, { error: 'invalid_client', error_description: 'Invalid credentials provided.' }]);
  });
});

describe("a key's access list", () => {
  it('lets in only from its addresses, counts them, and is over at once when it is emptied', async () => {
    const { body: made } = await v2('POST', `${org}/apiKeys`, { desc: 'Bound', roles: ['ORG_READ_ONLY'] });
    const own = new DigestCredentials(made.publicKey, made.privateKey);
    const list = `${org}/apiKeys/${made.id}/accessList`;
    expect((await v2('GET', org, undefined, own, from('198.51.100.1'))).status).toBe(200);
    await v2('POST', list, [{ cidrBlock: '203.0.113.0/24' }, { ipAddress: '2001:db8:0:0:0:0:0:1' }]);
    for (const address of ['203.0.113.77', '::ffff:203.0.113.78', '2001:db8::1'])
      expect((await v2('GET', org, undefined, own, from(address))).status, address).toBe(200);
    const refused = await v2('GET', org, undefined, own, from('198.51.100.1'));
    expect(code(refused)).toEqual([403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST']);
    expect(refused.body.parameters).toEqual(['198.51.100.1']);
    // Of a burst the first is told at once, and the rest within a minute.
    const used = async () => (await v2('GET', list)).body.results;
    await expect.poll(used).toMatchObject([
      { count: 1, lastUsedAddress: '203.0.113.77' },
      { count: 1, lastUsedAddress: '2001:db8:0:0:0:0:0:1' },
    ]);
    expect((await v2('GET', '/api/atlas/v2', undefined, own, from('203.0.113.1'))).body.apiKey.accessList).toHaveLength(2);
    for (const entry of ['203.0.113.0%2F24', '2001:db8::1']) expect((await v2('DELETE', `${list}/${entry}`)).status).toBe(204);
    expect((await v2('GET', org, undefined, own, from('198.51.100.1'))).status).toBe(200);
  });

  it('believes the last address that no trusted proxy wrote, and no address that is none', async () => {
    const { body: made } = await v2('POST', `${org}/apiKeys`, { desc: 'Behind', roles: ['ORG_READ_ONLY'] });
    const own = new DigestCredentials(made.publicKey, made.privateKey);
    await v2('POST', `${org}/apiKeys/${made.id}/accessList`, [{ ipAddress: '203.0.113.5' }]);
    const spoofed = await v2('GET', org, undefined, own, from('203.0.113.5, 198.51.100.9'));
    expect([code(spoofed), spoofed.body.parameters]).toEqual([[403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST'], ['198.51.100.9']]);
    expect((await v2('GET', org, undefined, own, from('198.51.100.9, 203.0.113.5'))).status).toBe(200);
    expect(code(await v2('GET', org, undefined, own, from('203.0.113.5, unknown')))).toEqual([403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST']);
  });

  it('takes no word of X-Forwarded-For from who is no trusted proxy', async () => {
    const settings = { ...api.settings, LIFEBOAT_DATA: `${api.settings.LIFEBOAT_DATA}-four` };
    await using other = await startService(readConfig(settings));
    const { body: made } = await v2('POST', `${org}/apiKeys`, { desc: 'Bound', roles: ['ORG_READ_ONLY'] });
    await v2('POST', `${org}/apiKeys/${made.id}/accessList`, [{ ipAddress: '203.0.113.5' }]);
    const own = new DigestCredentials(made.publicKey, made.privateKey);
    own.accept(`Digest realm="MMS Public API", nonce="${await challenge(other.url)}"`);
    const response = await fetch(other.url + org, {
      headers: { authorization: own.authorization('GET', org)!, accept: 'application/vnd.atlas.2023-01-01+json', ...from('203.0.113.5') },
    });
    expect([response.status, ((await response.json()) as { parameters: string[] }).parameters]).toEqual([403, ['127.0.0.1']]);
  });
});

describe('wrong passwords', () => {
  /** As fast as one process can, on connections that stay open. */
  async function flood(count: number, headersOf: (n: number) => Record<string, string>): Promise<Map<number, number>> {
    const { hostname, port } = new URL(api.url);
    const statuses = new Map<number, number>();
    let sent = 0;
    const worker = async () => {
      while (sent < count) {
        sent += 1;
        const headers = headersOf(sent);
        const status = await new Promise<number>((resolve, reject) => {
          const outgoing = request({ hostname, port, path: `${group}/events`, headers }, (incoming) => {
            incoming.resume();
            incoming.once('end', () => resolve(incoming.statusCode!));
          });
          outgoing.once('error', reject);
          outgoing.end();
        });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    return statuses;
  }

  it('by the thousand are answered 401 and then 429, while the right key passes from the same address and from others', async () => {
    const nonce = await challenge();
    let isOver = false;
    const flooding = flood(3000, (n) => ({
      authorization: digest({ nonce, ha1: md5(String(n)), nc: n.toString(16).padStart(8, '0') }),
      ...from('198.51.100.66'),
    })).finally(() => {
      isOver = true;
    });
    const meanwhile: number[] = [];
    while (!isOver) {
      meanwhile.push((await v2('GET', org, undefined, undefined, from('198.51.100.66'))).status);
      meanwhile.push((await v2('GET', org, undefined, undefined, from('198.51.100.67'))).status);
    }
    const statuses = await flooding;
    expect([...statuses.keys()].toSorted()).toEqual([401, 429]);
    expect(statuses.get(429)).toBeGreaterThan(2000);
    expect(new Set(meanwhile)).toEqual(new Set([200]));
  });

  it('of many names and tokens from one address are slowed down too, with the seconds to wait', async () => {
    const nonce = await challenge();
    const statuses = await flood(400, (n) => ({
      authorization: n % 2 ? `Bearer ${n}` : digest({ nonce, username: `guess${n}` }),
      ...from('198.51.100.99'),
    }));
    expect(statuses.get(429)).toBeGreaterThan(200);
    const refused = await fetch(`${api.url}${group}/events`, { headers: { authorization: 'Bearer x', ...from('198.51.100.99') } });
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect(await refused.json()).toMatchObject({ errorCode: 'RATE_LIMITED' });
  });
});

const answered = async <T>(asked: Promise<Response>) => (await (await asked).json()) as T;

describe('the log', () => {
  it('has no key, secret, token or digest in it, whatever is asked and however much is logged', async () => {
    const lifeboat = await Lifeboat.create({ LIFEBOAT_LOG_LEVEL: 'trace', LIFEBOAT_WORKERS: '0' });
    try {
      const identity = await lifeboat.init();
      await lifeboat.serve();
      const owner = new DigestCredentials(identity.publicKey, identity.privateKey);
      const secrets = [identity.privateKey];
      const ask = async (method: string, path: string, body?: unknown, token?: string) => {
        const once = () => {
          const authorization = token ?? owner.authorization(method, path);
          if (authorization) secrets.push(/response="(\w+)"/.exec(authorization)?.[1] ?? authorization);
          const type = { 'content-type': 'application/json', accept: 'application/vnd.atlas.2024-08-05+json' };
          return fetch(lifeboat.url + path, {
            method,
            headers: { ...type, ...(authorization && { authorization }) },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          });
        };
        const first = await once();
        if (token || !owner.accept(first.headers.get('www-authenticate'))) return first;
        return once();
      };
      const path = `/api/atlas/v2/orgs/${identity.orgId}`;
      const made = await answered<{ privateKey: string }>(ask('POST', `${path}/apiKeys`, { desc: 'x', roles: ['ORG_MEMBER'] }));
      const body = { name: 'x', description: 'x', roles: ['ORG_MEMBER'], secretExpiresAfterHours: 8 };
      const account = await answered<{ clientId: string; secrets: [{ secret: string }] }>(ask('POST', `${path}/serviceAccounts`, body));
      const { secret } = account.secrets[0];
      const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: basic(account.clientId, secret) };
      const minted = await fetch(`${lifeboat.url}/api/oauth/token`, {
        method: 'POST',
        headers: form,
        body: 'grant_type=client_credentials',
      });
      const { access_token: token } = (await minted.json()) as { access_token: string };
      await ask('GET', path, undefined, `Bearer ${token}`);
      await ask('GET', `${path}?access_token=${token}`, undefined, `Bearer ${token}x`);
      await ask('POST', `${path}/apiKeys`, { desc: secret.repeat(20), roles: [secret] });
      secrets.push(made.privateKey, secret, token, form.authorization.slice(6));
      expect(lifeboat.log).toContain('"route":"/api/oauth/token"');
      for (const text of secrets) expect(lifeboat.log).not.toContain(text);
    } finally {
      await lifeboat.remove();
    }
  });
});
