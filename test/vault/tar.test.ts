import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TAR_BLOCK, tarEnd, tarHeader, tarPadding } from '../../src/vault/tar.ts';

const listed = (archive: Buffer) => execFileSync('tar', ['tf', '-', '--quoting-style=literal', '--null'], { input: archive }).toString();

const part = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'Z', '0', '-', '.', '%', '+'), minLength: 1, maxLength: 240 }),
  fc.string({ unit: fc.constantFrom('a', 'ä', '世', '🙂'), minLength: 1, maxLength: 60 }),
);

describe('tar headers', () => {
  it('are read by GNU tar, with paths of any length and any script', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(part, fc.integer({ min: 0, max: 1500 })), { minLength: 1, maxLength: 5 }), (entries) => {
        const paths = entries.map(([name], n) => `dump/${n}${name}`);
        const parts = entries.flatMap(([, size], n) => [
          tarHeader({ path: paths[n]!, size, modified: 1_700_000_000 }),
          Buffer.alloc(size, 120),
          tarPadding(size),
        ]);
        const archive = Buffer.concat([tarHeader({ path: 'dump/', size: 0, modified: 0 }), ...parts, tarEnd()]);
        expect(archive.length % TAR_BLOCK).toBe(0);
        expect(listed(archive).split('\n').filter(Boolean)).toEqual(['dump/', ...paths]);
      }),
      { numRuns: 15 },
    );
  });

  it.each([99, 100, 101, 155, 256, 1000])('keep a path of %i bytes', (length) => {
    const path = 'p'.repeat(length);
    expect(listed(Buffer.concat([tarHeader({ path, size: 0, modified: 0 }), tarEnd()]))).toBe(`${path}\n`);
  });

  it.each([8 * 1024 ** 3 - 1, 8 * 1024 ** 3, 5 * 1024 ** 4])('keep a size of %i bytes', (size) => {
    // tar lists the entry before it misses its data.
    const { stdout } = spawnSync('tar', ['tvf', '-'], { input: tarHeader({ path: 'large.bson', size, modified: 0 }) });
    expect(stdout.toString()).toMatch(new RegExp(`\\s${size}\\s.*large\\.bson`));
  });
});
