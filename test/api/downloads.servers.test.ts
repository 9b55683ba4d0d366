import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR } from '../../src/clock.ts';
import { type Edge, PUBLIC_URL, startEdge } from '../kit/edge.ts';
import { addShop, type EdgeShop } from '../kit/edge-shop.ts';

let edge: Edge;
let shop: EdgeShop;
/** What the link leads to, below the public URL. */
let link: string;
let whole: Buffer;
let etag: string;

beforeAll(async () => {
  edge = await startEdge();
  shop = await addShop(edge);
  link = await newLink();
  const { bytes, headers } = await edge.send('GET', link);
  [whole, etag] = [bytes, headers.etag!];
});
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

async function newLink(): Promise<string> {
  const path = `/api/atlas/v1.0/groups/${edge.first.projectId}/clusters/shop/backup/tenant/download`;
  const { body } = await edge.ask('POST', path, { body: { snapshotId: shop.snapshotId }, headers: { host: 'evil.example' } });
  expect(body.snapshotUrl).toMatch(new RegExp(`^${PUBLIC_URL}/api/lifeboat/v1/downloads/`));
  return body.snapshotUrl.slice(PUBLIC_URL.length);
}

const HEADERS = () => ({
  'content-type': 'application/gzip',
  'content-disposition': 'attachment; filename="shop-20260301T100000Z.tar.gz"',
  'accept-ranges': 'bytes',
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  etag,
});

describe('a link', () => {
  it('gives the whole archive without credentials, as an attachment that nobody keeps and nothing encodes again', async () => {
    const { status, headers, bytes } = await edge.send('GET', link, { headers: { 'accept-encoding': 'gzip, br, deflate' } });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ ...HEADERS(), 'content-length': String(whole.length) });
    expect(headers).not.toHaveProperty('content-encoding');
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(bytes.equals(whole)).toBe(true);
    expect(whole.subarray(0, 2).toString('hex')).toBe('1f8b');
  });

  it('answers HEAD with the headers alone', async () => {
    const { status, headers, bytes } = await edge.send('HEAD', link, { headers: { range: 'bytes=0-9' } });
    expect([status, bytes.length]).toEqual([200, 0]);
    expect(headers).toMatchObject({ ...HEADERS(), 'content-length': String(whole.length) });
  });

  it.each<[string, (size: number) => [number, number]]>([
    ['bytes=0-99', () => [0, 100]],
    ['bytes=0-0', () => [0, 1]],
    ['bytes=1000-', (size) => [1000, size]],
    ['bytes=-50', (size) => [size - 50, size]],
    ['bytes=-999999999', (size) => [0, size]],
    ['bytes=10-999999999', (size) => [10, size]],
  ])('answers Range: %s with that part', async (range, expected) => {
    const [start, end] = expected(whole.length);
    const { status, headers, bytes } = await edge.send('GET', link, { headers: { range } });
    expect(status).toBe(206);
    expect(headers).toMatchObject({
      ...HEADERS(),
      'content-range': `bytes ${start}-${end - 1}/${whole.length}`,
      'content-length': String(end - start),
    });
    expect(bytes.equals(whole.subarray(start, end))).toBe(true);
  });

  it.each([() => `bytes=${whole.length}-`, () => 'bytes=999999999-', () => 'bytes=-0'])(
    'answers a part beyond its end with 416 (%#)',
    async (range) => {
      const { status, headers, bytes } = await edge.send('GET', link, { headers: { range: range() } });
      expect([status, headers['content-range'], bytes.length]).toEqual([416, `bytes */${whole.length}`, 0]);
    },
  );

  it.each(['bytes=5-2', 'lines=0-1', 'bytes=0-1,3-4', 'bytes=-', 'bytes=a-b', 'bytes 0-1'])('ignores Range: %s', async (range) => {
    const { status, bytes } = await edge.send('GET', link, { headers: { range } });
    expect([status, bytes.length]).toEqual([200, whole.length]);
  });

  it.each<[string, () => string, number]>([
    ['of this archive', () => etag, 206],
    ['of another', () => '"other"', 200],
    ['that is weak', () => `W/${etag}`, 200],
    ['that is a date', () => 'Sun, 01 Mar 2026 10:00:00 GMT', 200],
  ])('with an If-Range %s', async (_of, ifRange, expected) => {
    const { status, bytes } = await edge.send('GET', link, { headers: { range: 'bytes=7-9', 'if-range': ifRange() } });
    expect([status, bytes.length]).toEqual([expected, expected === 206 ? 3 : whole.length]);
  });
});

