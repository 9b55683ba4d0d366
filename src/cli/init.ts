import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { Foundation } from '../foundation.ts';
import { printResult, say } from './output.ts';
import { lastServiceUrl, saveProfile } from './profile.ts';

export function addInitCommand(program: Command): void {
  program
    .command('init')
    .option('--organization <name>', 'name of the first organization', 'Organization')
    .option('--project <name>', 'name of the first project', 'Project')
    .option('--json', 'print JSON')
    .description('First set-up: an organization, a project and an API key, whose private half is shown once')
    .action(async (options: { organization: string; project: string; json?: boolean }) => {
      const config = readConfig(process.env);
      await using foundation = await Foundation.open(config, 'either');
      const { organizationId, projectId, publicKey, privateKey } = await foundation.initialize({
        organizationName: options.organization,
        projectName: options.project,
      });
      const url = (await lastServiceUrl(config.data)) ?? foundation.publicUrl;
      await saveProfile(config.data, { url, organizationId, projectId, publicKey, privateKey });
      printResult({ orgId: organizationId, projectId, publicKey, privateKey }, options.json, () =>
        [`organization  ${organizationId}`, `project       ${projectId}`, `public key    ${publicKey}`, `private key   ${privateKey}`].join(
          '\n',
        ),
      );
      say('The private key is not shown again. `npx lifeboat serve` starts the service.');
    });
}
