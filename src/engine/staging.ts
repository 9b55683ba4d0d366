import type { DocumentRun } from '../bson/documents.ts';
import { isProblem } from '../errors.ts';
import type { CollectionKind } from './catalog.ts';
import { Creation, textOf, unsupported } from './creation.ts';
import { Interrupted } from './errors.ts';
import { type Namespace, namespaceText } from './namespaces.ts';
import { insertRuns } from './raw-writer.ts';
import type { OnUnsupported } from './restore.ts';
import { createOptions, hasIdIndex, type IndexSpec, indexSpecs } from './specifications.ts';
import type { Expiry, StagedCollection } from './swap-plan.ts';
import type { Target } from './target.ts';
import { type CollectionDigest, type Digest, differentDigest, digestOf } from './verification.ts';

/** A collection or view of the snapshot on its way to the target. */
export interface StagingWork {
  /** Its place in the snapshot. */
  source: number;
  /** Where it will stand. */
  destination: Namespace;
  /** The name it is built under, in the same database. */
  staging: string;
  kind: CollectionKind;
  /** As the snapshot has them. */
  options: string;
  indexes: readonly string[];
  expected: CollectionDigest;
}

export interface StagingContext {
  target: Target;
  fence: () => Promise<void>;
  documents: (source: number, o: { signal: AbortSignal }) => AsyncIterable<DocumentRun>;
  newDigest: () => Digest;
  onUnsupported: OnUnsupported;
  insertsAtOnce: number;
  onPhase: (phase: string, ns: Namespace) => void;
  onLoaded: (run: { documents: number; bytes: number }, ns: Namespace) => void;
  /** The load of a collection begins anew: what {@link onLoaded} said of it no longer counts. */
  onReloaded: (loaded: { documents: number; bytes: number }, ns: Namespace) => void;
  onProven: (ns: Namespace) => void;
}

/** How often the load of a collection begins anew after it broke off. */
const LOADS = 3;

/**
 * Builds one collection or view under its staging name and compares it: created with its options, loaded, indexed, read back, and only then given its
 * expiring indexes, with an age that never comes. What the target cannot do throws `unsupported-feature`, or is left out with a warning.
 */
export async function stageCollection(context: StagingContext, work: StagingWork, signal: AbortSignal): Promise<StagedCollection> {
  const staging = new Staging(context, work);
  try {
    const staged = await (work.kind === 'view' ? staging.buildView() : staging.build(signal));
    context.onProven(work.destination);
    return staged;
  } catch (error) {
    // Without its one essential option it would be another thing.
    if (work.kind === 'collection' || context.onUnsupported === 'fail' || !isProblem(error, 'unsupported-feature')) throw error;
    const warning = `${namespaceText(work.destination)} was not restored. ${error.message}`;
    return { proof: null, expiries: [], warnings: [warning], differences: [] };
  }
}

/** Throws `unsupported-feature` unless the target takes the collection, its options and its indexes; leaves nothing there. */
export async function probeCollection(context: StagingContext, work: StagingWork): Promise<void> {
  const staging = new Staging(context, work);
  try {
    if (work.kind === 'view') await staging.buildView();
    else await staging.buildEmpty();
  } finally {
    await staging.drop();
  }
}

class Staging {
  readonly #context: StagingContext;
  readonly #work: StagingWork;
  readonly #ns: Namespace;
  /** What the user knows it by. */
  readonly #text: string;
  #creation: Creation;

  constructor(context: StagingContext, work: StagingWork) {
    this.#context = context;
    this.#work = work;
    this.#ns = { database: work.destination.database, name: work.staging };
    this.#text = namespaceText(work.destination);
    this.#creation = this.#newCreation();
  }

