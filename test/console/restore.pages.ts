import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/db/connection.ts';
import { lockDeployment } from '../../src/db/deployment-lock.ts';
import { type ConsoleWorld, seriousViolations, takePicture } from '../kit/console.ts';
import { contentsOf } from '../kit/contents.ts';
import { type MongoServer, startOwnMongo } from '../kit/mongo.ts';
import { fillOldData } from '../kit/small-shop.ts';

const run = promisify(execFile);
const SLOW = { timeout: 60_000 };
/** What a restore says of itself while it runs: ours are over before anybody has looked. */
const RUNNING = {
  status: 'RUNNING',
  finishedAt: undefined,
  progress: {
    phase: 'loading',
    namespace: 'shop.orders',
    ...{ documents: 30_000, totalDocuments: 120_000, bytes: 80 << 20, totalBytes: 320 << 20 },
    ...{ rate: { documentsPerSecond: 1500, bytesPerSecond: 4 << 20 }, remainingSeconds: 60 },
  },
  collections: [
    { namespace: 'shop.orders', phase: 'loading', documents: 20_000, totalDocuments: 80_000, bytes: 60 << 20, totalBytes: 240 << 20 },
    { namespace: 'warehouse.stock', phase: 'verifying', documents: 10_000, totalDocuments: 10_000, bytes: 20 << 20, totalBytes: 20 << 20 },
  ],
};

