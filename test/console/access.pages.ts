import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { type ConsoleWorld, type Credentials, OWNER, seriousViolations, takePicture } from '../kit/console.ts';

const PASSWORD = 'a rope & a lantern';

export function describeAccess(world: () => ConsoleWorld): void {
  const project = () => `/api/lifeboat/v1/projects/${world().owner.projectId}`;
  const users = () => `/api/lifeboat/v1/organizations/${world().owner.orgId}/users`;
  const rowOf = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });
  const act = async (page: Page, row: string, action: string) => {
    await rowOf(page, row)
      .getByRole('button', { name: /^Actions for/ })
      .click();
    await page.getByRole('menuitem', { name: action }).click();
  };
  const onSite = (page: Page) => page.getByRole('dialog');
  const secret = async (page: Page, name: string) => (await onSite(page).getByLabel(name, { exact: true }).textContent())!;

  describe('an API key', () => {
    it('is shown once, works at once with the roles it has, is changed, and is refused once it is deleted', async () => {
      const page = await world().open('access');
      await page.getByRole('button', { name: 'Create an API key', exact: true }).click();
      await onSite(page).getByLabel('Description').fill('a test of the console');
      await onSite(page).getByText('Sees clusters, snapshots, jobs and events, and changes nothing.').waitFor();
      await onSite(page).getByRole('button', { name: 'Create' }).click();
      const publicKey = await secret(page, 'Public key');
      const credentials = new DigestCredentials(publicKey, await secret(page, 'Private key'));
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await onSite(page).getByRole('button', { name: 'Copy private key' }).click();
      expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^[0-9a-f-]{36}$/);
      expect(await seriousViolations(page)).toEqual([]);
      await onSite(page).getByRole('button', { name: 'Done' }).click();
      await rowOf(page, publicKey).getByText('Project Read Only of Project').waitFor();
      expect(await onSite(page).count()).toBe(0);

      const answered = async (method: string, path: string) => {
        const { status, body } = await world().ask(method, path, { credentials });
        return body?.errorCode ?? status;
      };
      const take = `${project()}/clusters/shop/snapshots`;
      expect([await answered('GET', `${project()}/clusters`), await answered('POST', take)]).toEqual([200, 'USER_UNAUTHORIZED']);
      await act(page, publicKey, 'Change roles');
      await onSite(page).getByLabel('Backup Manager').check();
      await onSite(page).getByRole('button', { name: 'Save' }).click();
      await rowOf(page, publicKey).getByText('Backup Manager of Project').waitFor();
      expect(await answered('POST', `${take}/${'1'.repeat(24)}/cancel`)).toMatch(/SNAPSHOT_NOT_FOUND/);

      await act(page, publicKey, 'Access list');
      await onSite(page).getByText('may be used from everywhere').waitFor();
      await onSite(page).getByLabel('Address or block').fill('192.0.2.0/24');
      await onSite(page).getByRole('button', { name: 'Add' }).click();
      await onSite(page).getByRole('button', { name: 'Remove 192.0.2.0/24' }).waitFor();
      expect(await answered('GET', `${project()}/clusters`)).toBe('IP_ADDRESS_NOT_ON_ACCESS_LIST');
      await onSite(page).getByRole('button', { name: 'Remove 192.0.2.0/24' }).click();
      await onSite(page).getByText('may then be used from everywhere').waitFor();
      expect(await answered('GET', `${project()}/clusters`)).toBe('IP_ADDRESS_NOT_ON_ACCESS_LIST');
      await onSite(page).getByLabel('Type 192.0.2.0/24 to confirm').fill('192.0.2.0/24');
      await onSite(page).getByRole('button', { name: 'Remove' }).click();
      await onSite(page).getByText('may be used from everywhere').waitFor();
      await page.keyboard.press('Escape');
      expect(await answered('GET', `${project()}/clusters`)).toBe(200);

      await act(page, publicKey, 'Delete');
      await onSite(page).getByLabel(`Type ${publicKey} to confirm`).fill(publicKey);
      await onSite(page).getByRole('button', { name: 'Delete' }).click();
      await rowOf(page, publicKey).waitFor({ state: 'detached' });
      expect((await world().ask('GET', `${project()}/clusters`, { credentials })).status).toBe(401);
    });
  });

  describe('a service account', () => {
    it('gets tokens for the secret that is shown once; another secret takes its place', async () => {
      const page = await world().open('access?tab=accounts');
      await page.getByRole('button', { name: 'Create a service account', exact: true }).click();
      await onSite(page).getByLabel('Name', { exact: true }).fill('nightly');
      await onSite(page).getByLabel('Description').fill('checks the backups');
      await onSite(page).getByLabel('The secret expires after').selectOption('24');
      await onSite(page).getByRole('button', { name: 'Create' }).click();
      const [id, first] = [await secret(page, 'Client id'), await secret(page, 'Client secret')];
      const tokenStatus = async (value: string) => {
        const authorization = `Basic ${Buffer.from(`${id}:${value}`).toString('base64')}`;
        const body = new URLSearchParams({ grant_type: 'client_credentials' });
        return (await fetch(`${world().lifeboat.url}/api/oauth/token`, { method: 'POST', headers: { authorization }, body })).status;
      };
      expect(await tokenStatus(first)).toBe(200);
      await onSite(page).getByRole('button', { name: 'Done' }).click();
      await rowOf(page, 'nightly').getByText('Project Read Only of Project').waitFor();

      await act(page, 'nightly', 'Secrets');
      await onSite(page).getByRole('button', { name: 'Make another secret' }).click();
      const second = await secret(page, 'Client secret');
      await onSite(page)
        .getByRole('button', { name: `Delete the secret that ends with ${first.slice(-4)}` })
        .click();
      expect(await tokenStatus(first)).toBe(200);
      await onSite(page)
        .getByLabel(`Type ${first.slice(-4)} to confirm`)
        .fill(first.slice(-4));
      await onSite(page).getByRole('button', { name: 'Delete' }).click();
      await onSite(page).getByRole('button', { name: 'Make another secret' }).waitFor();
      expect(
        await onSite(page)
          .getByRole('button', { name: /^Delete the secret/ })
          .count(),
      ).toBe(1);
      expect([await tokenStatus(first), await tokenStatus(second)]).toEqual([401, 200]);
      expect(await seriousViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await act(page, 'nightly', 'Delete');
      await onSite(page).getByLabel('Type nightly to confirm').fill('nightly');
      await onSite(page).getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('heading', { name: 'No service accounts' }).waitFor();
      expect(await tokenStatus(second)).toBe(401);
    });
  });

  describe('a user', () => {
    it('is added with roles, gets others and a new password, and goes; the last owner stays', async () => {
      const page = await world().open('access?tab=users');
      await page.getByRole('button', { name: 'Add a user', exact: true }).click();
      await onSite(page).getByLabel('User name').fill('keeper');
      await onSite(page).getByLabel('First password').fill('password12345');
      await onSite(page).getByRole('button', { name: 'Add' }).click();
      await onSite(page).getByText('The user was not added').waitFor();
      await onSite(page).getByLabel('First password').fill(PASSWORD);
      await onSite(page).getByRole('button', { name: 'Add' }).click();
      await rowOf(page, 'keeper').getByText('Project Read Only of Project').waitFor();
      const before = await world().signIn({ username: 'keeper', password: PASSWORD });
      await act(page, 'keeper', 'New password');
      await onSite(page).getByLabel('New password').fill('another rope & lantern');
      await onSite(page).getByRole('button', { name: 'Set the password' }).click();
      await onSite(page).waitFor({ state: 'detached' });
      const session = { headers: { cookie: `lifeboat_session=${before}` } };
      expect((await fetch(`${world().lifeboat.url}/api/lifeboat/v1/session`, session)).status).toBe(401);

      await act(page, 'keeper', 'Change roles');
      await onSite(page).getByLabel('Project Owner').check();
      await onSite(page).getByRole('button', { name: 'Save' }).click();
      await rowOf(page, 'keeper').getByText('Project Owner of Project').waitFor();
      await takePicture(page, 'access-users');
      await act(page, 'keeper', 'Delete');
      await onSite(page).getByLabel('Type keeper to confirm').fill('keeper');
      await onSite(page).getByRole('button', { name: 'Delete' }).click();
      await rowOf(page, 'keeper').waitFor({ state: 'detached' });

      await act(page, 'you', 'Delete');
      await onSite(page).getByLabel(`Type ${OWNER.username} to confirm`).fill(OWNER.username);
      await onSite(page).getByRole('button', { name: 'Delete' }).click();
      await onSite(page).getByText('LAST_OWNER').waitFor();
    });

    it('who only reads sees no actions, and is refused by the server', async () => {
      const as = await world().makeUser({ username: 'reader', password: PASSWORD }, 'ORG_READ_ONLY');
      const page = await world().open('access', { as });
      await page.getByText(world().owner.publicKey).waitFor();
      expect(await page.getByRole('button', { name: 'Create an API key', exact: true }).count()).toBe(0);
      await rowOf(page, world().owner.publicKey)
        .getByRole('button', { name: /^Actions for/ })
        .click();
      expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Access list']);
      await page.keyboard.press('Escape');
      await page.getByRole('tab', { name: 'Users' }).click();
      await page.getByRole('heading', { name: 'For owners of the organization' }).waitFor();
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByRole('heading', { name: 'Your account' }).waitFor();
      expect(await page.getByRole('button', { name: /^(Rename|Create|Add to the list)$/ }).count()).toBe(0);

      const tried = await refusal(world(), as, 'POST', `${project()}/clusters/shop/snapshots`);
      const user = await refusal(world(), as, 'GET', users());
      expect([tried, user]).toEqual(['USER_UNAUTHORIZED', 'USER_UNAUTHORIZED']);
    });
  });

  it('access fits on a phone and is readable in both schemes', async () => {
    for (const [scheme, width, tab] of [
      ['light', 1280, 'keys'],
      ['dark', 390, 'users'],
      ['dark', 1280, 'accounts'],
    ] as const) {
      const page = await world().open(`access?tab=${tab}`, { scheme, width });
      await page.getByRole('tabpanel').getByRole('heading').or(page.getByRole('table')).first().waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await takePicture(page, `access-${tab}-${scheme}`);
    }
  });
}

/** A call by the session of a user, as the console makes it: what it is refused with. */
async function refusal(world: ConsoleWorld, user: Credentials, method: string, path: string): Promise<string> {
  const { url } = world.lifeboat;
  const cookie = `lifeboat_session=${await world.signIn(user)}`;
  const { csrfToken } = (await (await fetch(`${url}/api/lifeboat/v1/session`, { headers: { cookie } })).json()) as { csrfToken: string };
  const answer = await fetch(url + path, { method, headers: { cookie, 'x-csrf-token': csrfToken } });
  return ((await answer.json()) as { errorCode: string }).errorCode;
}
