import { inParallel } from '../in-parallel.ts';
import { CollectionsProgress } from './collections-progress.ts';
import { largestFirst, RESTORE } from './each-collection.ts';
import { type Namespace, namespaceText, stagingName, stagingNumber } from './namespaces.ts';
import { worksOf } from './preflight.ts';
import type { RestoreOptions, RestoreProgress } from './restore.ts';
import { type StagingContext, type StagingWork, stageCollection } from './staging.ts';
import type { SwapContext } from './swap.ts';
import type { RegisteredStaging, StagedCollection } from './swap-plan.ts';
import { Target } from './target.ts';
import { RestoreDiffers } from './verification.ts';

/** One piece of work that was done and proven; `proof` is null where the target cannot have it and the user wanted a warning only. */
export type ProvenWork = StagingWork & StagedCollection;

/**
 * Builds everything under staging names and proves it. What an earlier attempt proved, and what still stands at the target, is taken over; its other
 * stagings are dropped. Throws `verification-failed` with every difference when all is built.
 */
export async function stageAll(o: RestoreOptions, target: Target): Promise<ProvenWork[]> {
  const proven = await takeOver(o, target);
  const works = worksOf(o, (n) => proven.get(n)?.name ?? stagingName(o.jobId, o.attempt, n));
  await o.fence();
  const fresh = works.filter((work) => !proven.has(work.source));
  await o.journal.registerStaging(fresh.map((work) => ({ database: work.destination.database, name: work.staging })));
  const context = stagingContext(o, target, works);
  const stage = async (work: StagingWork, _: number, signal: AbortSignal): Promise<ProvenWork> => {
    const before = proven.get(work.source)?.staged;
    if (before) {
      context.onLoaded(work.expected, work.destination);
      context.onProven(work.destination);
    }
    return { ...work, ...(before ?? (await stageAndRecord(o, context, work, signal))) };
  };
  // Views first, for what is unsupported in them costs nothing to see.
  const atOnce = o.atOnce ?? RESTORE;
  const [views = [], collections = []] = [true, false].map((isView) => works.filter((work) => (work.kind === 'view') === isView));
  const seen = await inParallel(atOnce.small, views, stage, o.signal);
  const done = [...seen, ...(await largestFirst(collections, (work) => work.expected.bytes, atOnce, stage, o.signal))];
  const differences = done.flatMap((work) => work.differences);
  if (differences.length > 0) throw new RestoreDiffers(differences);
  return done.sort((a, b) => a.source - b.source);
}

async function stageAndRecord(o: RestoreOptions, context: StagingContext, work: StagingWork, signal: AbortSignal) {
  const staged = await stageCollection(context, work, signal);
  const isWorthIt = work.kind !== 'view' && staged.proof && staged.differences.length === 0;
  if (isWorthIt) await o.journal.recordProof({ database: work.destination.database, name: work.staging }, staged);
  return staged;
}

/** What earlier attempts proved, by its number in the snapshot. */
async function takeOver(o: RestoreOptions, target: Target): Promise<Map<number, { name: string; staged: StagedCollection }>> {
  const taken = new Map<number, { name: string; staged: StagedCollection }>();
  const surplus: RegisteredStaging[] = [];
  for (const [database, registered] of Map.groupBy(await o.journal.registered(), (ns) => ns.database)) {
    const standing = new Map((await target.list(database)).map((c) => [c.name, c]));
    for (const ns of registered) {
      const there = standing.get(ns.name);
      const isSame = there && ns.staged?.proof && there.kind === ns.staged.proof.kind && there.uuid === ns.staged.proof.uuid;
      if (isSame) taken.set(stagingNumber(ns.name), { name: ns.name, staged: ns.staged! });
      else surplus.push(ns);
    }
  }
  await dropAll(o, target, surplus);
  return taken;
}

export function stagingContext(o: Omit<RestoreOptions, 'journal'>, target: Target, works: readonly StagingWork[]): StagingContext {
  const progress: RestoreProgress = {
    phase: 'loading',
    documents: 0,
    bytes: 0,
    totalDocuments: works.reduce((sum, work) => sum + work.expected.documents, 0),
    totalBytes: works.reduce((sum, work) => sum + work.expected.bytes, 0),
  };
  const each = new CollectionsProgress(works);
  const report = () => o.onProgress?.({ ...progress, collections: each.shown() });
  const add = (documents: number, bytes: number, ns: Namespace) => {
    progress.documents += documents;
    progress.bytes += bytes;
    each.add(ns, documents, bytes);
    report();
  };
  return {
    target,
    fence: o.fence,
    documents: (source, options) => o.source.documents(source, options),
    newDigest: o.newDigest,
    onUnsupported: o.onUnsupported ?? 'fail',
    insertsAtOnce: (o.atOnce ?? RESTORE).large,
    onPhase: (phase, ns) => {
      Object.assign(progress, { phase, namespace: namespaceText(ns) });
      each.enter(ns, phase);
      report();
    },
    onLoaded: (run, ns) => add(run.documents, run.bytes, ns),
    onReloaded: (loaded, ns) => add(-loaded.documents, -loaded.bytes, ns),
    onProven: (ns) => {
      each.enter(ns, 'proven');
      report();
    },
  };
}

type Abandoned = Pick<SwapContext, 'deployment' | 'journal' | 'fence' | 'waits' | 'atOnce'>;

/**
 * Removes what an unfinished restore left at the target, for a job that was cancelled or given up; answers false, and does nothing, once the target is
 * being replaced.
 */
export async function abandonRestore(o: Abandoned): Promise<boolean> {
  // A commit whose outcome is unknown may have happened: only the journal knows whether the stagings are still needed.
  if (await o.journal.load()) return false;
  const target = new Target(o.deployment, o.waits);
  await dropAll(o, target, await o.journal.registered());
  await o.journal.finish();
  return true;
}

export async function dropAll(o: Pick<SwapContext, 'fence' | 'atOnce'>, target: Target, list: readonly Namespace[]): Promise<void> {
  await inParallel((o.atOnce ?? RESTORE).small, list, async (ns) => {
    await o.fence();
    await target.drop(ns);
  });
}
