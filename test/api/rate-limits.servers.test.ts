import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RateLimits } from '../../src/backup/rate-limits.ts';
import { type Edge, startEdge } from '../kit/edge.ts';

const FLEX = { accept: 'application/vnd.atlas.2024-11-13+json' };
const FIRST = { accept: 'application/vnd.atlas.2023-01-01+json' };

let edge: Edge;
let group: string;

beforeAll(async () => {
  edge = await startEdge({ LIFEBOAT_RATE_LIMITS: 'atlas' });
  group = `groups/${edge.first.projectId}`;
});
beforeEach(async () => void (await sql`DELETE FROM rate_limit_buckets`.execute(edge.foundation.db)));
afterAll(() => edge[Symbol.asyncDispose]());

/** As if that much time had passed. */
const wait = (seconds: number) =>
  sql`UPDATE rate_limit_buckets SET counted_at = counted_at - make_interval(secs => ${seconds})`.execute(edge.foundation.db);
/** So that a minute passes before there is a token again. */
const empty = () => sql`UPDATE rate_limit_buckets SET tokens = -99, counted_at = clock_timestamp()`.execute(edge.foundation.db);

describe('a bucket', () => {
  const bucket = { name: 'tests', capacity: 30, refill: 6, refillSeconds: 60 };

  it('gives out what it holds and no more, whichever nodes ask at once', async () => {
    const nodes = [new RateLimits(edge.foundation.db), new RateLimits(edge.foundation.db)];
    const taken = await Promise.all(Array.from({ length: 40 }, (_, n) => nodes[n % 2]!.take(bucket, 'one')));
    expect(taken.filter(({ isTaken }) => isTaken)).toHaveLength(30);
    expect(taken.flatMap((one) => (one.isTaken ? [] : one.retryAfterSeconds))).toEqual(Array(10).fill(10));
  });

  it('fills again, up to its capacity, and each owner has one', async () => {
    const limits = new RateLimits(edge.foundation.db);
    for (let n = 0; n < 31; n++) await limits.take(bucket, 'one');
    expect(await limits.take(bucket, 'other')).toEqual({ isTaken: true, left: 29 });
    await wait(10.5);
    expect(await limits.take(bucket, 'one')).toEqual({ isTaken: true, left: 0 });
    await wait(3600);
    expect(await limits.take(bucket, 'one')).toEqual({ isTaken: true, left: 29 });
  });
});

describe('requests', () => {
  it.each([
    ['clusters/none/backup/tenant/restores', FIRST, 4000],
    ['clusters/none/backup/tenant/snapshots', FIRST, 4000],
    ['flexClusters/none/backup/restoreJobs', FLEX, 1200],
    ['flexClusters/none/backup/snapshots', FLEX, 1200],
    ['events', FIRST, 300],
  ])('of %s are counted, and v2 says what is left', async (path, headers, capacity) => {
    const ask = async () => (await edge.ask('GET', `/api/atlas/v2/${group}/${path}`, { headers })).headers;
    const first = await ask();
    expect([first['ratelimit-limit'], first['ratelimit-remaining']]).toEqual([String(capacity), String(capacity - 1)]);
    expect(Number((await ask())['ratelimit-remaining'])).toBeLessThan(capacity);
  });

  it('of v1.0 are counted with the others, without a word', async () => {
    const path = `${group}/clusters/none/backup/tenant/restores`;
    const { headers } = await edge.ask('GET', `/api/atlas/v1.0/${path}`);
    expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
    await empty();
    expect((await edge.ask('GET', `/api/atlas/v2/${path}`, { headers: FIRST })).status).toBe(429);
  });

  it('beyond the bucket are 429 with how long to wait, of this project and these resources alone', async () => {
    const ask = (path: string) => edge.ask('GET', `/api/atlas/v2/${group}/${path}`, { headers: FIRST });
    await ask('events');
    await empty();
    const refused = await ask('events');
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({
      'ratelimit-limit': '300',
      'ratelimit-remaining': '0',
      'x-error-code': 'RATE_LIMITED_TOKEN_BUCKET',
    });
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(30);
    expect(seconds).toBeLessThanOrEqual(60);
    const path = `api/atlas/v2/${group}/events`;
    expect(refused.body).toEqual({
      detail: `Rate limit exceeded for ${path}. Please retry after ${seconds} seconds. Request capacity: 300. Refill rate: 100 per 60 seconds.`,
      error: 429,
      errorCode: 'RATE_LIMITED_TOKEN_BUCKET',
      parameters: [path, seconds, 300, 100, 60],
      reason: 'Too Many Requests',
    });
    expect((await edge.ask('GET', `/api/atlas/v1.0/${group}/events`)).status).toBe(429);
    expect((await ask('clusters/none/backup/tenant/restores')).status).toBe(404);
    await wait(60);
    expect((await ask('events')).status).toBe(200);
  });

  it('of who may not make them are not counted', async () => {
    const stranger = await edge.makeKey();
    const options = { headers: FIRST, credentials: stranger };
    expect((await edge.ask('GET', `/api/atlas/v2/${group}/events`, options)).status).toBe(401);
    const { rows } = await sql`SELECT FROM rate_limit_buckets`.execute(edge.foundation.db);
    expect(rows).toEqual([]);
  });
});
