import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * `<pid> <start>`: tells a process from every other, a later one with the same number included; `null` when there is none (a zombie, which
 * only waits for its parent, is none). Means something within one {@link thisPlace} only.
 */
export async function processIdentity(pid: number): Promise<string | null> {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const start = process.platform === 'linux' ? await startFromProc(pid) : await startFromPs(pid);
  return start && `${pid} ${start}`;
}

async function startFromProc(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // The name (field 2) may hold spaces and brackets; the fields after its last bracket are plain. The state is field 3, the start (in clock
  // ticks since boot) field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19]!;
}

/** For systems without /proc. */
export async function startFromPs(pid: number): Promise<string | null> {
  const found = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => null);
  return found && (found.stdout.trim().replaceAll(/\s+/g, '-') || null);
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
}

/**
 * Where process numbers mean what they mean here: this machine since it was started, and on Linux this container. Two machines may have one name, and outside of containers the
 * same namespace; never the same start.
 */
export function thisPlace(): string {
  if (process.platform !== 'linux') return `${hostname()}//`;
  return `${hostname()}/${bootId()}/${readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')}`;
}
