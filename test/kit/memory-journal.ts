import type { Namespace } from '../../src/engine/namespaces.ts';
import type { SwapJournal, SwapPlan } from '../../src/engine/swap-plan.ts';

/** A swap journal that outlives the "process" that writes to it, as PostgreSQL's outlives a worker. */
export class MemoryJournal implements SwapJournal {
  names: Namespace[] = [];
  plan: string | null = null;
  phases: string[] = [];

  async registerStaging(namespaces: readonly Namespace[]): Promise<void> {
    this.names.push(...namespaces.map(({ database, name }) => ({ database, name })));
  }
  async registered(): Promise<Namespace[]> {
    return [...this.names];
  }
  async load(): Promise<SwapPlan | null> {
    return this.plan ? JSON.parse(this.plan) : null;
  }
  async commit(plan: SwapPlan): Promise<void> {
    this.plan = JSON.stringify(plan);
    this.phases.push(plan.phase);
  }
  async advance(change: { phase: SwapPlan['phase']; reason?: string }): Promise<void> {
    this.plan = JSON.stringify({ ...(await this.load())!, ...change });
    this.phases.push(change.phase);
  }
  async finish(): Promise<void> {
    this.names = [];
    this.plan = null;
  }
}
