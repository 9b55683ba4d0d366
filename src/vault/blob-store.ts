/**
 * The contract of a store of objects, and what the vault builds on it. `test/contract/blob-store.contract.ts` holds every store to it.
 *
 * What callers rely on:
 * - `put` and `create` are all or nothing: whoever reads the key sees nothing or the whole body, also after a crash or a failed write.
 * - Once `put` or `create` has returned and `sync` has returned for the key, the object survives the loss of power.
 * - `get` after `put` sees what was put, from every node.
 * - An object's bytes never change except by a `put` of the same key. The vault does that with its header, and with a chunk that is damaged.
 *
 * What a caller must do: keys come from `object-keys.ts`; a key of a chunk is never used twice.
 *
 * Errors: `object-missing` (get), `object-damaged` (get, larger than its limit), `store-full` and `store-unavailable` (any). `store-full`, `object-missing`
 * and `object-damaged` are permanent: the same call again gives the same answer, so nothing retries them. `store-unavailable` may pass.
 */
export interface BlobStore {
  /** How many operations at once serve this store best: few for a disk, which they only make seek, many for a network. */
  readonly parallel: number;
  /** Writes the object, over an older one of the same key. */
  put(key: string, body: Buffer): Promise<void>;
  /** Writes the object unless the key is taken; says whether it did. Of several calls at once, from any node, one gets `true`. */
  create(key: string, body: Buffer): Promise<boolean>;
  /** The whole object; `object-missing` when there is none, `object-damaged` when it is larger than `limit` bytes (so that a foreign file cannot exhaust the memory). */
  get(key: string, limit?: number): Promise<Buffer>;
  /** The object's size, or null when there is none. */
  stat(key: string): Promise<{ size: number } | null>;
  /** Removes the object; nothing happens when there is none. Durable once `sync` has returned for the key. */
  delete(key: string): Promise<void>;
  /** As `delete` of each, in no order, with as few requests as the store can do. */
  deleteAll(keys: readonly string[]): Promise<void>;
  /**
   * Every object whose key starts with `prefix`, which is empty or ends with a slash. No order is promised. What is put or deleted meanwhile may be
   * listed or not; everything else is, also files that are not the vault's, so that `verify` sees them.
   */
  list(prefix: string): AsyncIterable<{ key: string; size: number }>;
  /** Makes durable that these keys are there (or were deleted). One key of a folder stands for all of that folder. */
  sync(keys: Iterable<string>): Promise<void>;
  /** How many bytes may still be written, or null where that is not known. */
  freeBytes(): Promise<number | null>;
  /** What of this contract the store was found not to keep, in a clause; null where it keeps all. May write to the store to find out. */
  caveat(): Promise<string | null>;
}

const PART = /^[a-z0-9][a-z0-9._-]{0,199}$/;
const MOST_PARTS = 4;

/**
 * Keys are one to four parts of lower-case letters, digits, `.`, `_` and `-`, joined by slashes; no part starts with a dot. So no key can name a place
 * outside the store, an unfinished file of it, or the same file as another key on a file system that ignores case.
 */
export function isBlobKey(key: string): boolean {
  const parts = key.split('/');
  return parts.length <= MOST_PARTS && parts.every((part) => PART.test(part));
}

/** Throws on a key that is none: a defect of the caller, never a user's problem. */
export function checkBlobKey(key: string): void {
  if (!isBlobKey(key)) throw new TypeError(`not a key of a blob: ${JSON.stringify(key)}`);
}
