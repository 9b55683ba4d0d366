import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../errors.ts';
import { type FileLock, tryLockFile } from './lock-file.ts';

/**
 * One `serve` a data folder, whichever PostgreSQL it uses; also taken by a command that runs the embedded PostgreSQL for itself. Workers do
 * not take it. Throws `data-folder-in-use` when another process has it; one that was killed does not count.
 */
export async function lockDataFolder(folder: string): Promise<FileLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const taken = await tryLockFile(join(folder, 'serve.lock'));
  if ('holder' in taken) throw new Problem('data-folder-in-use', [taken.holder, folder]);
  return taken.lock;
}
