/**
 * `npm run bench`: Lifeboat beside `mongodump`, `mongorestore` and bare `node:http`, with the same data in the same run. The source and the target are a wire
 * server that answers from memory, so that the clients are what is measured. Medians of alternating runs; ends with 1 when a bar is missed. docs/benchmarks.md
 * explains the table. `--part NAME` (snapshots, changes, download, s3, memory, api, shapes, console, nodes, emulator) runs one part; `--large` measures the memory with 8 GiB instead of 1.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { buildNativeIfPossible } from '../scripts/native.ts';
import { benchApi } from './api.ts';
import { benchChanges } from './changes.ts';
import { benchConsole } from './console.ts';
import { benchDownload } from './download.ts';
import { benchEmulator } from './emulator.ts';
import { type Bar, MIB, printBars } from './measure.ts';
import { benchMemory } from './memory.ts';
import { benchNodes } from './nodes.ts';
import { benchS3 } from './s3.ts';
import { benchShapes } from './shapes.ts';
import { benchSnapshotAndRestore } from './snapshot-and-restore.ts';
import { Stage } from './stage.ts';

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: String(256 * MIB) },
    runs: { type: 'string', default: '3' },
    part: {
      type: 'string',
      multiple: true,
      default: ['snapshots', 'changes', 'download', 's3', 'memory', 'api', 'shapes', 'console', 'nodes', 'emulator'],
    },
    large: { type: 'boolean', default: false },
  },
});
const [bytes, runs] = [Number(values.bytes), Number(values.runs)];
const has = (part: string) => values.part.includes(part);

await buildNativeIfPossible();
const stage = await Stage.set();
let areReached = true;
const report = (bars: Bar[]) => {
  areReached = printBars(bars) && areReached;
};
try {
  console.log(`${(bytes / 1e6).toFixed(0)} MB in documents of 250 bytes; ${cpus().length} processors; medians of ${runs} runs`);
  if (has('snapshots') || has('download')) {
    const { bars, vault, stored } = await benchSnapshotAndRestore(stage, bytes, has('snapshots') ? runs : 1);
    if (has('snapshots')) report(bars);
    console.log(`     the snapshot takes ${(stored / 1e6).toFixed(0)} MB in the vault, 1/${(bytes / stored).toFixed(1)} of the data`);
    if (has('download')) report([await benchDownload(stage, vault, runs)]);
  }
  if (has('changes')) report(await benchChanges(stage, bytes));
  if (has('s3')) report(await benchS3(stage, bytes, runs));
  if (has('memory')) report(await benchMemory(stage, (values.large ? 8192 : 1024) * MIB));
  if (has('api')) report(await benchApi(runs));
  if (has('console')) report(await benchConsole(runs));
  if (has('shapes')) await benchShapes(stage);
  if (has('nodes')) report(await benchNodes(stage));
  if (has('emulator')) report(await benchEmulator(runs));
} finally {
  await stage.strike();
}
process.exitCode = areReached ? 0 : 1;
