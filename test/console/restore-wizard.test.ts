import { describe, expect, it } from 'vitest';
import { sentenceOf, sentenceText } from '../../src/console/pages/restore/restore-words.ts';
import {
  nameProblem,
  patternOf,
  plainName,
  readWizard,
  restoreRequest,
  toggled,
  type WizardState,
  writeWizard,
} from '../../src/console/pages/restore/wizard-state.ts';
import { selectNamespaces } from '../../src/engine/namespace-selection.ts';

const SNAPSHOT = '65a1b2c3d4e5f60718293a4b';
const state: WizardState = {
  step: 'check',
  snapshotId: SNAPSHOT,
  chosen: null,
  targetProjectId: '',
  target: 'staging',
  keep: false,
  mode: 'staged',
  onUnsupported: 'fail',
  safetySnapshot: true,
};

describe('the state of the restore wizard', () => {
  it('is the same after it went through a URL', () => {
    const chosen = [
      { from: patternOf('shop', 'orders'), to: 'shop.orders_old' },
      { from: patternOf('ware*house'), to: '' },
      { from: patternOf('shop', 'page views+100%'), to: '' },
    ];
    for (const one of [
      state,
      { ...state, chosen, step: 'what' as const },
      { ...state, chosen: [], step: 'what' as const },
      { ...state, keep: true, mode: 'in-place' as const, onUnsupported: 'warn' as const, safetySnapshot: false, targetProjectId: SNAPSHOT },
    ])
      expect(readWizard(new URLSearchParams(writeWizard(one).toString()))).toEqual(one);
  });

  it('shows no step whose questions before it are open', () => {
    const at = (query: string) => readWizard(new URLSearchParams(query)).step;
    expect(at('')).toBe('snapshot');
    expect(at(`snapshot=${SNAPSHOT}`)).toBe('what');
    expect(at(`snapshot=${SNAPSHOT}&step=check`)).toBe('where');
    expect(at(`snapshot=${SNAPSHOT}&scope=chosen&step=check&target=staging`)).toBe('what');
    expect(at(`snapshot=${SNAPSHOT}&scope=chosen&ns=shop.a&as=nodot&step=check&target=staging`)).toBe('what');
    expect(at(`snapshot=${SNAPSHOT}&step=check&target=staging`)).toBe('check');
    expect(at(`snapshot=${SNAPSHOT}&step=no-such`)).toBe('what');
  });

  it('asks for exactly what was chosen, whatever is in the names', () => {
    const names = [
      ['shop', 'orders'],
      ['we*ird', 'a.b\\c*'],
      ['shop', '*'],
    ] as const;
    const chosen = [
      ...names.map(([db, name]) => ({ from: patternOf(db, name), to: `copy.${name}` })),
      { from: patternOf('ware*house'), to: 'depot' },
    ];
    const { nsInclude = [], nsFrom = [], nsTo = [] } = restoreRequest({ ...state, chosen });
    const selection = selectNamespaces({ nsInclude, nsFrom, nsTo });
    for (const [database, name] of names) expect(selection.target({ database, name })).toEqual({ database: 'copy', name });
    expect(selection.target({ database: 'ware*house', name: 'x.y' })).toEqual({ database: 'depot', name: 'x.y' });
    expect(selection.target({ database: 'warehouse', name: 'x' })).toBeNull();
    expect(selection.target({ database: 'shop', name: 'orders2' })).toBeNull();
    expect(selection.target({ database: 'we*ird', name: 'a.b\\cd' })).toBeNull();
    expect(chosen.map(({ from }) => plainName(from))).toEqual(['shop.orders', 'we*ird.a.b\\c*', 'shop.*', 'ware*house']);
  });

  it('asks for a snapshot of the target unless told not to, and keeps nothing by itself', () => {
    expect(restoreRequest(state)).toEqual({ snapshotId: SNAPSHOT, targetClusterName: 'staging' });
    expect(restoreRequest({ ...state, keep: true, safetySnapshot: false })).toMatchObject({ keep: true, safetySnapshot: false });
    expect(restoreRequest({ ...state, keep: true, chosen: [{ from: 'a.b', to: 'a.b' }] })).toEqual({
      snapshotId: SNAPSHOT,
      targetClusterName: 'staging',
      nsInclude: ['a.b'],
    });
  });

  it('takes a whole database in the place of its collections, and out again', () => {
    const one = toggled([], patternOf('shop', 'orders'));
    const other = toggled(one, patternOf('shop2', 'orders'));
    const whole = toggled(other, patternOf('shop'));
    expect(whole.map(({ from }) => from)).toEqual(['shop2.orders', 'shop.*']);
    expect(toggled(whole, patternOf('shop'))).toEqual([{ from: 'shop2.orders', to: '' }]);
  });

  it('says why a new name cannot be', () => {
    const of = (from: string, to: string) => nameProblem({ from, to });
    expect(of('a.b', '')).toBeNull();
    expect(of('a.b', 'c.d.e')).toBeNull();
    expect(of('a.*', 'c')).toBeNull();
    for (const bad of ['c', 'c.', '.d', 'a b.c', 'admin.x', 'a$.b']) expect(of('a.b', bad), bad).not.toBeNull();
    for (const bad of ['c.d', 'local', 'a/b']) expect(of('a.*', bad), bad).not.toBeNull();
  });
});

describe('the sentence before a restore', () => {
  const list = (count: number) => Array.from({ length: count }, (_, n) => ({ namespace: `a.${n}`, kind: 'collection' }));
  const words = { source: 'shop', target: 'staging', isSource: false, isSelection: false, when: '3 h ago', consistency: 'point in time' };
  const said = (counts: Partial<Record<'replaced' | 'created' | 'dropped' | 'kept', number>>, more: Partial<typeof words> = {}) => {
    const { replaced = 0, created = 0, dropped = 0, kept = 0 } = counts;
    const forecast = { replaced: list(replaced), created: list(created), dropped: list(dropped), kept: list(kept) };
    return sentenceText(sentenceOf(forecast, { ...words, ...more }));
  };

  it('says what is replaced by what, of when', () => {
    expect(said({ replaced: 9, dropped: 3, created: 1 })).toBe(
      'All 12 collections of staging will be replaced by shop as of 3 h ago (point in time).',
    );
    expect(said({ replaced: 1 })).toBe('The one collection of staging will be replaced by shop as of 3 h ago (point in time).');
  });

  it('says that the source loses what was written since', () => {
    expect(said({ replaced: 4 }, { target: 'shop', isSource: true })).toBe(
      'All 4 collections of shop will go back to what they were 3 h ago (point in time); what was written since is lost.',
    );
  });

  it('says what is created where nothing is replaced', () => {
    expect(said({ created: 4 })).toBe(
      '4 collections of shop as of 3 h ago (point in time) will be created in staging, which is empty now.',
    );
    expect(said({ created: 1, kept: 1 }, { isSelection: true })).toBe(
      '1 collection of shop as of 3 h ago (point in time) will be created in staging, beside the 1 that stands there now.',
    );
  });

  it('says what stays', () => {
    expect(said({ replaced: 2, created: 1, kept: 5 }, { isSelection: true })).toBe(
      '2 collections of staging will be replaced by shop as of 3 h ago (point in time), and 1 created; 5 stay as they are.',
    );
    expect(said({ kept: 5 }, { isSelection: true })).toBe('Nothing of the snapshot is chosen: staging stays as it is.');
  });
});
