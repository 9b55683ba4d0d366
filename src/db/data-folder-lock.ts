import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../errors.ts';
import { killEmbeddedServers } from './embedded-server.ts';
import { type FileLock, tryLockFile } from './lock-file.ts';

/**
 * One `serve` a data folder, whichever PostgreSQL it uses; also taken by a command that runs the embedded PostgreSQL for itself. Workers do
 * not take it. Throws `data-folder-in-use` when another process has it; one that was killed does not count. A process that stood still until another took its folder ends.
 */
export async function lockDataFolder(folder: string): Promise<FileLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const taken = await tryLockFile(join(folder, 'serve.lock'), () => void endWithout(folder));
  if ('holder' in taken) throw new Problem('data-folder-in-use', [taken.holder, folder]);
  return taken.lock;
}

/** Nothing is brought to an end in good order: whatever that would write is another's by now. */
async function endWithout(folder: string): Promise<void> {
  process.stderr.write(`Another process has taken ${folder} over while this one stood still (a paused machine?), so this one ends.\n`);
  await killEmbeddedServers().finally(() => process.exit(1));
}
