/** A worker process of the benchmark: takes snapshots, restores them, and says what it cost. */

import { availableParallelism } from 'node:os';
import { chunkIndexOf } from '../src/backup/vault-index.ts';
import { realMilliseconds } from '../src/clock.ts';
import { readConfig, storeAccess } from '../src/config.ts';
import { connect } from '../src/db/connection.ts';
import { endVaultRun, startVaultRun } from '../src/db/vault-runs.ts';
import { readCatalog } from '../src/engine/catalog.ts';
import { openDeployment } from '../src/engine/deployment.ts';
import { forEachCollection } from '../src/engine/each-collection.ts';
import { selectNamespaces } from '../src/engine/namespace-selection.ts';
import { readCollection } from '../src/engine/raw-reader.ts';
import { restoreStaged } from '../src/engine/staged-restore.ts';
import { newId } from '../src/ids.ts';
import { inParallel } from '../src/in-parallel.ts';
import { gzipMember } from '../src/vault/gzip.ts';
import { openBlobs } from '../src/vault/open-blobs.ts';
import { parseStoreLocation } from '../src/vault/store-location.ts';
import { openVault, type Vault } from '../src/vault/vault.ts';
import { MemoryJournal } from '../test/kit/memory-journal.ts';
import { type Generated, generateShop } from '../test/kit/wire-server/generator.ts';
import { secondsOf } from './measure.ts';

export type Order =
  | { kind: 'snapshot'; uri: string; vault: string; databaseUrl: string; snapshotId: string }
  | { kind: 'restore'; uri: string; vault: string; snapshotId: string }
  | { kind: 'limit'; data: Generated };

export interface Outcome {
  seconds: number;
  /** What all threads of the worker computed for. */
  processorSeconds: number;
  /** The most memory the worker ever had, in bytes. */
  peakMemory: number;
  storedBytes: number;
  newBytes: number;
  /** Of a restore: the part of `seconds` in which it read back what it had loaded. */
  verifySeconds: number;
}

const ID = '0123456789abcdef01234567';
const PIECE = 1024 * 1024;

process.on('message', (order: Order) => void carryOut(order));
process.send!('ready');

async function carryOut(order: Order): Promise<void> {
  const before = process.cpuUsage();
  const start = realMilliseconds();
  const outcome = await work(order);
  const seconds = (realMilliseconds() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  const measured = { seconds, processorSeconds: (user + system) / 1e6, peakMemory: process.resourceUsage().maxRSS * 1024 };
  process.send!({ storedBytes: 0, newBytes: 0, verifySeconds: 0, ...measured, ...outcome } satisfies Outcome);
}

async function work(order: Order): Promise<Partial<Outcome>> {
  if (order.kind === 'limit') return limit(order.data);
  const location = parseStoreLocation(order.vault.startsWith('s3:') ? order.vault : `file:${order.vault}`);
  const blobs = await openBlobs(location, storeAccess(readConfig(process.env)));
  const vault = await openVault({ blobs, masterKey: Buffer.alloc(32, 1), installationId: 'bench', encryption: true });
  return order.kind === 'snapshot' ? snapshot(order, vault) : restore(order, vault);
}

/** Reads everything into the vault; it is durable when this resolves. */
async function snapshot(o: Order & { kind: 'snapshot' }, vault: Vault): Promise<Partial<Outcome>> {
  const db = connect(o.databaseUrl);
  const deployment = await openDeployment(o.uri);
  const runId = newId(new Date());
  await startVaultRun(db, runId, 'snapshot');
  const { version: mongodbVersion, topology } = deployment;
  const about = { projectId: ID, clusterId: ID, clusterName: 'Bench', mongodbVersion, topology, startedAt: new Date() };
  const writer = vault.writeSnapshot({ ...about, snapshotId: o.snapshotId }, chunkIndexOf(db, runId));
  const catalog = await readCatalog(deployment);
  await forEachCollection(catalog, async (collection) => {
    const { estimatedBytes: _, estimatedDocuments: __, ...rest } = collection;
    const target = writer.openCollection(rest);
    for await (const documents of readCollection(deployment, collection, { reuseMemory: true })) await target.write(documents);
    await target.close();
  });
  const { storedBytes, newBytes } = await writer.finish({ finishedAt: new Date(), consistency: 'per-collection' });
  await endVaultRun(db, runId);
  await deployment.close();
  await db.destroy();
  return { storedBytes, newBytes };
}

/** Restores into an empty target, indexes and read-back included. */
async function restore(o: Order & { kind: 'restore' }, vault: Vault): Promise<Partial<Outcome>> {
  const deployment = await openDeployment(o.uri);
  const reader = await vault.readSnapshot(o.snapshotId);
  const phases = new Stopwatch();
  await restoreStaged({
    source: {
      collections: reader.root.collections.map(({ totals, ...collection }) => ({ ...collection, expected: totals.digest })),
      documents: (n, options) => reader.documents(n, options),
    },
    deployment,
    journal: new MemoryJournal(),
    fence: async () => {},
    jobId: ID,
    attempt: 1,
    newDigest: () => vault.newDigest(),
    selection: selectNamespaces(),
    onProgress: ({ phase }) => phases.enter(phase),
  });
  phases.enter('closing');
  await deployment.close();
  return { verifySeconds: phases.seconds('verifying') };
}

/** How long each phase took; with one collection they do not overlap. */
class Stopwatch {
  readonly #spent = new Map<string, number>();
  #phase = '';
  #since = realMilliseconds();

  enter(phase: string): void {
    const now = realMilliseconds();
    this.#spent.set(this.#phase, this.seconds(this.#phase) + (now - this.#since) / 1000);
    this.#phase = phase;
    this.#since = now;
  }

  seconds(phase: string): number {
    return this.#spent.get(phase) ?? 0;
  }
}

/** The limit of a compressing snapshot: zlib, level 1, of the same documents on every processor, and nothing else. */
async function limit(data: Generated): Promise<Partial<Outcome>> {
  const pieces: Buffer[] = [];
  let documentBytes = 0;
  for (const { blocks, bytes } of generateShop(data).values()) {
    documentBytes += bytes;
    for (const block of blocks) for (let at = 0; at < block.bytes.length; at += PIECE) pieces.push(block.bytes.subarray(at, at + PIECE));
  }
  const seconds = await secondsOf(() => inParallel(availableParallelism() + 1, pieces, gzipMember));
  // The server's blocks hold a few bytes beside each document.
  return { seconds: (seconds * documentBytes) / pieces.reduce((sum, piece) => sum + piece.length, 0) };
}
