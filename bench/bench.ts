/**
 * `npm run bench`: a snapshot beside `mongodump` of the same data in the same run, both from a wire server that answers from memory, so that the
 * clients are what is measured. Medians of alternating runs. Ends with 1 when a bar is missed. `--bytes`, `--document-bytes`, `--collections`, `--runs`.
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { goTool } from '../scripts/build-tools.ts';
import { connect } from '../src/db/connection.ts';
import { startEmbeddedServer } from '../src/db/embedded-server.ts';
import { migrate } from '../src/db/migrate.ts';
import { startWireServer } from '../test/kit/wire-server/start.ts';
import { type Measured, measure, middle, printBars } from './measure.ts';
import type { Order, Outcome } from './worker.ts';

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: String(192 * 1024 * 1024) },
    'document-bytes': { type: 'string', default: '250' },
    collections: { type: 'string', default: '1' },
    runs: { type: 'string', default: '3' },
  },
});
const bytes = Number(values.bytes);
const shape = { bytes, documentBytes: Number(values['document-bytes']), collections: Number(values.collections) };
const runs = Number(values.runs);

const program = promisify(execFile);
const [mongodump, mongorestore] = [await goTool('mongodump'), await goTool('mongorestore')];
const folder = await mkdtemp(join(tmpdir(), 'lifeboat-bench-'));
const postgres = await startEmbeddedServer(join(folder, 'data'));
const source = await startWireServer(shape);
const results = {} as Record<'snapshot' | 'gzip' | 'plain' | 'restore' | 'mongorestore', Measured[]>;
let stored = 0;

try {
  const db = connect(postgres.url);
  await migrate(db);
  await db.destroy();
  console.log(
    `${(bytes / 1e6).toFixed(0)} MB in documents of ${shape.documentBytes} bytes, ${shape.collections} collection(s); ${cpus().length} processors, ${runs} runs`,
  );
  for (let run = 0; run < runs; run++) await alternate(run);
  finish();
} finally {
  await source.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Every contender once, so that a noisy moment meets all of them alike. */
async function alternate(run: number): Promise<void> {
  const vault = join(folder, `vault-${run}`);
  const dump = join(folder, `dump-${run}`);
  await mkdir(vault);
  const snapshot = await work({ kind: 'snapshot', uri: source.uri, vault, databaseUrl: postgres.url });
  stored = snapshot.storedBytes ?? 0;
  keep('snapshot', { seconds: snapshot.seconds, megabytesPerSecond: bytes / 1e6 / snapshot.seconds });
  keep('plain', await measure(bytes, () => program(mongodump, ['--uri', source.uri, '--quiet', '--out', join(folder, 'plain')])));
  await rm(join(folder, 'plain'), { recursive: true });
  keep('gzip', await measure(bytes, () => program(mongodump, ['--uri', source.uri, '--quiet', '--gzip', '--out', dump])));
  await restoreBoth(vault, dump);
  await rm(vault, { recursive: true });
  await rm(dump, { recursive: true });
}

async function restoreBoth(vault: string, dump: string): Promise<void> {
  await withTarget(async (uri) => {
    const { seconds } = await work({ kind: 'restore', uri, vault, databaseUrl: postgres.url });
    keep('restore', { seconds, megabytesPerSecond: bytes / 1e6 / seconds });
  });
  await withTarget(async (uri) => {
    const words = ['--uri', uri, '--quiet', '--gzip', '--numInsertionWorkersPerCollection=4', dump];
    keep('mongorestore', await measure(bytes, () => program(mongorestore, words)));
  });
}

async function withTarget(use: (uri: string) => Promise<void>): Promise<void> {
  const target = await startWireServer();
  try {
    await use(target.uri);
  } finally {
    await target.stop();
  }
}

/** A worker process does it, as in an installation: it is there before the work comes, so its start is not measured. */
async function work(order: Order): Promise<Outcome> {
  const worker = fork(join(import.meta.dirname, 'worker.ts'), { env: { ...process.env, UV_THREADPOOL_SIZE: '8' } });
  const ended = once(worker, 'exit');
  await once(worker, 'message');
  worker.send(order);
  const [outcome] = await Promise.race([
    once(worker, 'message') as Promise<[Outcome]>,
    ended.then(([code]) => Promise.reject(new Error(`the worker ended with ${code}`))),
  ]);
  await ended;
  return outcome;
}

function keep(name: keyof typeof results, measured: Measured): void {
  results[name] ??= [];
  results[name].push(measured);
}

function finish(): void {
  const ours = middle(results.snapshot);
  const isReached = printBars([
    { name: 'snapshot vs mongodump --gzip', ours, peer: middle(results.gzip), against: 'mongodump --gzip', atLeast: 6 },
    { name: 'snapshot vs mongodump', ours, peer: middle(results.plain), against: 'mongodump, uncompressed', atLeast: 0.5 },
  ]);
  const [restore, peer] = [middle(results.restore), middle(results.mongorestore)];
  console.log(
    `     restore with read-back: ${(peer.seconds / restore.seconds).toFixed(2)}x  ours ${restore.megabytesPerSecond.toFixed(0)} MB/s, ` +
      `peer ${peer.megabytesPerSecond.toFixed(0)} MB/s: mongorestore --gzip --numInsertionWorkersPerCollection=4 (reads nothing back)`,
  );
  console.log(`     the snapshot takes ${(stored / 1e6).toFixed(0)} MB in the vault, 1/${(bytes / stored).toFixed(1)} of the data`);
  process.exitCode = isReached ? 0 : 1;
}
