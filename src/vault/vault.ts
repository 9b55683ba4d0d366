import { isProblem, Problem } from '../errors.ts';
import type { BlobStore } from './blob-store.ts';
import type { ChunkIndex } from './chunk-index.ts';
import type { UploadOptions } from './chunk-uploads.ts';
import { type Digest, SummedDigest } from './digest.ts';
import {
  checkMac,
  encodeHeader,
  newHeader,
  type OpenedHeader,
  openHeader,
  readHeader,
  readHeaderIfThere,
  type VaultHeader,
  withMasterKey,
  withOwner,
} from './header.ts';
import { readRoot, type SnapshotHeader } from './manifest.ts';
import { HEADER_KEY, MANIFESTS, manifestKey, objectKind } from './object-keys.ts';
import { ObjectSeal } from './seal.ts';
import { SnapshotReader } from './snapshot-reader.ts';
import { SnapshotWriter } from './snapshot-writer.ts';
import type { VaultAccess } from './vault-access.ts';

export interface VaultOptions {
  blobs: BlobStore;
  masterKey: Buffer;
  installationId: string;
  /** Whether a vault that is made now encrypts; an existing one keeps what it was made with. */
  encryption: boolean;
  /** Whether an empty store becomes a new vault. False where a vault is known to be there: an empty folder is then a disk that is not mounted. */
  mayCreate?: boolean;
}

/**
 * Opens the vault in the store, or makes one in an empty store. Throws `wrong-master-key`, `vault-format-unknown`, `object-damaged` (the header), or `object-missing` when the
 * store holds objects but no header.
 */
export async function openVault(o: VaultOptions): Promise<Vault> {
  const header = (await readHeaderIfThere(o.blobs)) ?? (await createHeader(o));
  return new Vault(o.blobs, openHeader(header, o.masterKey), o.installationId);
}

const NO_HEADER = 'A vault was here: is its disk mounted, and does LIFEBOAT_STORE name the right place? Nothing was written.';

/** Of several processes that make the vault at once one succeeds; all of them read what that one wrote. */
async function createHeader(o: VaultOptions) {
  if (o.mayCreate === false) throw new Problem('object-missing', [HEADER_KEY], { hint: NO_HEADER });
  for await (const { key } of o.blobs.list('')) {
    if (objectKind(key) && key !== HEADER_KEY) throw new Problem('object-missing', [HEADER_KEY], { hint: NO_HEADER });
  }
  await o.blobs.create(HEADER_KEY, encodeHeader(newHeader(o.masterKey, o.installationId, o.encryption)));
  await o.blobs.sync([HEADER_KEY]);
  return readHeader(o.blobs);
}

/** The snapshot store: immutable manifests over content-addressed chunks, described in docs/vault-format.md. */
export class Vault {
  readonly id: string;
  readonly encrypted: boolean;
  /** For the vault's own parts: verification, garbage collection, rebuilding the index. */
  readonly access: VaultAccess;
  readonly #installationId: string;
  #opened: OpenedHeader;

  constructor(blobs: BlobStore, opened: OpenedHeader, installationId: string) {
    const { header, keys } = opened;
    this.id = header.vaultId;
    this.encrypted = header.encryption !== 'none';
    this.#opened = opened;
    this.#installationId = installationId;
    const seal = new ObjectSeal(keys, header.vaultId, this.encrypted);
    this.access = { id: header.vaultId, blobs, keys, seal, requireOwnership: () => this.#requireOwnership() };
  }

  /** The installation that owns the vault, by the header as it was when last read. */
  get owner(): string {
    return this.#opened.header.installationId;
  }

  /** A verification digest under this vault's secret: what is read from a target is compared with a manifest by it. */
  newDigest(): Digest {
    return new SummedDigest(this.access.keys.digests);
  }

  /** Throws `vault-foreign` when another installation owns the vault. */
  writeSnapshot(header: SnapshotHeader, index: ChunkIndex, o: UploadOptions = {}): SnapshotWriter {
    this.#checkOwner();
    return new SnapshotWriter(this.access, header, index, o);
  }

  readSnapshot(snapshotId: string): Promise<SnapshotReader> {
    return SnapshotReader.open(this.access, snapshotId);
  }

  async hasSnapshot(snapshotId: string): Promise<boolean> {
    return (await this.access.blobs.stat(manifestKey(snapshotId))) !== null;
  }

  /** The ids of all snapshots, in no order. */
  async *listSnapshots(): AsyncIterable<string> {
    for await (const { key } of this.access.blobs.list(MANIFESTS)) {
      if (objectKind(key) === 'manifest') yield key.slice(MANIFESTS.length);
    }
  }

  /**
   * Removes the snapshot; nothing happens when there is none. Its chunks are left to garbage collection. The root goes first and durably: a root that came
   * back after a loss of power, without its segments, would be a snapshot that lies (D1).
   */
  async deleteSnapshot(snapshotId: string): Promise<void> {
    await this.#requireOwnership();
    const { blobs } = this.access;
    const segments = await this.#segmentsOf(snapshotId);
    await blobs.delete(manifestKey(snapshotId));
    await blobs.sync([manifestKey(snapshotId)]);
    await blobs.deleteAll(segments);
  }

  /** Makes this installation the owner. The other one can no longer finish a snapshot or delete anything. */
  async adopt(): Promise<void> {
    await this.#rewriteHeader((opened) => withOwner(opened, this.#installationId));
  }

  /** Seals the data key by another master key. No object but the header changes; the old master key no longer opens this vault, but whoever copied the old header and has the old key still can. */
  async rotateMasterKey(masterKey: Buffer): Promise<void> {
    await this.#requireOwnership();
    await this.#rewriteHeader((opened) => withMasterKey(opened, masterKey));
  }

  async #segmentsOf(snapshotId: string): Promise<string[]> {
    try {
      const root = await readRoot(this.access, snapshotId);
      return root.collections.flatMap((collection) => collection.segments.map((segment) => segment.object));
    } catch (error) {
      // A damaged root can still be deleted; garbage collection finds its segments.
      if (isProblem(error, 'object-missing', 'object-damaged')) return [];
      throw error;
    }
  }

  async #rewriteHeader(change: (opened: OpenedHeader) => VaultHeader): Promise<void> {
    const { blobs } = this.access;
    const header = change({ ...this.#opened, header: await this.#rereadHeader() });
    await blobs.put(HEADER_KEY, encodeHeader(header));
    await blobs.sync([HEADER_KEY]);
    this.#opened = { ...this.#opened, header };
  }

  async #rereadHeader(): Promise<VaultHeader> {
    const header = await readHeader(this.access.blobs);
    checkMac(this.access.keys, header);
    return header;
  }

  async #requireOwnership(): Promise<void> {
    this.#opened = { ...this.#opened, header: await this.#rereadHeader() };
    this.#checkOwner();
  }

  #checkOwner(): void {
    if (this.owner !== this.#installationId) throw new Problem('vault-foreign', [this.owner]);
  }
}
