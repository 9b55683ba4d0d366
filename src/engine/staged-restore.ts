import type { Listed } from './catalog.ts';
import { engineError } from './errors.ts';
import { namespaceText } from './namespaces.ts';
import { leftOut, preflight, standingAt } from './preflight.ts';
import { type RestoreOptions, type RestoreReport, type ResumeOptions, removesTheRest } from './restore.ts';
import { abandonRestore, type ProvenWork, stageAll } from './stagings.ts';
import { carryOutSwap, type SwapContext } from './swap.ts';
import { planSwap, type RestoredTotals, type SwapPlan } from './swap-plan.ts';
import { Target } from './target.ts';

/**
 * Restores a snapshot without touching what stands at the target before every collection is loaded, indexed and proven next to it; then swaps.
 * Until the swap is committed to the journal, any failure and the signal leave the target as it was. A swap that an earlier attempt committed
 * is carried on. Throws the problems of docs/restore-rules.md, or `Interrupted` when the reason may pass: then call again with the next attempt.
 */
export async function restoreStaged(o: RestoreOptions): Promise<RestoreReport> {
  const resumed = await resumeSwap(o);
  if (resumed) return resumed;
  const target = new Target(o.deployment, o.waits);
  let plan: SwapPlan;
  try {
    const standing = await preflight({ ...o, mode: 'staged' });
    plan = await planOf(o, await stageAll(o, target), standing);
    o.signal?.throwIfAborted();
    await o.fence();
    await o.journal.commit(plan);
  } catch (error) {
    await abandonUnlessContinued(o, error);
    throw engineError(error, 'for the restore');
  }
  return { ...plan.restored, ...(await carryOutSwap(swapContext(o, plan), plan)) };
}

/** Carries on with a committed swap; null when there is none. */
export async function resumeSwap(o: ResumeOptions): Promise<RestoreReport | null> {
  const plan = await o.journal.load();
  if (!plan || plan.phase === 'in-place') return null;
  return { ...plan.restored, ...(await carryOutSwap(swapContext(o, plan), plan, { forward: o.forward })) };
}

function swapContext(o: ResumeOptions, plan: SwapPlan): SwapContext {
  const { documents, bytes } = plan.restored;
  const totals = { documents, bytes, totalDocuments: documents, totalBytes: bytes };
  const { deployment, journal, fence, waits, atOnce } = o;
  return { deployment, journal, fence, waits, atOnce, onProgress: (progress) => o.onProgress?.({ ...progress, ...totals }) };
}

async function planOf(o: RestoreOptions, works: readonly ProvenWork[], before: readonly Listed[]): Promise<SwapPlan> {
  const proven = works.filter((work) => work.proof !== null);
  const collections = proven.filter((work) => work.kind !== 'view');
  const views = proven.filter((work) => work.kind === 'view');
  return planSwap({
    jobId: o.jobId,
    everything: removesTheRest(o),
    staged: collections.map((work) => ({ ...work.destination, staging: { name: work.staging, uuid: work.proof!.uuid } })),
    newViews: views.map((work) => ({ ...work.destination, options: work.options })),
    target: await standingAt(o.deployment),
    // What came to be since the restore began is not the snapshot's to remove.
    removable: new Set(removesTheRest(o) ? before.map(namespaceText) : []),
    expiries: proven.flatMap((work) => work.expiries),
    proofs: proven.map((work) => work.proof!),
    restored: totalsOf(o, works),
  });
}

export function totalsOf(o: RestoreOptions, works: readonly ProvenWork[]): RestoredTotals {
  const proven = works.filter((work) => work.proof !== null);
  return {
    collections: proven.length,
    documents: proven.reduce((sum, work) => sum + work.expected.documents, 0),
    bytes: proven.reduce((sum, work) => sum + work.expected.bytes, 0),
    indexes: proven.reduce((sum, work) => sum + work.proof!.indexes.length, 0),
    warnings: [...works.flatMap((work) => work.warnings), ...leftOut(o)],
  };
}

/** Leaves what is proven for the next attempt, where there will be one; else the target is as it was. */
export async function abandonUnlessContinued(o: RestoreOptions, error: unknown): Promise<void> {
  if (o.mayContinue?.(error)) return;
  try {
    await abandonRestore(o);
  } catch {
    // What made the restore fail is what the user has to know. The names stay registered: whoever takes the job next drops them.
  }
}
