import { type DocumentRun, documentLength } from '../bson/documents.ts';
import type { NamespaceSelection } from '../engine/namespace-selection.ts';
import { Problem } from '../errors.ts';
import type { SnapshotReader } from '../vault/snapshot-reader.ts';
import type { SnapshotWriter } from '../vault/snapshot-writer.ts';
import type { Vault } from '../vault/vault.ts';
import { otherwise } from './otherwise.ts';

/** A failure in the words of the script. */
class ScriptedFailure extends Problem {
  constructor(reason: string) {
    super('mongodb-failed');
    this.message = reason;
  }
}

export interface CutOptions {
  percent: number;
  reason: string;
  /** How far it had come; the same each time, however the collections shared the documents among them. */
  onFailure: (documents: number, of: number) => void;
}

/** How many documents of a job may pass. Where that many have, or there are no more, it fails: in any case. */
export class Cut {
  readonly #o: CutOptions;
  #total = 0;
  #passed = 0;

  constructor(o: CutOptions) {
    this.#o = o;
  }

  begin(total: number): void {
    this.#total = total;
    this.#passed = 0;
  }

  /** Of so many that come next, how many may pass. */
  pass(documents: number): number {
    const passing = Math.min(documents, this.#most - this.#passed);
    this.#passed += passing;
    return passing;
  }

  get isEmpty(): boolean {
    return this.#total === 0;
  }

  get isReached(): boolean {
    return this.#passed >= this.#most;
  }

  failure(): Error {
    this.#o.onFailure(this.#passed, this.#total);
    return new ScriptedFailure(this.#o.reason);
  }

  get #most(): number {
    // Not by a fraction: 29 % of a hundred would be 28.
    return Math.floor((this.#o.percent * this.#total) / 100);
  }
}

/** A vault from which a restore of these collections reads no further than the cut. */
export function cutWhileRead(vault: Vault, cut: Cut, selected: NamespaceSelection): Vault {
  const readSnapshot = async (id: string): Promise<SnapshotReader> => {
    const reader = await vault.readSnapshot(id);
    cut.begin(reader.root.collections.reduce((sum, one) => sum + (selected.target(one) ? one.totals.documents : 0), 0));
    async function* documents(...asked: Parameters<SnapshotReader['documents']>): AsyncGenerator<DocumentRun> {
      for await (const run of reader.documents(...asked)) {
        const passing = cut.pass(run.documents);
        if (passing > 0) yield firstOf(run, passing);
        if (passing < run.documents) throw cut.failure();
      }
      if (cut.isReached) throw cut.failure();
    }
    return otherwise(reader, { documents });
  };
  return otherwise(vault, { readSnapshot });
}

/** A vault to which a snapshot is written no further than the cut; whoever takes it says first how many documents there are. */
export function cutWhileWritten(vault: Vault, cut: Cut): Vault {
  const writeSnapshot: Vault['writeSnapshot'] = (...asked) => {
    const writer = vault.writeSnapshot(...asked);
    const openCollection: SnapshotWriter['openCollection'] = (...of) => {
      const collection = writer.openCollection(...of);
      const write: typeof collection.write = async (run) => {
        const passing = cut.pass(run.documents);
        if (passing > 0) await collection.write(firstOf(run, passing));
        if (passing < run.documents) throw cut.failure();
      };
      return otherwise(collection, { write });
    };
    return otherwise(writer, { openCollection, finish: () => Promise.reject(cut.failure()) });
  };
  return otherwise(vault, { writeSnapshot });
}

function firstOf(run: DocumentRun, documents: number): DocumentRun {
  if (documents >= run.documents) return run;
  let end = 0;
  for (let n = 0; n < documents; n += 1) end += documentLength(run.bytes, end);
  return { bytes: run.bytes.subarray(0, end), documents };
}
