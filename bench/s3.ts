import { startOwnS3 } from '../test/kit/s3.ts';
import { type Bar, megabytesPerSecond, Runs } from './measure.ts';
import { FIRST } from './snapshot-and-restore.ts';
import { type Stage, withServer, withWorker } from './stage.ts';

/** A snapshot into a bucket and a restore from it beside the same on a disk, in one run. The S3 server is on the same machine and the same disk: its processor time is in the figures, a network is not. */
export async function benchS3(stage: Stage, bytes: number, runs: number): Promise<Bar[]> {
  const server = await startOwnS3();
  Object.assign(process.env, server.environment);
  const times = new Runs();
  try {
    await withServer({ bytes, documentBytes: 250, collections: 1 }, (uri) =>
      withWorker(async (work) => {
        for (let run = 0; run < runs; run++) {
          const vaults = { disk: await stage.newFolder(), S3: server.newStore() };
          for (const [name, vault] of Object.entries(vaults)) {
            const snapshot = { kind: 'snapshot', uri, vault, databaseUrl: stage.databaseUrl, snapshotId: FIRST } as const;
            times.add(`snapshot ${name}`, (await work(snapshot)).seconds);
            await withServer(undefined, async (target) => {
              const { seconds, verifySeconds } = await work({ kind: 'restore', uri: target, vault, snapshotId: FIRST });
              times.add(`restore ${name}`, seconds - verifySeconds);
            });
          }
        }
      }),
    );
  } finally {
    await server.stop();
  }
  return ['snapshot', 'restore'].map((what) => {
    const [s3, disk] = [times.median(`${what} S3`), times.median(`${what} disk`)];
    const text = `${megabytesPerSecond(bytes, s3)} beside ${megabytesPerSecond(bytes, disk)} on a disk; versitygw on the same machine`;
    return { name: `${what}, the vault in S3`, value: disk / s3, atLeast: 0.4, unit: 'x', text } as const;
  });
}
