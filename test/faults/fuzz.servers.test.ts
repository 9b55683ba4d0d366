import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ATLAS_ROUTES } from '../../src/api/atlas/routes.ts';
import { NATIVE_ROUTES } from '../../src/api/native/routes.ts';
import { SESSION_ROUTES } from '../../src/api/native/session-routes.ts';
import { USER_ROUTES } from '../../src/api/native/users.ts';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { type Identity, Lifeboat } from '../kit/lifeboat.ts';
import { LONG, randomNumbers, reportFaults, SEED } from '../kit/long-form.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';

/** Requests that no client would make, to every route of a real `serve`, with an owner's key: none is a defect, none hangs, none ends the process. */

const REQUESTS = LONG ? 100_000 : 1500;
const AT_ONCE = 8;
const PATIENCE = 20_000;

let database: FreshDatabase;
let lifeboat: Lifeboat;
let identity: Identity;

beforeAll(async () => {
  database = await freshDatabase();
  lifeboat = await Lifeboat.create({ DATABASE_URL: database.url, LIFEBOAT_WORKERS: '0', LIFEBOAT_LOG_LEVEL: 'error' });
  identity = await lifeboat.init();
  await lifeboat.serve();
});
afterAll(async () => {
  await lifeboat?.remove();
  await database?.close();
});

const ROUTES = [
  ...ATLAS_ROUTES.map(({ method, path, v2 }) => ({ method, path: `/api/atlas/${v2 ? 'v2' : 'v1.0'}${path}` })),
  ...NATIVE_ROUTES.map(({ method, path }) => ({ method, path: `/api/lifeboat/v1/projects/:projectId${path}` })),
  ...USER_ROUTES.map(({ method, path }) => ({ method, path: `/api/lifeboat/v1/organizations/:organizationId${path}` })),
  ...SESSION_ROUTES.map(({ method, path }) => ({ method, path })),
];
const NOBODY = '5cc9b501e5dc7c8ab1e45d65';
const PARTS = [
  '',
  '%00',
  '%2F',
  '..%2F..%2Fetc',
  '%C0%AE',
  "x';--",
  '-1',
  '1e9',
  'null',
  'a'.repeat(300),
  '%F0%9F%9B%9F',
  '{}',
  '*',
  'shop',
  NOBODY,
];
const QUERY = ['pageNum', 'itemsPerPage', 'includeCount', 'pretty', 'envelope', 'name', 'minDate', 'maxDate', 'eventType', 'x'];
const ACCEPTS = [
  '*/*',
  'application/json',
  'application/vnd.atlas.2025-03-12+json',
  'application/vnd.atlas.2023-01-01+json',
  'application/vnd.atlas.9999-99-99+json',
  ';;q=,',
  'text/html',
];
const KEYS = [
  'name',
  'snapshotId',
  'targetClusterName',
  'deliveryType',
  'providerSettings',
  'tags',
  'roles',
  'desc',
  'orgId',
  'ipAddress',
  'expireAfterSeconds',
  '__proto__',
  '$where',
  'uri',
];

interface Wanted {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | null;
}

function wanted(random: (below: number) => number): Wanted {
  const pick = <T>(list: readonly T[]) => list[random(list.length)]!;
  const value = (depth: number): unknown => {
    const kind = random(depth > 3 ? 5 : 8);
    if (kind === 0) return pick([null, true, -1, 1e308, 2 ** 53, '']);
    if (kind < 5) return pick([...PARTS, identity.projectId, 'mongodb://127.0.0.1:1/', '2026-01-01T00:00:00Z']);
    if (kind === 5) return Array.from({ length: random(4) }, () => value(depth + 1));
    return Object.fromEntries(Array.from({ length: random(6) }, () => [pick(KEYS), value(depth + 1)]));
  };
  const route = pick(ROUTES);
  // What the key stands on stays: an owner may delete it.
  const isSafe = route.method === 'GET';
  const there: Record<string, string> =
    isSafe || random(2) === 0
      ? { groupId: identity.projectId, projectId: identity.projectId, orgId: identity.orgId, organizationId: identity.orgId }
      : {};
  const mayFill = route.method !== 'DELETE';
  const path = route.path
    .replace(/(?<!:):(\w+)/g, (_, name) => (mayFill && there[name] && random(4) > 0 ? there[name] : pick(PARTS)))
    .replaceAll('::', ':');
  const query = Array.from({ length: random(3) }, () => `${pick(QUERY)}=${pick(PARTS)}`).join('&');
  const text = JSON.stringify(value(0));
  const broken = random(5) === 0 ? text.slice(0, random(text.length + 1)) : text;
  const type = pick([
    'application/json',
    'application/json',
    'application/json',
    'application/vnd.atlas.2025-03-12+json',
    'text/plain',
    'multipart/form-data',
    '',
  ]);
  return {
    method: route.method,
    path: query ? `${path}?${query}` : path,
    headers: { accept: pick(ACCEPTS), ...(type && !isSafe && { 'content-type': type }) },
    body: isSafe ? null : broken,
  };
}

