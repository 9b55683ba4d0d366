import { parseExtendedJson } from '../bson/extended-json.ts';
import { isProblem, Problem } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import { type Listed, listDatabases } from './catalog.ts';
import type { Deployment } from './deployment.ts';
import { type AtOnce, RESTORE } from './each-collection.ts';
import { differencesAt } from './final-check.ts';
import { asideName, isOwnCollection, isSystemCollection, type Namespace, namespaceText, SYSTEM_JS } from './namespaces.ts';
import { differentOptions } from './specifications.ts';
import {
  asideOf,
  type Expiry,
  type Move,
  NEWCOMERS_FROM,
  nextStep,
  nextStepBack,
  type Seen,
  type Step,
  type SwapJournal,
  type SwapPlan,
  seenAfter,
  type ViewDefinition,
} from './swap-plan.ts';
import { Target } from './target.ts';
import { RestoreDiffers } from './verification.ts';

export interface SwapContext {
  deployment: Deployment;
  journal: SwapJournal;
  /** Called before every step; throws when this worker no longer owns the job. */
  fence: () => Promise<void>;
  onProgress?: (progress: { phase: string; namespace?: string }) => void;
  /** Waits between attempts at one step, for tests. */
  waits?: readonly number[];
  atOnce?: AtOnce;
}

export interface SwapOutcome {
  /** Collections that the snapshot lacks and that were removed. */
  removed: string[];
  /** Collections that are not in the snapshot and came to be while the restore ran: left alone. */
  appeared: string[];
  /** Collections that were made anew by somebody in the very place of one being replaced; removed with the old data. */
  discarded: string[];
}

/** A step that somebody else keeps undoing (an application that creates the collection again and again) is given up after so many rounds. */
const ROUNDS = 100;
const DATABASES_AT_ONCE = 8;

/**
 * Carries out the journalled plan, from wherever it stands: the same call begins a swap and takes it up after a crash. A transient failure
 * throws `Interrupted`: call again. A refusal rolls back, and throws what the refusal was; where that is refused too, it throws
 * `partially-replaced`, and the journal stays for the next call. `forward` turns a roll-back around.
 */
export async function carryOutSwap(context: SwapContext, plan: SwapPlan, o: { forward?: boolean } = {}): Promise<SwapOutcome> {
  const swap = new Swap(context, plan);
  if (o.forward && plan.phase === 'rolling-back') await swap.enter('swapping');
  if (plan.phase === 'swapping') await swap.forwardOrBack();
  if (plan.phase !== 'replaced') throw await swap.back(new Problem('mongodb-failed', ['the swap', plan.reason ?? 'no reason was kept']));
  // Before the clean-up: once the plan is forgotten, a failure would begin the whole restore anew.
  const outcome = await swap.outcome();
  await swap.cleanUp();
  return outcome;
}

class Swap {
  readonly #context: SwapContext;
  readonly #plan: SwapPlan;
  readonly #target: Target;
  readonly #discarded: string[] = [];

  constructor(context: SwapContext, plan: SwapPlan) {
    this.#context = context;
    this.#plan = plan;
    this.#target = new Target(context.deployment, context.waits);
  }

