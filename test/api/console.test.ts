import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleRoutes } from '../../src/api/console.ts';
import { startBareEdge } from '../kit/bare-edge.ts';

const SCRIPT = 'export const text = "'.padEnd(5000, 'lifeboat ');
let folder: string;
let server: FastifyInstance;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-console-'));
  server = Fastify();
  await server.register((scope) => consoleRoutes(scope, { folder }));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function build(page: string, at = 1000): Promise<void> {
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'assets/main-abc.js'), SCRIPT);
  await writeFile(join(folder, 'assets/main-abc.js.gz'), gzipSync(SCRIPT));
  await writeFile(join(folder, 'assets/main-abc.js.br'), brotliCompressSync(SCRIPT));
  await writeFile(join(folder, 'built-from'), 'a secret of the build');
  await writeFile(join(folder, 'index.html'), page);
  await utimes(join(folder, 'index.html'), at, at);
}

const get = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers });

describe('the pages of the console', () => {
  it('are one document on every path of theirs, with a nonce that is new each time and a policy that names it', async () => {
    await build('<meta property="csp-nonce" nonce="__NONCE__">');
    const nonces = new Set<string>();
    for (const path of ['/', '/setup', '/signin', '/p/65f000000000000000000000', '/p/1/clusters/shop/snapshots/2?page=3']) {
      const { statusCode, headers, body } = await get(path);
      expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-cache']);
      const [, nonce] = /nonce="([^"]{20,})"/.exec(body)!;
      expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`);
      expect(headers['content-security-policy']).toMatch(/^default-src 'self'; script-src 'self';/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      nonces.add(nonce!);
    }
    expect(nonces.size).toBe(5);
  });

  it('carry the mark of what serves them, and none by themselves', async () => {
    await build('<html><head><title>x</title></head></html>');
    expect((await get('/')).body).not.toContain('<meta');
    const marked = Fastify();
    await marked.register((scope) => consoleRoutes(scope, { folder, mark: 'lifeboat-emulator' }));
    expect((await marked.inject({ url: '/p/1' })).body).toMatch(/^<html><head>\s*<meta name="lifeboat-emulator" content="true" \/><title>/);
    await marked.close();
  });

  it('are nowhere else: what is unknown stays unknown', async () => {
    await build('page');
    for (const path of [
      '/api/none',
      '/clusters',
      '/settings',
      '/p2',
      '/index.html',
      '/assets/none.js',
      '/assets/../built-from',
      '/assets/main-abc.js.gz',
      '/built-from',
    ])
      expect([path, (await get(path)).statusCode]).toEqual([path, 404]);
  });

  it('say how to build them where they are not built, and are there once they are', async () => {
    const missing = await get('/');
    expect([missing.statusCode, missing.body.includes('npm run console')]).toEqual([503, true]);
    await build('first');
    expect((await get('/')).body).toBe('first');
    await build('second', 2000);
    expect((await get('/')).body).toBe('second');
    await rm(folder, { recursive: true });
    expect((await get('/')).body).toBe('second');
  });
});

describe('a file of the build', () => {
  beforeEach(() => build('page'));

  it('is kept for ever and sent in the smallest form that is accepted', async () => {
    const plain = await get('/assets/main-abc.js');
    expect([plain.headers['content-type'], plain.headers['content-encoding'], plain.body]).toEqual([
      'text/javascript; charset=utf-8',
      undefined,
      SCRIPT,
    ]);
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const encodingFor = async (accepted: string) =>
      (await get('/assets/main-abc.js', { 'accept-encoding': accepted })).headers['content-encoding'];
    expect(await Promise.all(['gzip', 'gzip, deflate, br', 'br;q=0, gzip', '*', 'identity', 'deflate'].map(encodingFor))).toEqual([
      'gzip',
      'br',
      'gzip',
      'br',
      undefined,
      undefined,
    ]);
    const small = await get('/assets/main-abc.js', { 'accept-encoding': 'br' });
    expect(brotliDecompressSync(small.rawPayload).toString()).toBe(SCRIPT);
  });

  it('is not sent again to who has it', async () => {
    const { etag } = (await get('/assets/main-abc.js')).headers;
    const again = await get('/assets/main-abc.js', { 'if-none-match': etag as string });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });
});

it('the whole edge serves the console beside the API, with the headers that protect it', async () => {
  const { server: edge } = await startBareEdge();
  const page = await edge.inject({ url: '/p/1' });
  expect([page.headers['x-frame-options'], page.headers['x-content-type-options'], page.headers['content-type']]).toEqual([
    'DENY',
    'nosniff',
    'text/html; charset=utf-8',
  ]);
  expect((await edge.inject({ url: '/assets/none.js' })).statusCode).toBe(404);
  expect((await edge.inject({ method: 'POST', url: '/p/1' })).statusCode).toBe(405);
  await edge.close();
});
