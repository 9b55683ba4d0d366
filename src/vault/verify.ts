import { availableParallelism } from 'node:os';
import { crc32 } from 'node:zlib';
import { isProblem, Problem } from '../errors.ts';
import { DigestSum, SummedDigest } from './digest.ts';
import { checkMac, readHeader } from './header.ts';
import { type ManifestRoot, type RootCollection, readRoot } from './manifest.ts';
import { HEADER_KEY, manifestKey } from './object-keys.ts';
import { readAhead } from './read-ahead.ts';
import { readChunk } from './read-chunk.ts';
import { type ChunkEntry, readSegment, type SegmentReference } from './segments.ts';
import type { Vault } from './vault.ts';

export interface VerifyProgress {
  objects: number;
  documents: number;
  /** Bytes of the store. */
  bytes: number;
  totalBytes: number;
}

export interface VerifyOptions {
  /** This snapshot only; then nothing is said about surplus objects. Throws `object-missing` when the vault has no such snapshot. */
  snapshotId?: string;
  /** The ids of the snapshots that must be there, as somebody else keeps them: one without a manifest is missing. Asked again at the end, for those that were deleted meanwhile. */
  completed?: () => Promise<string[]>;
  signal?: AbortSignal;
  onProgress?: (progress: VerifyProgress) => void;
  /** How many chunks are under way at once. */
  concurrency?: number;
}

export interface VerifyReport {
  snapshots: number;
  /** Objects that were read. */
  objects: number;
  bytes: number;
  documents: number;
  damaged: { object: string; what: string; snapshots: string[] }[];
  missing: { object: string; snapshots: string[] }[];
  /** Objects that no snapshot uses: garbage not collected yet, the work of a running snapshot, or files that are not the vault's. No damage. */
  surplus: string[];
}

interface Finding {
  /** Why the object is damaged; null when it is missing. */
  what: string | null;
  snapshots: Set<string>;
}

/**
 * Reads every object that the snapshots use and checks all that is known of it: its SHA-256 as stored, its seal, that it expands, its name, its number of documents, its digest;
 * that the sums of a collection's chunks are what its manifest says; and, of the whole vault, which objects no snapshot uses. Damage is reported, not thrown; what keeps
 * the store from being read at all (`store-unavailable`) is thrown.
 */
export async function verifyVault(vault: Vault, o: VerifyOptions = {}): Promise<VerifyReport> {
  const verification = new Verification(vault, o);
  return o.snapshotId === undefined ? verification.ofAll() : verification.ofOne(o.snapshotId);
}

class Verification {
  readonly #vault: Vault;
  readonly #options: VerifyOptions;
  readonly #findings = new Map<string, Finding>();
  /** What was read, with a checksum of what was expected of it: another manifest may expect something else of the same object. */
  readonly #checked = new Map<string, number>();
  readonly #progress: VerifyProgress = { objects: 0, documents: 0, bytes: 0, totalBytes: 0 };
  #snapshots = 0;

  constructor(vault: Vault, options: VerifyOptions) {
    this.#vault = vault;
    this.#options = options;
  }

