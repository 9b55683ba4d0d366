import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataFolder } from '../../src/db/data-folder-lock.ts';
import { processIdentity, thisPlace } from '../../src/db/process-identity.ts';

const HOLDER = join(import.meta.dirname, '../kit/hold-data-folder.ts');
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
    const child = spawn(process.execPath, [HOLDER, folder]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'data-folder-in-use' });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    await (await lockDataFolder(folder)).release();
  });

  it('is not fooled by a number that another program has by now', async () => {
    const identity = (await processIdentity(process.pid))!;
    await writeFile(join(folder, 'serve.lock'), `${thisPlace()}\n${identity}0\nleft by one that had this number before\n`);
    const lock = await lockDataFolder(folder);
    expect(await readFile(join(folder, 'serve.lock'), 'utf8')).toContain(`${identity}\n`);
    await lock.release();
  });

  it('is taken over from a process that is a zombie', async () => {
    // The shell starts a child that ends, and becomes a program that never asks how: the child stays in the table.
    const shell = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60']);
    const zombie = Number(await new Promise<string>((resolve) => shell.stdout.once('data', (text) => resolve(String(text)))));
    const identity = await processIdentity(zombie);
    expect(identity).toMatch(/^\d+ \S+$/);
    await expect.poll(async () => (await readFile(`/proc/${zombie}/stat`, 'utf8')).split(' ')[2]).toBe('Z');
    await writeFile(join(folder, 'serve.lock'), `${thisPlace()}\n${identity}\n\n`);
    const lock = await lockDataFolder(folder);
    await lock.release();
    shell.kill();
  });

  it('is won by one of many that ask at the same moment over a stale file', async () => {
    for (let round = 0; round < 10; round += 1) {
      await writeFile(join(folder, 'serve.lock'), `${thisPlace()}\n999999 1\n\n`);
      const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataFolder(folder)));
      const won = results.filter((result) => result.status === 'fulfilled');
      expect(won).toHaveLength(1);
      for (const { reason } of results.filter((result) => result.status === 'rejected')) expect(reason.code).toBe('data-folder-in-use');
      await won[0]!.value.release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('is won by one of several processes over a stale file, whose takeover was itself cut short', async () => {
    await writeFile(join(folder, 'serve.lock'), `${thisPlace()}\n999999 1\n\n`);
    await writeFile(join(folder, 'serve.lock.takeover'), `${thisPlace()}\n999998 1\n\n`);
    const children = Array.from({ length: 6 }, () => spawn(process.execPath, [HOLDER, folder]));
    const said = await Promise.all(
      children.map((child) => new Promise<string>((resolve) => child.stdout.once('data', (text) => resolve(String(text).trim())))),
    );
    for (const child of children) child.kill('SIGKILL');
    expect(said.toSorted()).toEqual([...Array(5).fill('data-folder-in-use'), 'locked']);
  });

  it('is left to a holder in another container that shows signs of life, and taken over from one that does not', async () => {
    const path = join(folder, 'serve.lock');
    await writeFile(path, 'elsewhere/1\n1 1\n\n');
    const beat = setInterval(() => void utimes(path, performance.now(), performance.now()), 500);
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'data-folder-in-use' });
    clearInterval(beat);
    await (await lockDataFolder(folder)).release();
  });

  it('is left to a holder on another machine of the same name that shows signs of life', async () => {
    const path = join(folder, 'serve.lock');
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).slice(0, 8);
    expect(thisPlace()).toContain(boot);
    await writeFile(path, `${thisPlace().replace(boot, '01234567')}\n999999 1\n\n`);
    const beat = setInterval(() => void utimes(path, performance.now(), performance.now()), 500);
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'data-folder-in-use', parameters: ['999999', folder] });
    clearInterval(beat);
  });

  it('that another has taken while its holder stood still ends the holder, with a sentence', async () => {
    const child = spawn(process.execPath, [HOLDER, folder]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const another = 'elsewhere/1/1\n1 1\n\n';
    await writeFile(join(folder, 'another'), another);
    await rename(join(folder, 'another'), join(folder, 'serve.lock'));
    expect(await ended).toBe(1);
    expect(said).toContain(`Another process has taken ${folder} over`);
    expect(await readFile(join(folder, 'serve.lock'), 'utf8')).toBe(another);
  });

  it('shows signs of life itself', async () => {
    const lock = await lockDataFolder(folder);
    const before = (await stat(join(folder, 'serve.lock'))).mtimeMs;
    await expect.poll(async () => (await stat(join(folder, 'serve.lock'))).mtimeMs, { timeout: 10_000 }).not.toBe(before);
    await lock.release();
  });
});
