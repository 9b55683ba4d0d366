import type { BlobStore } from './blob-store.ts';
import type { ObjectSeal } from './seal.ts';
import type { VaultKeys } from './vault-keys.ts';

/** How chunk lists are cut. */
export interface SegmentLimits {
  /** Lists up to this long stay in the root: a deployment with thousands of small collections has no objects for their lists. */
  inline: number;
  /** A segment is written when it has this many entries, or this much text: a list of any length is written and read in bounded memory. */
  entries: number;
  textBytes: number;
}

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
