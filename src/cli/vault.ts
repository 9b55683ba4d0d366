import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { Foundation } from '../foundation.ts';
import { bytes, printResult } from './output.ts';

export function addVaultCommand(program: Command): void {
  const vault = program.command('vault').description('The vault as a whole');
  vault
    .command('adopt')
    .option('--json', 'print JSON')
    .description('Make this installation the owner of a vault that another one wrote')
    .action(async (options: { json?: boolean }) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const adopted = await foundation.adoptVault();
      printResult(
        adopted,
        options.json,
        () => `Vault ${adopted.vaultId} now belongs to this installation; its manifests name ${adopted.chunks} chunks`,
      );
    });
  vault
    .command('status')
    .option('--json', 'print JSON')
    .description('What the snapshots are together, and what they take; also works while `serve` is stopped')
    .action(async (options: { json?: boolean }) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const status = await foundation.vaultStatus();
      printResult(status, options.json, () => {
        const share = status.ratio === null ? '' : `: ${status.ratio} to 1`;
        return `${status.snapshots} snapshots of ${bytes(status.logicalBytes)} take ${bytes(status.storedBytes)} in ${status.chunks} chunks${share}`;
      });
    });
}
