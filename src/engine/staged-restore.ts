import type { DocumentRun } from '../bson/documents.ts';
import { parseExtendedJson } from '../bson/extended-json.ts';
import { Problem } from '../errors.ts';
import { type CollectionKind, type Listed, listCollections, listDatabases } from './catalog.ts';
import type { Deployment } from './deployment.ts';
import { engineError } from './errors.ts';
import { inParallel } from './in-parallel.ts';
import type { NamespaceSelection } from './namespace-selection.ts';
import { isOwnCollection, isSystemCollection, type Namespace, namespaceText, SYSTEM_JS, stagingName } from './namespaces.ts';
import { type StagedCollection, type StagingContext, type StagingWork, stageCollection, stageView } from './staging.ts';
import { carryOutSwap, type SwapContext, type SwapOutcome } from './swap.ts';
import { planSwap, type RestoredTotals, type SwapPlan } from './swap-plan.ts';
import { Target } from './target.ts';
import type { CollectionDigest, Digest } from './verification.ts';

/** The snapshot, as the restore needs it. */
export interface RestoreSource {
  collections: readonly SourceCollection[];
  /** The documents of collection number `n`, checked against the vault's own hashes. */
  documents(n: number, o: { signal: AbortSignal }): AsyncIterable<DocumentRun>;
}

export interface SourceCollection {
  database: string;
  name: string;
  kind: CollectionKind;
  /** Canonical Extended JSON, as {@link CatalogCollection} has it. */
  options: string;
  indexes: readonly string[];
  /** What its documents add up to; of a view, nothing. */
  expected: CollectionDigest;
}

export interface RestoreProgress {
  phase: string;
  namespace?: string;
  documents: number;
  bytes: number;
  totalDocuments: number;
  totalBytes: number;
}

export interface ResumeOptions extends Omit<SwapContext, 'onProgress'> {
  /** Turns a roll-back around: what a user asks for who has mended its reason. */
  forward?: boolean;
  onProgress?: (progress: RestoreProgress) => void;
}

export interface RestoreOptions extends ResumeOptions {
  source: RestoreSource;
  /** 24 hexadecimal digits. */
  jobId: string;
  attempt: number;
  /** The digest under the snapshot's vault secret. */
  newDigest: () => Digest;
  selection: NamespaceSelection;
  /** `x.y.z` of the snapshot; the target must have the same major version. */
  mongodbVersion?: string;
  /** Cancels until the swap is committed; after that it is not looked at. */
  signal?: AbortSignal;
  /** Collections at once, and inserts at once into each (4). */
  parallelism?: number;
}

/** What was done; the counts are of what was loaded, read back and found equal. */
export interface RestoreReport extends RestoredTotals, SwapOutcome {}

/**
 * Restores a snapshot without touching what stands at the target before every collection is loaded, indexed and proven next to it; then swaps.
 * Until the swap is committed to the journal, any failure and the signal leave the target as it was. A swap that an earlier attempt committed
 * is carried on. Throws the problems of docs/restore-rules.md, or `Interrupted` when the reason may pass: then call again with the next attempt.
 */
export async function restoreStaged(o: RestoreOptions): Promise<RestoreReport> {
  const resumed = await resumeSwap(o);
  if (resumed) return resumed;
  const target = new Target(o.deployment, o.waits);
  await dropRegistered(o, target);
  const standing = await preflight(o);
  const works = worksOf(o);
  let plan: SwapPlan;
  try {
    plan = await stageAll(o, target, works, standing);
    o.signal?.throwIfAborted();
    await o.fence();
    await o.journal.commit(plan);
  } catch (error) {
    // A commit whose outcome is unknown may have happened: only the journal knows whether the stagings are still needed.
    await abandon(o, target);
    throw engineError(error, 'for the restore');
  }
  return { ...plan.restored, ...(await carryOutSwap(swapContext(o, plan), plan)) };
}

