import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { pause, realMilliseconds, SECOND, wallClockSeconds } from '../clock.ts';
import { processIdentity, thisPlace } from './process-identity.ts';

export interface FileLock {
  release(): Promise<void>;
}

/** How often a holder shows that it lives to those who cannot see its process: another container or machine on the same volume. */
const BEAT = 2 * SECOND;
/** Without a beat for this long, such a holder is gone. */
const SILENCE = 5 * BEAT;

/**
 * Takes the lock at `path`, or answers the number of the process that holds it. The file names its process and when that process started:
 * after `kill -9` nobody removes it, and by then the number may be another program's, but never with the same start. Whose process cannot be seen, because it ran before this
 * machine was started, on another one or in another container, holds it for as long as it beats. `onLost`: another has taken it over, while this process stood still for longer
 * than that.
 */
export async function tryLockFile(path: string, onLost: () => void = () => {}): Promise<{ lock: FileLock } | { holder: number }> {
  // The random part makes every mark the only one of its kind: a mark once read as stale never comes back.
  const mark = [thisPlace(), await processIdentity(process.pid), randomBytes(8).toString('hex')].join('\n');
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, mark, { mode: 0o600 });
  try {
    for (;;) {
      // link() is atomic and fails when the name exists: of two that come at once, one wins.
      if (await tryLink(draft, path)) return { lock: hold(path, mark, onLost) };
      const found = await readMark(path);
      if (found === null) continue;
      if (await isHeld(path, found)) return { holder: pidOf(found) };
      if (await replaceStale(path, found, draft)) return { lock: hold(path, mark, onLost) };
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Only who holds the lock's own lock may replace a stale mark, and only after seeing that it still stands there. Without this, one that has
 * read the stale mark a moment ago could remove the lock that another has taken since.
 */
async function replaceStale(path: string, stale: string, draft: string): Promise<boolean> {
  const takeover = await tryLockFile(`${path}.takeover`);
  if ('holder' in takeover) {
    await pause(5);
    return false;
  }
  try {
    if ((await readMark(path)) !== stale) return false;
    await rename(draft, path);
    return true;
  } finally {
    await takeover.lock.release();
  }
}

function hold(path: string, mark: string, onLost: () => void): FileLock {
  const beat = setInterval(async () => {
    // A beat that fails is one of the five that may be missed.
    const found = await readMark(path).catch(() => null);
    if (found !== null && found !== mark) {
      clearInterval(beat);
      return onLost();
    }
    const now = wallClockSeconds();
    await utimes(path, now, now).catch(() => {});
  }, BEAT);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      if ((await readMark(path)) === mark) await rm(path, { force: true });
    },
  };
}

async function isHeld(path: string, mark: string): Promise<boolean> {
  const [place, identity] = mark.split('\n');
  if (place === thisPlace()) return (await processIdentity(pidOf(mark))) === identity;
  return beats(path);
}

/** Watches for a sign of life, by the file's own times: the clocks of two machines may differ. */
async function beats(path: string): Promise<boolean> {
  const timeOf = async () => (await stat(path).catch(() => null))?.mtimeMs;
  const before = await timeOf();
  const deadline = realMilliseconds() + SILENCE;
  while (realMilliseconds() < deadline) {
    const now = await timeOf();
    if (now === undefined) return false;
    if (now !== before) return true;
    await pause(250);
  }
  return false;
}

const pidOf = (mark: string) => Number(mark.split('\n')[1]?.split(' ')[0]);

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readMark(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
