import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gunzipMember, gzipMember, storedMember, storedMemberSize } from '../../src/vault/gzip.ts';
import { noise } from '../kit/vaults.ts';

describe('gzipMember and gunzipMember', () => {
  it.each([0, 1, 63, 64, 65, 100_000, 2_000_000])('give %i bytes back, compressible or not', async (size) => {
    for (const bytes of [Buffer.alloc(size), noise(size, size)]) {
      expect((await gunzipMember(await gzipMember(bytes), size)).equals(bytes)).toBe(true);
    }
  });

  it('refuse a member that holds another number of bytes, without expanding a larger one', async () => {
    const member = await gzipMember(Buffer.alloc(50_000_000));
    await expect(gunzipMember(member, 1000)).rejects.toThrow();
    await expect(gunzipMember(member, 50_000_001)).rejects.toThrow();
    await expect(gunzipMember(await gzipMember(Buffer.alloc(10)), 9)).rejects.toThrow();
    await expect(gunzipMember(await gzipMember(Buffer.alloc(10)), 11)).rejects.toThrow();
  });
});

describe('storedMember', () => {
  it('is a gzip member of the size that is known before', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(5000), fc.constantFrom(65534, 65535, 65536, 131070, 131071, 300_000)), (size) => {
        const bytes = noise(size, size);
        const member = storedMember(bytes);
        expect(member).toHaveLength(storedMemberSize(size));
        expect(gunzipSync(member).equals(bytes)).toBe(true);
      }),
    );
  });

  it('is the same for ever: the ETag of a download stands on it', () => {
    expect(storedMember(Buffer.from('abc')).toString('hex')).toBe('1f8b08000000000000ff010300fcff616263c241243503000000');
  });
});
