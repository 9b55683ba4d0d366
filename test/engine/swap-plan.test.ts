import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asideOf,
  type Move,
  nextStep,
  nextStepBack,
  planSwap,
  type SeenCollection,
  type Step,
  type SwapPlan,
} from '../../src/engine/swap-plan.ts';

const JOB = '0123456789abcdef01234567';
const TOTALS = { collections: 0, documents: 0, bytes: 0, indexes: 0, warnings: [] };
const collection = (name: string, uuid?: string) => ({ database: 'shop', name, kind: 'collection' as const, options: '{}', uuid });

function plan(change: Partial<Parameters<typeof planSwap>[0]>): SwapPlan {
  return planSwap({
    jobId: JOB,
    everything: true,
    staged: [],
    newViews: [],
    target: [],
    removable: new Set(),
    expiries: [],
    proofs: [],
    restored: TOTALS,
    ...change,
  });
}

describe('planSwap', () => {
  const staged = [{ database: 'shop', name: 'orders', staging: { name: 's0', uuid: 'new' } }];

  it('brings in what is staged and notes what stands in its place', () => {
    const { moves } = plan({ staged, target: [collection('orders', 'old')] });
    expect(moves).toEqual([{ number: 0, database: 'shop', name: 'orders', staging: { name: 's0', uuid: 'new' }, old: { uuid: 'old' } }]);
    expect(plan({ staged }).moves[0]).toMatchObject({ old: null });
  });

  it('removes what the snapshot lacks, but nothing that appeared since the restore began', () => {
    const { moves } = plan({ staged, target: [collection('gone', 'a'), collection('late', 'b')], removable: new Set(['shop.gone']) });
    expect(moves.map((move) => [move.name, move.staging === null])).toEqual([
      ['orders', false],
      ['gone', true],
    ]);
  });

  it('takes a collection away for a view of the snapshot, and a view for a collection', () => {
    const view = { database: 'shop', name: 'cheap', options: '{"viewOn":"orders","pipeline":[]}' };
    const forView = plan({ newViews: [view], target: [collection('cheap', 'a')] });
    expect(forView.moves).toMatchObject([{ name: 'cheap', staging: null }]);
    const standing = { ...collection('orders'), kind: 'view' as const, options: view.options };
    expect(plan({ staged, target: [standing] }).oldViews).toMatchObject([{ name: 'orders' }]);
  });

  it('leaves a view that is already as the snapshot has it', () => {
    const view = { database: 'shop', name: 'cheap', options: '{"viewOn":"orders","pipeline":[]}' };
    const standing = { ...view, kind: 'view' as const };
    expect(plan({ newViews: [view], target: [standing] })).toMatchObject({ oldViews: [], newViews: [], keptViews: [{ name: 'cheap' }] });
    expect(plan({ newViews: [view], target: [{ ...standing, options: '{"viewOn":"items","pipeline":[]}' }] }).oldViews).toHaveLength(1);
  });
});

/** A target that knows names, UUIDs (or none), and renames that refuse to overwrite. */
class World {
  readonly collections = new Map<string, SeenCollection & { id: string }>();
  readonly hasUuids: boolean;
  #made = 0;

  constructor(hasUuids: boolean) {
    this.hasUuids = hasUuids;
  }
  make(name: string, id = `made ${++this.#made}`): void {
    if (!this.collections.has(name)) this.collections.set(name, { kind: 'collection', id, ...(this.hasUuids ? { uuid: id } : {}) });
  }
  id(name: string): string | undefined {
    return this.collections.get(name)?.id;
  }
  see(p: SwapPlan, move: Move) {
    const at = (name?: string) => (name && this.collections.get(name)) || null;
    return { staging: at(move.staging?.name), target: at(move.name), aside: at(asideOf(p, move)) };
  }
  take(step: Step): void {
    if (step.kind === 'drop-view') throw new Error('there are no views here');
    if (step.kind !== 'rename' && step.kind !== 'rename-over-newcomer') return;
    const moved = this.collections.get(step.from);
    if (!moved || (step.kind === 'rename' && this.collections.has(step.to))) return;
    this.collections.delete(step.from);
    this.collections.set(step.to, moved);
  }
}

