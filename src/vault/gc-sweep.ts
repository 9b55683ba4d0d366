import { MINUTE, pause, realMilliseconds, SECOND } from '../clock.ts';
import { Problem } from '../errors.ts';
import type { StoredChunk } from './chunk-index.ts';
import { type GarbagePlan, type IndexedObject, type PlannedObject, planGarbage } from './gc-plan.ts';
import { UsedObjects } from './gc-used.ts';
import { manifestKey } from './object-keys.ts';
import type { Vault } from './vault.ts';

export type { IndexedObject } from './gc-plan.ts';

/**
 * The chunk index as garbage collection uses it. Each method is one statement that the database makes atomic against the claims of writers; a moment is the index's
 * own clock, in a form only it reads.
 */
export interface GarbageIndex {
  objects(): AsyncIterable<IndexedObject>;
  now(): Promise<string>;
  /** The runs that have not ended. Those that stopped beating are ended first. */
  openRuns(): Promise<string[]>;
  /** live -> condemned, stamped with the time. */
  condemn(objectKeys: string[]): Promise<void>;
  /** condemned -> live. */
  revive(objectKeys: string[]): Promise<void>;
  /** condemned -> deleting, where condemned at or before the moment; answers the keys that are `deleting` now. */
  claimDeleting(objectKeys: string[], condemnedBefore: string): Promise<string[]>;
  /** Removes the rows. */
  forget(objectKeys: string[]): Promise<void>;
  /** Which of the keys have a row. */
  holds(objectKeys: string[]): Promise<string[]>;
  /** Enters chunks as live, where neither the key nor the name has a live row; for rebuilding. */
  enter(chunks: StoredChunk[]): Promise<void>;
}

export interface GarbageReport {
  snapshots: number;
  condemned: number;
  revived: number;
  deleted: number;
  deletedBytes: number;
  /** Objects that a manifest uses. */
  kept: number;
  /** True when runs older than the condemnation went on for longer than the patience: what was condemned is deleted by a later collection. */
  isWaiting: boolean;
}

export interface SweepOptions {
  signal?: AbortSignal;
  /** Milliseconds of real time to wait for older runs to end. */
  patience?: number;
}

const BATCH = 500;
const LONGEST_PAUSE = 5 * SECOND;

/** A plan, and what was read to make it. */
export interface GarbageCollection {
  plan: GarbagePlan;
  used: UsedObjects;
}

/**
 * Reads the index, the store and the manifests, in this order, and plans. The order matters: a chunk that a run finishes meanwhile is then at worst taken for garbage that
 * is looked at again before anything is deleted, never for missing from the index's point of view (G2). Throws `object-missing` when one of the
 * `completed` snapshots has no manifest: put back, it would find its chunks gone (G3).
 */
export async function planCollection(
  vault: Vault,
  index: GarbageIndex,
  o: { retired?: readonly string[]; completed?: () => Promise<readonly string[]>; leased?: ReadonlySet<string>; signal?: AbortSignal } = {},
): Promise<GarbageCollection> {
  const { retired = [], completed = async () => [], leased = new Set<string>(), signal } = o;
  const expected = await completed();
  const indexed: IndexedObject[] = [];
  for await (const row of index.objects()) indexed.push(row);
  const stored = new Map<string, number>();
  for await (const { key, size } of vault.access.blobs.list('')) stored.set(key, size);
  const used = new UsedObjects();
  await used.addSnapshots(vault, new Set(retired.filter((id) => !leased.has(id))), signal);
  await refuseWhileLost(expected, completed, used);
  const plan = planGarbage({ retired, leased, used: used.keys, indexed, stored });
  plan.missing = await stillMissing(vault, plan.missing);
  return { plan, used };
}

/** What was deleted, and collected by another, since it was expected is not lost: hence the second question. */
async function refuseWhileLost(expected: readonly string[], completed: () => Promise<readonly string[]>, used: UsedObjects): Promise<void> {
  const isMissing = (key: string) => !used.keys.has(key);
  if (!expected.map(manifestKey).some(isMissing)) return;
  const still = new Set(await completed());
  const lost = expected
    .filter((id) => still.has(id))
    .map(manifestKey)
    .find(isMissing);
  if (lost) throw new Problem('object-missing', [lost], { hint: 'Nothing was removed. Put the object back, or delete its snapshot.' });
}

/** What a snapshot that was finished after the listing uses is not missing. */
async function stillMissing(vault: Vault, keys: string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const key of keys) if ((await vault.access.blobs.stat(key)) === null) missing.push(key);
  return missing;
}

