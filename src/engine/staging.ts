import { serialize } from 'bson';
import type { Document } from 'mongodb';
import type { DocumentRun } from '../bson/documents.ts';
import { extendedJson } from '../bson/extended-json.ts';
import { Problem } from '../errors.ts';
import { listIndexes } from './catalog.ts';
import { Interrupted, isUnsupported, sentenceOf } from './errors.ts';
import { type Namespace, namespaceText } from './namespaces.ts';
import { insertRuns } from './raw-writer.ts';
import { createOptions, differentIndexes, differentOptions, type IndexSpec, indexSpecs, withoutExpiry } from './specifications.ts';
import type { Expiry } from './swap-plan.ts';
import type { Target } from './target.ts';
import { type CollectionDigest, type Digest, digestOf, expectSameDigest } from './verification.ts';

/** A collection or view of the snapshot on its way to the target. */
export interface StagingWork {
  /** Its place in the snapshot. */
  source: number;
  /** Where it will stand. */
  destination: Namespace;
  /** Where it is built: in the same database. */
  staging: string;
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
  insertsAtOnce: number;
  onPhase: (phase: string, ns: Namespace) => void;
  onLoaded: (run: DocumentRun) => void;
  /** The load of a collection begins anew: what {@link onLoaded} said of it no longer counts. */
  onReloaded: (loaded: { documents: number; bytes: number }) => void;
}

export interface StagedCollection {
  uuid?: string;
  expiries: Expiry[];
  indexes: number;
}

/** How often the load of a collection begins anew after it broke off. */
const LOADS = 3;

/**
 * Builds one collection under its staging name and proves it: created with its options, loaded, indexed, read back and compared, and only then
 * given its expiring indexes. Throws `unsupported-feature` for what the target cannot do and `verification-failed` for what came out different.
 */
export async function stageCollection(context: StagingContext, work: StagingWork, signal: AbortSignal): Promise<StagedCollection> {
  const ns = { database: work.destination.database, name: work.staging };
  const specs = indexSpecs(work.indexes, work.options);
  await loadUntilComplete(context, work, ns, signal);

  context.onPhase('indexing', work.destination);
  await createIndexes(
    context,
    work,
    ns,
    specs.filter((spec) => !spec.expires),
  );
  context.onPhase('verifying', work.destination);
  expectSameDigest(work.destination, work.expected, await digestOf(context.target.deployment, ns, context.newDigest, { signal }));

  // Even where they must be built anew after the swap: that the target takes them has to be known before it.
  await createIndexes(
    context,
    work,
    ns,
    specs.filter((spec) => spec.expires),
  );
  const different = differentIndexes(specs, await listIndexes(context.target.deployment, ns));
  if (different.length > 0) throw notKept(work.destination, different);

  const listed = (await context.target.look(ns.database, [ns.name])).get(ns.name);
  if (!listed) throw new Interrupted(`The staging of ${namespaceText(work.destination)} disappeared`);
  const collModKnown = needsCollMod(work, specs) && (await context.target.knowsCollMod(ns));
  return { uuid: listed.uuid, expiries: expiriesOf(work, specs, collModKnown), indexes: specs.length };
}

/** Creates a view under a staging name: the proof that the target takes it, since a view cannot be renamed into place. */
export async function stageView(context: StagingContext, work: StagingWork): Promise<void> {
  const ns = { database: work.destination.database, name: work.staging };
  await context.fence();
  await refusedFeatures(`the view ${namespaceText(work.destination)}`, () => context.target.createView(ns, work.options));
  const found = (await context.target.look(ns.database, [ns.name])).get(ns.name);
  if (found?.kind !== 'view') throw new Problem('unsupported-feature', [`the view ${namespaceText(work.destination)}`]);
  const different = differentOptions(work.options, found.options);
  if (different.length > 0) throw notKept(work.destination, different);
}

