import { type Namespace, namespaceText } from './namespaces.ts';
import type { CollectionProgress } from './restore.ts';
import type { StagingWork } from './staging.ts';

/** Of how many of the largest it is told how far they are, beside those that are under way. */
const LARGEST = 20;

/** How far each collection of a restore is; what is told of it stays small, however many there are. */
export class CollectionsProgress {
  readonly #all: ReadonlyMap<string, CollectionProgress>;
  readonly #largest: ReadonlySet<CollectionProgress>;
  readonly #underWay = new Set<CollectionProgress>();

  constructor(works: readonly Pick<StagingWork, 'destination' | 'kind' | 'expected'>[]) {
    const all = works
      .filter((work) => work.kind !== 'view')
      .map(({ destination, expected }): CollectionProgress => {
        const totals = { totalDocuments: expected.documents, totalBytes: expected.bytes };
        return { namespace: namespaceText(destination), phase: 'waiting', documents: 0, bytes: 0, ...totals };
      });
    this.#all = new Map(all.map((one) => [one.namespace, one]));
    this.#largest = new Set([...all].sort((a, b) => b.totalBytes - a.totalBytes).slice(0, LARGEST));
  }

  enter(ns: Namespace, phase: string): void {
    const one = this.#all.get(namespaceText(ns));
    if (!one) return;
    one.phase = phase;
    if (phase === 'proven') this.#underWay.delete(one);
    else this.#underWay.add(one);
  }

  add(ns: Namespace, documents: number, bytes: number): void {
    const one = this.#all.get(namespaceText(ns));
    if (!one) return;
    one.documents += documents;
    one.bytes += bytes;
  }

  /** Largest first. They go on changing. */
  shown(): readonly CollectionProgress[] {
    return [...this.#largest, ...this.#underWay].filter((one, n, all) => all.indexOf(one) === n);
  }
}
