import * as files from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../src/errors.ts';
import { DiskBlobs, type FileSystem } from '../../src/vault/disk-blobs.ts';
import { describeBlobStore } from '../contract/blob-store.contract.ts';
import { temporaryFolder } from '../kit/vaults.ts';

describeBlobStore('the disk store', async () => DiskBlobs.open(join(await temporaryFolder(), 'vault')));

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up by the test`), { code, syscall: 'test', errno: -1 });
}

/** A file system whose named call fails with this error. Handles are the real ones, but for `sync`, `writeFile` and `readFile`. */
function failing(
  call: keyof FileSystem | 'sync' | 'writeFile' | 'readFile',
  code: string,
  times = Number.POSITIVE_INFINITY,
): FileSystem & { calls: string[] } {
  let left = times;
  const calls: string[] = [];
  const fail = (name: string) => {
    calls.push(name);
    if (name === call && left-- > 0) throw systemError(code);
  };
  const wrapped = Object.fromEntries(
    Object.entries(files).map(([name, act]) => [
      name,
      async (...args: unknown[]) => {
        fail(name);
        return (act as (...args: unknown[]) => Promise<unknown>)(...args);
      },
    ]),
  ) as unknown as FileSystem;
  const open = wrapped.open;
  wrapped.open = (async (...args: Parameters<typeof open>) => {
    const handle = await open(...args);
    for (const name of ['sync', 'writeFile', 'readFile'] as const) {
      const real = handle[name].bind(handle) as (...args: unknown[]) => Promise<never>;
      handle[name] = async (...rest: unknown[]) => {
        fail(name);
        return real(...rest);
      };
    }
    return handle;
  }) as typeof open;
  return Object.assign(wrapped, { calls });
}

async function keysIn(store: DiskBlobs): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('')) keys.push(key);
  return keys;
}

describe('the disk store', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('answers store-full for %s, once, and leaves nothing behind', async (code) => {
    const root = await temporaryFolder();
    await (await DiskBlobs.open(root)).put('a', Buffer.from('x'));
    const broken = failing('writeFile', code);
    const store = await DiskBlobs.open(root, broken);
    await expect(store.put('b', Buffer.from('y'))).rejects.toSatisfy((error) => isProblem(error, 'store-full'));
    expect(broken.calls.filter((call) => call === 'writeFile')).toHaveLength(1);
    expect(await keysIn(store)).toEqual(['a']);
    expect(await files.readdir(join(root, '.unfinished'))).toEqual([]);
  });

  it.each(['EROFS', 'EACCES', 'EIO', 'EPERM'])('answers store-unavailable for %s', async (code) => {
    const root = await temporaryFolder();
    const healthy = await DiskBlobs.open(root);
    await healthy.put('a', Buffer.from('x'));
    for (const call of ['open', 'rename', 'sync', 'writeFile'] as const) {
      const store = await DiskBlobs.open(root, failing(call, code));
      await expect(store.put('b', Buffer.from('y')), call).rejects.toSatisfy((error) => isProblem(error, 'store-unavailable'));
    }
    const unreadable = await DiskBlobs.open(root, failing('open', code));
    await expect(unreadable.get('a')).rejects.toSatisfy((error) => isProblem(error, 'store-unavailable'));
    await expect(keysIn(await DiskBlobs.open(root, failing('readdir', code)))).rejects.toSatisfy((error) =>
      isProblem(error, 'store-unavailable'),
    );
    expect(await keysIn(healthy)).toEqual(['a']);
  });

  it('calls an object damaged that lies on a bad sector, since the others can be read', async () => {
    const store = await DiskBlobs.open(await temporaryFolder(), failing('readFile', 'EIO', 1));
    await store.put('a', Buffer.from('x'));
    await expect(store.get('a')).rejects.toSatisfy((error) => isProblem(error, 'object-damaged'));
    expect(await store.get('a')).toEqual(Buffer.from('x'));
  });

  it('serves again when there is room again', async () => {
    const store = await DiskBlobs.open(await temporaryFolder(), failing('sync', 'ENOSPC', 1));
    await expect(store.put('a', Buffer.from('x'))).rejects.toSatisfy((error) => isProblem(error, 'store-full'));
    await store.put('a', Buffer.from('x'));
    expect(await store.get('a')).toEqual(Buffer.from('x'));
  });

  it('writes, then makes durable, then names (B1)', async () => {
    const watched = failing('statfs', 'never');
    const store = await DiskBlobs.open(await temporaryFolder(), watched);
    await store.put('a', Buffer.from('x'));
    watched.calls.length = 0;
    await store.put('chunks/aa/1', Buffer.from('x'));
    expect(watched.calls.filter((call) => ['writeFile', 'sync', 'rename'].includes(call)).slice(0, 3)).toEqual([
      'writeFile',
      'sync',
      'rename',
    ]);
  });

  it('makes every folder up to the root durable, and each once (B2)', async () => {
    const watched = failing('statfs', 'never');
    const store = await DiskBlobs.open(await temporaryFolder(), watched);
    for (const key of ['chunks/aa/1', 'chunks/aa/2', 'chunks/bb/3']) await store.put(key, Buffer.from('x'));
    watched.calls.length = 0;
    await store.sync(['chunks/aa/1', 'chunks/aa/2', 'chunks/bb/3']);
    // chunks/aa, chunks/bb, chunks, the root.
    expect(watched.calls.filter((call) => call === 'sync')).toHaveLength(4);
  });

  it('does not make its folder anew when it has gone, as with a disk that is not mounted', async () => {
    const root = join(await temporaryFolder(), 'vault');
    const store = await DiskBlobs.open(root);
    await store.put('chunks/aa/1', Buffer.from('x'));
    await files.rm(root, { recursive: true });
    await expect(store.put('chunks/aa/2', Buffer.from('x'))).rejects.toSatisfy((error) => isProblem(error, 'store-unavailable'));
    await expect(files.stat(root)).rejects.toThrow('ENOENT');
  });

  it('removes the unfinished files of processes that are gone, and no younger ones', async () => {
    const root = await temporaryFolder();
    const folder = join(root, '.unfinished');
    await files.mkdir(folder);
    await files.writeFile(join(folder, 'old'), 'x');
    await files.writeFile(join(folder, 'young'), 'x');
    const dayBefore = new Date(Date.now() - 25 * 3_600_000);
    await files.utimes(join(folder, 'old'), dayBefore, dayBefore);
    await (await DiskBlobs.open(root)).put('a', Buffer.from('x'));
    expect(await files.readdir(folder)).toEqual(['young']);
  });

  it('lists files that are not its own, and nothing unfinished', async () => {
    const root = await temporaryFolder();
    const store = await DiskBlobs.open(root);
    await store.put('a', Buffer.from('x'));
    await files.writeFile(join(root, 'Thumbs.DB'), 'x');
    await files.writeFile(join(root, '.unfinished', 'half'), 'x');
    expect((await keysIn(store)).sort()).toEqual(['Thumbs.DB', 'a']);
  });

  it('keeps what it writes from other users', async () => {
    const root = join(await temporaryFolder(), 'vault');
    await (await DiskBlobs.open(root)).put('chunks/aa/1', Buffer.from('x'));
    expect((await files.stat(root)).mode & 0o777).toBe(0o700);
    expect((await files.stat(join(root, 'chunks', 'aa'))).mode & 0o777).toBe(0o700);
    expect((await files.stat(join(root, 'chunks', 'aa', '1'))).mode & 0o777).toBe(0o600);
  });

  it('lists what is there beside a folder of the mount point that only root may read, but not past one of its own', async () => {
    const root = await temporaryFolder();
    await (await DiskBlobs.open(root)).put('chunks/aa/1', Buffer.from('x'));
    await files.mkdir(join(root, 'lost+found'));
    const closed = (name: string): FileSystem => ({
      ...files,
      readdir: (async (path: string, ...rest: [never]) => {
        if (path === join(root, name)) throw systemError('EACCES');
        return files.readdir(path, ...rest);
      }) as unknown as FileSystem['readdir'],
    });
    expect(await keysIn(await DiskBlobs.open(root, closed('lost+found')))).toEqual(['chunks/aa/1']);
    const unreadable = keysIn(await DiskBlobs.open(root, closed('chunks')));
    await expect(unreadable).rejects.toSatisfy((error) => isProblem(error, 'store-unavailable'));
  });
});
