import type { Generated } from '../test/kit/wire-server/generator.ts';
import { type Bar, megabytesPerSecond } from './measure.ts';
import { FIRST, SECOND } from './snapshot-and-restore.ts';
import { type Stage, withServer, withWorker } from './stage.ts';

/** What a second snapshot stores of data of which 1 % was added or deleted. */
export async function benchChanges(stage: Stage, bytes: number): Promise<Bar[]> {
  const data: Generated = { bytes, documentBytes: 250, collections: 1 };
  const changes: [string, Generated][] = [
    ['1 % of the documents appended', { ...data, bytes: bytes * 1.01 }],
    ['1 % of the documents deleted in one range', { ...data, deleted: [0.4, 0.41] }],
  ];
  const bars: Bar[] = [];
  for (const [name, changed] of changes) {
    const vault = await stage.newFolder();
    await withWorker(async (work) => {
      const take = (of: Generated, snapshotId: string) =>
        withServer(of, (uri) => work({ kind: 'snapshot', uri, vault, databaseUrl: stage.databaseUrl, snapshotId }));
      const before = await take(data, FIRST);
      const after = await take(changed, SECOND);
      const text = `of the full size stored; ${megabytesPerSecond(bytes, after.seconds)}`;
      bars.push({ name, value: (100 * after.newBytes) / before.storedBytes, atMost: 3, unit: ' %', text });
    });
  }
  return bars;
}
