import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { lockDataFolder } from '../db/data-folder-lock.ts';
import { stopEmbeddedServer } from '../db/embedded-server.ts';
import { examine } from './examination.ts';
import { EXIT } from './exit-codes.ts';
import { printResult } from './output.ts';

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .option('--stop-orphans', 'stop an embedded PostgreSQL that a killed `serve` left behind')
    .option('--json', 'print JSON')
    .description('Check the installation: settings, key, database, vault, clusters; also works while `serve` is stopped')
    .action(async (options: { stopOrphans?: boolean; json?: boolean }) => {
      const config = readConfig(process.env);
      if (options.stopOrphans) {
        // The lock says whether a `serve` lives: its PostgreSQL is no orphan.
        const lock = await lockDataFolder(config.data);
        const stopped = await stopEmbeddedServer(config.data).finally(() => lock.release());
        return printResult({ stopped }, options.json, () =>
          stopped ? 'An orphaned PostgreSQL was stopped' : 'No orphaned PostgreSQL was found',
        );
      }
      const findings = await examine(config);
      const isSound = findings.every((finding) => finding.state !== 'bad');
      printResult({ ok: isSound, findings }, options.json, () =>
        findings.map((finding) => `${finding.state.padEnd(4)}  ${finding.subject}: ${finding.finding}`).join('\n'),
      );
      if (!isSound) process.exitCode = EXIT.failed;
    });
}
