import { describe, expect, it } from 'vitest';
import { type ConsoleWorld, seriousViolations, takePicture } from '../kit/console.ts';

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
      const calendar = page.getByRole('region', { name: /^Calendar of / });
      const shown = await calendar.getAttribute('aria-label');
      await page.getByRole('button', { name: 'To the month before' }).click();
      await expect.poll(() => calendar.getAttribute('aria-label')).not.toBe(shown);
      expect(await seriousViolations(page)).toEqual([]);
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
    await page.getByRole('heading', { level: 1, name: 'shop' }).waitFor();
    await takePicture(page, 'cluster');
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
