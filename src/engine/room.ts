import { Problem } from '../errors.ts';
import type { Deployment } from './deployment.ts';
import type { SourceCollection } from './restore.ts';

/** What a copy of the snapshot takes at a target. */
export interface RoomNeeded {
  /** Uncompressed, without indexes: what it may take. */
  logicalBytes: number;
  /** As the vault compresses it: hardly any server stores it in less. */
  leastBytes: number;
}

export function roomNeeded(collections: readonly SourceCollection[]): RoomNeeded {
  const sum = (of: (c: SourceCollection) => number) => collections.reduce((total, c) => total + of(c), 0);
  return { logicalBytes: sum((c) => c.expected.bytes), leastBytes: sum((c) => c.compressedBytes ?? 0) };
}

/** What is free where the target keeps its data; null where the server does not tell (or has many places: a sharded cluster). */
export async function freeBytesAt(d: Deployment): Promise<number | null> {
  if (d.topology === 'sharded') return null;
  const stats = await d.client
    .db('admin')
    .command({ dbStats: 1 })
    .catch(() => null);
  const [total, used] = [Number(stats?.fsTotalSize), Number(stats?.fsUsedSize)];
  return total > 0 && used >= 0 && used <= total ? total - used : null;
}

/** Throws `target-full` where the staging surely has no room beside the old data. What is not known is no reason to refuse. */
export async function checkRoom(d: Deployment, collections: readonly SourceCollection[]): Promise<void> {
  const { leastBytes, logicalBytes } = roomNeeded(collections);
  const free = await freeBytesAt(d);
  if (free === null || free >= leastBytes) return;
  const hint =
    'Make room, leave something out with nsExclude, or restore in place (`--in-place`), which needs no room for a copy. Where the target is wrong about its disk, set LIFEBOAT_ROOM_CHECK=warn.';
  throw new Problem('target-full', [d.address, free, leastBytes, logicalBytes], { hint });
}
