import { constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { FileSystem } from '../../src/vault/disk-blobs.ts';

/** What a call of a process that is no longer there would have thrown. */
export class Crashed extends Error {
  override name = 'Crashed';
}

interface File {
  kind: 'file';
  data: Buffer;
  /** What the disk surely has of it. */
  durable: Buffer;
}
interface Folder {
  kind: 'folder';
  entries: Map<string, File | Folder>;
  /** The entries that the disk surely has. */
  durable: Map<string, File | Folder>;
}

/** Called before each operation; it may throw. */
export type OnOperation = (number: number, name: string) => void;

/**
 * A file system in memory that keeps, over a loss of power, nothing but what was made durable: the bytes of a file as of its last fsync, the entries of a folder as of the folder's last.
 * What was not may be there all the same, in part, as a real disk does it: the numbers of `random` say.
 */
export class StrictFiles {
  /** Operations so far. */
  operations = 0;
  onOperation: OnOperation = () => {};
  #root: Folder = newFolder();
  #isDead = false;

  get isDead(): boolean {
    return this.#isDead;
  }

  /** From now on nothing the process does has any effect. */
  kill(): never {
    this.#isDead = true;
    throw new Crashed();
  }

  /** The machine starts again. `random` (from 0 to 1) decides what survives of what was never made durable; always 1: nothing does; always 0: all of it, as after `kill -9` alone. */
  restart(random: () => number): void {
    this.#root = survivingFolder(this.#root, random);
    this.#isDead = false;
    this.onOperation = () => {};
    this.operations = 0;
  }

  /** Everything in one handle, as `node:fs/promises` has it. */
  readonly system: FileSystem = {
    open: async (path: string, flags: string | number) => {
      await this.#operate(flags === 'wx' ? 'open' : 'read');
      return this.#open(String(path), flags);
    },
    rename: async (from: string, to: string) => {
      await this.#operate('rename');
      const [old, target] = [this.#parentOf(from), this.#parentOf(to)];
      const file = old.folder.entries.get(old.name) ?? fail('ENOENT', from);
      old.folder.entries.delete(old.name);
      target.folder.entries.set(target.name, file);
    },
    link: async (from: string, to: string) => {
      await this.#operate('link');
      const file = this.#find(from) ?? fail('ENOENT', from);
      const { folder, name } = this.#parentOf(to);
      if (folder.entries.has(name)) fail('EEXIST', to);
      folder.entries.set(name, file);
    },
    unlink: async (path: string) => {
      await this.#operate('unlink');
      const { folder, name } = this.#parentOf(path);
      if (!folder.entries.delete(name)) fail('ENOENT', path);
    },
    mkdir: async (path: string, o?: { recursive?: boolean }) => {
      await this.#operate('mkdir');
      return this.#makeFolder(path, o?.recursive ?? false);
    },
    lstat: async (path: string) => {
      await this.#operate('stat');
      const found = this.#find(path) ?? fail('ENOENT', path);
      return { size: found.kind === 'file' ? found.data.length : 0, mtimeMs: 0 };
    },
    readdir: async (path: string, o?: { withFileTypes?: boolean }) => {
      await this.#operate('readdir');
      const found = this.#find(path) ?? fail('ENOENT', path);
      if (found.kind === 'file') return fail('ENOTDIR', path);
      if (!o?.withFileTypes) return [...found.entries.keys()];
      return [...found.entries].map(([name, { kind }]) => ({ name, isDirectory: () => kind === 'folder' }));
    },
    statfs: async () => ({ bavail: 1 << 20, bsize: 4096 }),
  } as unknown as FileSystem;

  /** Every operation takes a turn of the event loop, as a real one does. */
  async #operate(name: string): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#isDead) throw new Crashed();
    this.operations += 1;
    this.onOperation(this.operations, name);
  }

  #open(path: string, flags: string | number) {
    if (flags !== 'wx' && flags !== constants.O_RDONLY) throw new Error(`opened with ${flags}, which this file system does not know`);
    const { folder, name } = this.#parentOf(path);
    if (flags === 'wx') {
      if (folder.entries.has(name)) fail('EEXIST', path);
      folder.entries.set(name, { kind: 'file', data: Buffer.alloc(0), durable: Buffer.alloc(0) });
    }
    const found = this.#find(path) ?? fail('ENOENT', path);
    return {
      stat: async () => ({ size: found.kind === 'file' ? found.data.length : 0 }),
      readFile: async () => Buffer.from((found as File).data),
      writeFile: async (data: Buffer) => {
        // The first half is there when the second fails: a short write.
        (found as File).data = Buffer.from(data.subarray(0, data.length >> 1));
        await this.#operate('write');
        (found as File).data = Buffer.from(data);
      },
      sync: async () => {
        await this.#operate(found.kind === 'file' ? 'fsync' : 'fsync of a folder');
        if (found.kind === 'file') found.durable = found.data;
        else found.durable = new Map(found.entries);
      },
      close: async () => {},
    };
  }

  #find(path: string): File | Folder | undefined {
    let found: File | Folder | undefined = this.#root;
    for (const part of resolve(path).split('/').filter(Boolean)) found = found?.kind === 'folder' ? found.entries.get(part) : undefined;
    return found;
  }

  #parentOf(path: string): { folder: Folder; name: string } {
    const folder = this.#find(dirname(resolve(path)));
    if (folder?.kind !== 'folder') return fail('ENOENT', path);
    return { folder, name: resolve(path).slice(resolve(path).lastIndexOf('/') + 1) };
  }

  /** Answers the first folder that it made, as Node does. */
  #makeFolder(path: string, recursive: boolean): string | undefined {
    if (!recursive) {
      const { folder, name } = this.#parentOf(path);
      if (folder.entries.has(name)) fail('EEXIST', path);
      folder.entries.set(name, newFolder());
      return undefined;
    }
    let first: string | undefined;
    let folder = this.#root;
    let at = '';
    for (const part of resolve(path).split('/').filter(Boolean)) {
      at += `/${part}`;
      if (!folder.entries.has(part)) {
        folder.entries.set(part, newFolder());
        first ??= at;
      }
      folder = folder.entries.get(part) as Folder;
    }
    return first;
  }
}

function newFolder(): Folder {
  return { kind: 'folder', entries: new Map(), durable: new Map() };
}

function survivingFolder(folder: Folder, random: () => number): Folder {
  const survivors = new Map<string, File | Folder>();
  for (const name of new Set([...folder.entries.keys(), ...folder.durable.keys()])) {
    const [now, before] = [folder.entries.get(name), folder.durable.get(name)];
    const kept = now === before || random() > 0.5 ? before : now;
    if (kept) survivors.set(name, kept.kind === 'file' ? survivingFile(kept, random) : survivingFolder(kept, random));
  }
  return { kind: 'folder', entries: survivors, durable: new Map(survivors) };
}

function survivingFile(file: File, random: () => number): File {
  const isKept = file.data === file.durable || random() <= 0.5;
  // What was never written out may also be there in part.
  const data = isKept ? file.data : random() > 0.5 ? file.durable : file.data.subarray(0, file.data.length >> 1);
  return { kind: 'file', data, durable: data };
}

function fail(code: string, path: string): never {
  throw systemError(code, path);
}

export function systemError(code: string, path = 'the disk'): Error {
  return Object.assign(new Error(`${code}: made up by the test, ${path}`), { code, syscall: 'test', errno: -1 });
}
