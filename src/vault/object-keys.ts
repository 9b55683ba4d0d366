import { randomBytes } from 'node:crypto';
import { isId } from '../ids.ts';

/** Where each kind of object lies in the store. The layout is part of the vault's format: docs/vault-format.md, "Layout". */
export const HEADER_KEY = 'header';
export const MANIFESTS = 'manifests/';
export const SEGMENTS = 'segments/';
export const CHUNKS = 'chunks/';

export type ObjectKind = 'header' | 'manifest' | 'segment' | 'chunk';

const CHUNK = /^chunks\/([0-9a-f]{2})\/(\1[0-9a-f]{62})-[0-9a-f]{16}$/;
const SEGMENT = /^segments\/[0-9a-f]{24}-[0-9a-f]{16}-[0-9]{6,}$/;

export function manifestKey(snapshotId: string): string {
  if (!isId(snapshotId)) throw new TypeError(`not a snapshot id: ${JSON.stringify(snapshotId)}`);
  return MANIFESTS + snapshotId;
}

/** A run of the snapshot's work: its segments never meet those of another attempt at the same snapshot. */
export function newAttempt(): string {
  return randomBytes(8).toString('hex');
}

export function segmentKey(snapshotId: string, attempt: string, number: number): string {
  return `${SEGMENTS}${snapshotId}-${attempt}-${String(number).padStart(6, '0')}`;
}

/** A key for a chunk of this name that nobody has used and nobody will (invariant C1): a deleted object never comes back under a live key. */
export function newChunkKey(name: Buffer): string {
  const hex = name.toString('hex');
  return `${CHUNKS}${hex.slice(0, 2)}/${hex}-${randomBytes(8).toString('hex')}`;
}

/** The chunk's name (32 bytes), which is in its key; null when the key is not a chunk's. */
export function chunkNameIn(key: string): Buffer | null {
  const match = CHUNK.exec(key);
  return match ? Buffer.from(match[2]!, 'hex') : null;
}

/** What kind of object a key names; null for what the vault did not put there. */
export function objectKind(key: string): ObjectKind | null {
  if (key === HEADER_KEY) return 'header';
  if (key.startsWith(MANIFESTS) && isId(key.slice(MANIFESTS.length))) return 'manifest';
  if (SEGMENT.test(key)) return 'segment';
  return CHUNK.test(key) ? 'chunk' : null;
}
