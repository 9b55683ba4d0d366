import { describe, expect, it } from 'vitest';
import { type ConsoleWorld, seriousViolations, takePicture } from '../kit/console.ts';

export function describeSettings(world: () => ConsoleWorld): void {
  describe('settings', () => {
    it('change the own password, which ends every other session and not this one', async () => {
      const user = await world().makeUser({ username: 'mate', password: 'a rope & a lantern' }, 'GROUP_READ_ONLY');
      const page = await world().open('settings', { as: user });
      const elsewhere = await world().signIn(user);
      await page.getByLabel('Present password', { exact: true }).fill('not this one, surely');
      await page.getByLabel('New password', { exact: true }).fill('a rope & two lanterns');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await page.getByText('The password was not changed').waitFor();
      await page.getByLabel('Present password', { exact: true }).fill(user.password);
      await page.getByRole('button', { name: 'Change the password' }).click();
      await page.getByText('The password is changed').waitFor();
      const session = { headers: { cookie: `lifeboat_session=${elsewhere}` } };
      expect((await fetch(`${world().lifeboat.url}/api/lifeboat/v1/session`, session)).status).toBe(401);
      await page.reload();
      await page.getByRole('heading', { name: 'Your account' }).waitFor();
      await world().signIn({ ...user, password: 'a rope & two lanterns' });
    });

    it('choose light, dark, or what the system has; a reload keeps it', async () => {
      const page = await world().open('settings', { scheme: 'light' });
      const shown = () => page.evaluate('document.documentElement.dataset.mantineColorScheme');
      await page.getByText('Dark', { exact: true }).click();
      await page.reload();
      await page.getByRole('heading', { name: 'Appearance' }).waitFor();
      expect(await shown()).toBe('dark');
      await page.getByText('As the system', { exact: true }).click();
      expect(await shown()).toBe('light');
    });

    it('make a project, name it anew and keep its access list', async () => {
      const page = await world().open('settings');
      await page.getByLabel('Name of the new project').fill('Another');
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      await page.getByRole('button', { name: /^Project: Another/ }).waitFor();
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByRole('heading', { name: 'The project Another' }).waitFor();
      await page.getByLabel('Name', { exact: true }).fill('Other');
      await page.getByRole('button', { name: 'Rename' }).click();
      await page.getByRole('heading', { name: 'The project Other' }).waitFor();
      await page.getByLabel('Address or block').fill('300.1.2.3');
      await page.getByRole('button', { name: 'Add to the list' }).click();
      await page.getByText('The list was not changed').waitFor();
      await page.getByLabel('Address or block').fill('203.0.113.7');
      await page.getByLabel('Comment').fill('the office');
      await page.getByRole('button', { name: 'Add to the list' }).click();
      await page.getByRole('button', { name: 'Remove 203.0.113.7/32' }).click();
      await page.getByText('The list is empty.').waitFor();
    });

    it('say what the vault holds and that its key belongs elsewhere too, on a phone as well', async () => {
      for (const [scheme, width] of [
        ['light', 1280],
        ['dark', 390],
      ] as const) {
        const page = await world().open('settings', { scheme, width });
        await page.getByText('npx lifeboat key export').waitFor();
        await page.getByText('Taken by them').waitFor();
        expect(await seriousViolations(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        await takePicture(page, scheme === 'light' ? 'settings' : 'settings-phone-dark');
      }
    });

    it('remind of the master key until it was exported, and so does the overview', async () => {
      const [settings, overview] = [await world().open('settings'), await world().open()];
      await settings.getByText('The master key was never exported', { exact: true }).waitFor();
      const reminder = overview.getByRole('region', { name: 'What needs attention' }).getByText('The master key was never exported');
      await reminder.waitFor();
      await world().lifeboat.json('key', 'export');
      for (const page of [settings, overview]) await page.reload();
      await settings.getByText('which was exported on').waitFor();
      await overview.getByRole('table', { name: 'Clusters' }).waitFor();
      expect(await reminder.count()).toBe(0);
    });
  });
}