/** Carries the plan out. Safe beside writers, readers and another collection, and to stop at any point: the next collection goes on. */
export async function sweepGarbage(
  vault: Vault,
  index: GarbageIndex,
  { plan, used }: GarbageCollection,
  o: SweepOptions = {},
): Promise<GarbageReport> {
  await vault.access.requireOwnership();
  const report: GarbageReport = {
    snapshots: 0,
    condemned: 0,
    revived: 0,
    deleted: 0,
    deletedBytes: 0,
    kept: plan.kept.objects,
    isWaiting: false,
  };
  for (const id of plan.snapshots.delete) {
    o.signal?.throwIfAborted();
    await vault.deleteSnapshot(id);
    report.snapshots += 1;
  }
  await inBatches(plan.revive, (batch) => index.revive(batch.map(keyOf)));
  report.revived = plan.revive.length;
  for (const batch of batchesOf(plan.forget)) await index.forget(batch);
  await inBatches(plan.unfinished, (batch) => deleteObjects(vault, index, batch, report));
  await inBatches(plan.condemn, (batch) => index.condemn(batch.map(keyOf)));
  report.condemned = plan.condemn.length;
  const doomed = [...plan.condemned, ...plan.condemn];
  if (doomed.length === 0 && plan.orphans.length === 0) return report;
  // Everything doomed was condemned, and every orphan seen, before this moment.
  const moment = await index.now();
  report.isWaiting = !(await runsEnded(index, o));
  if (report.isWaiting) return report;
  // A run that ended meanwhile may have left a manifest that uses what it had claimed before the condemnation (G2).
  await used.addSnapshots(vault, new Set(plan.snapshots.delete), o.signal);
  await inBatches(doomed, (batch) => deleteCondemned(vault, index, batch, { used, moment, report }));
  await inBatches(plan.orphans, (batch) => deleteOrphans(vault, index, batch, { used, report }), o.signal);
  return report;
}

/** Waits for the runs of now by their names, not by when they started: the database's clock may have been set back since. */
async function runsEnded(index: GarbageIndex, { patience = 10 * MINUTE, signal }: SweepOptions): Promise<boolean> {
  const deadline = realMilliseconds() + patience;
  const older = new Set(await index.openRuns());
  const goOn = async () => older.size > 0 && (await index.openRuns()).some((run) => older.has(run));
  for (let wait = 10; await goOn(); wait = Math.min(2 * wait, LONGEST_PAUSE)) {
    if (realMilliseconds() + wait > deadline) return false;
    await pause(wait, signal);
  }
  return true;
}

async function deleteCondemned(
  vault: Vault,
  index: GarbageIndex,
  batch: PlannedObject[],
  { used, moment, report }: { used: UsedObjects; moment: string; report: GarbageReport },
): Promise<void> {
  const inUse = batch.filter((object) => used.keys.has(object.key));
  if (inUse.length > 0) await index.revive(inUse.map(keyOf));
  report.revived += inUse.length;
  const unused = batch.filter((object) => !used.keys.has(object.key));
  const won = new Set(await index.claimDeleting(unused.map(keyOf), moment));
  await deleteObjects(
    vault,
    index,
    unused.filter((object) => won.has(object.key)),
    report,
  );
}

/** The runs that may have written them have ended, so what has no row and no manifest now never will. */
async function deleteOrphans(
  vault: Vault,
  index: GarbageIndex,
  batch: PlannedObject[],
  { used, report }: { used: UsedObjects; report: GarbageReport },
): Promise<void> {
  const entered = new Set(await index.holds(batch.map(keyOf)));
  await deleteObjects(
    vault,
    index,
    batch.filter((object) => !entered.has(object.key) && !used.keys.has(object.key)),
    report,
  );
}

/** Objects first, then their rows: a crash between leaves rows in `deleting`, which the next collection finishes (G5). */
async function deleteObjects(vault: Vault, index: GarbageIndex, objects: PlannedObject[], report: GarbageReport): Promise<void> {
  const { blobs } = vault.access;
  await vault.access.requireOwnership();
  await blobs.deleteAll(objects.map(keyOf));
  await blobs.sync(objects.map(keyOf));
  await index.forget(objects.map(keyOf));
  report.deleted += objects.length;
  report.deletedBytes += objects.reduce((total, { bytes }) => total + bytes, 0);
}

function keyOf(object: PlannedObject): string {
  return object.key;
}

function* batchesOf<T>(items: readonly T[]): Generator<T[]> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
}

async function inBatches(
  objects: readonly PlannedObject[],
  act: (batch: PlannedObject[]) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  for (const batch of batchesOf(objects)) {
    signal?.throwIfAborted();
    await act(batch);
  }
}
