import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../../scripts/build-tools.ts';
import { buildConsoleIfChanged } from '../../scripts/console.ts';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import type { Db } from '../../src/db/connection.ts';
import { type ApiAnswer, type AskOptions, ask } from './api.ts';
import { freePort } from './free-port.ts';
import { type Identity, Lifeboat } from './lifeboat.ts';
import { type MongoServer, startOwnMongo } from './mongo.ts';
import { freshDatabase } from './postgres.ts';
import { fillSmallShop } from './small-shop.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PICTURES = 'docs/console';

const COOKIE = 'lifeboat_session';

export interface Credentials {
  username: string;
  password: string;
}

/** The user whose pages `open` shows unless told otherwise. */
export const OWNER: Credentials = { username: 'owner', password: 'a rope, a ring & a whistle' };

interface OpenOptions {
  scheme?: 'light' | 'dark';
  width?: number;
  height?: number;
  /** `null`: nobody is signed in. */
  as?: Credentials | null | undefined;
}

/**
 * What all tests of the console share: one Lifeboat with workers, a deployment with a small shop that is registered as `shop`, one browser. Each test
 * opens pages of its own.
 */
export class ConsoleWorld implements AsyncDisposable {
  readonly lifeboat: Lifeboat;
  readonly owner: Identity;
  readonly source: MongoServer;
  readonly browser: Browser;
  /** The tables of the installation. */
  readonly db: Db;
  readonly #stop: () => Promise<void>;
  readonly #contexts: BrowserContext[] = [];
  readonly #sessions = new Map<string, string>();

  private constructor(parts: Pick<ConsoleWorld, 'lifeboat' | 'owner' | 'source' | 'browser' | 'db'>, stop: () => Promise<void>) {
    this.lifeboat = parts.lifeboat;
    this.owner = parts.owner;
    this.source = parts.source;
    this.browser = parts.browser;
    this.db = parts.db;
    this.#stop = stop;
  }

  static async start(): Promise<ConsoleWorld> {
    await buildConsoleIfChanged();
    const [database, source, browser] = await Promise.all([freshDatabase(), startOwnMongo(), startBrowser()]);
    await fillSmallShop(source.uri);
    // Always the same: pages find it again after a restart.
    const LIFEBOAT_LISTEN = `127.0.0.1:${await freePort()}`;
    const lifeboat = await Lifeboat.create({ DATABASE_URL: database.url, LIFEBOAT_WORKERS: '1', LIFEBOAT_LISTEN });
    const owner = await lifeboat.init();
    await lifeboat.serve();
    await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
    await setUpOwner(lifeboat, browser);
    return new ConsoleWorld({ lifeboat, owner, source, browser, db: database.db }, async () => {
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

  /** A page of the signed-in owner, or of another user, open at the path below the project. */
  async open(path = '', options: OpenOptions = {}): Promise<Page> {
    const page = await this.newPage(options);
    await page.goto(this.urlOf(path));
    return page;
  }

  /** An empty one, in a context of its own: nothing is in its cache. */
  async newPage({ scheme = 'light', width = 1280, height = 800, as = OWNER }: OpenOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      colorScheme: scheme,
      viewport: { width, height },
      timezoneId: 'Europe/Berlin',
      locale: 'en-US',
    });
    this.#contexts.push(context);
    if (as) await context.addCookies([{ name: COOKIE, value: await this.#sessionOf(as), url: this.lifeboat.url }]);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    return page;
  }

  /** Signs a user in for the first page, and uses the session for the further ones: to check a password takes a third of a second. */
  async #sessionOf({ username, password }: Credentials): Promise<string> {
    const known = this.#sessions.get(username);
    if (known) return known;
    const token = await this.signIn({ username, password });
    this.#sessions.set(username, token);
    return token;
  }

  /** A new session of a user, as its token. */
  async signIn(user: Credentials): Promise<string> {
    const answer = await post(`${this.lifeboat.url}/api/lifeboat/v1/session`, user);
    return tokenOf(answer);
  }

  /** A call of the API with a key: the first one, an owner's, unless another is given. `path` begins at `/api`. */
  async ask(method: string, path: string, options: AskOptions = {}): Promise<ApiAnswer> {
    const key = options.credentials ?? new DigestCredentials(this.owner.publicKey, this.owner.privateKey);
    return ask(this.lifeboat.url, key, method, path, options);
  }

  /** Who may sign in, with roles of the project (`GROUP_...`) or of the organization. */
  async makeUser(user: Credentials, ...roleNames: string[]): Promise<Credentials> {
    const { orgId, projectId } = this.owner;
    const roles = roleNames.map((roleName) => (roleName.startsWith('GROUP_') ? { roleName, projectId } : { roleName }));
    const { status, text } = await this.ask('POST', `/api/lifeboat/v1/organizations/${orgId}/users`, { body: { ...user, roles } });
    if (status !== 201) throw new Error(text);
    return user;
  }

  /** Ends the pages of a test. */
  async closePages(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}

/** As the first user does it: by the link that `serve` printed. */
async function setUpOwner(lifeboat: Lifeboat, browser: Browser): Promise<void> {
  const page = await browser.newPage();
  await page.goto(/http\S+\/setup#token=\S+/.exec(lifeboat.log)![0]);
  await page.getByLabel('User name').fill(OWNER.username);
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await takePicture(page, 'setup');
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.close();
}

async function post(url: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-lifeboat-console': '1' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

function tokenOf(answer: Response): string {
  return new RegExp(`${COOKIE}=([^;]+)`).exec(answer.headers.get('set-cookie') ?? '')![1]!;
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