async function loadUntilComplete(context: StagingContext, work: StagingWork, ns: Namespace, signal: AbortSignal): Promise<void> {
  for (let load = 1; ; load++) {
    const loaded = { documents: 0, bytes: 0 };
    try {
      await context.fence();
      await createStaging(context, work, ns);
      return await loadOnce(context, work, ns, loaded, signal);
    } catch (error) {
      if (!(error instanceof Interrupted) || load >= LOADS || signal.aborted) throw error;
      context.onReloaded(loaded);
      await context.fence();
      await context.target.drop(ns);
    }
  }
}

async function createStaging(context: StagingContext, work: StagingWork, ns: Namespace): Promise<void> {
  const { options } = createOptions(work.options);
  const names = Object.keys(options);
  const what = `the options of ${namespaceText(work.destination)} (${names.join(', ')})`;
  await refusedFeatures(names.length > 0 ? what : `the collection ${namespaceText(work.destination)}`, () =>
    context.target.create(ns, options),
  );
  const found = (await context.target.look(ns.database, [ns.name])).get(ns.name);
  const sent = extendedJson(Buffer.from(serialize(options)));
  const different = differentOptions(sent, found?.options ?? '{}');
  if (different.length > 0) throw notKept(work.destination, different);
}

async function loadOnce(
  context: StagingContext,
  work: StagingWork,
  ns: Namespace,
  loaded: { documents: number; bytes: number },
  signal: AbortSignal,
): Promise<void> {
  context.onPhase('loading', work.destination);
  const isCapped = createOptions(work.options).options.capped === true;
  await insertRuns(context.target.deployment, ns, context.documents(work.source, { signal }), {
    parallelism: isCapped ? 1 : context.insertsAtOnce,
    signal,
    onWritten: (run) => {
      loaded.documents += run.documents;
      loaded.bytes += run.bytes.length;
      context.onLoaded(run);
    },
  });
}

/** All in one command, so that the server reads the collection once. */
async function createIndexes(context: StagingContext, work: StagingWork, ns: Namespace, specs: readonly IndexSpec[]): Promise<void> {
  if (specs.length === 0) return;
  await context.fence();
  try {
    await context.target.createIndexes(ns, specs.map(withoutExpiry));
  } catch (error) {
    if (!isUnsupported((error as Error).cause)) throw error;
    // Which of them was it? One at a time, on the staging, tells.
    for (const spec of specs) {
      await refusedFeatures(`index ${spec.name} of ${namespaceText(work.destination)}`, () =>
        context.target.createIndexes(ns, [withoutExpiry(spec)]),
      );
    }
  }
}

async function refusedFeatures(feature: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const cause = (error as Error).cause;
    if (!isUnsupported(cause)) throw error;
    throw new Problem('unsupported-feature', [`${feature}: ${sentenceOf(cause)}`], { cause });
  }
}

function notKept(ns: Namespace, different: readonly string[]): Problem {
  return new Problem('unsupported-feature', [`${different.join(', ')} of ${namespaceText(ns)} as the snapshot has it`]);
}

function needsCollMod(work: StagingWork, specs: readonly IndexSpec[]): boolean {
  return specs.some((spec) => spec.expires) || createOptions(work.options).expireAfterSeconds !== undefined;
}

function expiriesOf(work: StagingWork, specs: readonly IndexSpec[], collModKnown: boolean): Expiry[] {
  const expiring = specs.filter((spec) => spec.expires);
  const how = collModKnown ? 'collMod' : 'rebuild';
  const expiries: Expiry[] = expiring.map((spec) => ({
    ...work.destination,
    kind: 'index',
    how,
    specification: textOf(spec.specification),
  }));
  const { expireAfterSeconds } = createOptions(work.options);
  if (expireAfterSeconds === undefined) return expiries;
  if (!collModKnown)
    throw new Problem('unsupported-feature', [`expireAfterSeconds of the clustered collection ${namespaceText(work.destination)}`]);
  return [...expiries, { ...work.destination, kind: 'collection', specification: textOf({ expireAfterSeconds }) }];
}

function textOf(document: Document): string {
  return extendedJson(Buffer.from(serialize(document)));
}
