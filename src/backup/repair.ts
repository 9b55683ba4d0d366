import type { Clock } from '../clock.ts';
import { enterChunks, markChunksDamaged } from '../db/chunks.ts';
import type { Db } from '../db/connection.ts';
import { readCatalog } from '../engine/catalog.ts';
import { Interrupted } from '../engine/errors.ts';
import { readCollection } from '../engine/raw-reader.ts';
import { isProblem, messageOf } from '../errors.ts';
import type { ChunkIndex } from '../vault/chunk-index.ts';
import { ChunkSearch } from '../vault/chunk-search.ts';
import { type ManifestRoot, readRoot } from '../vault/manifest.ts';
import { chunkNameIn } from '../vault/object-keys.ts';
import { chunkEntries, chunkOf } from '../vault/segments.ts';
import type { Vault } from '../vault/vault.ts';
import { type VerifyProgress, type VerifyReport, verifyVault } from '../vault/verify.ts';
import type { Clusters } from './clusters.ts';
import { inVaultRun } from './vault-run.ts';

export interface RepairParts {
  db: Db;
  clock: Clock;
  vault: Vault;
  clusters: Clusters;
  /** The snapshots that must be there. */
  completed: () => Promise<string[]>;
  onProgress?: (progress: VerifyProgress) => void;
}

export interface RepairReport {
  /** What `verify` found before. */
  found: Pick<VerifyReport, 'damaged' | 'missing'>;
  /** The snapshots that were damaged and are whole now. */
  repaired: string[];
  /** What could not be had again, with the snapshots that stay damaged by it. */
  lost: { object: string; snapshots: string[] }[];
  /** Deployments that could not be read again. */
  unread: { clusterName: string; what: string }[];
}

/**
 * Verifies the vault, and mends what it finds: collections that have damaged or missing chunks are read again from their deployments, and what is still the same is written anew (C4 of
 * docs/vault-format.md). Damaged manifests, and documents that are nowhere any more, stay lost. Nothing is changed where nothing is damaged.
 */
export async function repairVault(o: RepairParts): Promise<RepairReport> {
  const found = await verifyVault(o.vault, { completed: o.completed, onProgress: o.onProgress });
  const bad = [...found.damaged, ...found.missing];
  const chunks = bad.filter(({ object }) => chunkNameIn(object));
  const unread = chunks.length > 0 ? await inVaultRun(o, 'repair', (index, signal) => readAgain(o, index, chunks, signal)) : [];
  const after = chunks.length > 0 ? await verifyVault(o.vault, { completed: o.completed }) : found;
  const lost = [...after.damaged, ...after.missing].map(({ object, snapshots }) => ({ object, snapshots }));
  const stillDamaged = new Set(snapshotsOf(lost));
  const repaired = snapshotsOf(bad).filter((id) => !stillDamaged.has(id));
  return { found: { damaged: found.damaged, missing: found.missing }, repaired, lost, unread };
}

type Bad = { object: string; snapshots: string[] };

const snapshotsOf = (bad: readonly Bad[]) => [...new Set(bad.flatMap(({ snapshots }) => snapshots))];

async function readAgain(o: RepairParts, index: ChunkIndex, bad: Bad[], signal: AbortSignal): Promise<RepairReport['unread']> {
  const sources = new Map<string, Source>();
  for (const id of snapshotsOf(bad)) {
    const root = await readRoot(o.vault.access, id).catch(unlessDamaged(null));
    if (!root) continue;
    const source = sources.get(root.clusterId) ?? { clusterId: root.clusterId, clusterName: root.clusterName, affected: new Set() };
    for (const name of await enterAffected(o, root, bad)) source.affected.add(name);
    sources.set(root.clusterId, source);
  }
  await markChunksDamaged(
    o.db,
    bad.map(({ object }) => object),
  );
  const search = new ChunkSearch(
    o.vault.access,
    index,
    bad.map(({ object }) => chunkNameIn(object)!),
  );
  const unread: RepairReport['unread'] = [];
  try {
    for (const source of sources.values()) if (search.remaining > 0) unread.push(...(await readDeployment(o, source, search, signal)));
  } finally {
    await search.sync();
  }
  return unread;
}

/** A deployment, and which of its collections have damaged chunks in any snapshot. */
interface Source {
  clusterId: string;
  clusterName: string;
  affected: Set<string>;
}

/** The collections of the snapshot that have damaged chunks. What the index has forgotten of those is entered again. */
async function enterAffected(o: RepairParts, root: ManifestRoot, bad: Bad[]): Promise<Set<string>> {
  const objects = new Set(bad.filter(({ snapshots }) => snapshots.includes(root.snapshotId)).map(({ object }) => object));
  const affected = new Set<string>();
  for (const collection of root.collections) {
    try {
      for await (const entry of chunkEntries(o.vault.access, collection)) {
        if (!objects.has(entry.object)) continue;
        await enterChunks(o.db, [chunkOf(entry)]);
        affected.add(nameOf(collection));
      }
    } catch (error) {
      unlessDamaged(null)(error);
    }
  }
  return affected;
}

async function readDeployment(
  o: RepairParts,
  { clusterId, clusterName, affected }: Source,
  search: ChunkSearch,
  signal: AbortSignal,
): Promise<RepairReport['unread']> {
  try {
    const deployment = await o.clusters.open(clusterId, 'source-unavailable');
    try {
      const catalog = await readCatalog(deployment);
      const still = catalog.filter((collection) => collection.kind !== 'view' && affected.has(nameOf(collection)));
      for (const collection of still) await search.read(readCollection(deployment, collection, { signal }));
      return [];
    } finally {
      await deployment.close();
    }
  } catch (error) {
    // A deployment that fails keeps no other from being read.
    if (!(error instanceof Interrupted) && !isProblem(error, 'source-unavailable', 'cluster-not-found', 'no-deployment', 'mongodb-failed'))
      throw error;
    return [{ clusterName, what: messageOf(error) }];
  }
}

const nameOf = ({ database, name }: { database: string; name: string }) => `${database}.${name}`;

function unlessDamaged<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (isProblem(error, 'object-missing', 'object-damaged', 'vault-format-unknown')) return instead;
    throw error;
  };
}
