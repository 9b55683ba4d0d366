import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from '../errors.ts';

const KEY_BYTES = 32;

/**
 * The master key: the one that was given, else the file's, else a new one that is written there (mode 0600) before it is used. Only an
 * installation that begins gets a new one (`mayCreate`): a later one could open nothing that the lost one has sealed, and would hide that it is lost.
 */
export async function loadMasterKey(given: Buffer | null, file: string, mayCreate: boolean): Promise<Buffer> {
  const key = given ?? (await readKey(file)) ?? (mayCreate ? await createKey(file) : null);
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

async function readKey(file: string): Promise<Buffer | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
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
  return (await readKey(next)) ?? createKey(next);
}

/** Refuses to go on where a rotation broke off: neither key opens everything then. */
export async function requireWholeRotation(file: string): Promise<void> {
  if ((await readKey(`${file}.new`)) === null) return;
  throw new Problem('bad-setting', ['the master key', 'a rotation broke off'], {
    hint: 'Run `npx lifeboat key rotate` again: it goes on where it was.',
  });
}

/** The next key becomes the one in use. The old one stays beside it: older copies of the vault's header open by it. */
export async function adoptNextMasterKey(file: string): Promise<void> {
  await copyFile(file, `${file}.old`);
  await chmod(`${file}.old`, 0o600);
  await rename(`${file}.new`, file);
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
}

async function createKey(file: string): Promise<Buffer> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const key = randomBytes(KEY_BYTES);
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`${key.toString('base64')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return key;
  } catch (error) {
    // Another process was first: its key is the one.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return (await readKey(file))!;
    throw new Problem('bad-setting', ['LIFEBOAT_KEY_FILE', (error as Error).message], { cause: error });
  }
}
