import { type Bar, megabytesPerSecond, Runs } from './measure.ts';
import { type Stage, withServer, withWorker } from './stage.ts';
import type { Order, Outcome } from './worker.ts';

type Work = (order: Order) => Promise<Outcome>;

export const FIRST = '0123456789abcdef01234567';
export const SECOND = '0123456789abcdef01234568';
const WORKERS = '--numInsertionWorkersPerCollection=4';

/** A snapshot and a restore beside the peers, of one collection. `vault` holds the last snapshot afterwards. */
export async function benchSnapshotAndRestore(
  stage: Stage,
  bytes: number,
  runs: number,
): Promise<{ bars: Bar[]; vault: string; stored: number }> {
  const data = { bytes, documentBytes: 250, collections: 1 };
  const times = new Runs();
  let vault = '';
  let stored = 0;
  let unchanged = 0;
  await withServer(data, (uri) =>
    withWorker(async (work) => {
      // Every contender once in each run, so that a noisy moment meets all of them alike.
      for (let run = 0; run < runs; run++) {
        vault = await stage.newFolder();
        const snapshot = { kind: 'snapshot', uri, vault, databaseUrl: stage.databaseUrl } as const;
        const full = await work({ ...snapshot, snapshotId: FIRST });
        times.add('full', full.seconds);
        times.add('plain', await stage.peer('mongodump', '--uri', uri, '--out', await stage.newFolder()));
        const again = await work({ ...snapshot, snapshotId: SECOND });
        times.add('unchanged', again.seconds);
        const dump = await stage.newFolder();
        times.add('gzip', await stage.peer('mongodump', '--uri', uri, '--gzip', '--out', dump));
        times.add('limit', (await work({ kind: 'limit', data })).seconds);
        await restoreBoth(stage, work, times, vault, dump);
        stored = full.storedBytes;
        unchanged = Math.max(unchanged, again.newBytes / full.storedBytes);
      }
    }),
  );
  return { bars: barsOf(bytes, times, unchanged), vault, stored };
}

async function restoreBoth(stage: Stage, work: Work, times: Runs, vault: string, dump: string): Promise<void> {
  await withServer(undefined, async (uri) => {
    const { seconds, verifySeconds } = await work({ kind: 'restore', uri, vault, snapshotId: FIRST });
    times.add('restore, proven', seconds);
    times.add('restore', seconds - verifySeconds);
  });
  await withServer(undefined, async (uri) =>
    times.add('mongorestore', await stage.peer('mongorestore', '--uri', uri, '--gzip', WORKERS, dump)),
  );
}

function barsOf(bytes: number, times: Runs, unchanged: number): Bar[] {
  const compare = (name: string, ours: string, peer: string, atLeast: number, command: string): Bar => {
    const [mine, theirs] = [times.median(ours), times.median(peer)];
    const text = `${megabytesPerSecond(bytes, mine)} beside ${megabytesPerSecond(bytes, theirs)}: ${command}`;
    return { name, value: theirs / mine, atLeast, unit: 'x', text };
  };
  return [
    compare('full snapshot', 'full', 'gzip', 8, 'mongodump --uri URI --gzip --out DIR'),
    compare('full snapshot', 'full', 'plain', 0.65, 'mongodump --uri URI --out DIR'),
    compare('full snapshot', 'full', 'limit', 0.6, 'zlib level 1 of the same documents on all processors, in memory'),
    compare('snapshot of unchanged data', 'unchanged', 'plain', 1.2, 'mongodump --uri URI --out DIR'),
    { name: 'new bytes of unchanged data', value: 100 * unchanged, atMost: 0.1, unit: ' %', text: 'of the full size stored' },
    compare('restore, verification not counted', 'restore', 'mongorestore', 1.3, `mongorestore --uri URI --gzip ${WORKERS} DIR`),
    compare(
      'restore, read back and proven',
      'restore, proven',
      'mongorestore',
      0.8,
      `mongorestore --uri URI --gzip ${WORKERS} DIR (reads nothing back)`,
    ),
  ];
}
