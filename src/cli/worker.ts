import type { Command } from 'commander';
import { startWorker } from '../app.ts';
import { readConfig } from '../config.ts';
import { untilAskedToStop } from './signals.ts';

export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .option('--child', 'as a child of `serve`: ends when its parent does')
    .description('Run jobs: beside a `serve` on the same data folder, or on another machine with its DATABASE_URL and LIFEBOAT_STORE')
    .action(async (options: { child?: boolean }) => {
      {
        await using _worker = await startWorker(readConfig(process.env), { isChild: options.child ?? false });
        if (!options.child) process.stdout.write('The worker is ready.\n');
        await untilAskedToStop();
      }
      // An open channel to the parent would keep the process alive although all is done.
      if (process.connected) process.disconnect();
    });
}
