/** A chunk as it lies in the store. */
export interface StoredChunk {
  /** HMAC-SHA-256 of the documents: 32 bytes. */
  name: Buffer;
  objectKey: string;
  rawBytes: number;
  /** The object's size and SHA-256 as it lies in the store, sealed where the vault is encrypted. */
  storedBytes: number;
  storedSha256: Buffer;
  documents: number;
  /** Eight uint32 lanes, big-endian. */
  digest: Buffer;
}

/** A chunk as the index has it. */
export interface KnownChunk extends StoredChunk {
  /** Somebody read its object and found it damaged or missing: it must not be taken over as it is. */
  isDamaged?: boolean;
}

/**
 * Which chunks the vault has, for one run that writes. It arbitrates between nodes: what `claim` and `record` answer may be used by the run until it ends,
 * whatever garbage collection does meanwhile (invariant G1). The vault can be read without it, and it can be rebuilt from the manifests.
 */
export interface ChunkIndex {
  /** For each name the chunk that has it, claimed for this run, or null: then the run stores it and calls `record`. */
  claim(names: Buffer[]): Promise<(KnownChunk | null)[]>;
  /** Enters chunks of different names that were stored. Where another run was faster the answer is its chunk, claimed for this run, and the caller's object is not used. */
  record(chunks: StoredChunk[]): Promise<StoredChunk[]>;
  /** The object of a chunk that `claim` gave was written anew under its key: enters what it is now (C4). Without this method a snapshot that meets a damaged chunk fails. */
  mend?(chunk: StoredChunk): Promise<void>;
  /** The object could not be written anew with its length: forgets it, so that it is stored under another key. */
  disown?(chunk: StoredChunk): Promise<void>;
  /** Throws when this run was given up as lost, and its claims with it. Called before and after the manifest is written (G4). */
  confirm?(): Promise<void>;
  /** Whether another attempt at the same snapshot has begun. Without this method there is none (G4). */
  isSuperseded?(): Promise<boolean>;
}
