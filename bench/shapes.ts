import { MIB, megabytesPerSecond } from './measure.ts';
import { FIRST } from './snapshot-and-restore.ts';
import { type Stage, withServer, withWorker } from './stage.ts';

const BYTES = 96 * MIB;
const SHAPES = [
  ['100 B', 100, 1],
  ['1 KiB', 1024, 1],
  ['100 KiB', 100 * 1024, 1],
  ['4 MiB', 4 * MIB, 1],
  ['1 KiB', 1024, 2000],
] as const;

/** The same amount in documents and collections of many sizes: a table, in which no line falls off a cliff. */
export async function benchShapes(stage: Stage): Promise<void> {
  console.log('| documents | collections | snapshot | mongodump | ratio | restore, proven | mongorestore | ratio |');
  console.log('|---|---|---|---|---|---|---|---|');
  for (const [name, documentBytes, collections] of SHAPES) {
    const [vault, dump] = [await stage.newFolder(), await stage.newFolder()];
    const speed = (seconds: number) => megabytesPerSecond(BYTES, seconds);
    await withWorker(async (work) => {
      const [snapshot, mongodump] = await withServer(
        { bytes: BYTES, documentBytes, collections },
        async (uri) =>
          [
            (await work({ kind: 'snapshot', uri, vault, databaseUrl: stage.databaseUrl, snapshotId: FIRST })).seconds,
            await stage.peer('mongodump', '--uri', uri, '--out', dump),
          ] as const,
      );
      const restore = await withServer(undefined, async (uri) => (await work({ kind: 'restore', uri, vault, snapshotId: FIRST })).seconds);
      const mongorestore = await withServer(undefined, (uri) => stage.peer('mongorestore', '--uri', uri, dump));
      const ratios = [mongodump / snapshot, mongorestore / restore].map((ratio) => `${ratio.toFixed(2)}x`);
      console.log(
        `| ${name} | ${collections} | ${speed(snapshot)} | ${speed(mongodump)} | ${ratios[0]} | ${speed(restore)} | ${speed(mongorestore)} | ${ratios[1]} |`,
      );
    });
  }
}
