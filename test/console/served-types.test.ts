import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { SERVED_TYPES, servedTypes } from '../../scripts/console-types.ts';

it('src/console/api/served.d.ts is what the served document says; `npm run console:types` writes it', async () => {
  expect((await readFile(SERVED_TYPES, 'utf8')) === (await servedTypes())).toBe(true);
});
