import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../errors.ts';

/**
 * One `serve` a data folder. The lock is a file that names its process and when that process started: after `kill -9` nobody removes the
 * file, and by then the number may be another program's, but never with the same start.
 */
export async function lockDataFolder(folder: string): Promise<{ release(): Promise<void> }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'serve.lock');
  const mine = await processIdentity(process.pid);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, mine!, { mode: 0o600 });
  try {
    // link() is atomic and fails when the name exists: of two that start at once, one wins.
    while (!(await tryLink(draft, path))) {
      const holder = await readFile(path, 'utf8').catch(() => '');
      if (holder !== '' && (await isRunning(holder))) throw new Problem('data-folder-in-use', [holder.split(' ')[0]!, folder]);
      // Moved aside, not removed: should another process have replaced it since we read it, its content tells, and it is put back.
      await setAside(path, holder);
    }
  } finally {
    await rm(draft, { force: true });
  }
  return {
    release: async () => {
      if ((await readFile(path, 'utf8').catch(() => '')) === mine) await rm(path, { force: true });
    },
  };
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function setAside(path: string, expected: string): Promise<void> {
  const aside = `${path}.stale-${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const found = await readFile(aside, 'utf8');
  if (found !== expected && (await isRunning(found))) await tryLink(aside, path);
  await rm(aside, { force: true });
}

async function isRunning(identity: string): Promise<boolean> {
  return (await processIdentity(Number(identity.split(' ')[0]))) === identity;
}

/** `<pid> <start time in clock ticks since boot>`, or `null` when there is no such process. Where there is no /proc, the start is unknown. */
export async function processIdentity(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name (field 2) may hold spaces and brackets; the fields after its last bracket are plain. The start is field 22.
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    if (process.platform === 'linux') return null;
  }
  try {
    process.kill(pid, 0);
    return `${pid} unknown`;
  } catch {
    return null;
  }
}