describe('a link that is not ours', () => {
  const parts = () => link.split('/').slice(-3) as [string, string, string];
  const flipped = (text: string, at: number) => text.slice(0, at) + (text[at] === 'a' ? 'b' : 'a') + text.slice(at + 1);

  it.each<[string, () => Promise<string> | string]>([
    ['with another job', () => link.replace(parts()[0], flipped(parts()[0], 3))],
    ['with another expiry', () => link.replace(parts()[1], flipped(parts()[1], 0))],
    ['with another signature', () => link.replace(parts()[1], flipped(parts()[1], parts()[1].length - 9))],
    ['with the last character of the signature changed', () => link.replace(parts()[1], flipped(parts()[1], parts()[1].length - 1))],
    ['with a longer signature', () => link.replace(parts()[1], `${parts()[1]}A`)],
    ['without a signature', () => link.replace(parts()[1], parts()[1].split('-')[0]!)],
    ['with a token that is none', () => link.replace(parts()[1], 'x')],
    ['with a job that is none', () => link.replace(parts()[0], 'no%00pe')],
    ["with another job's token", async () => link.replace(parts()[1], (await newLink()).split('/').at(-2)!)],
  ])('%s is 404, in an error body', async (_how, made) => {
    const path = await made();
    expect(path).not.toBe(link);
    const { status, headers, body } = await edge.send('GET', path);
    expect([status, headers['x-error-code'], body]).toEqual([
      404,
      'DOWNLOAD_NOT_FOUND',
      { detail: 'There is no such download.', error: 404, errorCode: 'DOWNLOAD_NOT_FOUND', parameters: [], reason: 'Not Found' },
    ]);
  });

  it('is only read: another method is 405, and needs no credentials to be told so', async () => {
    const { status, headers } = await edge.send('POST', link);
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('but expired is 410, to the moment', async () => {
    const before = edge.clock.now();
    try {
      edge.clock.set(new Date(before.getTime() + 4 * HOUR - 1));
      expect((await edge.send('HEAD', link)).status).toBe(200);
      edge.clock.set(new Date(before.getTime() + 4 * HOUR));
      const { status, headers, body } = await edge.send('GET', link);
      expect([status, headers['x-error-code'], body.error]).toEqual([410, 'DOWNLOAD_EXPIRED', 410]);
    } finally {
      edge.clock.set(before);
    }
  });
});

describe('an archive of which a chunk is damaged', () => {
  it('breaks the connection before a byte of it, and is whole again when the chunk is (P6)', async () => {
    const { blobs } = edge.parts.vault.access;
    const { root } = await edge.parts.vault.readSnapshot(shop.snapshotId);
    const key = root.collections.findLast(({ entries }) => entries.length > 0)!.entries[0]!.object;
    const stored = await blobs.get(key);
    const damaged = Buffer.from(stored);
    damaged[damaged.length >> 1]! ^= 1;
    const base = await edge.server.listen({ port: 0, host: '127.0.0.1' });
    const fetched = async () => {
      const came: Buffer[] = [];
      const end = await new Promise<string>((resolve) => {
        const request = get(`${base}${link}`, (response) => {
          expect(response.headers['content-length']).toBe(String(whole.length));
          response.on('data', (piece) => came.push(piece));
          response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code!));
          response.on('end', () => resolve('end'));
        });
        request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code!));
      });
      return { end, bytes: Buffer.concat(came) };
    };
    try {
      await blobs.put(key, damaged);
      const broken = await fetched();
      expect(broken.end).toBe('ECONNRESET');
      expect(broken.bytes.length).toBeLessThan(whole.length);
      expect(broken.bytes.equals(whole.subarray(0, broken.bytes.length))).toBe(true);
    } finally {
      await blobs.put(key, stored);
    }
    expect(await fetched()).toEqual({ end: 'end', bytes: whole });
  });
});

describe('the token', () => {
  it('is in no log line, whatever became of the request', () => {
    const token = link.split('/').at(-2)!;
    const [, signature] = token.split(/-(.*)/s);
    expect(edge.log()).toContain('/api/lifeboat/v1/downloads/:jobId/:token/:fileName');
    expect(edge.log()).not.toContain(signature);
    // Nor in one that was tampered with near its end.
    expect(edge.log()).not.toContain(signature!.slice(0, 20));
  });
});
