import { describe, expect, it } from 'vitest';
import { type ConsoleWorld, OWNER, seriousViolations, takePicture } from '../kit/console.ts';

export function describeDoor(world: () => ConsoleWorld): void {
  describe('signing in', () => {
    it('comes before every page, says what was wrong, and leads back to where the reader wanted to go', async () => {
      const page = await world().open('clusters/shop', { as: null });
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await takePicture(page, 'sign-in');
      await page.getByLabel('User name').fill(OWNER.username);
      await page.getByLabel('Password', { exact: true }).fill('not the password');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('You are not signed in').waitFor();
      await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'shop' }).waitFor();
      await page.getByRole('button', { name: 'Account of owner' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      await page.goto(world().urlOf());
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    });

    it('has no set-up once there is an owner', async () => {
      const page = await world().open('', { as: null });
      await page.goto(`${world().lifeboat.url}/setup`);
      await page.getByRole('heading', { level: 1, name: 'Already set up' }).waitFor();
    });
  });
}
