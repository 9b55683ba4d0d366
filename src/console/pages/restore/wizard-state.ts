/** What the restore wizard has been told. All of it is in the URL: a reload, a link and the way back keep it. */

export const STEPS = ['snapshot', 'what', 'where', 'check'] as const;
export type Step = (typeof STEPS)[number];

/** A namespace, or a whole database, by the pattern that means it alone; `to` is `''` where it keeps its name. */
export interface Choice {
  from: string;
  to: string;
}

export interface WizardState {
  step: Step;
  snapshotId: string;
  /** `null`: everything. */
  chosen: Choice[] | null;
  /** `''`: the project of the snapshot. */
  targetProjectId: string;
  target: string;
  keep: boolean;
  mode: 'staged' | 'in-place';
  onUnsupported: 'fail' | 'warn';
  safetySnapshot: boolean;
}

/** More than these make a URL that not every server takes. */
export const MOST_CHOSEN = 100;

export function readWizard(search: URLSearchParams): WizardState {
  const to = search.getAll('as');
  const state: Omit<WizardState, 'step'> = {
    snapshotId: search.get('snapshot') ?? '',
    chosen: search.get('scope') === 'chosen' ? search.getAll('ns').map((from, n) => ({ from, to: to[n] ?? '' })) : null,
    targetProjectId: search.get('project') ?? '',
    target: search.get('target') ?? '',
    keep: search.get('keep') === 'yes',
    mode: search.get('mode') === 'in-place' ? 'in-place' : 'staged',
    onUnsupported: search.get('unsupported') === 'warn' ? 'warn' : 'fail',
    safetySnapshot: search.get('safety') !== 'no',
  };
  const named = STEPS.find((step) => step === search.get('step')) ?? 'what';
  const last = lastReachable(state);
  return { ...state, step: STEPS.indexOf(named) > STEPS.indexOf(last) ? last : named };
}

export function writeWizard(state: WizardState): URLSearchParams {
  const search = new URLSearchParams();
  const set = (name: string, value: string) => value && search.set(name, value);
  set('snapshot', state.snapshotId);
  set('step', state.step);
  if (state.chosen) {
    search.set('scope', 'chosen');
    const isRenamed = state.chosen.some(({ to }) => to);
    for (const { from, to } of state.chosen) {
      search.append('ns', from);
      if (isRenamed) search.append('as', to);
    }
  }
  set('project', state.targetProjectId);
  set('target', state.target);
  set('keep', state.keep ? 'yes' : '');
  set('mode', state.mode === 'in-place' ? state.mode : '');
  set('unsupported', state.onUnsupported === 'warn' ? 'warn' : '');
  set('safety', state.safetySnapshot ? '' : 'no');
  return search;
}

/** The last step whose questions before it are answered. */
export function lastReachable(state: Omit<WizardState, 'step'>): Step {
  if (!state.snapshotId) return 'snapshot';
  if (state.chosen && (state.chosen.length === 0 || state.chosen.some((choice) => nameProblem(choice)))) return 'what';
  return state.target ? 'check' : 'where';
}

/** What the native API takes, for a dry run and to start it. */
export function restoreRequest(state: WizardState) {
  const { chosen, keep, mode, onUnsupported, safetySnapshot, targetProjectId } = state;
  const renamed = (chosen ?? []).filter(({ from, to }) => to && to !== plainName(from));
  return {
    snapshotId: state.snapshotId,
    targetClusterName: state.target,
    ...(targetProjectId && { targetProjectId }),
    ...(chosen && { nsInclude: chosen.map(({ from }) => from) }),
    ...(renamed.length > 0 && {
      nsFrom: renamed.map(({ from }) => from),
      nsTo: renamed.map(({ from, to }) => (isDatabase(from) ? `${escaped(to)}.*` : escaped(to))),
    }),
    ...(!chosen && keep && { keep }),
    ...(mode === 'in-place' && { mode }),
    ...(onUnsupported === 'warn' && { onUnsupported }),
    ...(!safetySnapshot && { safetySnapshot }),
  };
}

/** In the patterns of mongorestore a backslash makes the next character plain. */
const escaped = (text: string) => text.replace(/[\\*$]/g, '\\$&');

/** The pattern that fits this collection alone, and the one for all of a database. */
export const patternOf = (database: string, collection?: string) =>
  `${escaped(database)}.${collection === undefined ? '*' : escaped(collection)}`;

export const isDatabase = (pattern: string) => /^(?:[^\\.]|\\.)+\.\*$/.test(pattern);

/** `shop.orders`, or `shop` for a whole database. */
export function plainName(pattern: string): string {
  return (isDatabase(pattern) ? pattern.slice(0, -2) : pattern).replace(/\\(.)/g, '$1');
}

/** Why the new name of a choice cannot be; `null` where it can. */
export function nameProblem({ from, to }: Choice): string | null {
  if (!to) return null;
  const [database = '', ...rest] = to.split('.');
  if (isDatabase(from)) {
    if (to.includes('.')) return 'A database has no dot in its name.';
  } else if (rest.join('.') === '') return 'Write it as database.collection.';
  if (database === '' || /[/\\ "$]/.test(database)) return 'That is no name of a database.';
  if (['admin', 'local', 'config'].includes(database)) return `Nothing is restored into ${database}.`;
  return null;
}

/** With the choice, or without it where it was there; a whole database takes the place of its collections. */
export function toggled(chosen: readonly Choice[], pattern: string): Choice[] {
  if (chosen.some(({ from }) => from === pattern)) return chosen.filter(({ from }) => from !== pattern);
  const within = isDatabase(pattern) ? `${pattern.slice(0, -1)}` : null;
  return [...chosen.filter(({ from }) => within === null || !from.startsWith(within)), { from: pattern, to: '' }];
}
