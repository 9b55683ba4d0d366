import { createHash } from 'node:crypto';
import { link, open, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { SelfBackup } from '../backup/self-backup.ts';
import { readConfig } from '../config.ts';
import { messageOf, Problem } from '../errors.ts';
import { Foundation } from '../foundation.ts';
import { bytes, printResult, say } from './output.ts';

const KEY_REMINDER =
  'The master key is not in it. Keep it apart (`npx lifeboat key export`): without it neither this file nor the vault can be opened, and both together with it are every backup.';

export function addBackupSelfCommand(program: Command): void {
  program
    .command('backup-self')
    .requiredOption('--out <file>', 'a file that is not there yet, or - for standard output')
    .option('--json', 'print JSON')
    .description("Write Lifeboat's own metadata into one file, sealed by the master key; also works while `serve` runs")
    .action(async (options: { out: string; json?: boolean }) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      await using backup = await foundation.backUpSelf();
      const toStdout = options.out === '-';
      const written = toStdout ? await writeOut(backup) : await writeFile(backup, resolve(options.out));
      await foundation.rememberSelfBackup();
      const { createdAt, installationId, vaultId } = backup.header;
      const report = { file: toStdout ? '-' : resolve(options.out), ...written, createdAt, installationId, vaultId, tables: backup.tables };
      const rows = Object.values(backup.tables).reduce((sum, count) => sum + count, 0);
      const text = `${rows} rows of ${Object.keys(backup.tables).length} tables in ${bytes(written.bytes)}, SHA-256 ${written.sha256}`;
      if (toStdout) say(options.json ? JSON.stringify(report) : text);
      else printResult(report, options.json, () => `${report.file}: ${text}`);
      say(KEY_REMINDER);
    });
}

type Written = { bytes: number; sha256: string };

async function writeThrough(backup: SelfBackup, write: (piece: Buffer) => Promise<unknown>): Promise<Written> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const piece of backup.bytes) {
    hash.update(piece);
    length += piece.length;
    await write(piece);
  }
  return { bytes: length, sha256: hash.digest('hex') };
}

function writeOut(backup: SelfBackup): Promise<Written> {
  return writeThrough(
    backup,
    (piece) => new Promise<void>((done, failed) => process.stdout.write(piece, (error) => (error ? failed(error) : done()))),
  );
}

/** Under another name until it is whole and durable: nobody takes half of one for a backup. What is there already is somebody's backup. */
async function writeFile(backup: SelfBackup, file: string): Promise<Written> {
  const unfinished = `${file}.unfinished`;
  try {
    if (await stat(file).catch(() => null)) throw new Error('it is there already');
    const handle = await open(unfinished, 'w', 0o600);
    let written: Written;
    try {
      written = await writeThrough(backup, (piece) => handle.writeFile(piece));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(unfinished, file);
    const folder = await open(dirname(file));
    await folder.sync().finally(() => folder.close());
    return written;
  } catch (error) {
    throw new Problem('file-unusable', [file, messageOf(error)], { cause: error });
  } finally {
    await rm(unfinished, { force: true });
  }
}
