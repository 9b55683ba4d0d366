import { after, type Clock } from '../clock.ts';
import { findClusterById } from '../db/clusters.ts';
import type { Db } from '../db/connection.ts';
import { completeEndedSnapshot, expectedSnapshots, insertFinishedSnapshot, knownSnapshots } from '../db/snapshots.ts';
import { isProblem, messageOf, type ProblemCode } from '../errors.ts';
import type { Id } from '../ids.ts';
import { enterSnapshot } from '../vault/index-rebuild.ts';
import { type ManifestRoot, outcomeOf, readRoot } from '../vault/manifest.ts';
import type { Vault } from '../vault/vault.ts';
import { audit, audited } from './audit-log.ts';
import { KEPT } from './snapshots.ts';
import { garbageIndexOf } from './vault-index.ts';

const ENDED_BY_SELF_RESTORE: ProblemCode = 'ended-by-self-restore';

/** What the database and the vault say of each other. */
export interface VaultMatch {
  /** Snapshots that the vault has and the database did not know: they have a row now. */
  found: Id[];
  /** Of clusters that the database does not know: they stay in the vault as they are. */
  ofUnknownClusters: { snapshotId: Id; clusterName: string }[];
  /** COMPLETED in the database, and not in the vault. */
  missing: { snapshotId: Id; clusterName: string }[];
  unreadable: { snapshotId: Id; what: string }[];
  /** How many chunks the manifests name. */
  chunks: number;
}

/**
 * Reads every manifest: snapshots that the database has no row of get one, kept from now on as one that somebody took by hand, and all chunks are entered into the index. For a database
 * that is older than its vault, or knows another one. A manifest that cannot be read stops nothing, it is told. Again is the same as once.
 */
export async function matchWithVault(o: { db: Db; clock: Clock; vault: Vault }): Promise<VaultMatch> {
  const known = new Set(await knownSnapshots(o.db));
  const stored = new Set<Id>();
  const match: VaultMatch = { found: [], ofUnknownClusters: [], missing: [], unreadable: [], chunks: 0 };
  for await (const snapshotId of o.vault.listSnapshots()) {
    stored.add(snapshotId);
    try {
      const root = await readRoot(o.vault.access, snapshotId);
      match.chunks += await enterSnapshot(o.vault, root, garbageIndexOf(o.db));
      if (known.has(snapshotId)) {
        if (await revive(o, root)) match.found.push(snapshotId);
        continue;
      }
      if (await addRow(o, root)) match.found.push(snapshotId);
      else match.ofUnknownClusters.push({ snapshotId, clusterName: root.clusterName });
    } catch (error) {
      if (!isProblem(error, 'object-missing', 'object-damaged', 'vault-format-unknown')) throw error;
      match.unreadable.push({ snapshotId, what: messageOf(error) });
    }
  }
  match.missing = (await expectedSnapshots(o.db))
    .filter(({ id }) => !stored.has(id))
    .map(({ id, clusterName }) => ({ snapshotId: id, clusterName }));
  return match;
}

/** One that was under way when the self-backup was made, and that the installation before has finished since. */
async function revive({ db, clock }: { db: Db; clock: Clock }, root: ManifestRoot): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const row = await completeEndedSnapshot(transaction, root.snapshotId, ENDED_BY_SELF_RESTORE, {
      ...outcomeOf(root),
      startedAt: new Date(root.startedAt),
      expiresAt: after(clock.now(), KEPT),
    });
    if (!row) return false;
    const { projectId, clusterName } = row;
    await audit(transaction, clock, { action: 'SNAPSHOT_FOUND', projectId, clusterName, subject: root.snapshotId });
    return true;
  });
}

async function addRow({ db, clock }: { db: Db; clock: Clock }, root: ManifestRoot): Promise<boolean> {
  const cluster = await findClusterById(db, root.clusterId);
  if (!cluster) return false;
  const startedAt = new Date(root.startedAt);
  const { projectId, id: clusterId, name: clusterName } = cluster;
  const entry = { action: 'SNAPSHOT_FOUND', projectId, clusterName, subject: root.snapshotId } as const;
  await audited(db, clock, entry, (transaction) =>
    insertFinishedSnapshot(transaction, {
      ...{ id: root.snapshotId, projectId, clusterId, clusterName, status: 'COMPLETED', scheduledAt: startedAt, startedAt },
      ...outcomeOf(root),
      imported: root.imported ?? false,
      expiresAt: after(clock.now(), KEPT),
    }),
  );
  return true;
}
