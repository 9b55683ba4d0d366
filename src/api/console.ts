import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { weighted } from './accept.ts';

/** What `npm run console` builds. */
const BUILT = resolve(import.meta.dirname, '../../dist/console');
/** Pages that the console's own router knows. Everything else stays what it is: unknown below /api, and elsewhere. */
const PAGES = ['/', '/setup', '/signin', '/p', '/p/*'];
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface Asset {
  type: string;
  etag: string;
  bytes: Buffer;
  /** As the build compressed it, the smallest first. */
  encoded: { encoding: string; bytes: Buffer }[];
}

interface Build {
  madeAt: number;
  page: string;
  assets: Map<string, Asset>;
}

export interface ConsoleOptions {
  /** Where its build is. */
  folder?: string;
  /** A name that the page carries as a `meta` element: the console shows by it what serves it. */
  mark?: string | undefined;
}

/** The console: its pages, which are all one document, and the files of its build, which are kept in memory. */
export async function consoleRoutes(server: FastifyInstance, { folder = BUILT, mark }: ConsoleOptions = {}): Promise<void> {
  const builds = new Builds(folder);
  for (const path of PAGES) server.get(path, async (_request, reply) => sendPage(reply, await builds.current(), mark));
  server.get('/assets/*', async (request, reply) => {
    const asset = (await builds.current())?.assets.get((request.params as { '*': string })['*']);
    if (!asset) return reply.callNotFound();
    return sendAsset(request, reply, asset);
  });
}

/** The build that stands in the folder now: `npm run console` beside a running service is seen at the next page. */
class Builds {
  readonly #folder: string;
  #build: Build | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async current(): Promise<Build | null> {
    const madeAt = await stat(join(this.#folder, 'index.html')).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    );
    if (madeAt === null || madeAt === this.#build?.madeAt) return this.#build;
    // Half of a build is as good as none: the one before goes on.
    this.#build = await readBuild(this.#folder, madeAt).catch(() => this.#build);
    return this.#build;
  }
}

async function readBuild(folder: string, madeAt: number): Promise<Build> {
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  const names = (await readdir(join(folder, 'assets'))).filter((name) => extname(name) in TYPES);
  const assets = await Promise.all(names.map(async (name) => [name, await readAsset(join(folder, 'assets', name))] as const));
  return { madeAt, page, assets: new Map(assets) };
}

async function readAsset(path: string): Promise<Asset> {
  const bytes = await readFile(path);
  const encoded: Asset['encoded'] = [];
  for (const [encoding, ending] of [
    ['br', 'br'],
    ['gzip', 'gz'],
  ] as const) {
    const compressed = await readFile(`${path}.${ending}`).catch(() => null);
    if (compressed && compressed.length < bytes.length) encoded.push({ encoding, bytes: compressed });
  }
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { type: TYPES[extname(path)]!, etag, bytes, encoded };
}

/** A page is new at each request, because of its nonce; everything it loads has a name of its content, and is kept. */
function sendPage(reply: FastifyReply, build: Build | null, mark: string | undefined): FastifyReply {
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
  if (!build) return reply.code(503).send(MISSING);
  const nonce = randomBytes(16).toString('base64');
  const page = mark === undefined ? build.page : build.page.replace('<head>', `<head>\n    <meta name="${mark}" content="true" />`);
  return reply.header('content-security-policy', policy(nonce)).send(page.replaceAll('__NONCE__', nonce));
}

/** Only what this server serves runs, and only styles that were there from the beginning or carry the nonce. */
function policy(nonce: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const MISSING = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Lifeboat</title></head>
<body><h1>Lifeboat runs, but its console was not built</h1><p>Build it with <code>npm run console</code> in the folder of Lifeboat, then load this page again. A restart is not needed.</p>
<p>The command line (<code>npx lifeboat</code>) and the API (<a href="/api/docs">/api/docs</a>) work without.</p></body></html>
`;

function sendAsset(request: FastifyRequest, reply: FastifyReply, { type, etag, bytes, encoded }: Asset): FastifyReply {
  reply.headers({ 'cache-control': 'public, max-age=31536000, immutable', etag, vary: 'Accept-Encoding' });
  if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
  const weights = new Map(weighted(request.headers['accept-encoding']).map(({ name, weight }) => [name, weight]));
  const chosen = encoded.find(({ encoding }) => (weights.get(encoding) ?? weights.get('*') ?? 0) > 0);
  if (chosen) reply.header('content-encoding', chosen.encoding);
  return reply.type(type).send(chosen?.bytes ?? bytes);
}
