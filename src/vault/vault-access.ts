import type { BlobStore } from './blob-store.ts';
import type { ObjectSeal } from './seal.ts';
import type { SegmentLimits } from './segments.ts';
import type { VaultKeys } from './vault-keys.ts';

/** An opened vault as its own parts see it. */
export interface VaultAccess {
  id: string;
  blobs: BlobStore;
  keys: VaultKeys;
  seal: ObjectSeal;
  /** Throws `vault-foreign` unless this installation owns the vault, by the header as it is in the store now. Asked before anything is written or deleted. */
  requireOwnership(): Promise<void>;
  /** Other limits than the usual ones, so that a small snapshot has many segments. */
  segmentLimits?: SegmentLimits;
}