  async build(signal: AbortSignal): Promise<StagedCollection> {
    const { target, newDigest } = this.#context;
    const { destination, kind, expected } = this.#work;
    const options = await this.#loadUntilComplete(signal);
    const specs = indexSpecs(this.#work.indexes, this.#work.options);
    this.#phase('indexing');
    const built = await this.#creation.createIndexes(specs.filter((spec) => !spec.expires));
    this.#phase('verifying');
    const sizes = { estimatedDocuments: expected.documents, estimatedBytes: expected.bytes };
    const found = await digestOf(target.deployment, { ...this.#ns, kind, ...sizes }, newDigest, { signal });
    // Even where they must be built anew after the swap: that the target takes them has to be known before it.
    const expiring = await this.#creation.createIndexes(specs.filter((spec) => spec.expires));
    // A new collection has none that nobody asked for (a time series may); should it have, the last look finds it.
    const isBare = kind === 'collection' && specs.length === 0;
    const kept = isBare ? [] : await this.#creation.keptIndexes([...built, ...expiring]);
    const indexes = kept.map((spec) => spec.text);
    return {
      proof: { ...destination, kind, uuid: this.#creation.uuid, options, indexes, hasIdIndex: hasIdIndex(this.#work.indexes) },
      expiries: await this.#expiries(kept, options),
      warnings: this.#creation.warnings,
      differences: differentDigest(destination, expected, found),
    };
  }

  /** A view cannot be renamed into place: under a staging name it is the proof that the target takes it. */
  async buildView(): Promise<StagedCollection> {
    const { destination, options } = this.#work;
    await this.#creation.createView(options);
    return { proof: { ...destination, kind: 'view', options, indexes: [] }, expiries: [], warnings: [], differences: [] };
  }

  async buildEmpty(): Promise<void> {
    const { indexes, options } = this.#work;
    await this.#creation.createCollection(options);
    await this.#creation.keptIndexes(await this.#creation.createIndexes(indexSpecs(indexes, options)));
  }

  drop(): Promise<void> {
    return this.#creation.drop();
  }

  #newCreation(): Creation {
    const { target, fence, onUnsupported } = this.#context;
    return new Creation({ target, fence, onUnsupported, ns: this.#ns, text: this.#text });
  }

  /** Answers the options that the collection has, as the snapshot says them. */
  async #loadUntilComplete(signal: AbortSignal): Promise<string> {
    for (let load = 1; ; load++) {
      const loaded = { documents: 0, bytes: 0 };
      try {
        const options = await this.#creation.createCollection(this.#work.options);
        await this.#load(loaded, signal);
        return options;
      } catch (error) {
        if (!(error instanceof Interrupted) || load >= LOADS || signal.aborted) throw error;
        this.#context.onReloaded(loaded, this.#work.destination);
        await this.drop();
        // What was left out is found out anew.
        this.#creation = this.#newCreation();
      }
    }
  }

  async #load(loaded: { documents: number; bytes: number }, signal: AbortSignal): Promise<void> {
    const { target, documents, insertsAtOnce, onLoaded } = this.#context;
    this.#phase('loading');
    const isCapped = createOptions(this.#work.options).options.capped === true;
    await insertRuns(target.deployment, this.#ns, documents(this.#work.source, { signal }), {
      parallelism: isCapped ? 1 : insertsAtOnce,
      buckets: this.#work.kind === 'timeseries',
      signal,
      onWritten: (run) => {
        loaded.documents += run.documents;
        loaded.bytes += run.bytes.length;
        onLoaded({ documents: run.documents, bytes: run.bytes.length }, this.#work.destination);
      },
    });
  }

  async #expiries(specs: readonly IndexSpec[], options: string): Promise<Expiry[]> {
    const { destination } = this.#work;
    const expiring = specs.filter((spec) => spec.expires);
    const { expireAfterSeconds } = createOptions(options);
    if (expiring.length === 0 && expireAfterSeconds === undefined) return [];
    const collModKnown = await this.#context.target.knowsCollMod(this.#ns);
    const how = collModKnown ? 'collMod' : 'rebuild';
    const expiries: Expiry[] = expiring.map((spec) => ({ ...destination, kind: 'index', how, specification: textOf(spec.specification) }));
    if (expireAfterSeconds === undefined) return expiries;
    if (!collModKnown) throw unsupported(`expireAfterSeconds of the collection ${this.#text}`);
    return [...expiries, { ...destination, kind: 'collection', specification: textOf({ expireAfterSeconds }) }];
  }

  #phase(phase: string): void {
    this.#context.onPhase(phase, this.#work.destination);
  }
}
