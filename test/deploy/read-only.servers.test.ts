import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { environmentOf, readDockerfile, wordsOf } from '../kit/dockerfile.ts';
import { freePort } from '../kit/free-port.ts';

const ROOT = resolve('.');
const NOBODY = 65534;

/** What was written below the folder since, whoever wrote it. */
async function writtenSince(moment: number, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if (((await stat(path).catch(() => null))?.mtimeMs ?? 0) > moment) found.push(path);
  }
  return found;
}

it("the image's own words start the service as a user without any right to write but in the data folder, and stop it in good order", {
  timeout: 120_000,
}, async () => {
  const instructions = readDockerfile();
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-image-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  // Who is not root owns the checkout: there the look at what was written must do.
  const isRoot = process.getuid!() === 0;
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (isRoot) for (const path of [folder, data]) await chown(path, NOBODY, NOBODY);
  const port = await freePort();
  const image = environmentOf(instructions);
  const env = {
    ...{ ...image, PATH: process.env.PATH, LIFEBOAT_WORKERS: '1', HOME: '/nonexistent' },
    ...{ LIFEBOAT_DATA: data, LIFEBOAT_LISTEN: image.LIFEBOAT_LISTEN!.replace('8080', String(port)) },
  };
  const here = (words: string[]) => words.map((word) => word.replace('/opt/lifeboat', ROOT).replace(':8080', `:${port}`));
  const [, ...main] = here(wordsOf(instructions, 'ENTRYPOINT'));
  const health = here(wordsOf(instructions, 'HEALTHCHECK')).slice(1);
  const began = Date.now();
  const serve = spawn(process.execPath, [...main, ...wordsOf(instructions, 'CMD')], {
    ...user,
    env,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void serve.kill('SIGKILL'));
  let said = '';
  for (const stream of [serve.stdout, serve.stderr]) stream.on('data', (piece) => (said += piece));
  await expect.poll(() => said, { timeout: 90_000 }).toContain('Lifeboat is listening on');
  expect(spawnSync(process.execPath, health, { env, ...user }).status).toBe(0);
  const init = spawnSync(process.execPath, [...main, 'init', '--json'], { env, ...user, cwd: '/', encoding: 'utf8' });
  expect([init.status, init.stderr]).toEqual([0, expect.stringContaining('not shown again')]);
  serve.kill('SIGTERM');
  const [code] = await once(serve, 'exit');
  expect([code, said.includes('"level":50')]).toEqual([0, false]);
  if (!isRoot) expect(await writtenSince(began, join(ROOT, 'src'))).toEqual([]);
  expect((await readdir(folder)).sort()).toEqual(['data']);
});
