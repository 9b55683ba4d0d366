import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import * as nodeFiles from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HOUR } from '../clock.ts';
import { messageOf, Problem } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import { type BlobStore, checkBlobKey, isBlobKey } from './blob-store.ts';

/** What of `node:fs/promises` the disk store uses. An argument, so that a test can lose power, fill the disk or write short. */
export type FileSystem = Pick<typeof nodeFiles, 'open' | 'rename' | 'link' | 'unlink' | 'mkdir' | 'lstat' | 'readdir' | 'statfs'>;

const UNFINISHED = '.unfinished';
/** An unfinished file this much older than a new one belongs to a process that is gone. */
const ABANDONED_AFTER = 24 * HOUR;
/** A file system makes many folders durable in the time of one: after each other they were a twelfth of a first snapshot's time. */
const FOLDERS_AT_ONCE = 32;
/** No room: retrying cannot help, somebody has to make some. EFBIG is what a limit on file sizes answers. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Objects as files below a folder; the key is the path. A write goes to an unfinished file first: write, fsync, rename (ordering invariant B1 of
 * docs/vault-format.md), so a name never leads to half an object. `sync` then makes the name itself durable (B2).
 */
export class DiskBlobs implements BlobStore {
  /** A few writes in flight keep the disk busy while the next is compressed; more only take threads away from compression. */
  readonly parallel = 3;
  readonly #root: string;
  readonly #files: FileSystem;
  #unfinishedReady: Promise<void> | null = null;

  private constructor(root: string, files: FileSystem) {
    this.#root = root;
    this.#files = files;
  }

