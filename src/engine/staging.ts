import { serialize } from 'bson';
import type { Document, MongoServerError } from 'mongodb';
import type { DocumentRun } from '../bson/documents.ts';
import { extendedJson, parseExtendedJson } from '../bson/extended-json.ts';
import { isProblem, Problem } from '../errors.ts';
import type { CollectionKind } from './catalog.ts';
import { Interrupted, isUnsupported, sentenceOf } from './errors.ts';
import { type Namespace, namespaceText } from './namespaces.ts';
import { insertRuns } from './raw-writer.ts';
import type { OnUnsupported } from './restore.ts';
import {
  createOptions,
  differentIndexes,
  differentOptions,
  type IndexSpec,
  indexSpecs,
  optionGroups,
  withoutExpiry,
} from './specifications.ts';
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
  onLoaded: (run: { documents: number; bytes: number }) => void;
  /** The load of a collection begins anew: what {@link onLoaded} said of it no longer counts. */
  onReloaded: (loaded: { documents: number; bytes: number }) => void;
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
    return await (work.kind === 'view' ? staging.buildView() : staging.build(signal));
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
  #warnings: string[] = [];

  constructor(context: StagingContext, work: StagingWork) {
    this.#context = context;
    this.#work = work;
    this.#ns = { database: work.destination.database, name: work.staging };
    this.#text = namespaceText(work.destination);
  }

  async build(signal: AbortSignal): Promise<StagedCollection> {
    const { target, newDigest } = this.#context;
    const { destination, kind, expected } = this.#work;
    const options = await this.#loadUntilComplete(signal);
    const specs = indexSpecs(this.#work.indexes, this.#work.options);
    this.#phase('indexing');
    const built = await this.#createIndexes(specs.filter((spec) => !spec.expires));
    this.#phase('verifying');
    const found = await digestOf(target.deployment, { ...this.#ns, kind }, newDigest, { signal });
    // Even where they must be built anew after the swap: that the target takes them has to be known before it.
    const expiring = await this.#createIndexes(specs.filter((spec) => spec.expires));
    const kept = await this.#keptIndexes([...built, ...expiring]);
    const uuid = await this.#uuid();
    return {
      proof: { ...destination, kind, uuid, options, indexes: kept.map((spec) => spec.text) },
      expiries: await this.#expiries(kept, options),
      warnings: this.#warnings,
      differences: differentDigest(destination, expected, found),
    };
  }

  /** A view cannot be renamed into place: under a staging name it is the proof that the target takes it. */
  async buildView(): Promise<StagedCollection> {
    const { target, fence } = this.#context;
    const { destination, options } = this.#work;
    await fence();
    const refusal = await refusalOf(() => target.createView(this.#ns, options));
    if (refusal) throw unsupported(`the view ${this.#text}: ${sentenceOf(refusal)}`, refusal);
    const found = await this.#look();
    if (found?.kind !== 'view') throw unsupported(`the view ${this.#text}`);
    const lost = differentOptions(options, found.options);
    if (lost.length > 0) throw this.#notKept(lost);
    return { proof: { ...destination, kind: 'view', options, indexes: [] }, expiries: [], warnings: [], differences: [] };
  }

  async buildEmpty(): Promise<void> {
    await this.#context.fence();
    await this.#create();
    await this.#keptIndexes(await this.#createIndexes(indexSpecs(this.#work.indexes, this.#work.options)));
  }

  async drop(): Promise<void> {
    await this.#context.fence();
    await this.#context.target.drop(this.#ns);
  }

  /** Answers the options that the collection has, as the snapshot says them. */
  async #loadUntilComplete(signal: AbortSignal): Promise<string> {
    for (let load = 1; ; load++) {
      const loaded = { documents: 0, bytes: 0 };
      this.#warnings = [];
      try {
        await this.#context.fence();
        const options = await this.#create();
        await this.#load(loaded, signal);
        return options;
      } catch (error) {
        if (!(error instanceof Interrupted) || load >= LOADS || signal.aborted) throw error;
        this.#context.onReloaded(loaded);
        await this.drop();
      }
    }
  }

  async #create(): Promise<string> {
    const { target, onUnsupported } = this.#context;
    const { options } = createOptions(this.#work.options);
    const refusal = await refusalOf(() => target.create(this.#ns, options));
    const what = `the options of ${this.#text} (${Object.keys(options).join(', ')})`;
    let created = options;
    if (refusal) {
      if (onUnsupported === 'fail') throw unsupported(`${what}: ${sentenceOf(refusal)}`, refusal);
      created = await this.#acceptedOptions(options);
      const still = await refusalOf(() => target.create(this.#ns, created));
      if (still) throw unsupported(`${what}: ${sentenceOf(still)}`, still);
    }
    const lost = differentOptions(textOf(created), (await this.#look())?.options ?? '{}');
    if (lost.length > 0) this.#unsupported(this.#notKept(lost));
    return this.#without(Object.keys(options).filter((name) => !(name in created) || lost.includes(name)));
  }

  /** Those of the options that the target takes by themselves; a warning for each of the others. */
  async #acceptedOptions(options: Document): Promise<Document> {
    const accepted: Document = {};
    for (const group of optionGroups(options)) {
      const refusal = await refusalOf(() => this.#context.target.create(this.#ns, group));
      if (!refusal) Object.assign(accepted, group);
      else this.#refused(group, refusal);
      await this.drop();
    }
    return accepted;
  }

  #refused(group: Document, refusal: MongoServerError): void {
    const problem = unsupported(`${Object.keys(group).join(', ')} of ${this.#text}: ${sentenceOf(refusal)}`, refusal);
    // Its documents are buckets: as a plain collection they would be nobody's data.
    if ('timeseries' in group) throw problem;
    this.#unsupported(problem);
  }

  /** The snapshot's options without these; the very text where none is left out. */
  #without(names: readonly string[]): string {
    if (names.length === 0) return this.#work.options;
    return textOf(Object.fromEntries(Object.entries(parseExtendedJson(this.#work.options)).filter(([name]) => !names.includes(name))));
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
        onLoaded({ documents: run.documents, bytes: run.bytes.length });
      },
    });
  }

  /** All in one command, so that the server reads the collection once. Answers those that the target took. */
  async #createIndexes(specs: readonly IndexSpec[]): Promise<IndexSpec[]> {
    const { target, fence } = this.#context;
    if (specs.length === 0) return [];
    await fence();
    if (!(await refusalOf(() => target.createIndexes(this.#ns, specs.map(withoutExpiry))))) return [...specs];
    const taken: IndexSpec[] = [];
    // Which of them was it? One at a time, on the staging, tells.
    for (const spec of specs) {
      const refusal = await refusalOf(() => target.createIndexes(this.#ns, [withoutExpiry(spec)]));
      if (!refusal) taken.push(spec);
      else this.#unsupported(unsupported(`index ${spec.name} of ${this.#text}: ${sentenceOf(refusal)}`, refusal));
    }
    return taken;
  }

  /** Those that came out as the snapshot has them. */
  async #keptIndexes(specs: readonly IndexSpec[]): Promise<IndexSpec[]> {
    const actual = await this.#context.target.listIndexes(this.#ns);
    const different = differentIndexes(specs, actual);
    if (different.length === 0) return [...specs];
    this.#unsupported(this.#notKept(different));
    return specs.filter(
      (spec) =>
        differentIndexes(
          [spec],
          actual.filter((text) => parseExtendedJson(text).name === spec.name),
        ).length === 0,
    );
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

  async #uuid(): Promise<string | undefined> {
    const listed = await this.#look();
    if (!listed) throw new Interrupted(`The staging of ${this.#text} disappeared`);
    return listed.uuid;
  }

  async #look() {
    return (await this.#context.target.look(this.#ns.database, [this.#ns.name])).get(this.#ns.name);
  }

  #phase(phase: string): void {
    this.#context.onPhase(phase, this.#work.destination);
  }

  #notKept(different: readonly string[]): Problem {
    return unsupported(`${different.join(', ')} of ${this.#text} as the snapshot has it`);
  }

  /** Throws, or leaves it out and says so: as the user chose. */
  #unsupported(problem: Problem): void {
    if (this.#context.onUnsupported === 'fail') throw problem;
    this.#warnings.push(problem.message);
  }
}

function unsupported(what: string, cause?: unknown): Problem {
  return new Problem('unsupported-feature', [what], { cause });
}

/** The server's error when it does not know what was asked of it; null when it did it. */
async function refusalOf(work: () => Promise<void>): Promise<MongoServerError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const cause = (error as Error).cause;
    if (!isUnsupported(cause)) throw error;
    return cause;
  }
}

function textOf(document: Document): string {
  return extendedJson(Buffer.from(serialize(document)));
}
