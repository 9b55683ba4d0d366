import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Problem } from '../errors.ts';

/** Says whose a folder is: what is in it may be deleted. */
const MARK = 'lifeboat-emulator';

export interface EmulatorFolder {
  path: string;
  remove(): Promise<void>;
}

/**
 * A folder of the emulator's own: a new one among the temporary files, or the named one when it is new, empty or was an emulator's, of which nothing is then left. Throws
 * `not-an-emulator` for any other.
 */
export async function takeFolder(named: string | null): Promise<EmulatorFolder> {
  const path = named === null ? await mkdtemp(join(tmpdir(), 'lifeboat-emulator-')) : resolve(named);
  if (named !== null) await empty(path);
  // PostgreSQL of root may have to run as somebody else, who has to come through.
  else await chmod(path, 0o711);
  await writeFile(join(path, MARK), `${process.pid}\n`, { mode: 0o600 });
  return {
    path,
    remove: async () => {
      if (named === null) await rm(path, { recursive: true, force: true });
      else for (const name of await readdir(path)) if (name !== MARK) await rm(join(path, name), { recursive: true, force: true });
    },
  };
}

async function empty(path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new Problem('not-an-emulator', [path, error.code === 'ENOTDIR' ? 'it is no folder' : error.message]);
  });
  if (names === null) return void (await mkdir(path, { recursive: true, mode: 0o700 }));
  if (names.length === 0) return;
  const owner = await readFile(join(path, MARK), 'utf8').catch(() => null);
  if (owner === null) throw new Problem('not-an-emulator', [path, `it holds ${names[0]} and no file ${MARK}`]);
  const pid = Number(owner);
  if (pid !== process.pid && isRunning(pid)) throw new Problem('data-folder-in-use', [pid, path]);
  for (const name of names) if (name !== MARK) await rm(join(path, name), { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
