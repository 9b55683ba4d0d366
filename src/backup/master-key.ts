import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import * as nodeFiles from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from '../errors.ts';
import { foldersBetween } from '../vault/disk-blobs.ts';

const KEY_BYTES = 32;

/** What of `node:fs/promises` a key's file needs. An argument, so that a test can kill the process or lose power. */
export type KeyFiles = Pick<typeof nodeFiles, 'open' | 'link' | 'unlink' | 'mkdir'>;

/**
 * The master key: the one that was given, else the file's, else a new one that is written there (mode 0600) before it is used. Only an
 * installation that begins gets a new one (`mayCreate`): a later one could open nothing that the lost one has sealed, and would hide that it is lost.
 */
export async function loadMasterKey(given: Buffer | null, file: string, mayCreate: boolean, files: KeyFiles = nodeFiles): Promise<Buffer> {
  const key = given ?? (await readKey(file, files)) ?? (mayCreate ? await createKey(file, files) : null);
  if (key) return key;
  throw new Problem('master-key-missing', [file], {
    hint: 'Put the file back, or give the key that `npx lifeboat key export` printed in LIFEBOAT_KEY.',
  });
}

/** The key in the file, which must be there: `bad-setting` otherwise. */
export async function readMasterKey(file: string): Promise<Buffer> {
  const key = await readKey(file);
  if (!key) throw new Problem('bad-setting', ['LIFEBOAT_KEY_FILE', `there is no file ${file}`]);
  return key;
}

async function readText(file: string, files: KeyFiles): Promise<string> {
  const handle = await files.open(file, constants.O_RDONLY);
  return (await handle.readFile().finally(() => handle.close())).toString();
}

async function readKey(file: string, files: KeyFiles = nodeFiles): Promise<Buffer | null> {
  const text = await readText(file, files).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new Problem('bad-setting', ['LIFEBOAT_KEY_FILE', error.message], { cause: error });
  });
  if (text === null) return null;
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new Problem('bad-setting', ['LIFEBOAT_KEY_FILE', `${file} does not hold 32 bytes in base64`]);
  return key;
}

/** A rotation's next key, beside the file of the one in use: a rotation that broke off left it there. */
export async function nextMasterKey(file: string): Promise<Buffer> {
  const next = `${file}.new`;
  const left = await readKey(next);
  // Whoever left it may not have made its name durable, and everything is put under it now.
  if (left) await syncFolder(dirname(next), nodeFiles);
  return left ?? createKey(next, nodeFiles);
}

/** Refuses to go on where a rotation broke off: neither key opens everything then. */
export async function requireWholeRotation(file: string): Promise<void> {
  if ((await readKey(`${file}.new`)) === null) return;
  throw new Problem('bad-setting', ['the master key', 'a rotation broke off'], {
    hint: 'Run `npx lifeboat key rotate` again: it goes on where it was.',
  });
}

/** The next key becomes the one in use. The old one stays beside it, under the name that is answered: older copies of the vault's header open by it. */
export async function adoptNextMasterKey(file: string): Promise<string> {
  const old = await linkToFreeName(file, `${file}.old`);
  await nodeFiles.rename(`${file}.new`, file);
  await syncFolder(dirname(file), nodeFiles);
  return old;
}

/** Another name for the file: the one that is asked for, or with the first number that is free. */
async function linkToFreeName(file: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}.${number}`;
    try {
      await nodeFiles.link(file, candidate);
      return candidate;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/**
 * Written under another name, made durable, and only then given its name, which is made durable too: a start that is killed must leave no half of a key, and a loss of power no
 * installation whose key is gone.
 */
async function createKey(file: string, files: KeyFiles): Promise<Buffer> {
  const folder = dirname(file);
  const made = await files.mkdir(folder, { recursive: true, mode: 0o700 });
  const key = randomBytes(KEY_BYTES);
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = await files.open(unfinished, 'wx', 0o600);
    try {
      await handle.writeFile(Buffer.from(`${key.toString('base64')}\n`));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.link(unfinished, file);
    for (const path of foldersBetween(made ? dirname(made) : folder, folder)) await syncFolder(path, files);
    return key;
  } catch (error) {
    // Another process was first: its key is the one.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return (await readKey(file, files))!;
    throw new Problem('bad-setting', ['LIFEBOAT_KEY_FILE', (error as Error).message], { cause: error });
  } finally {
    await files.unlink(unfinished).catch(() => {});
  }
}

async function syncFolder(path: string, files: KeyFiles): Promise<void> {
  const handle = await files.open(path, constants.O_RDONLY);
  await handle.sync().finally(() => handle.close());
}
