import { sql } from 'kysely';
import type { CDPSession, Page, Response } from 'playwright-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type ConsoleWorld, seriousViolations, takePicture } from '../kit/console.ts';
import { insertManyJobs } from '../kit/many-jobs.ts';

const JOBS = 100_000;

export function describeJobs(world: () => ConsoleWorld): void {
  describe('the jobs', () => {
    let busy: string;
    beforeAll(async () => {
      busy = await insertManyJobs(world().db, world().owner.orgId, JOBS);
    });
    const openBusy = async (search = '', options = {}) => {
      const page = await world().open('', options);
      await page.goto(`${world().lifeboat.url}/p/${busy}/jobs${search}`);
      return page;
    };
    const counts = (page: Page, count: string) => page.getByText(new RegExp(`^${count} jobs?$`)).waitFor();

    it('are filtered and paged without a pause, 100,000 of them', { timeout: 120_000 }, async ({ annotate }) => {
      const page = await openBusy();
      await counts(page, '100,000');
      const answers: number[] = [];
      page.on('requestfinished', (request) => {
        if (request.url().includes('/jobs?')) answers.push(request.timing().responseEnd - request.timing().requestStart);
      });
      const work = await WorkOfPage.of(page);
      const longest: number[] = [];
      for (let round = 0; round < 3 && !(longest.at(-1)! < 150); round += 1) {
        await work.start();
        await page.getByLabel('Kind').selectOption('drill');
        await counts(page, '5,000');
        await page.getByRole('button', { name: 'Page 200 of the jobs' }).click();
        await page.getByRole('button', { name: 'Page 198 of the jobs' }).waitFor();
        await page.getByLabel('Kind').selectOption('');
        await counts(page, '100,000');
        await page.getByRole('button', { name: 'Page 4000 of the jobs' }).click();
        await page.getByRole('button', { name: 'Page 3998 of the jobs' }).waitFor();
        await page.getByLabel('Status').selectOption('FAILED');
        await counts(page, '50');
        await page.getByLabel('Search').fill('5555555555555555000003e8');
        await counts(page, '1');
        await page.mouse.wheel(0, 2000);
        longest.push(await work.longestTask());
        await page.getByRole('button', { name: 'Clear filters' }).click();
        await counts(page, '100,000');
      }
      answers.sort((one, other) => one - other);
      const median = answers[answers.length >> 1]!;
      await annotate(
        `longest task in the browser ${Math.round(Math.min(...longest))} ms; an answer took ${Math.round(median)} ms, at most ${Math.round(answers.at(-1)!)} ms`,
      );
      expect(Math.min(...longest)).toBeLessThan(200);
      expect(median).toBeLessThan(500);
    });

    it('keep their filters and their page in the URL, where a reload and the way back find them', async () => {
      const page = await openBusy('?kind=restore&cluster=busy-2&page=3');
      await counts(page, '10,000');
      const first = await page.getByRole('row').nth(1).textContent();
      await page.reload();
      await counts(page, '10,000');
      expect(await page.getByRole('row').nth(1).textContent()).toBe(first);
      expect(await page.getByLabel('Cluster').inputValue()).toBe('busy-2');
      await page.getByLabel('Search').fill('busy-3');
      await page.getByRole('heading', { name: 'No job matches' }).waitFor();
      expect(new URL(page.url()).search).toBe('?kind=restore&cluster=busy-2&search=busy-3');
      await page.getByLabel('Search').fill('');
      await counts(page, '10,000');
      await page
        .getByRole('link', { name: /^Restore busy-2 → busy-1$/ })
        .first()
        .click();
      await page.waitForURL(/\/restores\/busy-2\/9{16}/);
      await page.goBack();
      await counts(page, '10,000');
    });

    it('go to their last page where the URL names one beyond it', async () => {
      const page = await openBusy('?kind=drill&page=9999');
      await page.waitForURL(/\?kind=drill&page=200$/);
      await page.getByRole('row').nth(25).waitFor();
      await page.getByRole('button', { name: 'Previous page of the jobs' }).click();
      await page.waitForURL(/page=199$/);
    });

    it('come and end by themselves, each with a link to its page', async () => {
      const page = await world().open('jobs?cluster=shop');
      await page.getByLabel('Kind').waitFor();
      const { projectId } = world().owner;
      const { body } = await world().ask('POST', `/api/lifeboat/v1/projects/${projectId}/clusters/shop/snapshots`);
      const row = page.getByRole('row').filter({ hasText: body.id });
      await row.getByText('Completed').waitFor({ timeout: 40_000 });
      expect(await row.getByRole('link').getAttribute('href')).toBe(`/p/${projectId}/clusters/shop/snapshots/${body.id}`);
    });

    it('say why one failed, fit on a phone and are readable in both schemes', async () => {
      for (const scheme of ['light', 'dark'] as const) {
        const page = await openBusy('', { scheme });
        await counts(page, '100,000');
        expect(await seriousViolations(page)).toEqual([]);
        await takePicture(page, scheme === 'light' ? 'jobs' : 'jobs-dark');
      }
      const phone = await openBusy('?status=FAILED', { width: 390, height: 844 });
      await counts(phone, '50');
      expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      await phone.getByLabel('Failed: The deployment did not answer.').first().focus();
      await phone.getByRole('tooltip', { name: 'The deployment did not answer.' }).waitFor();
      await takePicture(phone, 'jobs-phone');
    });

    it('show the API call of what is shown, with the filters in it', async () => {
      const page = await openBusy('?kind=drill&cluster=busy-4');
      await page.getByRole('button', { name: /^API/ }).click();
      await page.getByText(`/api/lifeboat/v1/projects/${busy}/jobs?kind=drill&clusterName=busy-4`).waitFor();
    });

    it('are up to date again after Lifeboat was away, without the reader', { timeout: 120_000 }, async () => {
      const page = await world().open('jobs');
      await page.getByLabel('Kind').waitFor();
      await world().lifeboat.stop();
      let id: string;
      try {
        await page.getByText('No live updates just now').waitFor();
        id = await insertFailedSnapshot(world());
      } finally {
        await world().lifeboat.serve();
      }
      await page.getByText(id).waitFor({ timeout: 60_000 });
      await page.getByText('No live updates just now').waitFor({ state: 'hidden', timeout: 60_000 });
      const answer: Promise<Response> = page.waitForResponse((response) => response.url().includes('/jobs?'));
      await page.getByLabel('Kind').selectOption('snapshot');
      expect((await answer).status()).toBe(200);
    });
  });
}

