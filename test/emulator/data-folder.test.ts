import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeFolder } from '../../src/emulator/data-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("refuses a folder that is not an emulator's, and touches nothing in it", async () => {
  await writeFile(join(folder, 'master.key'), 'precious');
  await expect(takeFolder(folder)).rejects.toMatchObject({ code: 'not-an-emulator', message: expect.stringContaining('master.key') });
  expect(await readdir(folder)).toEqual(['master.key']);
  await expect(takeFolder(join(folder, 'master.key'))).rejects.toMatchObject({ code: 'not-an-emulator' });
});

it('takes a new folder, an empty one, and one that was its own, of which nothing is left', async () => {
  await takeFolder(join(folder, 'new'));
  const own = await takeFolder(folder).catch((error) => error);
  expect(own).toMatchObject({ code: 'not-an-emulator' });
  const taken = await takeFolder(join(folder, 'new'));
  await writeFile(join(taken.path, 'left'), '');
  await takeFolder(taken.path);
  expect(await readdir(taken.path)).toEqual(['lifeboat-emulator']);
});

it('refuses the folder of an emulator that still runs', async () => {
  await writeFile(join(folder, 'lifeboat-emulator'), `${process.ppid}\n`);
  await expect(takeFolder(folder)).rejects.toMatchObject({ code: 'data-folder-in-use' });
});
