import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTools, RUN_PAGES, runScript, type Substitution, scriptOf } from '../kit/doc-script.ts';
import { Lifeboat } from '../kit/lifeboat.ts';
import { type MongoServer, startOwnMongo } from '../kit/mongo.ts';
import { fillSmallShop } from '../kit/small-shop.ts';
import { serveWire, type WireServer } from '../kit/wire-server/server.ts';

let source: MongoServer;
let target: WireServer;
let lifeboat: Lifeboat;
let bin: string;

beforeAll(async () => {
  source = await startOwnMongo();
  await fillSmallShop(source.uri);
  target = await serveWire(new Map());
  lifeboat = await Lifeboat.create();
  lifeboat.environment.LIFEBOAT_DATA = join(lifeboat.folder, 'lifeboat-data');
  bin = await makeTools(lifeboat.folder);
  await lifeboat.serve();
});
afterAll(async () => {
  await lifeboat?.remove();
  await source?.stop();
  await target?.close();
});

/** What `init` printed, and a job. */
const FROM_PROFILE = [
  'profile() { jq -r ".$1" "$LIFEBOAT_DATA/client.json"; }',
  'PROJECT=$(profile projectId) PUBLIC_KEY=$(profile publicKey) PRIVATE_KEY=$(profile privateKey)',
  `JOB=$(npx lifeboat restores list shop --json | jq -r '.[0].id')`,
].join('\n');

/** Of each page what its reader puts in the place of what stands there. */
function substitutions(page: string): Substitution[] {
  const newest = `"$(npx lifeboat snapshots list shop --json | jq -r '[.[] | select(.status == "COMPLETED")][-1].id')"`;
  const own: Record<string, Substitution[]> = {
    'README.md': [
      ['mongodb://db.example:27017/', source.uri],
      ['mongodb://staging.example:27017/', target.uri],
      [/(--snapshot|download shop) ID/, `$1 ${newest}`],
      ['extract VAULT SNAPSHOT', `extract "$LIFEBOAT_DATA/vault" ${newest}`],
      ['curl --user "$PUBLIC_KEY:$PRIVATE_KEY"', `${FROM_PROFILE}\ncurl --user "$PUBLIC_KEY:$PRIVATE_KEY"`],
    ],
    'docs/access.md': [
      ['--project ID', '--project "$PROJECT"'],
      ['keys delete ID', `keys delete "$(npx lifeboat keys list --json | jq -r '.[-1].id')"`],
      ['4711:9f2c...', '"$HEAD"'],
    ],
    'docs/deployments.md': [['--uri - < shop.uri', `--uri - < <(printf '%s\\n' '${source.uri}')`]],
    'docs/schedules.md': [['hold shop ID', `hold shop ${newest}`]],
    'docs/clients.md': [
      [/export ORG=\.\.\. GROUP=\.\.\. PUBLIC_KEY=\.\.\. PRIVATE_KEY=\.\.\. .*/, 'export ORG GROUP=$PROJECT PUBLIC_KEY PRIVATE_KEY'],
    ],
    'docs/guide.md': [
      ['mongodb://db.example:27017/', source.uri],
      ['mongodb://lab.example:27017/', target.uri],
    ],
  };
  const text = own[page] ?? [];
  const hasUrl = ['README.md', 'docs/clients.md', 'docs/webhooks.md', 'docs/guide.md'].includes(page);
  return hasUrl ? [...text, ['http://127.0.0.1:8080', lifeboat.url]] : text;
}

/** What a reader has at hand by the time of a page. */
async function environmentFor(page: string): Promise<NodeJS.ProcessEnv> {
  const env: NodeJS.ProcessEnv = { ...lifeboat.environment, PATH: `${bin}:${process.env.PATH}`, SERVED_AT: lifeboat.url };
  if (page === 'README.md') return env;
  const profile = JSON.parse(await readFile(join(lifeboat.environment.LIFEBOAT_DATA!, 'client.json'), 'utf8')) as Record<string, string>;
  const known = { PROJECT: profile.projectId, ORG: profile.organizationId, PUBLIC_KEY: profile.publicKey, PRIVATE_KEY: profile.privateKey };
  if (page !== 'docs/access.md') return { ...env, ...known };
  const { head } = await lifeboat.json<{ head: { number: number; hash: string } }>('audit', 'verify');
  return { ...env, ...known, HEAD: `${head.number}:${head.hash}` };
}

it.each(RUN_PAGES)('every command of %s does what the page says', { timeout: 900_000 }, async (page) => {
  const { script, unused } = scriptOf(page, substitutions(page));
  expect(unused).toEqual([]);
  if (page === 'docs/clients.md') await lifeboat.json('clusters', 'add', 'copy', '--uri', target.uri);
  const cwd = page === 'docs/guide.md' ? lifeboat.folder : join(lifeboat.folder, page.replaceAll('/', '-'));
  await mkdir(cwd, { recursive: true });
  const { code, stdout, stderr } = await runScript(script, { cwd, env: await environmentFor(page) });
  const block = stderr.slice(stderr.lastIndexOf('## '));
  expect(code, `${block}\n--- standard output\n${stdout.slice(-2000)}`).toBe(0);
});
