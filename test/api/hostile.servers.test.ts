import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ATLAS_ROUTES } from '../../src/api/atlas/routes.ts';
import { NATIVE_ROUTES } from '../../src/api/native/routes.ts';
import { SESSION_ROUTES } from '../../src/api/native/session-routes.ts';
import { USER_ROUTES } from '../../src/api/native/users.ts';
import { ORGANIZATION_ROLES, PROJECT_ROLES } from '../../src/backup/roles.ts';
import type { DigestCredentials } from '../../src/cli/digest-client.ts';
import { type Edge, type EdgeAnswer, startEdge } from '../kit/edge.ts';
import { addShop, type EdgeShop } from '../kit/edge-shop.ts';

let edge: Edge;
let shop: EdgeShop;
let stranger: DigestCredentials;

beforeAll(async () => {
  edge = await startEdge();
  shop = await addShop(edge);
  stranger = await edge.makeKey();
});
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

const NOBODY = '5cc9b501e5dc7c8ab1e45d65';
const V2 = { accept: 'application/vnd.atlas.2025-03-12+json' };
const ROUTES = [
  ...ATLAS_ROUTES.map((route) => ({ ...route, path: `/api/atlas/${route.v2 ? 'v2' : 'v1.0'}${route.path}` })),
  // But for the stream, which does not end.
  ...NATIVE_ROUTES.filter(({ handler }) => handler !== 'stream').map((route) => ({
    ...route,
    path: `/api/lifeboat/v1/projects/:projectId${route.path}`,
  })),
  ...USER_ROUTES.map((route) => ({ ...route, path: `/api/lifeboat/v1/organizations/:organizationId${route.path}` })),
  ...SESSION_ROUTES,
].map(({ method, path, takes }) => ({ method, path, takes }));

/** The path with what is there in it, but for `hostile`. */
function filled(path: string, hostile: Record<string, string> = {}): string {
  const there: Record<string, string> = {
    groupId: edge.first.projectId,
    projectId: edge.first.projectId,
    orgId: edge.first.organizationId,
    organizationId: edge.first.organizationId,
    clusterName: 'shop',
    snapshotId: shop.snapshotId,
  };
  return path.replace(/(?<!:):(\w+)/g, (_, name) => hostile[name] ?? there[name] ?? NOBODY).replaceAll('::', ':');
}

const namesIn = (path: string) => [...path.matchAll(/(?<!:):(\w+)/g)].map(([, name]) => name!);

/** No defect of ours, and an error that says its code in the body and in the header alike. */
function expectNoDefect(answer: EdgeAnswer, what: string): void {
  expect(answer.status, what).toBeLessThan(500);
  if (answer.status >= 400 && answer.headers['www-authenticate'] === undefined) {
    expect(answer.headers['x-error-code'], what).toBe(answer.body.errorCode);
  }
}

/** What PostgreSQL, a router and a file system each stumble over: a NUL (not even in a question does PostgreSQL take it), a slash, dots, no UTF-8, 10 kB. */
const NAMES = ['no%00pe', '%2F', '..%2F..%2Fetc%2Fpasswd', '%C0%AE%C0%AE', "x';--%F0%9F%9B%9F", 'x'.repeat(10_000)];
const PARAMETERS = ['name', 'eventType', 'excludedEventType', 'clusterNames', 'minDate', 'pageNum', 'anything'];

