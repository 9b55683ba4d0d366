import { isProblem, messageOf, Problem } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import { largestFirst, RESTORE } from './each-collection.ts';
import { engineError, Interrupted } from './errors.ts';
import { differencesAt } from './final-check.ts';
import { namespaceText, stagingName } from './namespaces.ts';
import { preflight, standingAt, worksOf } from './preflight.ts';
import { type RestoreOptions, type RestoreReport, removesTheRest } from './restore.ts';
import { abandonUnlessContinued, totalsOf } from './staged-restore.ts';
import { probeCollection, type StagingContext, type StagingWork, stageCollection } from './staging.ts';
import { abandonRestore, dropAll, type ProvenWork, stagingContext } from './stagings.ts';
import { setExpiry } from './swap.ts';
import type { InPlacePlan } from './swap-plan.ts';
import { Target } from './target.ts';
import { RestoreDiffers } from './verification.ts';

const NOT_PROTECTED = 'The restore was made in place: until it was done, the target was neither as before nor as the snapshot.';
const UNSHARDED = 'The target is sharded and the restored collections are not: shard them anew where that is wanted.';

/**
 * Restores a snapshot over what stands at the target, one collection after the other dropped and built anew: for what no server renames (time series,
 * encrypted collections, sharded clusters), and where there is no room for a copy. Everything is proven as in a staged restore, but afterwards. That the target
 * takes all features is tried before anything is dropped. From the journal's entry on, a failure leaves the target between old and new (`partially-replaced`),
 * and the same call begins the loading anew.
 */
export async function restoreInPlace(o: RestoreOptions): Promise<RestoreReport> {
  const target = new Target(o.deployment, o.waits);
  const works = worksOf(o, (_, destination) => destination.name);
  const plan = (await begunBefore(o)) ?? (await begin(o, target, works));
  try {
    const report = await replaceAll(o, target, works, plan);
    await o.fence();
    await o.journal.finish();
    return report;
  } catch (error) {
    throw partially(o, engineError(error, 'for the restore'));
  }
}

async function begunBefore(o: RestoreOptions): Promise<InPlacePlan | null> {
  const plan = await o.journal.load();
  return plan?.phase === 'in-place' ? plan : null;
}

/** All that can be found out while the target is still as it was; the last thing it does is to write down that it will not be for long. */
async function begin(o: RestoreOptions, target: Target, works: readonly StagingWork[]): Promise<InPlacePlan> {
  try {
    await abandonRestore(o);
    const standing = await preflight({ ...o, mode: 'in-place' });
    if (o.onUnsupported !== 'warn') await probe(o, target);
    o.signal?.throwIfAborted();
    const destinations = new Set(works.map((work) => namespaceText(work.destination)));
    const removable = removesTheRest(o) ? standing.map(namespaceText).filter((text) => !destinations.has(text)) : [];
    const plan: InPlacePlan = { format: 1, jobId: o.jobId, phase: 'in-place', removable };
    await o.fence();
    await o.journal.commit(plan);
    return plan;
  } catch (error) {
    await abandonUnlessContinued(o, error);
    throw engineError(error, 'for the restore');
  }
}

/** Creates everything empty under staging names, and drops it: every feature that the target lacks, in one problem. */
async function probe(o: RestoreOptions, target: Target): Promise<void> {
  const works = worksOf(o, (n) => stagingName(o.jobId, o.attempt, n));
  const context = { ...stagingContext(o, target, []), onUnsupported: 'fail' as const };
  await o.fence();
  await o.journal.registerStaging(works.map((work) => ({ database: work.destination.database, name: work.staging })));
  const found = await inParallel(
    (o.atOnce ?? RESTORE).small,
    works,
    async (work) => {
      o.onProgress?.({ ...EMPTY, phase: 'probing', namespace: namespaceText(work.destination) });
      return probeCollection(context, work).then(
        () => [],
        (error) => (isProblem(error, 'unsupported-feature') ? [error.parameters[0]!] : Promise.reject(error)),
      );
    },
    o.signal,
  );
  const unsupported = found.flat();
  if (unsupported.length > 0) throw new Problem('unsupported-feature', [unsupported.join('; ')]);
}

const EMPTY = { documents: 0, bytes: 0, totalDocuments: 0, totalBytes: 0 };

async function replaceAll(o: RestoreOptions, target: Target, works: readonly StagingWork[], plan: InPlacePlan): Promise<RestoreReport> {
  const standing = new Map((await standingAt(o.deployment)).map((c) => [namespaceText(c), c]));
  const surplus = plan.removable.flatMap((text) => standing.get(text) ?? []);
  await dropAll(o, target, surplus);
  const context = stagingContext(o, target, works);
  const signal = uncancelled(o.signal);
  const atOnce = o.atOnce ?? RESTORE;
  const build = (work: StagingWork, _: number, stop: AbortSignal) => rebuild(o, target, context, work, stop);
  const collections = works.filter((work) => work.kind !== 'view');
  const views = works.filter((work) => work.kind === 'view');
  const done = [
    ...(await largestFirst(collections, (work) => work.expected.bytes, atOnce, build, signal)),
    ...(await inParallel(atOnce.small, views, build, signal)),
  ];
  const differences = done.flatMap((work) => work.differences);
  differences.push(
    ...(await differencesAt(
      target,
      done.flatMap((work) => work.proof ?? []),
    )),
  );
  if (differences.length > 0) throw new RestoreDiffers(differences);
  const totals = totalsOf(o, done);
  const warnings = [...totals.warnings, NOT_PROTECTED, ...(o.deployment.topology === 'sharded' ? [UNSHARDED] : [])];
  return { ...totals, warnings, removed: surplus.map(namespaceText).sort(), appeared: [], discarded: [] };
}

async function rebuild(
  o: RestoreOptions,
  target: Target,
  context: StagingContext,
  work: StagingWork,
  signal: AbortSignal,
): Promise<ProvenWork> {
  await o.fence();
  await target.drop(work.destination);
  const built = await stageCollection(context, work, signal);
  for (const expiry of built.expiries) {
    await o.fence();
    await setExpiry(target, expiry);
  }
  return { ...work, ...built };
}

/** A user's cancelling no longer counts, a worker's end does. */
function uncancelled(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (!signal) return undefined;
  const other = new AbortController();
  const pass = () => isProblem(signal.reason, 'cancelled') || other.abort(signal.reason);
  if (signal.aborted) pass();
  else signal.addEventListener('abort', pass, { once: true });
  return other.signal;
}

/** What may pass is tried again by the next attempt; a difference speaks for itself. */
function partially(o: RestoreOptions, error: unknown): unknown {
  const hint =
    'The target was restored in place and is now as the restore left it. A safety snapshot brings back what stood there: `npx lifeboat restores undo`.';
  if (error instanceof RestoreDiffers) return new RestoreDiffers(error.differences, { hint });
  if (error instanceof Interrupted || !isProblem(error)) return error;
  return new Problem('partially-replaced', [messageOf(error), o.jobId], { cause: error, hint });
}
