import type { DocumentRun } from '../bson/documents.ts';
import type { CollectionKind } from './catalog.ts';
import type { NamespaceSelection } from './namespace-selection.ts';
import type { SwapContext, SwapOutcome } from './swap.ts';
import type { RestoredTotals } from './swap-plan.ts';
import type { CollectionDigest, Digest } from './verification.ts';

/** The snapshot, as the restore needs it. */
export interface RestoreSource {
  collections: readonly SourceCollection[];
  /** The documents of collection number `n`, checked against the vault's own hashes. */
  documents(n: number, o: { signal: AbortSignal }): AsyncIterable<DocumentRun>;
}

export interface SourceCollection {
  database: string;
  name: string;
  kind: CollectionKind;
  /** Canonical Extended JSON, as {@link CatalogCollection} has it. */
  options: string;
  indexes: readonly string[];
  /** What its documents add up to; of a view, nothing. */
  expected: CollectionDigest;
  /** What its documents take in the vault, for forecasts. */
  compressedBytes?: number;
}

/**
 * How the snapshot comes in. `staged`: beside what stands there, and into its place only when it is proven. `in-place`: over it, for what no server
 * renames and where there is no room for a copy.
 */
export type RestoreMode = 'staged' | 'in-place';

/** What becomes of a restore whose target lacks a feature: it fails before anything is replaced, or leaves the feature out and says so. */
export type OnUnsupported = 'fail' | 'warn';

export interface RestoreProgress {
  phase: string;
  namespace?: string;
  documents: number;
  bytes: number;
  totalDocuments: number;
  totalBytes: number;
  /** Those that are under way and the largest; of a snapshot with many the others are left out. */
  collections?: readonly CollectionProgress[];
}

export interface CollectionProgress {
  namespace: string;
  /** `waiting` until it is begun, `proven` when it is as it should be. */
  phase: string;
  documents: number;
  totalDocuments: number;
  bytes: number;
  totalBytes: number;
}

export interface ResumeOptions extends Omit<SwapContext, 'onProgress'> {
  /** Turns a roll-back around: what a user asks for who has mended its reason. */
  forward?: boolean;
  onProgress?: (progress: RestoreProgress) => void;
}

export interface RestoreOptions extends ResumeOptions {
  source: RestoreSource;
  /** 24 hexadecimal digits. */
  jobId: string;
  attempt: number;
  /** The digest under the snapshot's vault secret. */
  newDigest: () => Digest;
  selection: NamespaceSelection;
  /** Keeps the collections of the target that the snapshot lacks; else they go, as with Atlas. */
  keep?: boolean;
  /** `fail` unless given. */
  onUnsupported?: OnUnsupported;
  /** What becomes of a restore whose copy surely has no room at the target, as that says; `refuse` unless given. */
  onLittleRoom?: 'refuse' | 'warn';
  /** `x.y.z` of the snapshot; the target must have the same major version. */
  mongodbVersion?: string;
  /** Cancels until the target is being replaced; after that it is not looked at. */
  signal?: AbortSignal;
  /** Whether another attempt follows this failure: then what is proven is left for it. Never, unless given. */
  mayContinue?: (error: unknown) => boolean;
}

/** What was done; the counts are of what was loaded, read back and found equal. */
export interface RestoreReport extends RestoredTotals, SwapOutcome {}

/** Whether collections that the snapshot lacks go: only a restore of everything, under its own names, may say what is surplus. */
export function removesTheRest(o: Pick<RestoreOptions, 'selection' | 'keep'>): boolean {
  return o.selection.everything && !o.keep;
}
