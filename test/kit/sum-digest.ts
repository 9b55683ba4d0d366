import { createHash } from 'node:crypto';
import { documentLength } from '../../src/bson/documents.ts';
import type { CollectionDigest, Digest } from '../../src/engine/verification.ts';

/** A digest independent of the vault's: the SHA-256 of every document, sorted. Slow, and so plain that it can be trusted. */
export function newSumDigest(): Digest {
  const hashes: string[] = [];
  let bytes = 0;
  return {
    add(run) {
      for (let start = 0; start < run.length; start += documentLength(run, start)) {
        const document = run.subarray(start, start + documentLength(run, start));
        hashes.push(createHash('sha256').update(document).digest('hex'));
        bytes += document.length;
      }
    },
    value(): CollectionDigest {
      const lanes = createHash('sha256').update(hashes.sort().join()).digest('hex');
      return { documents: hashes.length, bytes, lanes };
    },
  };
}