describe('a hostile text', () => {
  it.each(ROUTES)('in the path or the query of $method $path is no defect', async ({ method, path, takes }) => {
    const named = namesIn(path).flatMap((name) => NAMES.map((hostile) => filled(path, { [name]: hostile })));
    const asked = PARAMETERS.map((name) => `${filled(path)}?${name}=a%00b`);
    for (const one of [...named, ...asked]) {
      expectNoDefect(await edge.ask(method, one, { headers: V2, ...(takes && { body: '{}' }) }), one.slice(0, 200));
    }
  });

  it('in the credentials of a service account is no defect', async () => {
    const authorization = `Basic ${Buffer.from('mdb%00sa:mdb%00secret').toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    for (const path of ['/api/oauth/token', '/api/oauth/revoke']) {
      const { status } = await edge.send('POST', path, { body: 'grant_type=client_credentials&token=a%00b', headers });
      expect(status).toBe(401);
    }
  });

  it('of dots leads nowhere else, as it came over the wire', async () => {
    await edge.server.listen({ host: '127.0.0.1', port: 0 });
    const { port } = edge.server.server.address() as AddressInfo;
    stranger.accept(`Digest realm="MMS Public API", nonce="${edge.services.nonces.make()}"`);
    for (const path of [
      '/api/atlas/v2/../../openapi.json',
      `/api/atlas/v2/groups/${NOBODY}/../../orgs`,
      '/api/atlas/v2//orgs',
      '/../healthz',
    ]) {
      const status = await new Promise((resolve, reject) => {
        const headers = { ...V2, authorization: stranger.authorization('GET', path)! };
        request({ host: '127.0.0.1', port, path, headers }, (answer) => resolve(answer.resume().statusCode))
          .once('error', reject)
          .end();
      });
      expect([path, status]).toEqual([path, 404]);
    }
  });
});

describe('a hostile body', () => {
  const BROKEN: [string, string | Buffer][] = [
    ['no JSON', '{"a":'],
    ['a number', '7'],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['deep', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ];
  /** Of every type, and of the right type but absurd. */
  const VALUES = ['null', '7', '"x\\u0000"', '"\\ud800"', `"${'x'.repeat(10_000)}"`, '[[]]', '{"$ne":null}'];

  it.each(ROUTES.filter(({ takes }) => takes))('of $method $path is no defect', async ({ method, path, takes }) => {
    const ask = (body: string | Buffer) => edge.ask(method, filled(path), { headers: V2, body });
    for (const [what, body] of BROKEN) {
      const answer = await ask(body);
      expectNoDefect(answer, what);
      expect(answer.status, what).toBeGreaterThanOrEqual(400);
    }
    expect((await ask('x'.repeat(300_000))).status).toBe(413);
    const schema = takes as { type?: string; properties?: object; items?: { properties?: object } };
    const isList = schema.type === 'array';
    const properties = Object.keys((isList ? schema.items?.properties : schema.properties) ?? {});
    for (const name of [...properties, '__proto__', 'surprise']) {
      for (const value of VALUES) {
        const object = `{"id":"x","links":[],"${name}":1,"${name}":${value}}`;
        expectNoDefect(await ask(isList ? `[${object}]` : object), `${name}: ${value.slice(0, 50)}`);
      }
    }
  });
});

describe('a project that the key does not belong to', () => {
  const ofProjects = ATLAS_ROUTES.filter(({ scope }) => scope === 'project');

  it.each(ofProjects)('is told apart from none, on v2 alone, before anything else is looked at: $method $path', async (route) => {
    const ask = (base: string, groupId: string) =>
      edge.ask(route.method, filled(base + route.path, { groupId }), { headers: V2, credentials: stranger, body: '{' });
    const { projectId } = edge.first;
    const outcome = ({ status, body }: EdgeAnswer) => [status, body.errorCode];
    if (route.v2) {
      expect(outcome(await ask('/api/atlas/v2', projectId))).toEqual([401, 'USER_UNAUTHORIZED']);
      expect(outcome(await ask('/api/atlas/v2', NOBODY))).toEqual([404, 'GROUP_NOT_FOUND']);
    }
    if (route.v1) {
      expect(outcome(await ask('/api/atlas/v1.0', projectId))).toEqual([401, 'NOT_IN_GROUP']);
      expect(outcome(await ask('/api/atlas/v1.0', NOBODY))).toEqual([401, 'NOT_IN_GROUP']);
    }
  });
});

describe('registering a deployment', () => {
  const path = () => `/api/lifeboat/v1/projects/${edge.first.projectId}/clusters`;
  const body = { name: 'x', uri: 'mongodb://169.254.169.254/' };

  it.each([...ORGANIZATION_ROLES, ...PROJECT_ROLES].filter((role) => role !== 'ORG_OWNER'))('is refused to %s', async (roleName) => {
    const projectId = roleName.startsWith('GROUP_') ? edge.first.projectId : null;
    const credentials = await edge.makeKey({ roleName, projectId });
    expect([401, 403, 404]).toContain((await edge.ask('POST', path(), { credentials, body })).status);
  });

  it('is for owners of the organization, who are told at once where they may not lead it', async () => {
    const { status, body: answer } = await edge.ask('POST', path(), { body });
    expect([status, answer.detail]).toEqual([400, expect.stringContaining('169.254.169.254 is a link-local address')]);
  });
});

describe('the log of all that', () => {
  it('has no defect of ours, no password and no answer to a challenge in it', () => {
    expect(edge.log()).not.toContain('unexpectedly');
    expect(edge.log()).not.toContain(edge.first.privateKey);
    expect(edge.log()).not.toMatch(/response=|Digest /);
  });
});