/** Carries on with a committed swap; null when there is none. */
export async function resumeSwap(o: ResumeOptions): Promise<RestoreReport | null> {
  const plan = await o.journal.load();
  if (!plan) return null;
  return { ...plan.restored, ...(await carryOutSwap(swapContext(o, plan), plan, { forward: o.forward })) };
}

/** Removes what an unfinished restore left at the target, unless its swap is committed (then it answers false): for a job that was cancelled or given up. */
export async function abandonRestore(o: Pick<SwapContext, 'deployment' | 'journal' | 'fence' | 'waits'>): Promise<boolean> {
  if (await o.journal.load()) return false;
  await dropRegistered(o, new Target(o.deployment, o.waits));
  await o.journal.finish();
  return true;
}

function swapContext(o: ResumeOptions, plan: SwapPlan): SwapContext {
  const { documents, bytes } = plan.restored;
  const totals = { documents, bytes, totalDocuments: documents, totalBytes: bytes };
  const { deployment, journal, fence, waits } = o;
  return { deployment, journal, fence, waits, onProgress: (progress) => o.onProgress?.({ ...progress, ...totals }) };
}

/** Refuses what cannot be restored in this way before anything is written; answers with what stands at the target. */
async function preflight(o: RestoreOptions): Promise<Listed[]> {
  const { deployment, mongodbVersion } = o;
  if (deployment.topology === 'sharded') throw new Problem('incompatible-topology', [deployment.address]);
  const major = mongodbVersion?.split('.').slice(0, 2).join('.');
  if (major && major !== deployment.majorVersion) throw new Problem('version-mismatch', [major, deployment.majorVersion]);
  const chosen = o.source.collections.filter((c) => o.selection.target(c));
  if (!o.selection.everything && chosen.length === 0)
    throw new Problem('invalid-value', ['nsInclude', 'it fits no namespace of the snapshot']);
  for (const c of chosen) refuseUnstageable(c);
  const standing = await standingAt(deployment);
  const inTheWay = standing.find((c) => c.kind === 'timeseries' && (o.selection.everything || chosen.some((one) => isAt(o, one, c))));
  if (inTheWay)
    throw new Problem('unsupported-feature', [
      `setting aside the time series collection ${namespaceText(inTheWay)}, which stands at the target`,
    ]);
  return standing;
}

function isAt(o: RestoreOptions, c: SourceCollection, place: Namespace): boolean {
  const destination = o.selection.target(c);
  return destination?.database === place.database && destination.name === place.name;
}

function refuseUnstageable(c: SourceCollection): void {
  const isEncrypted = parseExtendedJson(c.options).encryptedFields !== undefined;
  if (c.kind !== 'timeseries' && !isEncrypted) return;
  const kind = isEncrypted ? 'encrypted' : 'time series';
  const hint =
    'No server renames such a collection into place. Leave it out with nsExclude, and load it from the download with mongorestore.';
  throw new Problem('unsupported-feature', [`a staged restore of the ${kind} collection ${namespaceText(c)}`], { hint });
}

/** What the users have at the target. */
async function standingAt(d: Deployment): Promise<Listed[]> {
  try {
    const listed: Listed[] = [];
    for (const database of await listDatabases(d)) listed.push(...(await listCollections(d, database)));
    return listed.filter((c) => !isSystemCollection(c.name) && !isOwnCollection(c.name) && c.name !== SYSTEM_JS);
  } catch (error) {
    throw engineError(error, 'for the collections of the target');
  }
}

function worksOf(o: RestoreOptions): (StagingWork & { kind: CollectionKind })[] {
  const taken = new Map<string, string>();
  return o.source.collections.flatMap((c, source) => {
    const destination = o.selection.target(c);
    if (!destination || c.name === SYSTEM_JS) return [];
    const text = namespaceText(destination);
    const other = taken.get(text);
    if (other) throw new Problem('invalid-value', ['nsTo', `${other} and ${namespaceText(c)} would both become ${text}`]);
    taken.set(text, namespaceText(c));
    const staging = stagingName(o.jobId, o.attempt, source);
    return [{ source, destination, staging, kind: c.kind, options: c.options, indexes: c.indexes, expected: c.expected }];
  });
}

