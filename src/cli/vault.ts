import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { Foundation } from '../foundation.ts';
import { printResult } from './output.ts';

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
}