  /**
   * Several at once: no two touch the same names. A refusal is what makes it turn back, so it counts only when nothing else went wrong: an interruption leaves it open
   * whether that step happens yet.
   */
  async #each<T>(items: readonly T[], step: (item: T) => Promise<void>): Promise<void> {
    const failures: unknown[] = [];
    const noted = (item: T) =>
      step(item).catch((error) => {
        failures.push(error);
        throw error;
      });
    await inParallel((this.#context.atOnce ?? RESTORE).small, items, noted).catch((first) => {
      throw failures.find((error) => !isProblem(error)) ?? first;
    });
  }

  async enter(phase: SwapPlan['phase'], reason?: string): Promise<void> {
    await this.#context.fence();
    await this.#context.journal.advance({ phase, reason });
    this.#plan.phase = phase;
    this.#plan.reason = reason;
  }

  async forwardOrBack(): Promise<void> {
    try {
      await this.#each(this.#plan.oldViews, (view) => this.#dropView(view));
      await this.#each(this.#plan.moves, (move) => this.#carryOut(move, nextStep));
      await this.#each(this.#plan.newViews, (view) => this.#placeView(view));
      await this.#each(this.#plan.expiries, (expiry) => this.#setExpiry(expiry));
      await this.#prove();
    } catch (error) {
      if (!isProblem(error, 'mongodb-failed', 'verification-failed')) throw error;
      await this.enter('rolling-back', error.parameters.join(': '));
      throw await this.back(error);
    }
    await this.enter('replaced');
  }

  /** The last look before what was set aside may go: what stands under the final names is what was proven under the staging names. */
  async #prove(): Promise<void> {
    this.#report('proving');
    const differences = await differencesAt(this.#target, this.#plan.proofs ?? []);
    if (differences.length > 0) throw new RestoreDiffers(differences);
  }

  /** Puts everything back and answers with what to throw: `cause` when the target is as it was. */
  async back(cause: Problem): Promise<unknown> {
    try {
      if (this.#plan.phase === 'rolling-back') {
        await this.#each(this.#plan.newViews, (view) => this.#dropView(view, this.#plan.oldViews));
        await this.#each([...this.#plan.moves].reverse(), (move) => this.#carryOut(move, nextStepBack));
        await this.#each(this.#plan.oldViews, (view) => this.#placeView(view));
        await this.enter('put-back', this.#plan.reason);
      }
      await this.cleanUp();
      return cause;
    } catch (error) {
      if (!isProblem(error, 'mongodb-failed') || this.#isPutBack()) return error;
      return new Problem('partially-replaced', [`${await this.#standing()} (${cause.message})`, this.#plan.jobId], { cause: error });
    }
  }

  #isPutBack(): boolean {
    return this.#plan.phase === 'put-back';
  }

  /** Drops what was set aside and what is left of the stagings, then forgets the plan: the job's last state is written after this. */
  async cleanUp(): Promise<void> {
    this.#report('cleaning');
    const mine = this.#ownNames();
    const surplus = (await this.#listAll(this.#databases())).filter(({ name }) => mine.test(name));
    await this.#each(surplus, async (ns) => {
      await this.#context.fence();
      await this.#dropSurplus(ns);
    });
    await this.#context.fence();
    await this.#context.journal.finish();
  }

  async #dropSurplus(ns: Namespace): Promise<void> {
    try {
      await this.#target.drop(ns);
    } catch (error) {
      if (!isProblem(error, 'mongodb-failed')) throw error;
      const standing =
        this.#plan.phase === 'replaced' ? 'All data is replaced; only what was set aside is still there.' : 'The target is as it was.';
      const hint = `${standing} \`npx lifeboat restores resume CLUSTER ${this.#plan.jobId}\` removes the rest once it may.`;
      throw new Problem('mongodb-failed', error.parameters, { cause: error.cause, hint });
    }
  }

  /** Asides and stagings of this job and no other; only after a complete swap or roll-back is every one of them surplus. */
  #ownNames(): RegExp {
    return new RegExp(`^lb_[so]_${this.#plan.jobId}_[0-9_]+$`);
  }

  async outcome(): Promise<SwapOutcome> {
    const { moves, oldViews, newViews, keptViews } = this.#plan;
    const gone = [...moves.filter((move) => !move.staging), ...oldViews].map(namespaceText);
    const restored = new Set([...moves.filter((move) => move.staging), ...newViews, ...keptViews].map(namespaceText));
    const databases = this.#plan.everything ? await listDatabases(this.#context.deployment) : this.#databases();
    const present = new Set((await this.#listAll(databases)).filter(({ name }) => isUsers(name)).map(namespaceText));
    return {
      // Servers list in an order of their own.
      removed: gone.filter((text) => !present.has(text)).sort(),
      appeared: this.#plan.everything ? [...present].filter((text) => !restored.has(text)).sort() : [],
      discarded: this.#discarded,
    };
  }

  #databases(): string[] {
    const { moves, newViews, oldViews, keptViews } = this.#plan;
    return [...new Set([...moves, ...newViews, ...oldViews, ...keptViews].map((ns) => ns.database))].sort();
  }

  async #listAll(databases: readonly string[]): Promise<Listed[]> {
    return (await inParallel(DATABASES_AT_ONCE, databases, (database) => this.#target.list(database))).flat();
  }

  /**
   * Looks, takes the step that what it sees calls for, and looks again, until nothing is left to do. Of a rename that the server confirmed it knows what it would see: where
   * that is no longer so, the next rename is refused, since none goes over anything or from nothing.
   */
  async #carryOut(move: Move, next: (plan: SwapPlan, move: Move, seen: Seen) => Step): Promise<void> {
    this.#report(next === nextStep ? 'replacing' : 'rolling back', namespaceText(move));
    let seen = await this.#see(move);
    for (let round = 0; round < ROUNDS; round++) {
      const step = next(this.#plan, move, seen);
      if (step.kind === 'done') return;
      if (step.kind === 'lost') throw new Problem('mongodb-failed', [`to replace ${namespaceText(move)}`, step.what]);
      await this.#context.fence();
      const isRenamed = step.kind === 'rename' && (await this.#rename(move, seen, step));
      if (step.kind === 'drop-view') await this.#target.drop(move);
      if (step.kind === 'rename-over-newcomer') await this.#renameOverNewcomer(move, step);
      seen = isRenamed ? seenAfter(this.#plan, move, seen, step) : await this.#see(move);
    }
    throw new Problem('mongodb-failed', [`to replace ${namespaceText(move)}`, 'something at the target creates it again and again']);
  }

  async #see(move: Move): Promise<Seen> {
    const aside = asideOf(this.#plan, move);
    const names = [move.name, aside, ...(move.staging ? [move.staging.name] : [])];
    const found = await this.#target.look(move.database, names);
    return {
      staging: (move.staging && found.get(move.staging.name)) ?? null,
      target: found.get(move.name) ?? null,
      aside: found.get(aside) ?? null,
    };
  }

  async #rename(move: Move, seen: Seen, step: { from: string; to: string }): Promise<boolean> {
    const goesAside = step.to === asideOf(this.#plan, move);
    const isNewcomer = goesAside && (!move.old || (seen.target?.uuid && move.old.uuid && seen.target.uuid !== move.old.uuid));
    const renamed = await this.#target.rename(move.database, step.from, step.to);
    if (renamed && goesAside) await this.#orUndo(() => this.#target.rename(move.database, step.to, step.from));
    if (renamed && isNewcomer) this.#discarded.push(namespaceText(move));
    return renamed;
  }

  /**
   * A worker that was stopped between the fence and the step that it was for may take it when its successor has long replaced everything: what it set aside is the snapshot's own then.
   * It looks at the fence once more, and takes the step back. Where the successor is still at work that does no harm: it looks before each step.
   */
  async #orUndo(undo: () => Promise<unknown>): Promise<void> {
    try {
      await this.#context.fence();
    } catch (error) {
      await undo();
      throw error;
    }
  }

  /** In one step where the server can: an application that writes all the time would win every other race. */
  async #renameOverNewcomer(move: Move, step: { from: string; to: string }): Promise<void> {
    const replaced = await this.#target.renameOver(move.database, step.from, step.to);
    if (replaced === 'renamed') this.#discarded.push(namespaceText(move));
    if (replaced === 'unsupported') await this.#setNewcomerAside(move);
  }

  async #setNewcomerAside(move: Move): Promise<void> {
    for (let k = 1; k < ROUNDS; k++) {
      const aside = asideName(this.#plan.jobId, move.number + k * NEWCOMERS_FROM);
      const taken = await this.#target.look(move.database, [aside]);
      if (taken.has(aside)) continue;
      if (await this.#target.rename(move.database, move.name, aside)) this.#discarded.push(namespaceText(move));
      return;
    }
  }

  /** Drops the view of that name unless it is already what `keep` says it shall be. */
  async #dropView(view: ViewDefinition, keep: readonly ViewDefinition[] = this.#plan.newViews): Promise<void> {
    const found = (await this.#target.look(view.database, [view.name])).get(view.name);
    if (found?.kind !== 'view') return;
    const wanted = keep.find((one) => namespaceText(one) === namespaceText(view));
    if (wanted && isSame(wanted.options, found.options)) return;
    await this.#context.fence();
    await this.#target.drop(view);
    if (wanted) await this.#orUndo(() => this.#target.createView(wanted, wanted.options));
  }

  async #placeView(view: ViewDefinition): Promise<void> {
    this.#report('replacing', namespaceText(view));
    for (let round = 0; round < ROUNDS; round++) {
      const found = (await this.#target.look(view.database, [view.name])).get(view.name);
      if (found?.kind === 'view' && isSame(found.options, view.options)) return;
      await this.#context.fence();
      if (!found) await this.#target.createView(view, view.options);
      else if (found.kind === 'view') await this.#target.drop(view);
      else await this.#setNewcomerAside({ ...view, number: this.#plan.moves.length, staging: null, old: null });
    }
    throw new Problem('mongodb-failed', [
      `to create the view ${namespaceText(view)}`,
      'something at the target takes its name again and again',
    ]);
  }

  async #setExpiry(expiry: Expiry): Promise<void> {
    await this.#context.fence();
    await setExpiry(this.#target, expiry);
  }

  /** Which collections are the snapshot's and which the old ones, for the person who has to decide. */
  async #standing(): Promise<string> {
    const names: Record<'replaced' | 'as before', string[]> = { replaced: [], 'as before': [] };
    for (const move of this.#plan.moves) {
      const seen = await this.#see(move).catch(() => null);
      if (seen) names[seen.aside || (move.staging && !seen.staging) ? 'replaced' : 'as before'].push(namespaceText(move));
    }
    return Object.entries(names)
      .filter(([, list]) => list.length > 0)
      .map(([state, list]) => `${state}: ${list.slice(0, 20).join(', ')}${list.length > 20 ? ` and ${list.length - 20} more` : ''}`)
      .join('; ');
  }

  #report(phase: string, namespace?: string): void {
    this.#context.onProgress?.({ phase, namespace });
  }
}

/** Gives a collection or an index its true age. */
export async function setExpiry(target: Target, expiry: Expiry): Promise<void> {
  const specification = parseExtendedJson(expiry.specification);
  const { name, expireAfterSeconds } = specification;
  if (expiry.kind === 'collection') await target.collMod(expiry, { expireAfterSeconds });
  else if (expiry.how === 'rebuild') await target.rebuildIndex(expiry, specification);
  else await target.collMod(expiry, { index: { name, expireAfterSeconds } });
}

function isUsers(name: string): boolean {
  return !isSystemCollection(name) && !isOwnCollection(name) && name !== SYSTEM_JS;
}

function isSame(left: string, right: string): boolean {
  return differentOptions(left, right).length === 0;
}