  async ofAll(): Promise<VerifyReport> {
    // Before the store is listed: what was COMPLETED by then has its manifest in the list.
    const completed = (await this.#options.completed?.()) ?? [];
    const stored: string[] = [];
    for await (const { key, size } of this.#vault.access.blobs.list('')) {
      stored.push(key);
      this.#progress.totalBytes += size;
    }
    await this.#check(HEADER_KEY, [], async () => checkMac(this.#vault.access.keys, await readHeader(this.#vault.access.blobs)));
    for await (const id of this.#vault.listSnapshots()) await this.#snapshot(id);
    await this.#lost(completed);
    const surplus: string[] = [];
    for (const key of stored) if (!this.#checked.has(key) && (await this.#vault.access.blobs.stat(key).catch(strange))) surplus.push(key);
    return this.#report(surplus);
  }

  async ofOne(snapshotId: string): Promise<VerifyReport> {
    if (!(await this.#vault.hasSnapshot(snapshotId))) throw new Problem('object-missing', [manifestKey(snapshotId)]);
    await this.#snapshot(snapshotId);
    return this.#report([]);
  }

  async #snapshot(id: string): Promise<void> {
    const key = manifestKey(id);
    const root = await this.#check(key, [id], () => readRoot(this.#vault.access, id));
    this.#snapshots += 1;
    if (!root) return;
    if (this.#options.snapshotId !== undefined) this.#progress.totalBytes = root.totals.storedBytes;
    for (const collection of root.collections) await this.#collection(root, collection);
    // Deleted while it was read, its objects are gone rightly.
    if (!(await this.#vault.hasSnapshot(id))) this.#forget(id);
  }

  /** Snapshots that are said to be COMPLETED and have no manifest: everything of them may still be in the store, but nothing names it. */
  async #lost(completed: readonly string[]): Promise<void> {
    const absent = completed.filter((id) => !this.#checked.has(manifestKey(id)));
    const still = absent.length > 0 ? new Set(await this.#options.completed?.()) : new Set();
    for (const id of absent) if (still.has(id) && !(await this.#vault.hasSnapshot(id))) this.#find(manifestKey(id), [id], null);
  }

  async #collection(root: ManifestRoot, collection: RootCollection): Promise<void> {
    const id = root.snapshotId;
    const sum = new DigestSum();
    let isWhole = await this.#entries(id, collection.entries, sum);
    for (const segment of collection.segments) {
      const entries = await this.#segment(id, segment);
      isWhole = entries !== null && (await this.#entries(id, entries, sum)) && isWhole;
    }
    const { documents, bytes, lanes } = collection.totals.digest;
    const found = sum.value();
    if (isWhole && (found.documents !== documents || found.bytes !== bytes || found.lanes !== lanes)) {
      const namespace = `${collection.database}.${collection.name}`;
      this.#find(manifestKey(id), [id], `the chunks of ${namespace} do not add up to its totals`);
    }
  }

  async #segment(id: string, segment: SegmentReference): Promise<ChunkEntry[] | null> {
    return this.#check(segment.object, [id], async () => {
      const entries = await readSegment(this.#vault.access, segment);
      const add = (of: (entry: ChunkEntry) => number) => entries.reduce((total, entry) => total + of(entry), 0);
      const isAsSaid =
        entries.length === segment.entries && add((e) => e.documents) === segment.documents && add((e) => e.rawBytes) === segment.rawBytes;
      if (!isAsSaid) throw new Problem('object-damaged', [segment.object, 'its entries do not add up to its totals']);
      this.#progress.bytes += segment.storedBytes;
      return entries;
    });
  }

  /** Whether all of them are whole. */
  async #entries(id: string, entries: ChunkEntry[], sum: DigestSum): Promise<boolean> {
    const depth = this.#options.concurrency ?? Math.max(availableParallelism() + 1, this.#vault.access.blobs.parallel);
    let isWhole = true;
    for await (const isChunkWhole of readAhead(entries, depth, (entry) => this.#chunk(id, entry), this.#options.signal))
      isWhole &&= isChunkWhole;
    for (const entry of entries) sum.add({ ...entry, digest: Buffer.from(entry.digest, 'base64') });
    return isWhole;
  }

  async #chunk(id: string, entry: ChunkEntry): Promise<boolean> {
    const { object, rawBytes, storedBytes, storedSha256, documents, digest } = entry;
    const expected = crc32(JSON.stringify([rawBytes, storedBytes, storedSha256, documents, digest]));
    if (this.#checked.get(object) === expected) {
      this.#findings.get(object)?.snapshots.add(id);
      return !this.#findings.has(object);
    }
    const isWhole = await this.#check(object, [id], async () => {
      const raw = await readChunk(this.#vault.access, entry);
      const summed = new SummedDigest(this.#vault.access.keys.digests);
      summed.add(raw);
      if (summed.lanes().toString('base64') !== digest) throw new Problem('object-damaged', [object, 'its digest differs']);
      this.#progress.bytes += storedBytes;
      this.#progress.documents += documents;
      return true;
    });
    this.#checked.set(object, expected);
    return isWhole === true;
  }

  /** Runs the check of one object; null, and a finding, when it is missing or damaged. */
  async #check<T>(object: string, snapshots: string[], check: () => Promise<T>): Promise<T | null> {
    this.#checked.set(object, 0);
    try {
      return await check();
    } catch (error) {
      if (!isProblem(error, 'object-missing', 'object-damaged', 'vault-format-unknown')) throw error;
      // What is wrong inside is said of the object that holds it.
      this.#find(object, snapshots, error.code === 'object-missing' ? null : (error.parameters[1] ?? error.message));
      return null;
    } finally {
      this.#progress.objects += 1;
      this.#options.onProgress?.({ ...this.#progress });
    }
  }

  #find(object: string, snapshots: string[], what: string | null): void {
    const finding = this.#findings.get(object) ?? { what, snapshots: new Set() };
    for (const id of snapshots) finding.snapshots.add(id);
    this.#findings.set(object, finding);
  }

  #forget(snapshotId: string): void {
    for (const [object, finding] of this.#findings) {
      if (!finding.snapshots.delete(snapshotId) || finding.snapshots.size > 0) continue;
      this.#findings.delete(object);
      // Another snapshot may share it: then it is read again.
      this.#checked.delete(object);
    }
  }

  #report(surplus: string[]): VerifyReport {
    const { objects, bytes, documents } = this.#progress;
    const found = [...this.#findings].map(([object, { what, snapshots }]) => ({ object, what, snapshots: [...snapshots].sort() }));
    return {
      snapshots: this.#snapshots,
      objects,
      bytes,
      documents,
      damaged: found.flatMap(({ object, what, snapshots }) => (what === null ? [] : [{ object, what, snapshots }])),
      missing: found.flatMap(({ object, what, snapshots }) => (what === null ? [{ object, snapshots }] : [])),
      surplus: surplus.sort(),
    };
  }
}

/** A file whose name is no key of ours cannot be asked for; it was listed, so it is there. */
function strange(error: unknown): true {
  if (error instanceof TypeError) return true;
  throw error;
}
