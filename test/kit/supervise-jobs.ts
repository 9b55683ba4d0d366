/** A process that supervises two workers of `run-jobs.ts`, says their numbers once both are there, and stays, so that a test can kill it. */
import { join } from 'node:path';
import { WorkerProcesses } from '../../src/jobs/worker-processes.ts';

const workers = new WorkerProcesses({
  count: 2,
  command: [process.execPath, join(import.meta.dirname, 'run-jobs.ts'), process.argv[2]!],
  environment: process.env,
  onLost: async () => {},
  onError: () => {},
  stopMilliseconds: 30_000,
});
process.stdout.write(`${JSON.stringify(workers.pids)}\n`);