/** The wizard, the page of a restore and that of a download, against a target with data of its own. */
export function describeRestores(world: () => ConsoleWorld): void {
  describe('restores', () => {
    let target: MongoServer;
    let snapshotId: string;
    beforeAll(async () => {
      target = await startOwnMongo();
      await fillOldData(target.uri);
      const { lifeboat } = world();
      await lifeboat.json('clusters', 'add', 'staging', '--uri', target.uri);
      snapshotId = (await lifeboat.json<{ id: string }>('snapshots', 'take', 'shop', '--wait')).id;
    });
    afterAll(() => target?.stop());

    it('a chosen collection comes back under another name, beside what stands there, and is proven', async () => {
      const [before, source] = [await contentsOf(target.uri), await contentsOf(world().source.uri)];
      const page = await world().open('clusters/shop/restore');
      await page
        .getByRole('button', { name: /^Choose: the snapshot of/ })
        .first()
        .click();
      await page.getByRole('radio', { name: 'Only some collections or databases' }).check();
      await page.getByRole('searchbox', { name: 'Find collections' }).fill('ORD');
      await page.getByRole('checkbox', { name: 'shop.orders', exact: true }).check();
      await page.getByRole('textbox', { name: 'Name under which shop.orders is restored' }).fill('shop.orders_then');
      await page.reload();
      expect(await page.getByRole('textbox', { name: 'Name under which shop.orders is restored' }).inputValue()).toBe('shop.orders_then');
      await page.getByRole('button', { name: 'Next: where' }).click();
      await page.getByRole('combobox', { name: 'Target cluster' }).click();
      await page.getByRole('option', { name: /^staging/ }).click();
      await page.getByRole('button', { name: 'Next: check' }).click();
      const will = page.getByRole('region', { name: 'What will happen' });
      await will.getByText(/^1 collection of shop as of .* will be created in staging, beside the 3 that stand there now\.$/).waitFor();
      await page.getByRole('row', { name: /shop\.orders_then.*Created.*2,000/ }).waitFor();
      await page.goBack();
      await page.getByRole('heading', { name: 'Into which cluster?' }).waitFor();
      await page.goForward();
      await startInto(page, 'staging');
      await page.getByText('Restored and proven').waitFor(SLOW);
      const after = await contentsOf(target.uri);
      expect(after).toEqual({ ...before, 'shop.orders_then': after['shop.orders_then'] });
      expect(after['shop.orders_then']).toMatchObject({ documents: 2000, sha256: source['shop.orders']!.sha256 });
      await page.reload();
      await page.getByText('Restored and proven').waitFor();
    });

    it('all of it replaces what stands there, and undo brings that back', async () => {
      const before = await contentsOf(target.uri);
      const page = await world().open(`clusters/shop/restore?snapshot=${snapshotId}&step=check&target=staging`);
      await page.getByText(/^All \d collections of staging will be replaced by shop as of/).waitFor();
      await page.getByRole('button', { name: 'API', exact: true }).click();
      await page.getByRole('region', { name: 'Restore', exact: true }).getByRole('tab', { name: 'Atlas CLI' }).click();
      await page.getByText(/atlas backups restores start automated/).waitFor();
      await page.getByRole('button', { name: 'Close' }).click();
      await startInto(page, 'staging');
      await page.getByText('Restored and proven').waitFor(SLOW);
      expect(await contentsOf(target.uri)).toEqual(await contentsOf(world().source.uri));
      await page.getByText('attic.gone').waitFor();
      await expectFits(world(), pathOf(page), 'Restored and proven', 'restore-done');
      await page.getByRole('button', { name: 'Undo', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Undo this restore?' });
      expect(await dialog.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true);
      await dialog.getByRole('textbox', { name: 'Type staging to confirm' }).fill('staging');
      await dialog.getByRole('button', { name: 'Undo' }).click();
      await page.waitForURL(/restores\/staging\//);
      await page.getByText('Restored and proven').waitFor(SLOW);
      expect(await contentsOf(target.uri)).toEqual(before);
    });

    it('one that waits is cancelled, once it was said twice, and leaves the target as it was', async () => {
      const before = await contentsOf(target.uri);
      await whileNobodyMayWriteTo(world(), target, async () => {
        const page = await world().open(`clusters/shop/restore?snapshot=${snapshotId}&step=check&target=staging&safety=no`);
        await startInto(page, 'staging');
        await page.getByText('Queued').waitFor();
        await page.getByRole('button', { name: 'Cancel', exact: true }).click();
        await page.getByRole('button', { name: 'Cancel the restore' }).click();
        await page.getByText('The target is as it was before.').waitFor();
        expect(await page.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0);
        await page.getByRole('link', { name: 'Restore again' }).click();
        await page.getByRole('heading', { name: 'Collection by collection' }).waitFor();
      });
      expect(await contentsOf(target.uri)).toEqual(before);
    });

    it('one that fails says why, how the target is and what to do', async () => {
      await using client = new MongoClient(target.uri);
      await client.db('attic').collection('fresh').insertOne({ text: 'in no other snapshot' });
      const before = await chunksOf(world());
      const taken = await world().lifeboat.json<{ id: string }>('snapshots', 'take', 'staging', '--wait');
      const fresh = (await chunksOf(world())).filter((path) => !before.includes(path));
      expect(fresh.length).toBeGreaterThan(0);
      for (const path of fresh) await unlink(path);
      const page = await world().open(`clusters/staging/restore?snapshot=${taken.id}&step=check&target=staging&safety=no`);
      await startInto(page, 'staging');
      await page.getByText('The restore failed').waitFor(SLOW);
      await page.getByText('The target is as it was before.').waitFor();
      await page.getByText('snapshot-damaged').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });

    it('a download is fetched and resumed by the copied command, and its page says when it is over', async () => {
      const page = await world().open(`clusters/shop/restore?snapshot=${snapshotId}&step=where`);
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('button', { name: /^Download snapshot/ }).click();
      await page.getByRole('button', { name: 'Make the link' }).click();
      await page.getByRole('timer').waitFor();
      await page.getByRole('button', { name: 'Copy the curl command' }).click();
      const command = (await page.evaluate('navigator.clipboard.readText()')) as string;
      const folder = await mkdtemp(join(tmpdir(), 'lifeboat-download-'));
      try {
        await run('sh', ['-c', command], { cwd: folder });
        const [name = ''] = await readdir(folder);
        const whole = await readFile(join(folder, name));
        await writeFile(join(folder, name), whole.subarray(0, whole.length >> 1));
        await run('sh', ['-c', command], { cwd: folder });
        expect(await readFile(join(folder, name))).toEqual(whole);
        const { stdout } = await run('tar', ['tzf', name], { cwd: folder });
        expect(stdout).toContain('/shop/orders.bson');
      } finally {
        await rm(folder, { recursive: true });
      }
      await page.getByRole('link', { name: 'This link on a page of its own' }).click();
      await page.getByRole('heading', { level: 1, name: 'Download of shop' }).waitFor();
      await page.reload();
      await page.getByRole('timer').waitFor();
      await expectFits(world(), pathOf(page), 'Fetch it with curl', 'download');
      await page.clock.setFixedTime(Date.now() + 5 * 3600 * 1000);
      await page.getByText('This link has expired').waitFor();
      await page.getByRole('button', { name: 'Make a new one' }).waitFor();
    });

    it('one that runs shows each collection and its speed, and one that stopped midway what is replaced', async () => {
      const listed = await world().lifeboat.json<{ id: string; deliveryType: string }[]>('restores', 'list', 'shop');
      const { id } = listed.find(({ deliveryType }) => deliveryType === 'RESTORE')!;
      const midway = {
        status: 'FAILED',
        failure: {
          code: 'partially-replaced',
          message:
            'The restore stopped midway and the target is partially replaced: replaced: shop.orders; as before: shop.empty (refused). Mend it.',
        },
      };
      let told: object = RUNNING;
      const open = async (options: Parameters<ConsoleWorld['open']>[1]) => {
        const page = await world().open('', options);
        await page.route(`**/restoreJobs/${id}`, async (route) => {
          const answer = await route.fetch();
          const { verification: _, ...job } = await answer.json();
          await route.fulfill({ response: answer, json: { ...job, cancelled: false, failure: undefined, ...told } });
        });
        const refusal = { errorCode: 'NOT_CANCELLABLE', detail: `Job ${id} cannot be cancelled: its target is being replaced.` };
        await page.route(`**/restoreJobs/${id}/cancel`, (route) => route.fulfill({ status: 409, json: refusal }));
        await page.goto(world().urlOf(`restores/shop/${id}`));
        return page;
      };
      const page = await open({});
      await page.getByRole('row', { name: /shop\.orders loading 20,000 of 80,000 .* 25 %/ }).waitFor();
      await page.getByText('4 MiB/s').waitFor();
      await page.getByText('about 1 min').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await takePicture(page, 'restore-running');
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await page.getByRole('button', { name: 'Cancel the restore' }).click();
      await page.getByText('The restore was not cancelled').waitFor();
      await page.getByText('NOT_CANCELLABLE').waitFor();
      told = midway;
      const after = await open({ scheme: 'dark', width: 390, height: 844 });
      await after.getByText('The target is partly replaced.').waitFor();
      await after.getByText('Still as before').waitFor();
      await after.getByRole('button', { name: 'Resume' }).click();
      await after.getByText('It was not resumed').waitFor();
      expect(await seriousViolations(after)).toEqual([]);
      await takePicture(after, 'restore-midway-phone-dark');
    });

    it('a drill is started on the page of its cluster, and says what it proved', async () => {
      const page = await world().open('clusters/shop');
      await page.getByRole('button', { name: 'Start a drill' }).click();
      await page.waitForURL(/drills\/shop\//);
      await page.getByText('Proven', { exact: true }).waitFor(SLOW);
      expect(await page.getByRole('link', { name: 'Jobs', exact: true }).getAttribute('aria-current')).toBe('page');
      await expectFits(world(), pathOf(page), 'Proven', 'drill');
      const { body } = await world().ask('GET', `/api/lifeboat/v1/projects/${world().owner.projectId}/clusters/shop`);
      const proven = await world().open(`clusters/shop/snapshots/${body.lastProven.snapshotId}`);
      await proven.getByRole('link', { name: /^Proven, / }).click();
      await proven.waitForURL(page.url());
    });

    it('every step is readable in the dark and on a phone', async () => {
      const base = `clusters/shop/restore?snapshot=${snapshotId}`;
      await expectFits(world(), 'clusters/shop/restore', 'Which snapshot?', 'restore-snapshot');
      await expectFits(world(), `${base}&scope=chosen&ns=shop.orders&as=shop.orders_then`, 'Find collections', 'restore-what');
      await expectFits(world(), `${base}&step=where&target=shop`, 'This is shop itself', 'restore-where');
      await expectFits(world(), `${base}&step=check&target=staging`, 'Collection by collection', 'restore-check');
    });
  });
}

async function startInto(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: `Type ${name} to confirm` }).fill(name);
  await page.getByRole('button', { name: `Restore into ${name}` }).click();
  await page.getByRole('heading', { level: 1, name: `Restore into ${name}` }).waitFor();
}

/** The page in both schemes, the dark one on a phone: no serious violation, nothing wider than the screen; and its pictures. */
async function expectFits(world: ConsoleWorld, path: string, text: string, picture: string): Promise<void> {
  for (const [name, options] of [
    [picture, {}],
    [`${picture}-phone-dark`, { scheme: 'dark', width: 390, height: 844 }],
  ] as const) {
    const page = await world.open(path, options);
    await page.getByText(text, { exact: true }).first().waitFor();
    expect(await seriousViolations(page), name).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'), name).toBeLessThanOrEqual(0);
    await takePicture(page, name);
    await page.context().close();
  }
}

/** Nobody begins anything on the deployment meanwhile: what is asked for waits. */
async function whileNobodyMayWriteTo(world: ConsoleWorld, target: MongoServer, work: () => Promise<void>): Promise<void> {
  const db = connect(world.lifeboat.environment.DATABASE_URL!);
  try {
    await db.transaction().execute(async (transaction) => {
      await lockDeployment(transaction, new URL(target.uri).host);
      await work();
    });
  } finally {
    await db.destroy();
  }
}

async function chunksOf(world: ConsoleWorld): Promise<string[]> {
  const entries = await readdir(join(world.lifeboat.folder, 'data/vault/chunks'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

/** Below the project. */
function pathOf(page: Page): string {
  return new URL(page.url()).pathname.split('/').slice(3).join('/');
}
