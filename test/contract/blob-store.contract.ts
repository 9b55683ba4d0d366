import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../src/errors.ts';
import type { BlobStore } from '../../src/vault/blob-store.ts';

/** What `blob-store.ts` promises, asked of a store. `open` gives an empty one. */
export function describeBlobStore(name: string, open: () => Promise<BlobStore>): void {
  describe(`${name} keeps the contract of a blob store`, () => {
    it('gives back what was put, whatever its size', async () => {
      const store = await open();
      for (const size of [0, 1, 511, 65536, 3_000_001]) {
        const body = randomBytes(size);
        await store.put(`chunks/aa/size-${size}`, body);
        expect((await store.get(`chunks/aa/size-${size}`)).equals(body)).toBe(true);
        expect(await store.stat(`chunks/aa/size-${size}`)).toEqual({ size });
      }
    });

    it('answers object-missing for a key that was never put, and null for its size', async () => {
      const store = await open();
      await expect(store.get('chunks/aa/none')).rejects.toSatisfy((error) => isProblem(error, 'object-missing'));
      await expect(store.get('none')).rejects.toSatisfy((error) => isProblem(error, 'object-missing'));
      expect(await store.stat('chunks/aa/none')).toBeNull();
    });

    it('refuses to read an object that is larger than the limit', async () => {
      const store = await open();
      await store.put('a', Buffer.alloc(100));
      expect(await store.get('a', 100)).toHaveLength(100);
      await expect(store.get('a', 99)).rejects.toSatisfy((error) => isProblem(error, 'object-damaged'));
    });

    it('replaces an object by put, whole', async () => {
      const store = await open();
      await store.put('header', Buffer.alloc(1000, 1));
      await store.put('header', Buffer.alloc(10, 2));
      expect(await store.get('header')).toEqual(Buffer.alloc(10, 2));
    });

    it('creates an object once: later calls change nothing and say so', async () => {
      const store = await open();
      expect(await store.create('manifests/one', Buffer.from('first'))).toBe(true);
      expect(await store.create('manifests/one', Buffer.from('second'))).toBe(false);
      expect(await store.get('manifests/one')).toEqual(Buffer.from('first'));
    });

    it('lets exactly one of many creators win, and keeps what that one wrote', async () => {
      const store = await open();
      const bodies = Array.from({ length: 12 }, (_, i) => Buffer.from(`creator ${i}`));
      const won = await Promise.all(bodies.map((body) => store.create('manifests/one', body)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.get('manifests/one')).toEqual(bodies[won.indexOf(true)]);
    });

    it('deletes an object, and does nothing where there is none', async () => {
      const store = await open();
      await store.put('segments/a', Buffer.from('x'));
      await store.delete('segments/a');
      await store.delete('segments/a');
      expect(await store.stat('segments/a')).toBeNull();
      await store.put('segments/a', Buffer.from('again'));
      expect(await store.get('segments/a')).toEqual(Buffer.from('again'));
    });

    it('lists what is there with its size, below a prefix or at all', async () => {
      const store = await open();
      const keys = ['header', 'manifests/a', 'manifests/b', 'chunks/aa/1', 'chunks/ab/1', 'chunks/ab/2'];
      for (const [size, key] of keys.entries()) await store.put(key, Buffer.alloc(size));
      expect(await listed(store, '')).toEqual(keys.map((key, size) => `${key} ${size}`).sort());
      expect(await listed(store, 'manifests/')).toEqual(['manifests/a 1', 'manifests/b 2']);
      expect(await listed(store, 'chunks/ab/')).toEqual(['chunks/ab/1 4', 'chunks/ab/2 5']);
      expect(await listed(store, 'segments/')).toEqual([]);
    });

    it('makes keys durable, deleted and unknown ones too', async () => {
      const store = await open();
      await store.put('chunks/aa/1', Buffer.from('x'));
      await store.put('chunks/bb/2', Buffer.from('y'));
      await store.delete('chunks/bb/2');
      await store.sync(['chunks/aa/1', 'chunks/bb/2', 'chunks/cc/3']);
      await store.sync([]);
      expect(await listed(store, '')).toEqual(['chunks/aa/1 1']);
    });

    it('keeps many objects that are put at once apart', async () => {
      const store = await open();
      const keys = Array.from({ length: 60 }, (_, i) => `chunks/${(i % 7).toString(16).padStart(2, '0')}/${i}`);
      await Promise.all(keys.map((key) => store.put(key, Buffer.from(key))));
      for (const key of keys) expect((await store.get(key)).toString()).toBe(key);
    });

    it('says how much room there is, or that it does not know', async () => {
      const free = await (await open()).freeBytes();
      expect(free === null || free > 0).toBe(true);
    });

    it('takes no key that could lead anywhere else', async () => {
      const store = await open();
      const hostile = fc.oneof(
        fc.constantFrom(
          '',
          '/',
          '..',
          '.',
          '../x',
          'a/../../x',
          '/etc/passwd',
          'a//b',
          'a/',
          '/a',
          'a/.',
          '.unfinished/x',
          'a\0b',
          'A',
          'a\\b',
          'a/b/c/d/e',
          'C:x',
          'é',
        ),
        fc.string({ unit: 'binary' }).filter((key) => !/^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/.test(key)),
        fc.nat(300).map((extra) => 'a'.repeat(201 + extra)),
      );
      await fc.assert(
        fc.asyncProperty(hostile, async (key) => {
          await expect(store.put(key, Buffer.from('x'))).rejects.toThrow(TypeError);
          await expect(store.get(key)).rejects.toThrow(TypeError);
          await expect(store.delete(key)).rejects.toThrow(TypeError);
        }),
        { numRuns: 60 },
      );
      expect(await listed(store, '')).toEqual([]);
    });
  });
}

async function listed(store: BlobStore, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key, size } of store.list(prefix)) found.push(`${key} ${size}`);
  return found.sort();
}
