import { readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { pause, realMilliseconds, SECOND } from '../clock.ts';

/** A running PostgreSQL server, as its `postmaster.pid` names it. */
export interface Postmaster {
  pid: number;
  port: number;
}

/**
 * The server that runs on this data folder, or `null`. A process is believed to be it only when its executable is a `postgres` and it
 * works in this very folder: after a reboot the number in a stale file may be anybody's.
 */
export async function findPostmaster(dataFolder: string): Promise<Postmaster | null> {
  const lines = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n'),
    () => null,
  );
  if (!lines) return null;
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || pid <= 1 || !(await runsIn(pid, dataFolder))) return null;
  return { pid, port };
}

async function runsIn(pid: number, dataFolder: string): Promise<boolean> {
  try {
    const executable = await readlink(`/proc/${pid}/exe`);
    // The server changes into its data folder when it starts.
    const folder = await readlink(`/proc/${pid}/cwd`);
    return /\/postgres( \(deleted\))?$/.test(executable) && folder === (await realpath(dataFolder));
  } catch {
    return false;
  }
}

const STOP_SECONDS = 30;

/** Fast shutdown: clients are disconnected, what is committed is durable. Answers when the process is gone. */
export async function stopPostmaster(dataFolder: string): Promise<boolean> {
  const found = await findPostmaster(dataFolder);
  if (!found) return false;
  process.kill(found.pid, 'SIGINT');
  const deadline = realMilliseconds() + STOP_SECONDS * SECOND;
  while (await runsIn(found.pid, dataFolder)) {
    // Immediate shutdown: the next start replays the log. Nothing that was committed is lost.
    if (realMilliseconds() > deadline) process.kill(found.pid, 'SIGQUIT');
    await pause(20);
  }
  return true;
}
