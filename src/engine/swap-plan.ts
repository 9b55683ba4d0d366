import { asideName, type Namespace, namespaceText } from './namespaces.ts';
import { differentOptions } from './specifications.ts';

/**
 * The plan of a swap and, from what is seen at the target, the next step of it. Nothing here talks to a server.
 *
 * What has been done is not read from the journal but from the target itself: staging and aside names belong to one job alone, so the names that
 * exist (and their UUIDs) say where a collection stands, also after a crash between a step and its record. The journal only has to hold the plan
 * and its phase, both durable before the step that they allow.
 */
export interface SwapPlan {
  format: 1;
  jobId: string;
  phase: SwapPhase;
  /** Why it is rolling back. */
  reason?: string;
  /** Whether it replaces all data of the target, not only selected namespaces. */
  everything: boolean;
  moves: Move[];
  /** Views of the target that go: those that the snapshot lacks or defines otherwise. Their definitions are kept for a roll-back. */
  oldViews: ViewDefinition[];
  newViews: ViewDefinition[];
  /** Views of the snapshot that already stand at the target as they shall be: neither way touches them. */
  keptViews: Namespace[];
  expiries: Expiry[];
  /** What must stand at the target in the end; plans of earlier versions lack it. */
  proofs?: Proof[];
  /** What the loading and the verification found, for the report after a resumed swap. */
  restored: RestoredTotals;
}

/** In the journal instead of a plan while a target is changed in place: from then on it is only whole when that is done. */
export interface InPlacePlan {
  format: 1;
  jobId: string;
  phase: 'in-place';
  /** Namespaces (as text) that stood at the target when it began and that the snapshot lacks. */
  removable: string[];
}

/** A collection or view as it must be under its final name; the documents of a collection were proven under this UUID. */
export interface Proof extends Namespace {
  kind: 'collection' | 'view' | 'timeseries';
  uuid?: string;
  /** Extended JSON, as the snapshot has them; what was left out with a warning is not in it. */
  options: string;
  indexes: string[];
  /** Whether the snapshot's has its index on `_id`, which no one builds: a server makes it with the collection. */
  hasIdIndex?: boolean;
}

/**
 * `swapping`: the snapshot is being brought in; the old data may still be put back. `replaced`: everything is in, and what was set aside may be dropped.
 * `rolling-back`: the old data is being put back. `put-back`: all of it is, and the stagings may be dropped.
 */
export type SwapPhase = 'swapping' | 'replaced' | 'rolling-back' | 'put-back';

export interface RestoredTotals {
  collections: number;
  documents: number;
  bytes: number;
  indexes: number;
  /** What the user should know and cannot see. */
  warnings: string[];
}

/** One collection's place at the target: what comes in and what stood there. */
export interface Move extends Namespace {
  number: number;
  /** What comes in; null where the snapshot lacks the collection. */
  staging: { name: string; uuid?: string } | null;
  /** What stood there when the plan was made. */
  old: { uuid?: string } | null;
}

export interface ViewDefinition extends Namespace {
  /** `viewOn`, `pipeline` and perhaps `collation`, as canonical Extended JSON. */
  options: string;
}

/**
 * A time to live that is set once everything is in: an index's by `collMod`, or by building it anew where the server cannot, or a clustered collection's.
 * `specification` (Extended JSON) holds `expireAfterSeconds`, and all of an index.
 */
export type Expiry = Namespace &
  ({ kind: 'index'; how: 'collMod' | 'rebuild'; specification: string } | { kind: 'collection'; specification: string });

/** What came of building one collection under its staging name. */
export interface StagedCollection {
  /** Null where the target cannot have it, and the user wanted a warning only. */
  proof: Proof | null;
  expiries: Expiry[];
  warnings: string[];
  /** Between its documents and the snapshot's. */
  differences: string[];
}

/** `staged`: it is whole and was proven; the next attempt need not build it again. */
export type RegisteredStaging = Namespace & { staged?: StagedCollection };

/** The journal of a swap; every method's effect is durable when it resolves, and refuses (throws) when the job has another worker by now. */
export interface SwapJournal {
  /** Called before the collections are created, with all their names. */
  registerStaging(namespaces: readonly Namespace[]): Promise<void>;
  /** What this job registered in this and earlier attempts and has not finished. */
  registered(): Promise<RegisteredStaging[]>;
  recordProof(staging: Namespace, staged: StagedCollection): Promise<void>;
  load(): Promise<SwapPlan | InPlacePlan | null>;
  commit(plan: SwapPlan | InPlacePlan): Promise<void>;
  advance(change: { phase: SwapPhase; reason?: string }): Promise<void>;
  /** Forgets the plan and the registered names: nothing of them is left at the target. */
  finish(): Promise<void>;
}

/** What exists now under the three names of a move. */
export interface Seen {
  staging: SeenCollection | null;
  target: SeenCollection | null;
  aside: SeenCollection | null;
}

export interface SeenCollection {
  kind: 'collection' | 'view' | 'timeseries';
  uuid?: string;
}

export type Step =
  | { kind: 'done' }
  | { kind: 'rename'; from: string; to: string }
  /** The same, over a collection that somebody made while the swap had the name free. */
  | { kind: 'rename-over-newcomer'; from: string; to: string }
  | { kind: 'drop-view' }
  | { kind: 'lost'; what: string };

