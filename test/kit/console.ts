import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../../scripts/build-tools.ts';
import { buildConsoleIfChanged } from '../../scripts/console.ts';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { ask } from './api.ts';
import { type Identity, Lifeboat } from './lifeboat.ts';
import { type MongoServer, startOwnMongo } from './mongo.ts';
import { freshDatabase } from './postgres.ts';
import { fillSmallShop } from './small-shop.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PICTURES = 'docs/console';

/**
 * What all tests of the console share: one Lifeboat with workers, a deployment with a small shop that is registered as `shop`, one browser. Each test
 * opens pages of its own.
 */
export class ConsoleWorld implements AsyncDisposable {
  readonly lifeboat: Lifeboat;
  readonly owner: Identity;
  readonly source: MongoServer;
  readonly browser: Browser;
  readonly #stop: () => Promise<void>;
  readonly #contexts: BrowserContext[] = [];

  private constructor(parts: Pick<ConsoleWorld, 'lifeboat' | 'owner' | 'source' | 'browser'>, stop: () => Promise<void>) {
    this.lifeboat = parts.lifeboat;
    this.owner = parts.owner;
    this.source = parts.source;
    this.browser = parts.browser;
    this.#stop = stop;
  }

  static async start(): Promise<ConsoleWorld> {
    await buildConsoleIfChanged();
    const [database, source, browser] = await Promise.all([freshDatabase(), startOwnMongo(), startBrowser()]);
    await fillSmallShop(source.uri);
    const lifeboat = await Lifeboat.create({ DATABASE_URL: database.url, LIFEBOAT_WORKERS: '1' });
    const owner = await lifeboat.init();
    await lifeboat.serve();
    await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
    return new ConsoleWorld({ lifeboat, owner, source, browser }, async () => {
      await browser.close();
      await lifeboat.remove();
      await source.stop();
      await database.close();
    });
  }

  /** The URL of a page of the project. */
  urlOf(path = ''): string {
    return `${this.lifeboat.url}/p/${this.owner.projectId}${path && `/${path}`}`;
  }

  /** A page of the signed-in owner, open at the path below the project. */
  async open(path = '', options: { scheme?: 'light' | 'dark'; width?: number; height?: number } = {}): Promise<Page> {
    const { scheme = 'light', width = 1280, height = 800 } = options;
    const context = await this.browser.newContext({
      colorScheme: scheme,
      viewport: { width, height },
      timezoneId: 'Europe/Berlin',
      locale: 'en-US',
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await this.#signIn(page);
    await page.goto(this.urlOf(path));
    return page;
  }

  async #signIn(page: Page): Promise<void> {
    const { orgId, projectId, publicKey, privateKey } = this.owner;
    const permissions = ['read', 'download', 'restore', 'backup', 'clusters', 'manage', 'register'];
    const session = {
      user: { id: 'a'.repeat(24), username: 'owner', grants: [{ roleName: 'ORG_OWNER', organizationId: orgId, projectId: null }] },
      csrfToken: 'x',
      expiresAt: new Date().toISOString(),
      organization: { id: orgId, name: 'Organization' },
      projects: [{ id: projectId, name: 'Project', permissions }],
      organizationPermissions: ['read', 'create-project', 'manage'],
      version: '0.1.0',
    };
    const credentials = new DigestCredentials(publicKey, privateKey);
    await page.route('**/api/**', async (route) => {
      const request = route.request();
      const url = new URL(request.url());
      if (url.pathname === '/api/lifeboat/v1/session') return route.fulfill({ json: session });
      if (url.pathname === '/api/lifeboat/v1/setup') return route.fulfill({ json: { needsOwner: false } });
      const { accept, 'content-type': type } = request.headers();
      const headers = { ...(accept && { accept }), ...(type && { 'content-type': type }) };
      const body = request.postData() ?? undefined;
      const answer = await ask(this.lifeboat.url, credentials, request.method(), url.pathname + url.search, { headers, body });
      return route.fulfill({ status: answer.status, contentType: answer.headers.get('content-type') ?? '', body: answer.text });
    });
  }

  /** Ends the pages of a test. */
  async closePages(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}

async function startBrowser(): Promise<Browser> {
  // A sandbox cannot be made as root; what runs in it is our own console.
  return chromium.launch({ executablePath: await chromiumPath(), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

/** What axe finds that keeps people out, as one line each: none is what a page has to have. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; impact: string; help: string; nodes: { html: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}

/** A picture for the documentation, where LIFEBOAT_SCREENSHOTS=1 asks for new ones. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (process.env.LIFEBOAT_SCREENSHOTS !== '1') return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
}
