import { execFile } from 'node:child_process';
import { readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pause, realMilliseconds, SECOND } from '../clock.ts';
import { Problem } from '../errors.ts';

const run = promisify(execFile);

/** A running PostgreSQL server, as its `postmaster.pid` names it. */
export interface Postmaster {
  pid: number;
  /** 0 until it is written. */
  port: number;
  /** The program it runs; of one that was replaced or removed since, this path no longer leads to it. */
  executable: string;
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
  const [pid, port] = [Number(lines[0]), Number(lines[3] ?? 0)];
  if (!Number.isInteger(pid) || pid <= 1) return null;
  const executable = await serverOf(pid, await realpath(dataFolder));
  return executable === null ? null : { pid, port, executable };
}

/** The `postgres` that the process runs on this folder (its real path), or `null`. */
function serverOf(pid: number, folder: string): Promise<string | null> {
  return process.platform === 'linux' ? serverFromProc(pid, folder) : serverFromPs(pid, folder);
}

async function serverFromProc(pid: number, folder: string): Promise<string | null> {
  try {
    const executable = await readlink(`/proc/${pid}/exe`);
    // The server changes into its data folder when it starts.
    const isThere = (await readlink(`/proc/${pid}/cwd`)) === folder;
    return isThere && /\/postgres( \(deleted\))?$/.test(executable) ? executable : null;
  } catch {
    return null;
  }
}

/** For systems without /proc: we start it as `<program> -D <folder> -c ...`. Exported for the test. */
export async function serverFromPs(pid: number, folder: string): Promise<string | null> {
  const found = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => null);
  const [program, rest] = found?.stdout.split(' -D ', 2) ?? [];
  return program?.endsWith('/postgres') && rest?.startsWith(`${folder} `) ? program : null;
}

const FAST_SECONDS = 30;
const IMMEDIATE_SECONDS = 30;

/** Disconnects the clients and stops the server; what is committed is durable. Answers when the process is gone; `false` when none runs. */
export async function stopPostmaster(dataFolder: string): Promise<boolean> {
  const found = await findPostmaster(dataFolder);
  if (!found) return false;
  const folder = await realpath(dataFolder);
  // Fast shutdown first. Immediate shutdown if that takes too long: the next start replays the log, and nothing that was committed is lost.
  for (const [signal, seconds] of [
    ['SIGINT', FAST_SECONDS],
    ['SIGQUIT', IMMEDIATE_SECONDS],
  ] as const) {
    sendSignal(found.pid, signal);
    if (await endsWithin(seconds, found.pid, folder)) return true;
  }
  throw new Problem('database-unavailable', [`the embedded PostgreSQL (process ${found.pid}) does not stop`]);
}

/** Ends this server of the folder at once. In any order that is better it would write to the files, and take another server's `postmaster.pid` away at the end. */
export async function killPostmaster(dataFolder: string, pid: number): Promise<void> {
  if ((await serverOf(pid, await realpath(dataFolder))) !== null) sendSignal(pid, 'SIGKILL');
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended by itself just now.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function endsWithin(seconds: number, pid: number, folder: string): Promise<boolean> {
  const deadline = realMilliseconds() + seconds * SECOND;
  while (realMilliseconds() < deadline) {
    if ((await serverOf(pid, folder)) === null) return true;
    await pause(20);
  }
  return false;
}
