import type { Command } from 'commander';
import { startService } from '../app.ts';
import { readConfig } from '../config.ts';
import { say } from './output.ts';
import { rememberServiceUrl } from './profile.ts';
import { untilAskedToStop } from './signals.ts';

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Run the API, the embedded PostgreSQL (unless DATABASE_URL is set) and the workers')
    .action(async () => {
      const config = readConfig(process.env);
      await using service = await startService(config);
      await rememberServiceUrl(config.data, service.url);
      process.stdout.write(`Lifeboat is listening on ${service.url}\n`);
      if (!service.isInitialized) process.stdout.write('It is not set up yet: run `npx lifeboat init`.\n');
      if (service.setupUrl !== null)
        say(`Nobody can sign in yet. Set the owner up within 15 minutes, on a page that works once:\n  ${service.setupUrl}`);
      if (!service.isKeyExported)
        process.stdout.write('The master key was never exported: run `npx lifeboat key export` and keep it in a safe place.\n');
      await untilAskedToStop();
    });
}
