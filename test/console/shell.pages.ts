import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ConsoleWorld, seriousViolations } from '../kit/console.ts';

export function describeShell(world: () => ConsoleWorld): void {
  describe('the shell', () => {
    it('loads nothing from elsewhere, breaks no rule of its own policy, and shows the page of its URL again', async () => {
      const page = await world().open();
      const [asked, complaints]: [string[], string[]] = [[], []];
      page.on('request', (request) => asked.push(new URL(request.url()).origin));
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.reload();
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      expect([...new Set(asked)]).toEqual([world().lifeboat.url]);
      expect(complaints).toEqual([]);
    });

    it('loads less than 300 kB of JavaScript, as gzip has it, before a page can be used', async () => {
      const page = await world().open('jobs');
      await page.getByLabel('Kind').waitFor();
      const scripts = (await page.evaluate(
        `performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js'))`,
      )) as string[];
      expect(scripts.length).toBeGreaterThan(3);
      const sizes = await Promise.all(scripts.map(async (url) => gzipSync(await (await fetch(url)).text()).length));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
    });

    it('is reached with the keyboard alone, on a phone too', async () => {
      const page = await world().open('', { width: 390, height: 844 });
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the page');
      await page.getByRole('button', { name: 'Open the navigation' }).press('Enter');
      await page.getByRole('navigation', { name: 'Pages of the project' }).getByRole('link', { name: 'Overview' }).waitFor();
    });

    it('says on every page that it is an emulator, and what its clock says, where one serves it; else nothing of it', async () => {
      for (const [path, options] of [
        ['', { scheme: 'light' }],
        ['jobs', { scheme: 'dark', width: 390, height: 844 }],
      ] as const) {
        const page = await world().newPage(options);
        // As src/emulator has it served.
        await page.route(world().urlOf(path), async (route) => {
          const response = await route.fetch();
          await route.fulfill({
            response,
            body: (await response.text()).replace('<head>', '<head><meta name="lifeboat-emulator" content="true" />'),
          });
        });
        await page.route('**/api/lifeboat/v1/emulator', (route) =>
          route.fulfill({ json: { now: '2026-01-02T03:04:05.000Z', frozen: true } }),
        );
        await page.goto(world().urlOf(path));
        const banner = page.getByRole('complementary', { name: 'Emulator' });
        await banner.getByText('Its clock stands at 2026-01-02 03:04:05 UTC').waitFor();
        expect(await banner.textContent()).toContain('nothing here is kept');
        const { y, height } = (await banner.boundingBox())!;
        expect(Math.round(y + height)).toBe(page.viewportSize()!.height);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        expect(await seriousViolations(page)).toEqual([]);
      }
      const page = await world().open();
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      expect(await page.getByText('Emulator').count()).toBe(0);
    });

    it('shows one page in the place of one that is not there', async () => {
      const page = await world().open('no-such-page');
      await page.getByRole('heading', { name: 'Nothing is here' }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });
  });
}