  /** Opens the store in the folder, making it (mode 0700) when it is not there. */
  static async open(folder: string, files: FileSystem = nodeFiles): Promise<DiskBlobs> {
    const root = resolve(folder);
    const store = new DiskBlobs(root, files);
    await store.#guard(root, async () => {
      const made = await files.mkdir(root, { recursive: true, mode: 0o700 });
      if (made) for (const path of foldersBetween(dirname(made), dirname(root))) await store.#syncFolder(path);
    });
    return store;
  }

  async put(key: string, body: Buffer): Promise<void> {
    await this.#write(key, body, (unfinished, path) => this.#files.rename(unfinished, path));
  }

  /** A hard link, unlike a rename, fails where the name is taken. */
  async create(key: string, body: Buffer): Promise<boolean> {
    return this.#write(key, body, async (unfinished, path) => {
      const isNew = await this.#files.link(unfinished, path).then(
        () => true,
        (error) => {
          if (codeOf(error) === 'EEXIST') return false;
          throw error;
        },
      );
      await this.#files.unlink(unfinished);
      return isNew;
    });
  }

  async get(key: string, limit = Number.MAX_SAFE_INTEGER): Promise<Buffer> {
    return this.#guard(key, async () => {
      const handle = await this.#files.open(this.#path(key), constants.O_RDONLY);
      try {
        const { size } = await handle.stat();
        if (size > limit) throw new Problem('object-damaged', [key, `it has ${size} bytes, more than the ${limit} it may have`]);
        return await handle.readFile().catch((error) => {
          // A bad sector is under this one object: the others can be read.
          throw codeOf(error) === 'EIO' ? new Problem('object-damaged', [key, messageOf(error)], { cause: error }) : error;
        });
      } finally {
        await handle.close();
      }
    }).catch((error) => {
      if (codeOf(error) === 'ENOENT') throw new Problem('object-missing', [key]);
      throw error;
    });
  }

  async stat(key: string): Promise<{ size: number } | null> {
    return this.#guard(key, async () => ({ size: (await this.#files.lstat(this.#path(key))).size })).catch(unlessMissing(null));
  }

  async delete(key: string): Promise<void> {
    await this.#guard(key, () => this.#files.unlink(this.#path(key))).catch(unlessMissing(undefined));
  }

  async deleteAll(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.delete(key);
  }

  async *list(prefix: string): AsyncIterable<{ key: string; size: number }> {
    if (prefix !== '') checkBlobKey(prefix.replace(/\/$/, ''));
    yield* this.#walk(prefix.replace(/\/$/, ''));
  }

  async sync(keys: Iterable<string>): Promise<void> {
    const folders = new Set<string>();
    for (const key of keys) {
      // A folder that was just made is an entry of its own parent: up to the root, every one is made durable.
      for (let path = dirname(this.#path(key)); path.length >= this.#root.length; path = dirname(path)) folders.add(path);
    }
    await inParallel(FOLDERS_AT_ONCE, [...folders], (folder) =>
      this.#guard(folder, () => this.#syncFolder(folder)).catch(unlessMissing(undefined)),
    );
  }

  async freeBytes(): Promise<number | null> {
    const { bavail, bsize } = await this.#guard(this.#root, () => this.#files.statfs(this.#root));
    return bavail * bsize;
  }

  async caveat(): Promise<null> {
    return null;
  }

  async #write<T>(key: string, body: Buffer, settle: (unfinished: string, path: string) => Promise<T>): Promise<T> {
    const path = this.#path(key);
    return this.#guard(key, async () => {
      this.#unfinishedReady ??= this.#prepareUnfinished();
      await this.#unfinishedReady.catch((error) => {
        this.#unfinishedReady = null;
        throw error;
      });
      const unfinished = join(this.#root, UNFINISHED, randomBytes(12).toString('hex'));
      await this.#writeDurably(unfinished, body);
      try {
        return await this.#inFolder(dirname(path), () => settle(unfinished, path));
      } catch (error) {
        await this.#files.unlink(unfinished).catch(() => {});
        throw error;
      }
    }).catch((error) => {
      // Only the store's own folder can be missing here: a disk that is not mounted, never a reason to make it anew.
      if (codeOf(error) === 'ENOENT') throw new Problem('store-unavailable', [messageOf(error)], { cause: error });
      throw error;
    });
  }

  async #writeDurably(path: string, body: Buffer): Promise<void> {
    const handle = await this.#files.open(path, 'wx', 0o600);
    try {
      await handle.writeFile(body);
      await handle.sync();
      await handle.close();
    } catch (error) {
      await handle.close().catch(() => {}); // The first error is the one to report.
      await this.#files.unlink(path).catch(() => {});
      throw error;
    }
  }

  /** Runs `settle`; makes the folder and runs it again where the folder is missing. Never makes the root. */
  async #inFolder<T>(folder: string, settle: () => Promise<T>): Promise<T> {
    try {
      return await settle();
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
    const missing: string[] = [];
    for (let path = folder; path.length > this.#root.length; path = dirname(path)) missing.unshift(path);
    for (const path of missing) await this.#makeFolder(path);
    return settle();
  }

  async #makeFolder(path: string): Promise<void> {
    await this.#files.mkdir(path, { mode: 0o700 }).catch((error) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  }

  /** Makes the folder of unfinished files, and removes what processes that are gone left in it. The age is the file system's own word, so no clock is asked. */
  async #prepareUnfinished(): Promise<void> {
    const folder = join(this.#root, UNFINISHED);
    await this.#makeFolder(folder);
    const probe = join(folder, randomBytes(12).toString('hex'));
    await this.#writeDurably(probe, Buffer.alloc(0));
    const now = (await this.#files.lstat(probe)).mtimeMs;
    for (const name of await this.#files.readdir(folder)) {
      const path = join(folder, name);
      const mtime = await this.#files.lstat(path).then((stat) => stat.mtimeMs, unlessMissing(now));
      if (path === probe || now - mtime > ABANDONED_AFTER) await this.#files.unlink(path).catch(unlessMissing(undefined));
    }
  }

  async *#walk(folder: string): AsyncGenerator<{ key: string; size: number }> {
    const path = join(this.#root, folder);
    const entries = await this.#guard(folder, () => this.#files.readdir(path, { withFileTypes: true }).catch(unlessForeign(folder))).catch(
      unlessMissing([]),
    );
    for (const entry of entries) {
      if (folder === '' && entry.name === UNFINISHED) continue;
      const key = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        yield* this.#walk(key);
        continue;
      }
      const found = await this.#guard(key, () => this.#files.lstat(join(this.#root, key))).catch(unlessMissing(null));
      if (found) yield { key, size: found.size };
    }
  }

  async #syncFolder(path: string): Promise<void> {
    const handle = await this.#files.open(path, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  #path(key: string): string {
    checkBlobKey(key);
    return join(this.#root, key);
  }

  /** Turns what the operating system says into a problem a user can act on; "no such file" is left for the caller to judge. */
  async #guard<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined || code === 'ENOENT') throw error;
      const where = `${what} in ${this.#root}: ${messageOf(error)}`;
      if (FULL.has(code))
        throw new Problem('store-full', [where], { cause: error, hint: 'Make room, or remove snapshots and run `npx lifeboat gc`.' });
      throw new Problem('store-unavailable', [where], { cause: error });
    }
  }
}

/** From `last` up to `first`, which may be the root of the file system: above that there is nothing. */
export function foldersBetween(first: string, last: string): string[] {
  return last === first || last === dirname(last) ? [last] : [last, ...foldersBetween(first, dirname(last))];
}

/** The error number's name, of errors that come from the operating system. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof Problem || !('syscall' in error || 'errno' in error)) return undefined;
  return (error as NodeJS.ErrnoException).code;
}

/** What no key can name is not the vault's. `lost+found` at a mount point is root's alone, and no reason that the vault cannot be listed. */
function unlessForeign(folder: string): (error: unknown) => never[] {
  return (error) => {
    if (folder !== '' && !isBlobKey(folder) && ['EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return [];
    throw error;
  };
}

function unlessMissing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === 'ENOENT') return instead;
    throw error;
  };
}
