/**
 * SipHash-2-4 (Aumasson, Bernstein 2012) in plain JavaScript, 64-bit words as two 32-bit halves.
 * It decides where chunks end: keyed, so that the sizes of stored objects say nothing about which `_id`s are in them,
 * and without a call into native code, which would cost more than hashing an `_id` does.
 */
export class KeyedHash {
  readonly #key: Int32Array;

  /** `key`: at least 16 bytes, of which the first 16 count. */
  constructor(key: Uint8Array) {
    if (key.length < 16) throw new RangeError('SipHash needs a key of 16 bytes');
    const view = new DataView(key.buffer, key.byteOffset, 16);
    this.#key = Int32Array.from([0, 4, 8, 12], (offset) => view.getInt32(offset, true));
  }

  /** The upper 32 bits, unsigned, of the 64-bit hash of `bytes[start, end)`. */
  upper32(bytes: Uint8Array, start: number, end: number): number {
    const [k0l, k0h, k1l, k1h] = this.#key as unknown as [number, number, number, number];
    let v0l = k0l ^ 0x70736575;
    let v0h = k0h ^ 0x736f6d65;
    let v1l = k1l ^ 0x6e646f6d;
    let v1h = k1h ^ 0x646f7261;
    let v2l = k0l ^ 0x6e657261;
    let v2h = k0h ^ 0x6c796765;
    let v3l = k1l ^ 0x79746573;
    let v3h = k1h ^ 0x74656462;
    const length = end - start;
    const words = length >> 3;
    // One step a word, one for the bytes left over with the length, and the finalisation as a last step of four rounds.
    for (let step = 0, at = start; step <= words + 1; step += 1, at += 8) {
      let ml = 0;
      let mh = 0;
      let rounds = 2;
      if (step < words) {
        ml = word(bytes, at);
        mh = word(bytes, at + 4);
      } else if (step === words) {
        ml = lastBytes(bytes, at, Math.min(end, at + 4));
        mh = lastBytes(bytes, at + 4, end) | (length << 24);
      } else {
        v2l ^= 0xff;
        rounds = 4;
      }
      v3l ^= ml;
      v3h ^= mh;
      for (let round = 0; round < rounds; round += 1) {
        // v0 += v1; v1 <<<= 13; v1 ^= v0; v0 <<<= 32
        let low = (v0l >>> 0) + (v1l >>> 0);
        let high = (v0h + v1h + (low > 0xffffffff ? 1 : 0)) | 0;
        let turned = (v1l << 13) | (v1h >>> 19);
        v1h = ((v1h << 13) | (v1l >>> 19)) ^ high;
        v1l = turned ^ low;
        v0l = high;
        v0h = low | 0;
        // v2 += v3; v3 <<<= 16; v3 ^= v2
        low = (v2l >>> 0) + (v3l >>> 0);
        v2h = (v2h + v3h + (low > 0xffffffff ? 1 : 0)) | 0;
        v2l = low | 0;
        turned = (v3l << 16) | (v3h >>> 16);
        v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h;
        v3l = turned ^ v2l;
        // v0 += v3; v3 <<<= 21; v3 ^= v0
        low = (v0l >>> 0) + (v3l >>> 0);
        v0h = (v0h + v3h + (low > 0xffffffff ? 1 : 0)) | 0;
        v0l = low | 0;
        turned = (v3l << 21) | (v3h >>> 11);
        v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h;
        v3l = turned ^ v0l;
        // v2 += v1; v1 <<<= 17; v1 ^= v2; v2 <<<= 32
        low = (v2l >>> 0) + (v1l >>> 0);
        high = (v2h + v1h + (low > 0xffffffff ? 1 : 0)) | 0;
        turned = (v1l << 17) | (v1h >>> 15);
        v1h = ((v1h << 17) | (v1l >>> 15)) ^ high;
        v1l = turned ^ low;
        v2l = high;
        v2h = low | 0;
      }
      v0l ^= ml;
      v0h ^= mh;
    }
    return (v0h ^ v1h ^ v2h ^ v3h) >>> 0;
  }
}

/** Four bytes, little-endian. */
function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** Up to four bytes, little-endian, zeros above them. */
function lastBytes(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value |= bytes[at]! << ((at - start) << 3);
  return value;
}
