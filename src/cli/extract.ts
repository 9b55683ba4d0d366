import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { readMasterKey } from '../backup/master-key.ts';
import { readConfig, storeAccess } from '../config.ts';
import { isProblem, messageOf, Problem } from '../errors.ts';
import { type ExtractReport, extractSnapshot } from '../vault/extract.ts';
import type { ManifestRoot } from '../vault/manifest.ts';
import { HEADER_KEY } from '../vault/object-keys.ts';
import { openBlobs } from '../vault/open-blobs.ts';
import { describeStore, parseStoreLocation, type StoreLocation } from '../vault/store-location.ts';
import { openVault, type Vault } from '../vault/vault.ts';
import { EXIT } from './exit-codes.ts';
import { bytes, ProgressBar, printResult, table } from './output.ts';

interface ExtractOptions {
  out?: string;
  keyFile?: string;
  json?: boolean;
}

export function addExtractCommand(program: Command): void {
  program
    .command('extract')
    .argument('<vault>', 'the folder of a vault, or s3://BUCKET/PREFIX?OPTIONS as in LIFEBOAT_STORE')
    .argument('[snapshot]', 'the id of a snapshot; without it the snapshots are listed')
    .option('--out <folder>', 'where the dump goes: a new or empty folder')
    .option('--key-file <file>', 'the file with the master key (as `key export` prints it); else LIFEBOAT_KEY or LIFEBOAT_KEY_FILE')
    .option('--json', 'print JSON')
    .description('Write a snapshot as a mongodump folder from a vault and its key alone: no PostgreSQL, no `serve`; exit code 1 on damage')
    .action(async (folder: string, snapshotId: string | undefined, options: ExtractOptions) => {
      const vault = await openForReading(folder, options.keyFile);
      if (snapshotId === undefined) return list(vault, options.json);
      if (options.out === undefined) throw new Problem('bad-setting', ['--out', 'it names the folder that the dump goes to']);
      await extract(vault, snapshotId, options.out, options.json);
    });
}

/** The vault as it is: nothing in it is made or changed, whoever owns it. */
async function openForReading(given: string, keyFile: string | undefined): Promise<Vault> {
  const location = locate(given);
  if (location.kind === 'file' && !(await stat(join(location.folder, HEADER_KEY)).catch(() => null))) throw noVault(location);
  const masterKey = await findKey(keyFile);
  const blobs = await openBlobs(location, storeAccess(readConfig(process.env)));
  if (!(await blobs.stat(HEADER_KEY))) throw noVault(location);
  return openVault({ blobs, masterKey, installationId: '', encryption: true, mayCreate: false });
}

function locate(given: string): StoreLocation {
  try {
    return parseStoreLocation(/^(file|s3):/.test(given) ? given : `file:${given}`);
  } catch (error) {
    // Never as it was given: what is refused here may be a password in it.
    throw new Problem('bad-setting', ['<vault>', messageOf(error)]);
  }
}

function noVault(location: StoreLocation): Problem {
  return new Problem('store-unavailable', [`${describeStore(location)} holds no vault (there is no file called header in it)`]);
}

async function findKey(keyFile: string | undefined): Promise<Buffer> {
  if (keyFile !== undefined) return readMasterKey(resolve(keyFile));
  const config = readConfig(process.env);
  return config.key ?? readMasterKey(config.keyFile ?? join(config.data, 'master.key'));
}

async function list(vault: Vault, asJson: boolean | undefined): Promise<void> {
  const roots: ManifestRoot[] = [];
  const damaged: { snapshotId: string; what: string }[] = [];
  for await (const id of vault.listSnapshots()) {
    try {
      roots.push((await vault.readSnapshot(id)).root);
    } catch (error) {
      if (!isProblem(error, 'object-missing', 'object-damaged', 'vault-format-unknown')) throw error;
      damaged.push({ snapshotId: id, what: messageOf(error) });
    }
  }
  roots.sort((a, b) => (a.finishedAt < b.finishedAt ? -1 : 1));
  const snapshots = roots.map(({ collections: _, format: __, vaultId: ___, totals, ...about }) => ({ ...about, ...totals }));
  printResult({ vaultId: vault.id, snapshots, damaged }, asJson, () => {
    const rows = snapshots.map((s) => [
      s.snapshotId,
      s.clusterName,
      s.finishedAt,
      s.mongodbVersion,
      s.consistency,
      String(s.documents),
      bytes(s.logicalBytes),
    ]);
    const lines = [table(['ID', 'CLUSTER', 'FINISHED', 'MONGODB', 'CONSISTENCY', 'DOCUMENTS', 'SIZE'], rows)];
    return [...lines, ...damaged.map(({ snapshotId, what }) => `damaged  ${snapshotId}: ${what}`)].join('\n');
  });
  if (damaged.length > 0) process.exitCode = EXIT.failed;
}

async function extract(vault: Vault, snapshotId: string, out: string, asJson: boolean | undefined): Promise<void> {
  const { root } = await vault.readSnapshot(snapshotId).catch((error) => {
    // Not the text of an id, so there is no such snapshot.
    throw error instanceof TypeError ? new Problem('invalid-snapshot-id', [snapshotId]) : error;
  });
  const bar = new ProgressBar('extract');
  const { documents: totalDocuments, logicalBytes: totalBytes } = root.totals;
  const report = await extractSnapshot(vault.access, root, out, (documents, done) =>
    bar.update({ documents, bytes: done, totalDocuments, totalBytes, phase: 'extracting' }),
  ).finally(() => bar.stop());
  printResult({ ok: report.damaged.length === 0, snapshotId, folder: out, ...report }, asJson, () => describe(report, out));
  if (report.damaged.length > 0) process.exitCode = EXIT.failed;
}

function describe(report: ExtractReport, out: string): string {
  const lines = [`${out}: ${report.collections} collections, ${report.documents.toLocaleString('en')} documents, ${bytes(report.bytes)}`];
  for (const { namespace, object, what, documents } of report.damaged) {
    lines.push(`damaged  ${namespace}: ${object}: ${what} (${documents.toLocaleString('en')} documents)`);
  }
  for (const file of report.incomplete) lines.push(`what is left of a damaged collection is in ${join(out, file)}`);
  return lines.join('\n');
}
