import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { Foundation } from '../foundation.ts';
import { printResult, say } from './output.ts';

export function addKeyCommand(program: Command): void {
  const key = program.command('key').description('The master key');
  key
    .command('export')
    .option('--json', 'print JSON')
    .description('Print the master key, to keep it in a safe place: a vault whose key is lost is lost')
    .action(async (options: { json?: boolean }) => {
      await using foundation = await Foundation.open(readConfig(process.env), 'either');
      const masterKey = foundation.masterKey.toString('base64');
      await foundation.rememberKeyExport();
      printResult({ masterKey }, options.json, () => masterKey);
      say('Keep this key apart from the vault. Whoever has both can read every backup.');
    });
}
