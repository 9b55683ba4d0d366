import { createReadStream } from 'node:fs';
import { after, type Clock } from '../clock.ts';
import type { Within } from '../db/connection.ts';
import { type InstallationRow, renameInstallation } from '../db/installation.ts';
import { migrate, migrateTo, unknownMigrations } from '../db/migrate.ts';
import { failRestore, restoresInWork } from '../db/restores.ts';
import { inWritingTransaction, isEmptyDatabase } from '../db/self-backup.ts';
import { beginSnapshot, completeSnapshot, failSnapshot, keepAllUntil, snapshotsInWork } from '../db/snapshots.ts';
import { findSwapPlan } from '../db/swap-journal.ts';
import { failVerifications } from '../db/verifications.ts';
import { isProblem, messageOf, Problem } from '../errors.ts';
import { type Id, newId } from '../ids.ts';
import { type ManifestRoot, outcomeOf, readRoot } from '../vault/manifest.ts';
import type { Vault } from '../vault/vault.ts';
import { audit } from './audit-log.ts';
import type { NewEvent } from './event.ts';
import { jobEvent, recordEvent, restoreEvent } from './events.ts';
import { failureOf } from './job-failure.ts';
import { restoreStatusesBefore } from './restore-job.ts';
import type { RestoreOptions } from './restore-options.ts';
import { type OpenArchive, openArchive } from './self-archive.ts';
import { type SelfBackupReport, tablesOf } from './self-backup.ts';
import { snapshotStatusesBefore } from './snapshot.ts';
import { KEPT } from './snapshots.ts';

/** Reads a whole backup and checks every byte of it. Throws `self-backup-damaged`, `self-backup-later` or `wrong-master-key`. */
export async function checkSelfBackup(file: string, masterKey: Buffer): Promise<SelfBackupReport> {
  const archive = await open(file, masterKey);
  const tables: Record<string, number> = {};
  for await (const { table, rows } of tablesOf(archive, file)) {
    tables[table] = 0;
    for await (const piece of rows) tables[table] += piece.reduce((count, byte) => (byte === 10 ? count + 1 : count), 0);
  }
  const { createdAt, installationId, vaultId } = archive.header;
  return { createdAt, installationId, vaultId, tables };
}

async function open(file: string, masterKey: Buffer): Promise<OpenArchive> {
  const source = createReadStream(file) as AsyncIterable<Buffer>;
  const archive = await openArchive(source, masterKey, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code && /^E[A-Z]+$/.test(error.code)) throw new Problem('self-backup-damaged', [file, messageOf(error)], { cause: error });
    throw error;
  });
  const unknown = unknownMigrations(archive.header.migrations);
  if (unknown.length > 0) throw new Problem('self-backup-later', [file, `${archive.header.version} (${unknown.join(', ')})`]);
  return archive;
}

export interface SelfRestore {
  /** Of a database in which nothing was ever made. */
  url: string;
  file: string;
  masterKey: Buffer;
  clock: Clock;
  /** Opens the vault for the installation as it is now. */
  openVault: (installation: InstallationRow) => Promise<Vault>;
}

export interface EndedWork {
  /** COMPLETED: the vault has them whole. */
  completed: Id[];
  /** FAILED. */
  failed: Id[];
}

/**
 * Everything of the backup, or nothing: in one transaction. The installation gets another id, so that the one that was backed up, where it still runs, can be told apart from it by the
 * vault. What was under way has ended: a snapshot that the vault has whole as COMPLETED, all else as FAILED.
 */
export async function restoreSelf(o: SelfRestore): Promise<{ installation: InstallationRow; vault: Vault | null; ended: EndedWork }> {
  const archive = await open(o.file, o.masterKey);
  if (!(await isEmptyDatabase(o.url)))
    throw new Problem('not-empty', ['this one'], { hint: 'Name a new one in DATABASE_URL, or a new folder in LIFEBOAT_DATA.' });
  return inWritingTransaction(o.url, async ({ transaction, write }) => {
    await migrateTo(transaction, archive.header.migrations.at(-1)!);
    for await (const { table, columns, rows } of tablesOf(archive, o.file)) await write(table, columns, rows);
    await migrate(transaction);
    const installation = await renameInstallation(transaction, newId(o.clock.now()));
    const vault = installation.vaultId === null ? null : await o.openVault(installation);
    if (vault && vault.id !== installation.vaultId) throw new Problem('other-vault', [vault.id, installation.vaultId!]);
    const ended = await endWork(transaction, o.clock, vault);
    // What was held or extended since the backup is not known here, and nobody has had a look yet.
    await keepAllUntil(transaction, after(o.clock.now(), KEPT));
    await audit(transaction, o.clock, { action: 'INSTALLATION_RESTORED', subject: `the backup of ${archive.header.createdAt}` });
    return { installation, vault, ended };
  });
}

/** `null` where the vault does not have the snapshot whole. */
async function rootOf(vault: Vault, snapshotId: Id): Promise<ManifestRoot | null> {
  if (!(await vault.hasSnapshot(snapshotId))) return null;
  return readRoot(vault.access, snapshotId).catch((error) => {
    if (isProblem(error, 'object-missing', 'object-damaged', 'vault-format-unknown')) return null;
    throw error;
  });
}

async function endWork(transaction: Within, clock: Clock, vault: Vault | null): Promise<EndedWork> {
  const ended: EndedWork = { completed: [], failed: [] };
  const events: (NewEvent | null)[] = [];
  const failure = failureOf(new Problem('ended-by-self-restore'));
  for (const row of await snapshotsInWork(transaction)) {
    const root = vault && (await rootOf(vault, row.id));
    if (root) {
      const begun = await beginSnapshot(transaction, row.id, snapshotStatusesBefore('begin'), new Date(root.startedAt));
      await completeSnapshot(transaction, row.id, begun!.attempt, outcomeOf(root));
      ended.completed.push(row.id);
      events.push(jobEvent('TENANT_SNAPSHOT_COMPLETED_AUDIT', row));
    } else {
      await failSnapshot(transaction, row.id, null, snapshotStatusesBefore('fail'), { finishedAt: clock.now(), failure, cancelled: false });
      ended.failed.push(row.id);
      events.push(jobEvent('TENANT_SNAPSHOT_FAILED', row));
    }
  }
  for (const row of await restoresInWork(transaction)) {
    const journalId = (row.options as RestoreOptions).resumes ?? row.id;
    const isSwapping = (await findSwapPlan(transaction, journalId)) !== null;
    const hint = isSwapping
      ? `Look at the target; \`npx lifeboat restores resume ${row.clusterName} ${row.id}\` goes on where it was then.`
      : undefined;
    const outcome = { finishedAt: clock.now(), failure: { ...failure, ...(hint && { hint }) }, cancelled: false };
    await failRestore(transaction, row.id, null, restoreStatusesBefore('fail'), outcome);
    ended.failed.push(row.id);
    events.push(restoreEvent('TENANT_RESTORE_FAILED', row));
  }
  await failVerifications(transaction, failure);
  const told = events.filter((event) => event !== null);
  if (told.length > 0) await recordEvent(transaction, clock, ...told);
  return ended;
}