/** In the place of a status: nothing came in time; the connection ended before an answer did. */
const [HANG, CUT] = [0, -1];

/** The status, or which of the two there was instead. */
function ask(
  credentials: DigestCredentials,
  { method, path, headers, body }: Wanted,
): Promise<{ status: number; challenge: string | null }> {
  const authorization = credentials.authorization(method, path);
  return new Promise((resolve) => {
    const { hostname, port } = new URL(lifeboat.url);
    const all = {
      ...headers,
      ...(authorization && { authorization }),
      ...(body !== null && { 'content-length': String(Buffer.byteLength(body)) }),
    };
    const sent = request({ hostname, port, method, path, headers: all, timeout: PATIENCE }, (answer) => {
      const outcome = { status: answer.statusCode!, challenge: answer.headers['www-authenticate'] ?? null };
      answer.on('end', () => resolve(outcome)).on('error', () => resolve({ ...outcome, status: CUT }));
      answer.resume();
      // The stream of changes begins and does not end.
      if (answer.headers['content-type']?.startsWith('text/event-stream')) {
        resolve(outcome);
        sent.destroy();
      }
    });
    const none = (status: number) => resolve({ status, challenge: null });
    sent.on('timeout', () => {
      none(HANG);
      sent.destroy();
    });
    sent.on('error', () => none(CUT));
    sent.end(body ?? undefined);
  });
}

describe('a real serve', () => {
  it(`answers ${REQUESTS} fuzzed requests without a defect (seed ${SEED})`, { timeout: 3_600_000 }, async () => {
    const random = randomNumbers(SEED);
    const bad: string[] = [];
    const statuses = new Map<number, number>();
    let left = REQUESTS;
    const client = async () => {
      const credentials = new DigestCredentials(identity.publicKey, identity.privateKey);
      while (left-- > 0) {
        const one = wanted(random);
        let answer = await ask(credentials, one);
        if (answer.status === 401 && credentials.accept(answer.challenge)) answer = await ask(credentials, one);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status <= 0 || answer.status >= 500)
          bad.push(`${answer.status} ${one.method} ${one.path.slice(0, 300)} ${JSON.stringify(one.headers)} ${one.body?.slice(0, 300)}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    const failed = [...statuses].filter(([status]) => status >= 500).reduce((sum, [, count]) => sum + count, 0);
    reportFaults('fuzzed requests', {
      injected: REQUESTS,
      detected: REQUESTS - (statuses.get(HANG) ?? 0) - (statuses.get(CUT) ?? 0),
      fiveHundreds: failed,
      crashes: lifeboat.crashes,
      hangs: statuses.get(HANG) ?? 0,
      cuts: statuses.get(CUT) ?? 0,
    });
    expect(lifeboat.crashes).toBe(0);
    expect(bad.slice(0, 10)).toEqual([]);
    // It is the authenticated routes that were asked, and some of what they were asked was possible.
    expect(statuses.get(401) ?? 0).toBeLessThan(REQUESTS / 10);
    expect(statuses.get(200)).toBeGreaterThan(0);
    const alive = await fetch(`${lifeboat.url}/healthz`);
    expect(alive.status).toBe(200);
  });
});
