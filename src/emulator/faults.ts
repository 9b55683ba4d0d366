import { hash, randomUUID } from 'node:crypto';
import type { FaultRule, JobFault, RequestFault } from './fault-rule.ts';

export interface FaultState {
  rule: FaultRule;
  /** How many requests or jobs it was about. */
  matched: number;
  applied: number;
}

/** The script that each reset begins anew, and that is the same one each time. */
export const OF_THE_SEED = 'the seed';

/** All that it knows: a script that is half played. */
export interface FaultsState {
  seed: number;
  /** Which script it is. */
  script: string;
  states: FaultState[];
  ofJobs: [id: string, outcome: JobFault['outcome'] | null][];
  damaged: string[];
}

export interface AskedRequest {
  method: string;
  path: string;
}

/** The script of an emulator's faults: the first rule that matches and still applies is the one. */
export class Faults {
  #seed: number;
  /** Snapshots that have a damaged chunk: a second time would mend it. */
  readonly damaged = new Set<string>();
  #script = OF_THE_SEED;
  #states: FaultState[] = [];
  /** Of every script that there was, whether anything has met its rules, in words: a reset or another script forgets none of it. */
  readonly #lives = new Map<string, { words: string; isMet: boolean }[]>();
  /** What was decided for a job is the same at each attempt. */
  readonly #ofJobs = new Map<string, JobFault['outcome'] | null>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** As the script stands; `load` with a state goes on with it, with `null` begins anew. */
  save(): FaultsState {
    return structuredClone({
      seed: this.#seed,
      script: this.#script,
      states: this.#states,
      ofJobs: [...this.#ofJobs],
      damaged: [...this.damaged],
    });
  }

  load(state: FaultsState | null): void {
    const nothing = { seed: this.#seed, script: OF_THE_SEED, states: [], ofJobs: [], damaged: [] };
    const { seed, script, states, ofJobs, damaged } = structuredClone(state) ?? nothing;
    this.#seed = seed;
    this.#states = states;
    this.#script = script;
    this.#live();
    this.#once = [];
    this.#ofJobs.clear();
    this.damaged.clear();
    for (const [id, outcome] of ofJobs) this.#ofJobs.set(id, outcome);
    for (const id of damaged) this.damaged.add(id);
  }

  /** For the next job of that kind, before anything of the script. */
  once(kind: JobFault['job']['kind'], outcome: JobFault['outcome']): void {
    this.#once.push({ kind, outcome });
  }
  #once: { kind: JobFault['job']['kind']; outcome: JobFault['outcome'] }[] = [];

  /** Another script unless it says that it is the same. */
  replace(rules: readonly FaultRule[], script: string = randomUUID()): void {
    this.#states = rules.map((rule) => ({ rule, matched: 0, applied: 0 }));
    this.#script = script;
    this.#live();
    // What another script has made of a job stays so.
    for (const [id, outcome] of this.#ofJobs) if (outcome === null) this.#ofJobs.delete(id);
  }

  get states(): readonly FaultState[] {
    return this.#states;
  }

  /** In words: those of the script that no request and no job has met. */
  get unmatched(): string[] {
    return this.#states.flatMap(({ rule, applied }, n) => (applied > 0 ? [] : [`${named(rule, n)} never matched`]));
  }

  /** In words, each once: those of all scripts that nothing has ever met, be it before a reset or in a state that was left. */
  get neverMet(): string[] {
    const said = [...this.#lives].flatMap(([script, rules]) =>
      rules.filter(({ isMet }) => !isMet).map(({ words }) => `${words}${this.#whose(script)} never matched`),
    );
    return [...new Set(said)];
  }

  #whose(script: string): string {
    if (script === this.#script) return '';
    return script === OF_THE_SEED ? ' of the seed' : ' of an earlier script';
  }

  /** It is known from now on; what was met of it before stays so. */
  #live(): void {
    if (this.#states.length === 0) return;
    const before = this.#lives.get(this.#script);
    const rules = this.#states.map(({ rule, applied }, n) => ({
      words: named(rule, n),
      isMet: applied > 0 || before?.[n]?.isMet === true,
    }));
    this.#lives.set(this.#script, rules);
  }

  ofRequest(asked: AskedRequest): { number: number; answer: RequestFault['answer'] } | null {
    for (const [n, state] of this.#states.entries()) {
      const { rule } = state;
      if ('request' in rule && matchesRequest(rule, asked) && this.#applies(state, n)) return { number: n + 1, answer: rule.answer };
    }
    return null;
  }

  ofJob(id: string, kind: JobFault['job']['kind'], clusters: readonly string[]): JobFault['outcome'] | null {
    const decided = this.#ofJobs.get(id);
    if (decided !== undefined && kind !== 'download') return decided;
    const first = this.#once.findIndex((one) => one.kind === kind);
    if (first >= 0) {
      const { outcome } = this.#once.splice(first, 1)[0]!;
      this.#ofJobs.set(id, outcome);
      return outcome;
    }
    const found = this.#states.find((state, n) => {
      const { rule } = state;
      if (!('job' in rule) || rule.job.kind !== kind) return false;
      return (rule.job.cluster === undefined || clusters.includes(rule.job.cluster)) && this.#applies(state, n);
    });
    const outcome = found ? (found.rule as JobFault).outcome : null;
    this.#ofJobs.set(id, outcome);
    return outcome;
  }

  #applies(state: FaultState, n: number): boolean {
    const { skip = 0, count = 1, chance = 1 } = state.rule;
    state.matched += 1;
    if (state.matched <= skip || (count !== 'always' && state.applied >= count)) return false;
    if (this.chance(`${n} ${state.matched}`) >= chance) return false;
    state.applied += 1;
    this.#lives.get(this.#script)![n]!.isMet = true;
    return true;
  }

  /** From 0 up to, not including, 1: the same for the same words. */
  chance(words: string): number {
    return Number.parseInt(hash('sha256', `${this.#seed} ${words}`).slice(0, 8), 16) / 2 ** 32;
  }
}

function matchesRequest({ request }: RequestFault, { method, path }: AskedRequest): boolean {
  if (request.method !== undefined && request.method !== method) return false;
  if (request.path !== undefined && !patternOf(request.path).test(path)) return false;
  if (request.cluster === undefined) return true;
  const name = /\/(?:clusters|flexClusters)\/([^/]+)/.exec(path)?.[1];
  return name === request.cluster;
}

/** `*` and `{name}` are one part of the path, `**` any number of them. */
function patternOf(path: string): RegExp {
  const parts = path.split(/(\*\*|\*|\{[^}/]+\})/).map((part, n) => {
    if (n % 2 === 0) return part.replace(/[.+?^$()|[\]\\{}]/g, '\\$&');
    return part === '**' ? '.*' : '[^/]+';
  });
  return new RegExp(`^${parts.join('')}$`);
}

function named(rule: FaultRule, n: number): string {
  return `fault ${n + 1} (${described(rule)})`;
}

function described(rule: FaultRule): string {
  if ('job' in rule) return `${rule.job.kind}${rule.job.cluster ? ` of ${rule.job.cluster}` : ''}`;
  const { method, path, cluster } = rule.request;
  return ['request', method, path, cluster && `of ${cluster}`].filter(Boolean).join(' ');
}