describe('nextStep and nextStepBack', () => {
  const scene = fc.record({
    hasUuids: fc.boolean(),
    /** Per collection: is it in the snapshot, does it stand at the target. */
    collections: fc.array(fc.constantFrom('both', 'snapshot', 'target'), { minLength: 1, maxLength: 5 }),
    /** Where, counted in steps, an application makes a collection of that number anew. */
    newcomers: fc.array(fc.record({ step: fc.nat(12), number: fc.nat(4) }), { maxLength: 3 }),
    /** After how many steps forward the way back begins. */
    turn: fc.nat(12),
  });

  function build(s: { hasUuids: boolean; collections: string[] }) {
    const world = new World(s.hasUuids);
    const staged = [];
    for (const [n, kind] of s.collections.entries()) {
      if (kind !== 'snapshot') world.make(`c${n}`, `old ${n}`);
      if (kind === 'target') continue;
      world.make(`s${n}`, `new ${n}`);
      staged.push({ database: 'shop', name: `c${n}`, staging: { name: `s${n}`, uuid: world.collections.get(`s${n}`)!.uuid } });
    }
    const target = [...world.collections].filter(([name]) => name.startsWith('c')).map(([name, c]) => collection(name, c.uuid));
    return { world, p: plan({ staged, target, removable: new Set(target.map((c) => `shop.${c.name}`)) }) };
  }

  /** Takes one step of the first move that has one to take; false when there is none. */
  function step(world: World, p: SwapPlan, next: typeof nextStep, moves = p.moves): boolean {
    for (const move of moves) {
      const one = next(p, move, world.see(p, move));
      if (one.kind === 'done') continue;
      if (one.kind === 'lost') throw new Error(`lost: ${one.what}`);
      world.take(one);
      return true;
    }
    return false;
  }

  it('bring everything in from any state in between, and take nothing away that appeared later', () => {
    fc.assert(
      fc.property(scene, (s) => {
        const { world, p } = build(s);
        for (let count = 0; count < 60; count++) {
          for (const one of s.newcomers) if (one.step === count && s.collections[one.number]) world.make(`c${one.number}`);
          if (!step(world, p, nextStep)) break;
        }
        expect(step(world, p, nextStep)).toBe(false);
        for (const [n, kind] of s.collections.entries()) {
          if (kind === 'target') expect(world.id(`c${n}`) ?? 'none').not.toMatch(/^(old|new)/);
          else expect(world.id(`c${n}`)).toBe(`new ${n}`);
          if (kind !== 'snapshot') expect([...world.collections.values()].map((c) => c.id)).toContain(`old ${n}`);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('put everything back from any state in between', () => {
    fc.assert(
      fc.property(scene, (s) => {
        const { world, p } = build(s);
        for (let count = 0; count < s.turn; count++) step(world, p, nextStep);
        for (let count = 0; count < 60; count++) {
          for (const one of s.newcomers) if (one.step === count && s.collections[one.number] === 'both') world.make(`c${one.number}`);
          if (!step(world, p, nextStepBack, [...p.moves].reverse())) break;
        }
        for (const [n, kind] of s.collections.entries()) expect(world.id(`c${n}`)).toBe(kind === 'snapshot' ? undefined : `old ${n}`);
      }),
      { numRuns: 1000 },
    );
  });

  it('say so when the staging is gone and something else stands in its place', () => {
    const p = plan({ staged: [{ database: 'shop', name: 'orders', staging: { name: 's0', uuid: 'new' } }] });
    const seen = { staging: null, target: { kind: 'collection' as const, uuid: 'foreign' }, aside: null };
    expect(nextStep(p, p.moves[0]!, seen)).toMatchObject({ kind: 'lost' });
    expect(nextStep(p, p.moves[0]!, { ...seen, target: null })).toMatchObject({ kind: 'lost' });
    expect(nextStep(p, p.moves[0]!, { ...seen, target: { kind: 'collection', uuid: 'new' } })).toEqual({ kind: 'done' });
  });
});
