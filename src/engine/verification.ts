import { pause, SECOND } from '../clock.ts';
import { Problem } from '../errors.ts';
import type { Deployment } from './deployment.ts';
import { engineError, Interrupted } from './errors.ts';
import { type Namespace, namespaceText } from './namespaces.ts';
import { type ReadableCollection, readCollection } from './raw-reader.ts';

/** What a collection's documents add up to, whatever their order: `lanes` are the hexadecimal digits of eight uint32. The vault makes it. */
export interface CollectionDigest {
  documents: number;
  bytes: number;
  lanes: string;
}

export interface Digest {
  /** Whole documents, back to back. */
  add(bytes: Buffer): void;
  value(): CollectionDigest;
}

/** How often a collection is read from its start when its reading breaks off. */
const READINGS = 4;

/** Reads the collection, or a time series' buckets, as the majority of the deployment has it. */
export async function digestOf(
  d: Deployment,
  ns: Namespace & Partial<Pick<ReadableCollection, 'kind' | 'estimatedDocuments' | 'estimatedBytes'>>,
  newDigest: () => Digest,
  o: { signal?: AbortSignal } = {},
): Promise<CollectionDigest> {
  const collection = { ...ns, kind: ns.kind ?? 'collection', readOrder: 'natural' } as const;
  for (let reading = 1; ; reading++) {
    try {
      const digest = newDigest();
      for await (const run of readCollection(d, collection, { ...o, majority: true, reuseMemory: true })) digest.add(run.bytes);
      return digest.value();
    } catch (failure) {
      const error = engineError(failure, `to read ${namespaceText(ns)}`);
      if (!(error instanceof Interrupted) || reading >= READINGS) throw error;
      await pause(AGAIN_AFTER, o.signal);
    }
  }
}

/** Long enough for the driver to see that the server is there again. */
const AGAIN_AFTER = 0.5 * SECOND;

/** What is different between two digests, in one text or none; `ns` is the name that the user knows. */
export function differentDigest(ns: Namespace, expected: CollectionDigest, found: CollectionDigest): string[] {
  const differences = [
    expected.documents === found.documents ? '' : `${found.documents} documents instead of ${expected.documents}`,
    expected.bytes === found.bytes ? '' : `${found.bytes} bytes instead of ${expected.bytes}`,
  ].filter((text) => text !== '');
  if (differences.length === 0 && expected.lanes === found.lanes) return [];
  return [`${namespaceText(ns)} has ${differences.join(' and ') || 'as many documents and bytes, but others'}`];
}

/** How many differences stand in the sentence; `differences` has all. */
const IN_WORDS = 10;

/** The problem `verification-failed`, with every difference that was found. */
export class RestoreDiffers extends Problem {
  readonly differences: readonly string[];

  constructor(differences: readonly string[], options: { hint?: string } = {}) {
    const more = differences.length - IN_WORDS;
    const words = differences.slice(0, IN_WORDS).join('; ');
    super('verification-failed', [more > 0 ? `${words}; and ${more} more` : words], options);
    this.differences = differences;
  }
}
