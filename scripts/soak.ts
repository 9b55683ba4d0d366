/**
 * `npm run soak -- --minutes N`: a writer that never stops, a snapshot every minute, random restores, drills, retention with garbage collection, and kills, over N minutes; ended by a full
 * comparison. Prints its figures as JSON and ends with 1 where anything was lost. `--seed` repeats what was random.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { readConfig } from '../src/config.ts';
import { deleteSnapshot } from '../src/db/snapshots.ts';
import { Foundation } from '../src/foundation.ts';
import { contentsOf } from '../test/kit/contents.ts';
import { Lifeboat } from '../test/kit/lifeboat.ts';
import { randomNumbers } from '../test/kit/long-form.ts';
import { startOwnMongo } from '../test/kit/mongo.ts';
import { fillSmallShop } from '../test/kit/small-shop.ts';
import { buildNativeIfPossible } from './native.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } } });
const MINUTE = 60_000;
const KEPT = 10;
const random = randomNumbers(Number(values.seed));
const figures = {
  minutes: Number(values.minutes),
  seed: Number(values.seed),
  written: 0,
  snapshots: 0,
  restores: 0,
  drills: 0,
  collections: 0,
  kills: 0,
  failedJobs: 0,
  lost: 0,
};
const losses: string[] = [];
/** Of each snapshot how many documents had been written before it began. */
const model = new Map<string, number>();
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

await buildNativeIfPossible();
const [source, target] = await Promise.all([startOwnMongo(), startOwnMongo()]);
await fillSmallShop(source.uri);
const lifeboat = await Lifeboat.create({ LIFEBOAT_WORKERS: '2' });
await lifeboat.init();
await lifeboat.serve();
const foundation = await Foundation.open(readConfig(lifeboat.environment), 'join');
await lifeboat.json('clusters', 'add', 'shop', '--uri', source.uri);
await lifeboat.json('clusters', 'add', 'copy', '--uri', target.uri);

let isOver = false;
const writing = write();
const killing = killNowAndThen();
const end = Date.now() + figures.minutes * MINUTE;
for (let round = 0; Date.now() < end; round++) {
  const started = Date.now();
  await takeSnapshot();
  if (model.size > 1) await restore(pick());
  if (round % 3 === 2) await count('drills', 'drill', 'shop');
  if (model.size > KEPT) await retire();
  await pause(Math.max(0, Math.min(started + MINUTE, end) - Date.now()));
}
isOver = true;
await Promise.all([writing, killing]);
await compareAll();
await foundation[Symbol.asyncDispose]();
await lifeboat.remove();
await Promise.all([source.stop(), target.stop()]);
for (const loss of losses) console.error(loss);
console.log(JSON.stringify({ ...figures, lost: losses.length }));
process.exitCode = losses.length > 0 ? 1 : 0;

/** One document after the other, numbered without a gap: what a snapshot has of them is all up to some number. */
async function write(): Promise<void> {
  const client = new MongoClient(source.uri);
  const log = client.db('shop').collection('log');
  while (!isOver) {
    await log.insertMany(
      Array.from({ length: 1 + random(50) }, (_, n) => ({ _id: (figures.written + n) as never, text: 'x'.repeat(random(400)) })),
    );
    figures.written = await log.countDocuments();
    await pause(random(200));
  }
  await client.close();
}

async function killNowAndThen(): Promise<void> {
  while (!isOver) {
    await pause(5000 + random(40_000));
    if (isOver) return;
    figures.kills += 1;
    const children = await readFile(`/proc/${lifeboat.servePid}/task/${lifeboat.servePid}/children`, 'utf8').catch(() => '');
    for (const pid of children.trim().split(' ').filter(Boolean)) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (command.includes('--child') && random(2) === 0) process.kill(Number(pid), 'SIGKILL');
    }
  }
}

/** A command that may fail for a reason that it says; `null` then. */
async function count<T>(what: 'snapshots' | 'restores' | 'drills' | 'collections', ...words: string[]): Promise<T | null> {
  const { code, stdout, stderr } = await lifeboat.run(...words, '--json');
  if (code === 0) figures[what] += 1;
  else figures.failedJobs += 1;
  if (code !== 0 && /failed unexpectedly/.test(stdout + stderr)) losses.push(`${words.join(' ')}: ${stderr}`);
  return code === 0 ? JSON.parse(stdout) : null;
}

async function takeSnapshot(): Promise<void> {
  const least = figures.written;
  const taken = await count<{ id: string }>('snapshots', 'snapshots', 'take', 'shop', '--wait');
  if (taken) model.set(taken.id, least);
}

function pick(): string {
  return [...model.keys()][random(model.size)]!;
}

/** Whether it was COMPLETED. What a job that fails says is all that counts while processes are killed. */
async function restore(id: string): Promise<boolean> {
  const words = ['restores', 'start', 'shop', '--snapshot', id, '--target', 'copy', '--no-safety-snapshot', '--wait'];
  const isRestored = (await count('restores', ...words)) !== null;
  if (isRestored) await expectAll(id);
  return isRestored;
}

/** The target holds every number up to one that had been written when the snapshot began, and the rest of the shop as it is. */
async function expectAll(id: string): Promise<void> {
  const client = new MongoClient(target.uri);
  const log = client.db('shop').collection('log');
  const documents = await log.countDocuments();
  const [last] = await log.find({}).sort({ _id: -1 }).limit(1).toArray();
  await client.close();
  const least = model.get(id)!;
  if (documents < least || Number(last?._id ?? -1) !== documents - 1)
    losses.push(`snapshot ${id} has ${documents} documents up to ${last?._id}, and ${least} were written before it`);
  const [now, wanted] = await Promise.all([contentsOf(target.uri), contentsOf(source.uri)]);
  for (const name of Object.keys(wanted).filter((one) => one !== 'shop.log')) {
    if (JSON.stringify(now[name]) !== JSON.stringify(wanted[name])) losses.push(`snapshot ${id} gives back another ${name}`);
  }
}

async function retire(): Promise<void> {
  const id = [...model.keys()][0]!;
  if (await deleteSnapshot(foundation.db, id, new Date())) model.delete(id);
  await count('collections', 'gc');
}

async function compareAll(): Promise<void> {
  const verified = await lifeboat.run('verify', '--json');
  if (verified.code !== 0) losses.push(`verify: ${verified.stdout}`);
  if (figures.restores === 0) losses.push('nothing was restored at all');
  // Nothing is killed any more: a snapshot that cannot be given back now is lost.
  for (const id of model.keys()) if (!(await restore(id))) losses.push(`snapshot ${id} is not given back`);
}
