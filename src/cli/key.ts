import type { Command } from 'commander';
import { adoptNextMasterKey, nextMasterKey } from '../backup/master-key.ts';
import { masterKeyFile, readConfig } from '../config.ts';
import { lockDataFolder } from '../db/data-folder-lock.ts';
import { Problem } from '../errors.ts';
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
  key
    .command('rotate')
    .option('--json', 'print JSON')
    .description('Make a new master key and put everything under it; `serve` and every `worker` must have been stopped')
    .action(async (options: { json?: boolean }) => {
      const config = readConfig(process.env);
      if (config.key) {
        const how = 'a rotation writes the new key to a file: put the key into one, and name it in LIFEBOAT_KEY_FILE instead';
        throw new Problem('bad-setting', ['LIFEBOAT_KEY', how]);
      }
      const lock = await lockDataFolder(config.data);
      try {
        await using foundation = await Foundation.open(config, 'own');
        const file = masterKeyFile(config);
        await foundation.rotateMasterKey(await nextMasterKey(file));
        const oldKeyFile = await adoptNextMasterKey(file);
        printResult({ keyFile: file, oldKeyFile }, options.json, () =>
          [
            `${file} holds the new master key. Run \`lifeboat key export\` and keep it apart from the vault.`,
            `${oldKeyFile} holds the old one: copies of the vault that were made before open by it. Remove it when there are none.`,
            'Links to downloads that were given out before have ended.',
          ].join('\n'),
        );
      } finally {
        await lock.release();
      }
    });
}
