import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../src/api/server.ts';
import { AuditLog } from '../../src/backup/audit-log.ts';
import { sessionEndAt } from '../../src/backup/session.ts';
import { after, HOUR, MINUTE } from '../../src/clock.ts';
import { forgetSessions } from '../../src/db/sessions.ts';
import { type Edge, PUBLIC_URL, startEdge } from '../kit/edge.ts';

const SETUP = '/api/lifeboat/v1/setup';
const SESSION = '/api/lifeboat/v1/session';
const PASSWORD = 'a rope, a ring & a whistle';
const OTHER_PASSWORD = 'two oars and a bailer';
const V2 = { accept: 'application/vnd.atlas.2025-03-12+json' };

let edge: Edge;
/** The same installation by another name and over plain HTTP; behind a proxy at 10.0.0.1. */
let plain: FastifyInstance;
let users: string;
let org: string;
let log: AuditLog;

beforeAll(async () => {
  edge = await startEdge();
  plain = await buildServer({ ...edge.services, publicUrl: () => 'http://lifeboat.example:8080', trustedProxies: ['10.0.0.1'] });
  users = `/api/lifeboat/v1/organizations/${edge.first.organizationId}/users`;
  org = `/api/atlas/v2/orgs/${edge.first.organizationId}`;
  log = new AuditLog(edge.foundation.db, edge.clock);
});
afterAll(async () => {
  await plain.close();
  await edge[Symbol.asyncDispose]();
});

/** A browser: what it was given it sends. */
class Browser {
  cookie = '';
  csrf = '';
  readonly #address: string;

