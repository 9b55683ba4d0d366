import { describe, expect, it } from 'vitest';
import { type ConsoleWorld, OWNER, seriousViolations, takePicture } from '../kit/console.ts';

export function describeEvents(world: () => ConsoleWorld): void {
  describe('the events', () => {
    it('are filtered by type, cluster and day, which a reload keeps, and lead to the cluster', async () => {
      const page = await world().open('events?cluster=shop');
      await page.getByRole('row').filter({ hasText: 'Cluster created' }).getByRole('link', { name: 'shop' }).waitFor();
      await page.getByLabel('Type').selectOption('CLUSTER_CREATED');
      await page.getByText(/^1 event$/).waitFor();
      await page.reload();
      await page.getByText(/^1 event$/).waitFor();
      expect(new URL(page.url()).search).toBe('?cluster=shop&type=CLUSTER_CREATED');
      await page.getByLabel('To', { exact: true }).fill('2020-01-01');
      await page.getByRole('heading', { name: 'No event matches' }).waitFor();
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await page.getByRole('link', { name: 'shop' }).first().click();
      await page.waitForURL(/\/clusters\/shop$/);
    });

    it('come by themselves', async () => {
      const page = await world().open('events');
      await page.getByLabel('Type').waitFor();
      const { projectId } = world().owner;
      const path = `/api/atlas/v2/groups/${projectId}/accessList`;
      await world().ask('POST', path, { version: '2025-03-12', body: [{ ipAddress: '192.0.2.77' }] });
      await page.getByText('192.0.2.77/32').waitFor();
      await page
        .getByRole('row')
        .filter({ hasText: 'Access list: entry added' })
        .getByText(world().owner.publicKey, { exact: true })
        .waitFor();
    });

    it('fit on a phone and are readable in both schemes', async () => {
      for (const [scheme, width] of [
        ['light', 1280],
        ['dark', 390],
      ] as const) {
        const page = await world().open('events', { scheme, width });
        await page.getByText(/^\d+ events?$/).waitFor();
        expect(await seriousViolations(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        await takePicture(page, scheme === 'light' ? 'events' : 'events-phone-dark');
      }
    });
  });

  describe('the audit log', () => {
    it('tells who did what from where, and where its chain ends', async () => {
      const page = await world().open('audit');
      // By now it may be on a later page.
      await page.getByLabel('What', { exact: true }).selectOption('OWNER_SET_UP');
      const row = page.getByRole('row').filter({ hasText: 'Owner set up' });
      await row.getByText('127.0.0.1', { exact: true }).waitFor();
      await page.getByLabel('What', { exact: true }).selectOption('');
      const { body } = await world().ask('GET', `/api/lifeboat/v1/projects/${world().owner.projectId}/auditLog`);
      const { number, hash } = body.results[0];
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.reload();
      await page.getByText(`${number}:${hash}`).waitFor();
      await page.getByRole('button', { name: 'Copy the latest seal' }).click();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${number}:${hash}`);
      expect(await seriousViolations(page)).toEqual([]);
      await takePicture(page, 'audit');
    });

    it('is filtered by what, who and when, which a reload keeps', async () => {
      await world().ask('PATCH', `/api/lifeboat/v1/projects/${world().owner.projectId}/clusters/shop`, { body: { tier: 'FLEX' } });
      const page = await world().open('audit');
      await page.getByLabel('What', { exact: true }).selectOption('OWNER_SET_UP');
      await page.getByText(/^1 change$/).waitFor();
      await page.getByLabel('What', { exact: true }).selectOption('');
      const { publicKey } = world().owner;
      await page.getByLabel('Who', { exact: true }).fill(publicKey.toUpperCase().slice(0, -1));
      await page.getByRole('cell', { name: publicKey, exact: true }).first().waitFor();
      await page.waitForURL(/actor=/);
      await expect.poll(() => page.getByRole('cell', { name: OWNER.username, exact: true }).count()).toBe(0);
      await page.reload();
      await page.getByRole('cell', { name: publicKey, exact: true }).first().waitFor();
      expect(await page.getByLabel('Who', { exact: true }).inputValue()).toBe(publicKey.toUpperCase().slice(0, -1));
      await page.getByLabel('To', { exact: true }).fill('2020-01-01');
      await page.getByRole('heading', { name: 'No change matches' }).waitFor();
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await page.getByText(/^\d+ changes$/).waitFor();
      expect(new URL(page.url()).search).toBe('');
      const phone = await world().open('audit?actor=owner', { scheme: 'dark', width: 390 });
      await phone.getByText(/^\d+ changes?$/).waitFor();
      expect(await seriousViolations(phone)).toEqual([]);
      expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      await takePicture(phone, 'audit-phone-dark');
    });

    it('is for owners of the organization: others find no way to it, and are told so where they come by its address', async () => {
      const as = await world().makeUser({ username: 'audit-reader', password: 'a rope & a lantern' }, 'GROUP_READ_ONLY');
      const page = await world().open('audit', { as, scheme: 'dark', width: 390 });
      await page.getByRole('heading', { name: 'For owners of the organization' }).waitFor();
      expect(await page.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
      expect(await seriousViolations(page)).toEqual([]);
    });
  });
}
