import type { Namespace } from '../../src/engine/namespaces.ts';
import type { InPlacePlan, RegisteredStaging, StagedCollection, SwapJournal, SwapPlan } from '../../src/engine/swap-plan.ts';

/** A swap journal that outlives the "process" that writes to it, as PostgreSQL's outlives a worker. */
export class MemoryJournal implements SwapJournal {
  readonly #names = new Map<string, RegisteredStaging>();
  plan: string | null = null;
  phases: string[] = [];

  get names(): RegisteredStaging[] {
    return [...this.#names.values()];
  }

  async registerStaging(namespaces: readonly Namespace[]): Promise<void> {
    for (const { database, name } of namespaces) this.#names.set(`${database}.${name}`, { database, name });
  }
  async registered(): Promise<RegisteredStaging[]> {
    return this.names;
  }
  async recordProof(staging: Namespace, staged: StagedCollection): Promise<void> {
    const found = this.#names.get(`${staging.database}.${staging.name}`);
    if (!found) throw new Error(`${staging.name} is not registered`);
    found.staged = JSON.parse(JSON.stringify(staged));
  }
  async load(): Promise<SwapPlan | InPlacePlan | null> {
    return this.plan ? JSON.parse(this.plan) : null;
  }
  async commit(plan: SwapPlan | InPlacePlan): Promise<void> {
    this.plan = JSON.stringify(plan);
    this.phases.push(plan.phase);
  }
  async advance(change: { phase: SwapPlan['phase']; reason?: string }): Promise<void> {
    this.plan = JSON.stringify({ ...(await this.load())!, ...change });
    this.phases.push(change.phase);
  }
  async finish(): Promise<void> {
    this.#names.clear();
    this.plan = null;
  }
}
