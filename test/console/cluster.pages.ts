import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type ConsoleWorld, OWNER, seriousViolations, takePicture } from '../kit/console.ts';

/** Registering, the overview, a cluster and its snapshots, on a real deployment. The tests go on from each other, as a first user does. */
export function describeClusters(world: () => ConsoleWorld): void {
  describe('registering a cluster', () => {
    it('tests the connection first, and says what is wrong with it', async () => {
      const page = await world().open('register');
      await page.getByLabel('Name').fill('second');
      await page.getByLabel('Connection string', { exact: true }).fill('mongodb://127.0.0.1:1/');
      await page.getByRole('button', { name: 'Test the connection' }).click();
      await page.getByRole('alert').getByText('No connection').waitFor();
      await page.getByLabel('Connection string', { exact: true }).fill(world().source.uri);
      await page.getByRole('button', { name: 'Test the connection' }).click();
      await page.getByRole('status').getByText('A snapshot would be').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await takePicture(page, 'register');
      await page.getByRole('button', { name: 'Register', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'second' }).waitFor();
      await page.getByText('No snapshot yet').waitFor();
    });

    it('says so where the name is taken', async () => {
      const page = await world().open('register');
      await page.getByLabel('Name').fill('shop');
      await page.getByLabel('Connection string', { exact: true }).fill(world().source.uri);
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('The cluster was not registered').waitFor();
    });
  });

  describe('a snapshot', () => {
    it('is taken with one button, and shows what it holds as soon as it is there', async () => {
      const page = await world().open('clusters/shop');
      await page.getByRole('button', { name: 'Take a snapshot', exact: true }).click();
      await page.getByText('Completed', { exact: true }).waitFor({ timeout: 60_000 });
      await page.getByText('2,800').waitFor();
      await page.getByRole('row', { name: /shop orders Collection 2,000/ }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByPlaceholder('Look for a database or a collection').fill('stock');
      await page.getByText('1 collection', { exact: true }).waitFor();
      // What was looked for is in the URL.
      await page.reload();
      await page.getByText('1 collection', { exact: true }).waitFor();
    });

    it('stands in the timeline, the calendar and the table of its cluster; a day narrows the table', async () => {
      const page = await world().open('clusters/shop');
      const row = page.getByRole('table', { name: 'Snapshots' }).getByRole('row').nth(1);
      await row.getByText('Completed').waitFor();
      await page.getByRole('button', { name: /1 completed/ }).click();
      await page.getByRole('button', { name: 'Show all' }).waitFor();
      await row.getByText('Completed').waitFor();
      expect(await page.getByRole('region', { name: "The month's snapshots in time" }).getByRole('link').count()).toBe(1);
      expect(await seriousViolations(page)).toEqual([]);
    });

    it('of another month is found by turning to it, and a reload stays there', async () => {
      const page = await world().open('clusters/shop?month=2026-03');
      await page.getByRole('region', { name: 'Calendar of March 2026' }).waitFor();
      const timeline = page.getByRole('region', { name: "The month's snapshots in time" });
      expect(await timeline.getByRole('link').count()).toBe(0);
      await insertSnapshot(world(), '2026-02-14T12:00:00Z');
      await page.getByRole('button', { name: 'To the month before' }).click();
      await page.getByRole('region', { name: 'Calendar of February 2026' }).waitFor();
      await page.getByRole('button', { name: /^14 February.*1 failed/ }).waitFor();
      expect(await timeline.getByRole('link').count()).toBe(1);
      await page.reload();
      await page.getByRole('button', { name: /^14 February.*1 failed/ }).click();
      await page.getByRole('table', { name: 'Snapshots' }).getByRole('row').nth(1).getByText('Failed').waitFor();
      await page.getByRole('button', { name: 'To the month before' }).click();
      await page.getByRole('region', { name: 'Calendar of January 2026' }).waitFor();
      await page.getByRole('button', { name: /^14 January$/ }).waitFor();
      await page.getByRole('button', { name: 'To the month after' }).click();
      await page.getByRole('region', { name: 'Calendar of February 2026' }).waitFor();
    });

    it('that failed says why, and another one is taken in its place', async () => {
      const id = await insertSnapshot(world(), '2026-02-15T12:00:00Z');
      const page = await world().open(`clusters/shop/snapshots/${id}`);
      await page.getByRole('alert').getByText('The deployment did not answer.').waitFor();
      expect(await page.getByRole('button', { name: 'More' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.waitForURL((url) => !url.pathname.endsWith(id));
      await page.getByText('Completed', { exact: true }).waitFor({ timeout: 60_000 });
      expect(await page.getByText('On demand').count()).toBe(1);
    });

    it('is verified, and held so that no schedule deletes it, until the hold is lifted', async () => {
      const page = await world().open('clusters/shop');
      const rows = page.getByRole('table', { name: 'Snapshots' }).getByRole('row');
      await rows.filter({ hasText: 'Completed' }).first().getByRole('link').first().click();
      const choose = async (name: string) => {
        await page.getByRole('button', { name: 'More' }).click();
        await page.getByRole('menuitem', { name }).click();
      };
      await page.getByText('Not since it was taken').waitFor();
      await choose('Verify it now');
      await page.getByText(/^Whole, /).waitFor({ timeout: 40_000 });
      await choose('Hold it: keep it whatever the schedule says');
      await page.getByText('On hold').waitFor();
      await page.reload();
      await page.getByText('On hold').waitFor();
      await choose('Delete…');
      const dialog = page.getByRole('dialog', { name: 'Delete this snapshot?' });
      await dialog.getByLabel('Type shop to confirm').fill('shop');
      await dialog.getByRole('button', { name: 'Delete' }).click();
      await dialog.getByRole('alert').getByText('Delete did not work').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await choose('Lift the hold');
      await page.getByText('On hold').waitFor({ state: 'hidden' });
      await takePicture(page, 'snapshot');
    });

    it('is followed by its page: what somebody else does to it, and that it is gone', async () => {
      const snapshots = `/api/lifeboat/v1/projects/${world().owner.projectId}/clusters/shop/snapshots`;
      const { id } = await world().lifeboat.json<{ id: string }>('snapshots', 'take', 'shop', '--wait');
      const page = await world().open(`clusters/shop/snapshots/${id}`);
      await page.getByText('Completed', { exact: true }).waitFor();
      for (const [hold, sign] of [
        [true, 'visible'],
        [false, 'hidden'],
      ] as const) {
        await world().ask('PATCH', `${snapshots}/${id}`, { body: { hold } });
        await page.getByText('On hold').waitFor({ state: sign });
      }
      await world().ask('DELETE', `${snapshots}/${id}`);
      await page.getByRole('alert').getByText('The snapshot could not be read').waitFor();
      expect(await page.getByRole('button', { name: 'More' }).count()).toBe(0);
    });

    it('is deleted only by who types the name of its cluster', async () => {
      const page = await world().open('clusters/shop');
      await page.getByRole('table', { name: 'Snapshots' }).getByRole('row').nth(1).getByRole('link').first().click();
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Delete…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Delete this snapshot?' });
      expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
      await dialog.getByLabel('Type shop to confirm').fill('shop');
      expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(false);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    });
  });

  describe('the connection of a cluster', () => {
    it('is another one from now on, where it leads to the same deployment', async () => {
      const page = await world().open('clusters/second/connection');
      const field = page.getByLabel('New connection string', { exact: true });
      await field.fill('mongodb://127.0.0.1:1/');
      await page.getByRole('button', { name: 'Use it' }).click();
      await page.getByRole('alert').getByText('The connection string was not changed').waitFor();
      const other = new URL(world().source.uri);
      other.searchParams.set('appName', 'rotated');
      await field.fill(other.href);
      await page.getByRole('button', { name: 'Test the connection' }).click();
      await page.getByRole('status').getByText('A snapshot would be').waitFor();
      await page.getByRole('button', { name: 'Use it' }).click();
      await page.getByText('The new connection string is used from now on').waitFor();
      expect(await field.inputValue()).toBe('');
      const { body } = await world().ask('GET', `/api/lifeboat/v1/projects/${world().owner.projectId}/auditLog?action=CLUSTER_CHANGED`);
      expect(body.results[0]).toMatchObject({ clusterName: 'second', by: { name: OWNER.username } });
      await takePicture(page, 'connection');
    });

    it('ends with the cluster, for who types its name', async () => {
      const page = await world().open('clusters/second/connection');
      await page.getByRole('button', { name: 'Remove…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Remove second?' });
      await dialog.getByLabel('Type second to confirm').fill('secon');
      expect(await dialog.getByRole('button', { name: 'Remove' }).isDisabled()).toBe(true);
      await dialog.getByLabel('Type second to confirm').fill('second');
      expect(await seriousViolations(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      await page
        .getByRole('table', { name: 'Clusters' })
        .getByRole('row', { name: /^shop / })
        .waitFor();
      expect(await page.getByRole('row', { name: /^second / }).count()).toBe(0);
      const { projectId } = world().owner;
      expect((await world().ask('GET', `/api/lifeboat/v1/projects/${projectId}/clusters/second`)).status).toBe(404);
    });
  });

  it('a schedule is saved with what it does beside it, and says what it would cost before', async () => {
    const page = await world().open('clusters/shop/schedule');
    await page.getByRole('heading', { name: 'What it does' }).waitFor();
    await page.getByRole('button', { name: 'Add a line' }).click();
    await page.getByRole('heading', { name: 'What it would do' }).waitFor();
    await page.getByRole('combobox', { name: 'How often' }).last().selectOption('weekly');
    await page.getByRole('region', { name: 'What this schedule does' }).getByText('weekly').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, 'schedule');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'What it does' }).waitFor();
    await page.reload();
    await page.getByRole('listitem', { name: 'on Monday, kept 4 weeks' }).waitFor();
  });

  describe.each(['light', 'dark'] as const)('in the %s', (scheme) => {
    it.each(['', 'register', 'clusters/shop', 'clusters/shop/schedule', 'clusters/shop/connection'])(
      'the page %s keeps nobody out, and fits a phone',
      async (path) => {
        const page = await world().open(path, { scheme, width: 390, height: 844 });
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForLoadState('networkidle').catch(() => {});
        expect(await seriousViolations(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(true);
      },
    );
  });

  it('the overview says how each cluster is, and what needs somebody', async () => {
    const page = await world().open();
    const row = page.getByRole('table', { name: 'Clusters' }).getByRole('row', { name: /^shop / });
    await row.getByText('Completed').waitFor();
    await page.getByRole('region', { name: 'What needs attention' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, 'overview');
    await row.getByRole('link', { name: 'shop' }).click();
    await page.getByRole('table', { name: 'Snapshots' }).getByText('Completed').first().waitFor();
    await takePicture(page, 'cluster');
    const phone = await world().open('clusters/shop', { scheme: 'dark', width: 390, height: 844 });
    await phone.getByRole('table', { name: 'Snapshots' }).getByText('Completed').first().waitFor();
    await takePicture(phone, 'cluster-phone-dark');
  });

  it('shows how the same is done with the API, with the ids of the reader', async () => {
    const page = await world().open('clusters/shop');
    await page.getByRole('button', { name: 'API', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'The same with the API' });
    await dialog.getByText(`/groups/${world().owner.projectId}/flexClusters/shop/backup/snapshots`).waitFor();
    await dialog.getByRole('tab', { name: 'Go SDK' }).first().click();
    await dialog.getByText('FlexSnapshotsApi.ListFlexBackups').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await takePicture(page, 'api');
  });
}

let inserted = 0;

/** One that failed at that time. */
async function insertSnapshot({ db, owner }: ConsoleWorld, at: string): Promise<string> {
  inserted += 1;
  const id = `${inserted}`.padStart(24, '6');
  const failure = JSON.stringify({ code: 'source-unavailable', message: 'The deployment did not answer.' });
  await sql`
    INSERT INTO snapshots (id, project_id, cluster_id, cluster_name, status, scheduled_at, finished_at, expires_at, failure)
    SELECT ${id}, project_id, id, name, 'FAILED', ${at}::timestamptz, ${at}::timestamptz, now() + interval '8 days', ${failure}::jsonb
    FROM clusters WHERE project_id = ${owner.projectId} AND name = 'shop'`.execute(db);
  return id;
}
