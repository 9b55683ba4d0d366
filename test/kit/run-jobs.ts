/**
 * A worker process whose jobs only note that they ran, in the table `runs`. What a job does besides is the first word of its snapshot id:
 * `long` lasts a minute at its first run, `stubborn` also takes no notice of the signal.
 */
import { sql } from 'kysely';
import { pause } from '../../src/clock.ts';
import { connect } from '../../src/db/connection.ts';
import { Queue } from '../../src/jobs/queue.ts';
import { Runner } from '../../src/jobs/runner.ts';
import { endWithParent } from '../../src/jobs/worker-processes.ts';
import { NOTHING_ELSE } from './other-jobs.ts';

const url = process.argv[2]!;
if (process.channel) endWithParent();
const db = connect(url);
const queue = await Queue.open({ url, onError: () => {} });
const runner = await Runner.start({
  queue,
  db,
  concurrency: 2,
  handlers: {
    'snapshot.take': async ({ snapshotId }, signal) => {
      const { rows } = await sql<{ run: number }>`INSERT INTO runs (job, pid) VALUES (${snapshotId}, ${process.pid})
        RETURNING (SELECT count(*)::int FROM runs WHERE job = ${snapshotId}) AS run`.execute(db);
      const isFirst = rows[0]!.run === 0;
      if (snapshotId.startsWith('stubborn') && isFirst) await pause(60_000);
      if (snapshotId.startsWith('long') && isFirst) await pause(60_000, signal);
      await sql`UPDATE runs SET ended = true WHERE job = ${snapshotId} AND pid = ${process.pid}`.execute(db);
    },
    ...NOTHING_ELSE,
  },
  onError: () => {},
});
if (!process.channel) process.stdout.write('ready\n');

async function stop(): Promise<void> {
  await runner.stop(200);
  await queue.close();
  await db.destroy();
  process.exit();
}
process.once('SIGTERM', () => void stop());
