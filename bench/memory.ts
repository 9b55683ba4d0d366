import { type Bar, MIB } from './measure.ts';
import { FIRST } from './snapshot-and-restore.ts';
import { type Stage, withServer, withWorker } from './stage.ts';

/** What is generated for real; the rest are repetitions with other `_id`s, so that the server's own memory stays small. */
const DISTINCT = 64 * MIB;
/** How much more the larger one may take before it is not "the same". */
const TOLERANCE = 1.15;

/** The peak memory of a new worker that takes a snapshot and restores it, for a small deployment and a large one. */
export async function benchMemory(stage: Stage, large: number): Promise<Bar[]> {
  const peaks: number[] = [];
  const bars: Bar[] = [];
  for (const bytes of [256 * MIB, large]) {
    const vault = await stage.newFolder();
    const data = { bytes, documentBytes: 250, collections: 1, distinctBytes: DISTINCT };
    const { peakMemory, seconds } = await withServer(data, (uri) =>
      withWorker((work) => work({ kind: 'snapshot', uri, vault, databaseUrl: stage.databaseUrl, snapshotId: FIRST })),
    );
    peaks.push(peakMemory);
    const text = `the most it ever had, after ${seconds.toFixed(0)} s`;
    bars.push({ name: `memory of a worker, snapshot of ${bytes / MIB} MiB`, value: peakMemory / MIB, atMost: 350, unit: ' MiB', text });
  }
  const text = `of the memory for 256 MiB; up to ${TOLERANCE} is the same`;
  bars.push({ name: `memory for ${large / MIB} MiB`, value: peaks[1]! / peaks[0]!, atMost: TOLERANCE, unit: 'x', text });
  return bars;
}