  constructor(address = '192.0.2.1') {
    this.#address = address;
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}, server = edge.server) {
    const unsafe = !/^(GET|HEAD)$/.test(method) && this.csrf !== '';
    const response = await server.inject({
      method: method as 'GET',
      url: path,
      remoteAddress: this.#address,
      headers: {
        'x-lifeboat-console': '1',
        ...V2,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.cookie && { cookie: this.cookie }),
        ...(unsafe && { 'x-csrf-token': this.csrf, origin: PUBLIC_URL }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const setCookie = response.headers['set-cookie'];
    const parsed = response.payload && /json/.test(String(response.headers['content-type'])) ? response.json() : null;
    return { status: response.statusCode, headers: response.headers, setCookie: setCookie?.toString(), body: parsed };
  }

  take(answer: { setCookie?: string | undefined; body: { csrfToken: string } }) {
    this.cookie = answer.setCookie!.split(';')[0]!;
    this.csrf = answer.body.csrfToken;
    return this;
  }

  async signIn(username: string, password = PASSWORD) {
    const answer = await this.ask('POST', SESSION, { username, password });
    if (answer.status === 200) this.take(answer);
    return answer;
  }
}

let owner: Browser;
let ownerName: string;
const outcome = ({ status, body }: { status: number; body: { errorCode: string } | null }) => [status, body?.errorCode];
const actions = async (count: number) => (await log.list(null, { number: 1, size: count })).results.reverse();
const newToken = async () => (await edge.services.ownerSetup.newToken())!.token;

async function makeUser(username: string, roles: object[] = [], password = PASSWORD) {
  const made = await owner.ask('POST', users, { username, password, roles });
  expect(made.status).toBe(201);
  return made.body as { id: string; username: string };
}

describe('the first owner', () => {
  const setUp = (token: string, body: object = {}, headers = {}) =>
    new Browser().ask('POST', SETUP, { token, username: 'Anchor', password: PASSWORD, ...body }, headers);

  it('is missing at first, which anybody may know', async () => {
    const { status, body, headers } = await new Browser().ask('GET', SETUP);
    expect([status, body]).toEqual([200, { needsOwner: true }]);
    expect(headers['set-cookie']).toBeUndefined();
    expect((await new Browser().ask('HEAD', SETUP)).status).toBe(200);
  });

  it('is not set up with a wrong token, an old one, or one in whose place another was made', async () => {
    const first = await newToken();
    const second = await newToken();
    for (const token of ['wrong', 'x'.repeat(43), first]) expect(outcome(await setUp(token))).toEqual([403, 'SETUP_TOKEN_INVALID']);
    edge.clock.set(after(edge.clock.now(), 15 * MINUTE));
    expect(outcome(await setUp(second))).toEqual([403, 'SETUP_TOKEN_INVALID']);
  });

  it('is not set up by another site: not by a form, not by a script', async () => {
    const token = await newToken();
    const body = JSON.stringify({ token, username: 'anchor', password: PASSWORD });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      expect(outcome(await new Browser().ask('POST', SETUP, body, { 'content-type': type }))).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    }
    for (const origin of ['https://evil.example', 'null', 'https://backup.example.evil.example', 'http://backup.example']) {
      expect(outcome(await setUp(token, {}, { origin }))).toEqual([403, 'CSRF_TOKEN_INVALID']);
    }
  });

  it('is told what is wrong with name and password, and the token is good for another try', async () => {
    const token = await newToken();
    const password = async (text: string) => {
      const { status, body } = await setUp(token, { password: text });
      expect(JSON.stringify(body)).not.toContain(text);
      return [status, body.errorCode];
    };
    for (const text of ['short', 'anchor', 'password1234', 'aaaaaaaaaaaaaaaa', 'x1'.repeat(200)])
      expect(await password(text)).toEqual([400, 'PASSWORD_UNUSABLE']);
    for (const username of ['', 'a b', 'ankér', 'a'.repeat(65), '../x', '<b>'])
      expect(outcome(await setUp(token, { username }))).toEqual([400, 'INVALID_VALUE']);
    expect(outcome(await setUp(token, { surprise: 1 }))).toEqual([400, 'INVALID_VALUE']);
    const answers = await Promise.all([setUp(token), setUp(token, { username: 'Other' }), setUp(token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const made = answers.find(({ status }) => status === 201)!;
    expect(made.body).toMatchObject({
      user: { grants: [{ roleName: 'ORG_OWNER', organizationId: edge.first.organizationId, projectId: null }] },
      organization: { id: edge.first.organizationId, name: 'Org' },
      projects: [{ id: edge.first.projectId, name: 'Project', permissions: expect.arrayContaining(['read', 'register']) }],
      organizationPermissions: ['read', 'create-project', 'manage'],
    });
    expect(made.setCookie).toMatch(/^__Host-lifeboat_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
    owner = new Browser().take(made);
    ownerName = made.body.user.username;
    expect((await owner.ask('GET', org)).status).toBe(200);
    expect((await owner.ask('GET', users)).body.totalCount).toBe(1);
  });

  it('is set up once: then there is no token any more, and none can be made', async () => {
    expect((await new Browser().ask('GET', SETUP)).body).toEqual({ needsOwner: false });
    expect(await edge.services.ownerSetup.newToken()).toBeNull();
    expect(outcome(await setUp('x'.repeat(43)))).toEqual([409, 'OWNER_EXISTS']);
    expect(await edge.foundation.db.selectFrom('setupToken').selectAll().execute()).toEqual([]);
    const entries = await actions(10);
    expect(entries.find(({ action }) => action === 'OWNER_SET_UP')).toMatchObject({
      remoteAddress: '192.0.2.1',
      subject: expect.any(String),
    });
  });
});

describe('signing in', () => {
  it('makes a new session each time, whatever cookie came along, and ends the one before', async () => {
    await makeUser('mate');
    const fixed = `__Host-lifeboat_session=${'A'.repeat(43)}`;
    const browser = new Browser();
    browser.cookie = fixed;
    const first = await browser.signIn('MATE');
    expect(first.status).toBe(200);
    expect(first.body.user.username).toBe('mate');
    expect(browser.cookie).not.toBe(fixed);
    const before = browser.cookie;
    await browser.signIn('mate');
    expect(browser.cookie).not.toBe(before);
    expect((await browser.ask('GET', SESSION)).status).toBe(200);
    for (const old of [fixed, before])
      expect(outcome(await new Browser().ask('GET', SESSION, undefined, { cookie: old }))).toEqual([401, 'NOT_SIGNED_IN']);
  });

  it('is refused alike for a wrong password and for a name that nobody has, after as much work', async () => {
    await makeUser('cook');
    const before = edge.passwords.checked;
    const answers = [];
    for (const username of ['cook', 'nobody', 'not a name']) {
      const { status, body, headers } = await new Browser('192.0.2.40').ask('POST', SESSION, { username, password: 'not the password' });
      answers.push([status, body, headers['set-cookie'], headers['www-authenticate']]);
    }
    expect(answers[0]![0]).toBe(401);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(edge.passwords.checked - before).toBe(3);
  });

  it('is possible without any role, and shows nothing', async () => {
    await makeUser('guest');
    const browser = new Browser();
    expect((await browser.signIn('guest')).body).toMatchObject({ user: { grants: [] }, projects: [], organizationPermissions: [] });
    expect(outcome(await browser.ask('GET', users))).toEqual([401, 'USER_CANNOT_ACCESS_ORG']);
    expect(outcome(await browser.ask('GET', `/api/atlas/v2/groups/${edge.first.projectId}`))).toEqual([401, 'USER_UNAUTHORIZED']);
    expect((await browser.ask('GET', '/api/atlas/v2/groups')).body.results).toEqual([]);
  });

  it('takes JSON alone, and from no page of another site', async () => {
    const body = JSON.stringify({ username: 'mate', password: PASSWORD });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expect((await new Browser().ask('POST', SESSION, body, { 'content-type': type })).status).toBe(415);
    for (const origin of ['null', 'https://evil.example', `${PUBLIC_URL}, https://evil.example`])
      expect(outcome(await new Browser().ask('POST', SESSION, body, { origin, 'content-type': 'application/json' }))).toEqual([
        403,
        'CSRF_TOKEN_INVALID',
      ]);
    // The address that is asked is ours as well: it may be known by more than one name.
    const ours: Record<string, string>[] = [{ origin: PUBLIC_URL }, { origin: 'http://localhost:1234', host: 'localhost:1234' }];
    for (const headers of ours) expect((await new Browser().ask('POST', SESSION, JSON.parse(body), headers)).status).toBe(200);
  });

  it('gives a cookie for TLS alone where the connection, a trusted proxy or the public URL is of TLS', async () => {
    const cookieOf = async (address: string, headers: Record<string, string>) =>
      (await new Browser(address).ask('POST', SESSION, { username: 'mate', password: PASSWORD }, headers, plain)).setCookie;
    expect(await cookieOf('192.0.2.1', {})).toMatch(/^lifeboat_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(await cookieOf('192.0.2.1', { 'x-forwarded-proto': 'https' })).toMatch(/^lifeboat_session=.*SameSite=Strict$/);
    expect(await cookieOf('10.0.0.1', { 'x-forwarded-proto': 'https' })).toMatch(/^__Host-lifeboat_session=.*; Secure$/);
    expect(await cookieOf('10.0.0.1', { 'x-forwarded-proto': 'http' })).toMatch(/^lifeboat_session=/);
  });
});

describe('a request by cookie', () => {
  const create = (browser: Browser, headers: Record<string, string>) =>
    browser.ask('POST', `${org}/apiKeys`, { desc: 'x', roles: ['ORG_MEMBER'] }, headers);

  it('does what the grants of its user allow, on the routes of Atlas too', async () => {
    expect((await create(owner, {})).status).toBe(200);
    expect((await owner.ask('HEAD', SESSION)).status).toBe(200);
    expect((await owner.ask('GET', '/api/atlas/v2')).body).toMatchObject({ apiKey: null });
    const [newest] = (await log.list(null, { number: 1, size: 1 })).results;
    expect(newest).toMatchObject({
      action: 'API_KEY_CREATED',
      by: { name: expect.stringMatching(/anchor|other/i) },
      remoteAddress: '192.0.2.1',
    });
  });

  it('that changes something brings the token of its session, and comes from no other page', async () => {
    const other = new Browser();
    await other.signIn('mate');
    const wrong: Record<string, string>[] = [
      { 'x-csrf-token': '' },
      { 'x-csrf-token': 'x' },
      { 'x-csrf-token': other.csrf },
      { 'x-csrf-token': `${owner.csrf}x` },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://backup.example' },
      { origin: '' },
    ];
    for (const headers of wrong) expect(outcome(await create(owner, headers))).toEqual([403, 'CSRF_TOKEN_INVALID']);
    expect(outcome(await owner.ask('DELETE', SESSION, undefined, { 'x-csrf-token': 'x' }))).toEqual([403, 'CSRF_TOKEN_INVALID']);
    const form = await owner.ask('POST', `${org}/apiKeys`, '{"desc":"x","roles":["ORG_OWNER"]}', {
      'content-type': 'text/plain',
      'x-csrf-token': '',
    });
    expect(outcome(form)).toEqual([403, 'CSRF_TOKEN_INVALID']);
    expect((await owner.ask('GET', SESSION)).status).toBe(200);
    await expect.poll(async () => (await actions(30)).some((entry) => entry.result === 'CSRF_TOKEN_INVALID')).toBe(true);
  });

  it('is refused without a challenge, to which a browser would show a dialog; a client of the API gets one', async () => {
    const bad = { cookie: `__Host-lifeboat_session=${'B'.repeat(43)}` };
    const answers = [
      await edge.send('GET', org, { headers: { ...V2, ...bad } }),
      await edge.send('GET', org, { headers: { ...V2, 'x-lifeboat-console': '1' } }),
      await edge.send('GET', SESSION),
      await edge.send('PUT', `${SESSION}/password`, { body: '{}' }),
    ];
    for (const { status, headers, body } of answers) {
      expect([status, body.errorCode, headers['www-authenticate']]).toEqual([401, 'NOT_SIGNED_IN', undefined]);
    }
    expect((await edge.send('GET', org, { headers: V2 })).headers['www-authenticate']).toMatch(/^Digest /);
    expect((await edge.ask('GET', SESSION)).status).toBe(401);
  });

  it('with credentials in its header is theirs, and needs no token', async () => {
    const headers = { ...V2, cookie: owner.cookie };
    const reader = await edge.makeKey({ roleName: 'ORG_READ_ONLY', projectId: null });
    reader.accept(`Digest realm="MMS Public API", nonce="${edge.services.nonces.make()}"`);
    const body = { desc: 'x', roles: ['ORG_MEMBER'] };
    const refused = await edge.ask('POST', `${org}/apiKeys`, { headers, body, credentials: reader });
    expect(outcome(refused)).toEqual([401, 'USER_UNAUTHORIZED']);
    const wrong = await edge.send('GET', org, { headers: { ...headers, authorization: 'Bearer nonsense' } });
    expect(wrong.status).toBe(401);
    const writer = await edge.makeKey({ roleName: 'ORG_OWNER', projectId: null });
    writer.accept(`Digest realm="MMS Public API", nonce="${edge.services.nonces.make()}"`);
    expect((await edge.ask('POST', `${org}/apiKeys`, { headers, body, credentials: writer })).status).toBe(200);
  });

  it('with two sessions, one of the wrong name, or one that is none, is nobody', async () => {
    const token = owner.cookie.split('=')[1]!;
    const other = new Browser();
    await other.signIn('mate');
    const cookies = [
      `${owner.cookie}; ${other.cookie}`,
      `${owner.cookie}; ${owner.cookie}`,
      `lifeboat_session=${token}`,
      `__host-lifeboat_session=${token}; lifeboat_session=`,
      `__Host-lifeboat_session="${token}"`,
      `__Host-lifeboat_session=${token}x`,
      `__Host-lifeboat_session=${'x'.repeat(10_000)}`,
      '__Host-lifeboat_session=',
      '__Host-lifeboat_session',
    ];
    for (const cookie of cookies)
      expect((await new Browser().ask('GET', SESSION, undefined, { cookie })).status, cookie.slice(0, 80)).toBe(401);
    const among = { cookie: `a=b; theme=dark;${owner.cookie} ; x` };
    expect((await new Browser().ask('GET', SESSION, undefined, among)).status).toBe(200);
  });
});

describe('a session', () => {
  const isOpen = async (browser: Browser) => (await browser.ask('GET', SESSION)).status === 200;
  const later = (milliseconds: number) => edge.clock.set(after(edge.clock.now(), milliseconds));

  it('ends when it was not used for 12 hours, or after 7 days however it is used, and is swept then', async () => {
    await makeUser('watch');
    const [idle, used] = [new Browser(), new Browser()];
    const { body } = await idle.signIn('watch');
    expect(new Date(body.expiresAt).getTime() - edge.clock.now().getTime()).toBe(12 * HOUR);
    await used.signIn('watch');
    for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
      later(6 * HOUR);
      expect(await isOpen(used)).toBe(true);
      if (hours === 6) expect(await isOpen(idle)).toBe(false);
    }
    later(6 * HOUR);
    expect(await isOpen(used)).toBe(false);
    const { db } = edge.foundation;
    await forgetSessions(db, sessionEndAt(edge.clock.now()));
    expect(await db.selectFrom('sessions').select('id').execute()).toEqual([]);
    expect((await owner.signIn(ownerName)).status).toBe(200);
  });

  it('ends with the sign-out, on which the cookie is taken back', async () => {
    await makeUser('leaver');
    const browser = new Browser();
    await browser.signIn('leaver');
    const { status, setCookie } = await browser.ask('DELETE', SESSION);
    expect([status, setCookie]).toEqual([204, '__Host-lifeboat_session=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0']);
    expect(await isOpen(browser)).toBe(false);
    expect(await actions(1)).toMatchObject([{ action: 'SIGNED_OUT', by: { name: 'leaver' }, organizationId: edge.first.organizationId }]);
  });

  it('stays when its user changes the password, and every other ends', async () => {
    await makeUser('bosun');
    const [here, there] = [new Browser(), new Browser()];
    for (const browser of [here, there]) await browser.signIn('bosun');
    const change = (currentPassword: string, newPassword: string) =>
      here.ask('PUT', `${SESSION}/password`, { currentPassword, newPassword });
    expect(outcome(await change('not this one', OTHER_PASSWORD))).toEqual([401, 'INVALID_CREDENTIALS']);
    expect(outcome(await change(PASSWORD, 'too short'))).toEqual([400, 'PASSWORD_UNUSABLE']);
    expect(await isOpen(there)).toBe(true);
    expect((await change(PASSWORD, OTHER_PASSWORD)).status).toBe(204);
    expect([await isOpen(here), await isOpen(there)]).toEqual([true, false]);
    expect(outcome(await new Browser('192.0.2.50').signIn('bosun', PASSWORD))).toEqual([401, 'INVALID_CREDENTIALS']);
    // However a keyboard makes it: the same letters.
    expect((await new Browser().signIn('bosun', OTHER_PASSWORD.replace('two', '\uff54wo'))).status).toBe(200);
    expect((await actions(6)).map(({ action }) => action)).toEqual(expect.arrayContaining(['PASSWORD_CHANGED', 'SESSION_ENDED']));
  });

  it('of a password that is changed at the same moment does not stay', async () => {
    const { id } = await makeUser('racer');
    const browser = new Browser();
    const [changed] = await Promise.all([
      owner.ask('PATCH', `${users}/${id}`, { password: OTHER_PASSWORD }),
      ...[1, 2, 3].map(() => browser.signIn('racer', PASSWORD)),
    ]);
    expect(changed.status).toBe(200);
    expect(await isOpen(browser)).toBe(false);
    expect(await edge.foundation.db.selectFrom('sessions').select('id').where('userId', '=', id).execute()).toEqual([]);
  });

  it('has other rights as soon as its user has, and ends when an owner sets the password or deletes the user', async () => {
    const { id } = await makeUser('deckhand');
    const browser = new Browser();
    await browser.signIn('deckhand');
    const project = `/api/lifeboat/v1/projects/${edge.first.projectId}`;
    expect(outcome(await browser.ask('GET', project))).toEqual([401, 'NOT_IN_GROUP']);
    const roles = [{ roleName: 'GROUP_READ_ONLY', projectId: edge.first.projectId }];
    const changed = await owner.ask('PATCH', `${users}/${id}`, { roles });
    expect(changed.body.grants).toEqual([{ ...roles[0], organizationId: edge.first.organizationId }]);
    expect((await browser.ask('GET', project)).status).toBe(200);
    expect((await browser.ask('GET', SESSION)).body).toMatchObject({ projects: [{ permissions: ['read'] }], organizationPermissions: [] });
    await owner.ask('PATCH', `${users}/${id}`, { roles: [] });
    expect(outcome(await browser.ask('GET', project))).toEqual([401, 'NOT_IN_GROUP']);
    await owner.ask('PATCH', `${users}/${id}`, { password: OTHER_PASSWORD });
    expect(await isOpen(browser)).toBe(false);
    await browser.signIn('deckhand', OTHER_PASSWORD);
    expect(await isOpen(browser)).toBe(true);
    expect((await owner.ask('DELETE', `${users}/${id}`)).status).toBe(204);
    expect(await isOpen(browser)).toBe(false);
    expect(outcome(await owner.ask('GET', `${users}/${id}`))).toEqual([404, 'USER_NOT_FOUND']);
    expect((await actions(20)).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['USER_CREATED', 'USER_ROLES_CHANGED', 'PASSWORD_CHANGED', 'SESSION_ENDED', 'USER_DELETED']),
    );
  });
});

describe('the users of an organization', () => {
  it('are managed by its owners alone, by key and by cookie', async () => {
    const { id } = await makeUser('reader', [{ roleName: 'ORG_READ_ONLY' }]);
    const browser = new Browser();
    await browser.signIn('reader');
    const asked = [
      browser.ask('GET', users),
      browser.ask('POST', users, { username: 'x', password: PASSWORD, roles: [{ roleName: 'ORG_OWNER' }] }),
      browser.ask('PATCH', `${users}/${id}`, { roles: [{ roleName: 'ORG_OWNER' }] }),
      browser.ask('DELETE', `${users}/${id}`),
    ];
    for (const answer of await Promise.all(asked)) expect(outcome(answer)).toEqual([401, 'USER_UNAUTHORIZED']);
    const byKey = await edge.ask('GET', `${users}?itemsPerPage=1&pageNum=2`);
    expect(byKey.body).toMatchObject({ results: [{ username: expect.any(String) }], totalCount: expect.any(Number) });
    expect((await owner.ask('GET', `${users}/${id}`)).body).toMatchObject({ id, username: 'reader', lastSignInAt: expect.any(String) });
    expect(outcome(await owner.ask('GET', `/api/lifeboat/v1/organizations/${'a'.repeat(24)}/users`))).toEqual([404, 'ORG_NOT_FOUND']);
  });

  it('have names that are one whatever their case, passwords that do, and roles where they belong', async () => {
    const { projectId, organizationId } = edge.first;
    const create = async (body: object) =>
      outcome(await owner.ask('POST', users, { username: 'new', password: PASSWORD, roles: [], ...body }));
    expect(await create({ username: ownerName.toUpperCase() })).toEqual([409, 'DUPLICATE_USERNAME']);
    expect(await create({ password: 'newnewnewnew' })).toEqual([400, 'PASSWORD_UNUSABLE']);
    expect(await create({ username: 'new\u0000' })).toEqual([400, 'INVALID_JSON_ATTRIBUTE']);
    expect(await create({ roles: [{ roleName: 'GROUP_OWNER' }] })).toEqual([400, 'INVALID_VALUE']);
    expect(await create({ roles: [{ roleName: 'ORG_OWNER', projectId }] })).toEqual([400, 'INVALID_VALUE']);
    expect(await create({ roles: [{ roleName: 'SUPER' }] })).toEqual([400, 'INVALID_VALUE']);
    expect(await create({ roles: [{ roleName: 'GROUP_OWNER', projectId: organizationId }] })).toEqual([401, 'NOT_IN_GROUP']);
    expect(await create({ roles: [{ roleName: 'GROUP_OWNER', projectId: '../x' }] })).toEqual([404, 'INVALID_GROUP_ID']);
    const twice = { roleName: 'GROUP_OWNER', projectId };
    const made = await owner.ask('POST', users, { username: 'twice', password: PASSWORD, roles: [twice, twice] });
    expect(made.body.grants).toHaveLength(1);
  });

  it('own the projects that they make', async () => {
    await makeUser('founder', [{ roleName: 'ORG_GROUP_CREATOR' }]);
    const browser = new Browser();
    await browser.signIn('founder');
    const made = await browser.ask('POST', '/api/atlas/v2/groups', { name: 'Harbour', orgId: edge.first.organizationId });
    expect(made.status).toBe(201);
    expect((await browser.ask('GET', SESSION)).body.projects).toMatchObject([
      { name: 'Harbour', permissions: expect.arrayContaining(['manage']) },
    ]);
  });

  it('always have an owner among them, whichever keys own the organization too', async () => {
    const { body: session } = await owner.ask('GET', SESSION);
    const own = `${users}/${session.user.id}`;
    expect(outcome(await owner.ask('DELETE', own))).toEqual([409, 'LAST_OWNER']);
    expect(outcome(await owner.ask('PATCH', own, { roles: [{ roleName: 'ORG_MEMBER' }] }))).toEqual([409, 'LAST_OWNER']);
    expect(outcome(await edge.ask('DELETE', own))).toEqual([409, 'LAST_OWNER']);
    const second = await makeUser('second', [{ roleName: 'ORG_OWNER' }]);
    // Each takes the role from the other at once: one of them keeps it.
    const answers = await Promise.all([own, `${users}/${second.id}`].map((path) => edge.ask('PATCH', path, { body: { roles: [] } })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await edge.services.ownerSetup.needsOwner()).toBe(false);
    // A person owns it: no key needs to.
    await edge.ask('PATCH', own, { body: { roles: [{ roleName: 'ORG_OWNER' }] } });
    await edge.ask('PATCH', `${users}/${second.id}`, { body: { roles: [] } });
    expect((await owner.ask('GET', users)).status).toBe(200);
  });

  it('change their own password with the present one alone', async () => {
    const { body: session } = await owner.ask('GET', SESSION);
    expect(outcome(await owner.ask('PATCH', `${users}/${session.user.id}`, { password: OTHER_PASSWORD }))).toEqual([400, 'INVALID_VALUE']);
  });

  it('change their password once with one password: who knew only an older one changes nothing', async () => {
    await makeUser('changer');
    const [first, second] = [new Browser(), new Browser()];
    for (const browser of [first, second]) await browser.signIn('changer', PASSWORD);
    const change = (browser: Browser, newPassword: string) =>
      browser.ask('PUT', `${SESSION}/password`, { currentPassword: PASSWORD, newPassword });
    const answers = await Promise.all([change(first, 'a first other passphrase'), change(second, 'a second other passphrase')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401]);
  });
});

describe('guessing', () => {
  it('is not listened to after ten wrong passwords, right or wrong, and shuts nobody out elsewhere', async () => {
    await makeUser('target');
    const guess = (browser: Browser, password: string) => browser.ask('POST', SESSION, { username: 'Target', password });
    const attacker = new Browser('198.51.100.7');
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => guess(attacker, `guess number ${n}`)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    const throttled = answers.filter(({ status }) => status === 429);
    expect(throttled).toHaveLength(30);
    expect(Number(throttled[0]!.headers['retry-after'])).toBeGreaterThan(0);
    expect(outcome(throttled[0]!)).toEqual([429, 'SIGN_IN_RATE_LIMITED']);
    expect(outcome(await guess(attacker, PASSWORD))).toEqual([429, 'SIGN_IN_RATE_LIMITED']);
    expect((await guess(new Browser('198.51.100.8'), PASSWORD)).status).toBe(200);
    const told = async () => (await actions(10)).filter(({ remoteAddress }) => remoteAddress === '198.51.100.7');
    await expect.poll(async () => (await told()).length).toBe(2);
    expect((await told()).map(({ action, subject, by }) => [action, subject, by]).sort()).toEqual([
      ['SIGN_IN_FAILED', 'target', null],
      ['SIGN_IN_THROTTLED', null, null],
    ]);
  });
});

describe('the log of all that', () => {
  it('has no password, no token and no name that nobody has in it, nor has the audit log', async () => {
    await new Browser('198.51.100.9').ask('POST', SESSION, { username: 'my-secret-in-the-wrong-field', password: 'x' });
    await expect.poll(async () => (await actions(1))[0]!.remoteAddress).toBe('198.51.100.9');
    const everything = edge.log() + JSON.stringify(await actions(500));
    const secrets = [PASSWORD, OTHER_PASSWORD, owner.csrf, owner.cookie.split('=')[1]!, 'my-secret-in-the-wrong-field', 'guess number'];
    for (const secret of secrets) expect(everything).not.toContain(secret);
    expect(edge.log()).not.toContain('unexpectedly');
    expect((await log.verify()).findings).toEqual([]);
  });
});
