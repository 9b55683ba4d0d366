import { createServer, request, type Server } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

const ROOT = {
  apiKey: { accessList: [], id: '5cc9b501e5dc7c8ab1e45d65', publicKey: 'abcdefgh', roles: [] },
  appName: 'MongoDB Atlas',
  build: '1',
  links: [],
  throttling: false,
};

let upstream: Server;
let proxy: RecordingProxy;

beforeAll(async () => {
  upstream = createServer((incoming, response) => {
    const isCompressed = incoming.headers['accept-encoding'] === 'gzip';
    const body = Buffer.from(JSON.stringify(incoming.url!.includes('surprise') ? { ...ROOT, surprise: 1 } : ROOT));
    response.writeHead(200, {
      'content-type': incoming.url!.includes('v1.0') ? 'application/json' : 'application/vnd.atlas.2023-01-01+json;charset=utf-8',
      'x-host': incoming.headers.host!,
      ...(isCompressed && { 'content-encoding': 'gzip' }),
    });
    response.end(isCompressed ? gzipSync(body) : body);
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  proxy = await startRecordingProxy(`http://127.0.0.1:${(upstream.address() as { port: number }).port}`);
});
afterAll(async () => {
  await proxy.close();
  upstream.close();
});

it('passes requests and answers on as they are, and notes them', async () => {
  const { text, status } = await get('/api/atlas/v2', { 'accept-encoding': 'gzip' });
  expect([status, JSON.parse(text)]).toEqual([200, ROOT]);
  expect(proxy.requests.at(-1)).toMatchObject({
    method: 'GET',
    target: '/api/atlas/v2',
    status: 200,
    headers: { host: new URL(proxy.url).host },
  });
  expect(proxy.violations).toEqual([]);
});

it('collects answers that break the contract of v2 or differ from the served document, compressed ones too', async () => {
  await get('/api/atlas/v2?surprise', { 'accept-encoding': 'gzip' });
  await get('/api/atlas/v1.0?surprise', {});
  const surprise = (version: string) => expect.stringMatching(new RegExp(`^GET /api/atlas/${version}\\?surprise: 200: .*surprise`));
  expect(proxy.violations).toEqual([surprise('v2'), surprise('v2'), surprise('v1.0')]);
});

/** Not by `fetch`, whose answers the set-up of this suite judges. */
async function get(path: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    request(proxy.url + path, { headers }, async (answer) => {
      const bytes = Buffer.concat(await answer.toArray());
      resolve({ status: answer.statusCode!, text: (answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString() });
    })
      .on('error', reject)
      .end();
  });
}