async function stageAll(
  o: RestoreOptions,
  target: Target,
  works: (StagingWork & { kind: CollectionKind })[],
  before: Listed[],
): Promise<SwapPlan> {
  const views = works.filter((work) => work.kind === 'view');
  // The largest first: the last one to end decides how long it takes.
  const collections = works.filter((work) => work.kind !== 'view').sort((a, b) => b.expected.bytes - a.expected.bytes);
  await o.fence();
  await o.journal.registerStaging(works.map((work) => ({ database: work.destination.database, name: work.staging })));
  const context = stagingContext(o, target, collections);
  for (const work of views) await stageView(context, work);
  const staged = await inParallel(o.parallelism ?? 4, collections, (work, _, signal) => stageCollection(context, work, signal), o.signal);
  const now = await standingAt(o.deployment);
  return planSwap({
    jobId: o.jobId,
    everything: o.selection.everything,
    staged: collections.map((work, n) => ({ ...work.destination, staging: { name: work.staging, uuid: staged[n]!.uuid } })),
    newViews: views.map((work) => ({ ...work.destination, options: work.options })),
    target: now,
    // What came to be since the restore began is not the snapshot's to remove.
    removable: new Set(o.selection.everything ? before.map(namespaceText) : []),
    expiries: staged.flatMap((one) => one.expiries),
    restored: totalsOf(o, works, staged),
  });
}

function totalsOf(o: RestoreOptions, works: readonly StagingWork[], staged: readonly StagedCollection[]): RestoredTotals {
  const left = o.source.collections.filter((c) => c.name === SYSTEM_JS && o.selection.target(c));
  return {
    collections: works.length,
    documents: works.reduce((sum, work) => sum + work.expected.documents, 0),
    bytes: works.reduce((sum, work) => sum + work.expected.bytes, 0),
    indexes: staged.reduce((sum, one) => sum + one.indexes, 0),
    warnings: left.map((c) => `${namespaceText(c)} was not restored: servers let nobody rename it into place`),
  };
}

function stagingContext(o: RestoreOptions, target: Target, works: readonly StagingWork[]): StagingContext {
  const progress: RestoreProgress = {
    phase: 'loading',
    documents: 0,
    bytes: 0,
    totalDocuments: works.reduce((sum, work) => sum + work.expected.documents, 0),
    totalBytes: works.reduce((sum, work) => sum + work.expected.bytes, 0),
  };
  const add = (documents: number, bytes: number) => {
    progress.documents += documents;
    progress.bytes += bytes;
    o.onProgress?.({ ...progress });
  };
  return {
    target,
    fence: o.fence,
    documents: (source, options) => o.source.documents(source, options),
    newDigest: o.newDigest,
    insertsAtOnce: o.parallelism ?? 4,
    onPhase: (phase, ns) => {
      Object.assign(progress, { phase, namespace: namespaceText(ns) });
      o.onProgress?.({ ...progress });
    },
    onLoaded: (run) => add(run.documents, run.bytes.length),
    onReloaded: (loaded) => add(-loaded.documents, -loaded.bytes),
  };
}

async function abandon(o: RestoreOptions, target: Target): Promise<void> {
  try {
    if (await o.journal.load()) return;
    await dropRegistered(o, target);
    await o.journal.finish();
  } catch {
    // What made the restore fail is what the user has to know. The names stay registered: whoever takes the job next drops them.
  }
}

async function dropRegistered(o: Pick<SwapContext, 'journal' | 'fence'>, target: Target): Promise<void> {
  for (const ns of await o.journal.registered()) {
    await o.fence();
    await target.drop(ns);
  }
}