const DONE: Step = { kind: 'done' };

export interface PlanInput {
  jobId: string;
  staged: (Namespace & { staging: { name: string; uuid?: string } })[];
  newViews: ViewDefinition[];
  /** What stands at the target now, of the namespaces that this restore may touch. */
  target: (Namespace & SeenCollection & { options: string })[];
  everything: boolean;
  /** Namespaces (as text) that may be removed because the snapshot lacks them. */
  removable: ReadonlySet<string>;
  expiries: Expiry[];
  proofs: Proof[];
  restored: RestoredTotals;
}

export function planSwap(input: PlanInput): SwapPlan {
  const stagedNames = new Set(input.staged.map(namespaceText));
  const viewOptions = new Map(input.newViews.map((view) => [namespaceText(view), view.options]));
  const standing = new Map(input.target.filter((c) => c.kind !== 'view').map((c) => [namespaceText(c), c]));
  const moves: Move[] = input.staged.map((c, number) => {
    const old = standing.get(namespaceText(c));
    return { number, database: c.database, name: c.name, staging: c.staging, old: old ? { uuid: old.uuid } : null };
  });
  for (const [text, c] of standing) {
    // A view of the snapshot takes the place of a collection, too.
    if (stagedNames.has(text) || !(input.removable.has(text) || viewOptions.has(text))) continue;
    moves.push({ number: moves.length, database: c.database, name: c.name, staging: null, old: { uuid: c.uuid } });
  }
  const isKept = (c: Namespace & SeenCollection & { options: string }) => {
    const wanted = viewOptions.get(namespaceText(c));
    return c.kind === 'view' && wanted !== undefined && differentOptions(wanted, c.options).length === 0;
  };
  const keptViews = input.target.filter(isKept).map(({ database, name }) => ({ database, name }));
  const kept = new Set(keptViews.map(namespaceText));
  const oldViews = input.target.filter((c) => {
    const text = namespaceText(c);
    return c.kind === 'view' && !kept.has(text) && (stagedNames.has(text) || viewOptions.has(text) || input.removable.has(text));
  });
  return {
    format: 1,
    jobId: input.jobId,
    phase: 'swapping',
    everything: input.everything,
    moves,
    oldViews: oldViews.map(({ database, name, options }) => ({ database, name, options })),
    newViews: input.newViews.filter((view) => !kept.has(namespaceText(view))),
    keptViews,
    expiries: input.expiries,
    proofs: input.proofs,
    restored: input.restored,
  };
}

/** Newcomers' asides have numbers that no move has. */
export const NEWCOMERS_FROM = 1_000_000;

export function asideOf(plan: Pick<SwapPlan, 'jobId'>, move: Move): string {
  return asideName(plan.jobId, move.number);
}

/** What there is after a rename that happened. */
export function seenAfter(plan: Pick<SwapPlan, 'jobId'>, move: Move, seen: Seen, { from, to }: { from: string; to: string }): Seen {
  const place = (name: string): keyof Seen => (name === move.name ? 'target' : name === asideOf(plan, move) ? 'aside' : 'staging');
  return { ...seen, [place(from)]: null, [place(to)]: seen[place(from)] };
}

/** The next step that brings the snapshot's collection in, or takes away one that the snapshot lacks. */
export function nextStep(plan: Pick<SwapPlan, 'jobId'>, move: Move, seen: Seen): Step {
  const aside = asideOf(plan, move);
  if (!move.staging) return nextRemoval(move, seen, aside);
  if (!seen.staging) {
    if (seen.target && isSame(seen.target, move.staging)) return DONE;
    return { kind: 'lost', what: `the staging collection of ${namespaceText(move)} is gone` };
  }
  if (seen.target?.kind === 'view') return { kind: 'drop-view' };
  if (seen.target && !seen.aside) return { kind: 'rename', from: move.name, to: aside };
  return { kind: seen.target ? 'rename-over-newcomer' : 'rename', from: move.staging.name, to: move.name };
}

/** One that appeared after the plan was made, or in the place of one that was set aside, is not ours to take away. */
function nextRemoval(move: Move, seen: Seen, aside: string): Step {
  if (!seen.target || seen.target.kind === 'view' || seen.aside || !isSame(seen.target, move.old ?? {})) return DONE;
  return { kind: 'rename', from: move.name, to: aside };
}

/** The next step that puts the old collection back in its place, or leaves none where none was. */
export function nextStepBack(plan: Pick<SwapPlan, 'jobId'>, move: Move, seen: Seen): Step {
  const isOurs = move.staging && !seen.staging && seen.target?.kind === 'collection' && isSame(seen.target, move.staging);
  const mustReturn = isOurs && (seen.aside || !move.old);
  if (mustReturn) return { kind: 'rename', from: move.name, to: move.staging!.name };
  if (!seen.aside) return DONE;
  if (seen.target?.kind === 'view') return { kind: 'drop-view' };
  return { kind: seen.target ? 'rename-over-newcomer' : 'rename', from: asideOf(plan, move), to: move.name };
}

/** Where the server gives no UUIDs, the names alone decide. */
function isSame(seen: SeenCollection, expected: { uuid?: string }): boolean {
  return !seen.uuid || !expected.uuid || seen.uuid === expected.uuid;
}
