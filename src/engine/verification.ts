import type { DocumentRun } from '../bson/documents.ts';
import { Problem } from '../errors.ts';
import type { CollectionKind } from './catalog.ts';
import type { Deployment } from './deployment.ts';
import { type Namespace, namespaceText } from './namespaces.ts';
import { readCollection } from './raw-reader.ts';

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

/** Reads the collection, or a time series' buckets, as the majority of the deployment has it. */
export async function digestOf(
  d: Deployment,
  ns: Namespace & { kind?: CollectionKind },
  newDigest: () => Digest,
  o: { signal?: AbortSignal; onRead?: (run: DocumentRun) => void } = {},
): Promise<CollectionDigest> {
  const digest = newDigest();
  const collection = { ...ns, kind: ns.kind ?? 'collection', readOrder: 'natural' } as const;
  for await (const run of readCollection(d, collection, { signal: o.signal, majority: true, reuseMemory: true })) {
    digest.add(run.bytes);
    o.onRead?.(run);
  }
  return digest.value();
}

/** Throws `verification-failed` unless the two digests are one; `ns` is the name that the user knows. */
export function expectSameDigest(ns: Namespace, expected: CollectionDigest, found: CollectionDigest): void {
  const differences = [
    expected.documents === found.documents ? '' : `${found.documents} documents instead of ${expected.documents}`,
    expected.bytes === found.bytes ? '' : `${found.bytes} bytes instead of ${expected.bytes}`,
  ].filter((text) => text !== '');
  if (differences.length === 0 && expected.lanes === found.lanes) return;
  throw new Problem('verification-failed', [
    `${namespaceText(ns)} has ${differences.join(' and ') || 'as many documents and bytes, but others'}`,
  ]);
}
