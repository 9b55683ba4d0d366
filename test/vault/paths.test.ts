import { join, relative, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { checkBlobKey } from '../../src/vault/blob-store.ts';
import { checkNamespace, dumpFiles } from '../../src/vault/dump-layout.ts';
import type { ManifestCollection } from '../../src/vault/manifest.ts';
import { manifestKey, newAttempt, newChunkKey, objectKind, segmentKey } from '../../src/vault/object-keys.ts';

const ROOT = resolve('/srv/lifeboat/vault');

/** What leads elsewhere on some system or other, alone and in every mixture. */
const hostile = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        '..',
        '.',
        '/',
        '\\',
        '\0',
        '%2e%2e',
        '%2F',
        '~',
        'C:',
        ' ',
        '\n',
        '\u2024',
        '\uff0e',
        '\u202e',
        'a',
        'NUL',
        '$',
        '-',
      ),
      { minLength: 1, maxLength: 12 },
    )
    .map((parts) => parts.join('')),
  fc.string({ minLength: 1, maxLength: 60 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
);

function isBelow(path: string): boolean {
  const way = relative(ROOT, resolve(ROOT, path));
  return way !== '' && !way.startsWith('..') && !way.startsWith(sep);
}

function isRefused(check: () => void): boolean {
  try {
    check();
    return false;
  } catch {
    return true;
  }
}

describe('the path of a dumped collection', () => {
  it('is two names below the folder, whatever the database and the collection are called, or there is none', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.constantFrom('collection', 'view', 'timeseries'), (database, name, kind) => {
        if (isRefused(() => checkNamespace({ database, name }))) return;
        const { metadata, data } = dumpFiles({ database, name, kind } as ManifestCollection, '7.0.0');
        for (const path of [metadata, data]) {
          if (path === null) continue;
          expect(isBelow(path)).toBe(true);
          // As it was written, with nothing to be resolved in it: a tar is unpacked by others.
          expect(relative(ROOT, join(ROOT, path))).toBe(path);
          expect(path.split('/')).toHaveLength(2);
          expect(path).not.toMatch(/[\\\0]/);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the key of an object', () => {
  it('that the vault makes is one that it knows, below the store', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(10_000_000), (name, number) => {
        const id = newId(new Date());
        for (const key of [newChunkKey(Buffer.from(name)), manifestKey(id), segmentKey(id, newAttempt(), number)]) {
          expect(objectKind(key)).not.toBeNull();
          expect(isRefused(() => checkBlobKey(key))).toBe(false);
          expect(isBelow(key)).toBe(true);
        }
      }),
    );
  });

  it('that comes from elsewhere is refused unless it stays below the store, as it is written', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom('', 'chunks/', 'manifests/', 'chunks/ab/'), (text, prefix) => {
        const key = prefix + text;
        if (objectKind(key) !== null) expect(isBelow(key)).toBe(true);
        if (isRefused(() => checkBlobKey(key))) return;
        expect(relative(ROOT, join(ROOT, key))).toBe(key);
        expect(key).not.toMatch(/[\\\0]/);
      }),
      { numRuns: 3000 },
    );
  });

  it('of a manifest is made of an id alone', () => {
    fc.assert(fc.property(hostile, (text) => isRefused(() => manifestKey(text))));
  });
});
