/** A worker process of the benchmark: takes one snapshot, or restores one, and says how long it took. */

import { chunkIndexOf } from '../src/backup/vault-index.ts';
import { realMilliseconds } from '../src/clock.ts';
import { connect } from '../src/db/connection.ts';
import { endVaultRun, startVaultRun } from '../src/db/vault-runs.ts';
import { readCatalog } from '../src/engine/catalog.ts';
import { type Deployment, openDeployment } from '../src/engine/deployment.ts';
import { inParallel } from '../src/engine/in-parallel.ts';
import { selectNamespaces } from '../src/engine/namespace-selection.ts';
import { readCollection } from '../src/engine/raw-reader.ts';
import { restoreStaged } from '../src/engine/staged-restore.ts';
import { newId } from '../src/ids.ts';
import { DiskBlobs } from '../src/vault/disk-blobs.ts';
import { openVault, type Vault } from '../src/vault/vault.ts';
import { MemoryJournal } from '../test/kit/memory-journal.ts';

export interface Order {
  kind: 'snapshot' | 'restore';
  uri: string;
  vault: string;
  databaseUrl: string;
}

export interface Outcome {
  seconds: number;
  /** What all threads of the worker computed for: the same on a busy machine. */
  processorSeconds: number;
  storedBytes?: number;
}

/** As `takeSnapshot` has it. */
const COLLECTIONS_AT_ONCE = 2;
const ID = '0123456789abcdef01234567';

process.once('message', (order: Order) => void carryOut(order));
process.send!('ready');

async function carryOut(order: Order): Promise<void> {
  const blobs = await DiskBlobs.open(order.vault);
  const vault = await openVault({ blobs, masterKey: Buffer.alloc(32, 1), installationId: 'bench', encryption: true });
  const work = order.kind === 'snapshot' ? snapshot : restore;
  const before = process.cpuUsage();
  const start = realMilliseconds();
  const outcome = await work(order, vault);
  const seconds = (realMilliseconds() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  const processorSeconds = (user + system) / 1e6;
  process.send!({ ...outcome, seconds, processorSeconds } satisfies Outcome, () => process.exit());
}

/** Reads everything into the vault; it is durable when this resolves. */
async function snapshot({ uri, databaseUrl }: Order, vault: Vault): Promise<{ storedBytes: number }> {
  const db = connect(databaseUrl);
  const deployment = await openDeployment(uri);
  const runId = newId(new Date());
  await startVaultRun(db, runId, 'snapshot');
  const { version: mongodbVersion, topology } = deployment;
  const about = { snapshotId: ID, projectId: ID, clusterId: ID, clusterName: 'Bench', mongodbVersion, topology, startedAt: new Date() };
  const writer = vault.writeSnapshot(about, chunkIndexOf(db, runId));
  const catalog = await readCatalog(deployment);
  await inParallel(COLLECTIONS_AT_ONCE, catalog, async (collection) => {
    const { estimatedBytes: _, estimatedDocuments: __, ...rest } = collection;
    const target = writer.openCollection(rest);
    for await (const documents of readCollection(deployment, collection, { reuseMemory: true })) await target.write(documents);
    await target.close();
  });
  const { storedBytes } = await writer.finish({ finishedAt: new Date(), consistency: 'per-collection' });
  await endVaultRun(db, runId);
  await deployment.close();
  await db.destroy();
  return { storedBytes };
}

/** Restores into an empty target, indexes and read-back included. */
async function restore({ uri }: Order, vault: Vault): Promise<object> {
  const deployment: Deployment = await openDeployment(uri);
  const reader = await vault.readSnapshot(ID);
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
  });
  await deployment.close();
  return {};
}
