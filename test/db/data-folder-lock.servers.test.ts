import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataFolder, processIdentity } from '../../src/db/data-folder-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the lock of a data folder', () => {
  it('refuses a second holder with the number of the first, and is free after release', async () => {
    const first = await lockDataFolder(folder);
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'data-folder-in-use', parameters: [String(process.pid), folder] });
    await first.release();
    await (await lockDataFolder(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over from a process that was killed', async () => {
    const child = spawn(process.execPath, [
      '-e',
      `import(${JSON.stringify(join(import.meta.dirname, '../../src/db/data-folder-lock.ts'))}).then((m) => m.lockDataFolder(${JSON.stringify(folder)})).then(() => { console.log('locked'); setInterval(() => {}, 1000); })`,
    ]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'data-folder-in-use' });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    await (await lockDataFolder(folder)).release();
  });

  it('is not fooled by a number that another program has by now', async () => {
    const identity = (await processIdentity(process.pid))!;
    const [pid, start] = identity.split(' ');
    await writeFile(join(folder, 'serve.lock'), `${pid} ${Number(start) - 1}`);
    const lock = await lockDataFolder(folder);
    expect(await readFile(join(folder, 'serve.lock'), 'utf8')).toBe(identity);
    await lock.release();
  });

  it('is won by one of many that ask at the same moment over a stale file', async () => {
    await writeFile(join(folder, 'serve.lock'), '999999 1');
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataFolder(folder)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });
});