/** What keeps the browser from answering its reader. */
class WorkOfPage {
  readonly #page: Page;
  readonly #byClock: CDPSession;
  readonly #byProcessor: CDPSession;
  #before = { clock: 0, processor: 0 };

  private constructor(page: Page, byClock: CDPSession, byProcessor: CDPSession) {
    this.#page = page;
    this.#byClock = byClock;
    this.#byProcessor = byProcessor;
  }

  static async of(page: Page): Promise<WorkOfPage> {
    const [byClock, byProcessor] = await Promise.all([page.context().newCDPSession(page), page.context().newCDPSession(page)]);
    await byClock.send('Performance.enable', { timeDomain: 'timeTicks' });
    await byProcessor.send('Performance.enable', { timeDomain: 'threadTicks' });
    return new WorkOfPage(page, byClock, byProcessor);
  }

  async start(): Promise<void> {
    await this.#page.evaluate(`{
      window.longTasks = [];
      window.watcher?.disconnect();
      window.watcher = new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => entry.duration)));
      window.watcher.observe({ type: 'longtask' });
    }`);
    this.#before = await this.#spent();
  }

  /** In milliseconds, as long as it would have taken with a processor of its own: the tests that run beside this one are no defect of the page. */
  async longestTask(): Promise<number> {
    const longest = (await this.#page.evaluate('Math.max(0, ...window.longTasks)')) as number;
    const now = await this.#spent();
    const share = (now.processor - this.#before.processor) / (now.clock - this.#before.clock);
    return longest * Math.min(1, share);
  }

  async #spent(): Promise<{ clock: number; processor: number }> {
    const [clock, processor] = await Promise.all([this.#byClock, this.#byProcessor].map(secondsInTasks));
    return { clock: clock!, processor: processor! };
  }
}

async function secondsInTasks(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')!.value;
}

/** A job that a page which was not told of it has not. */
async function insertFailedSnapshot({ db, owner }: ConsoleWorld): Promise<string> {
  const id = '7'.repeat(24);
  await sql`
    INSERT INTO snapshots (id, project_id, cluster_id, cluster_name, status, scheduled_at, expires_at)
    SELECT ${id}, project_id, id, name, 'FAILED', now(), now() + interval '8 days' FROM clusters WHERE project_id = ${owner.projectId} AND name = 'shop'`.execute(
    db,
  );
  await vi.waitUntil(async () => (await db.selectFrom('snapshots').select('id').where('id', '=', id).execute()).length === 1);
  return id;
}
