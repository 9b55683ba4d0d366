import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from './errors.ts';

/** The work on every byte that `native/` does in machine code; docs/benchmarks.md has what that gains. */
export interface Native {
  /** Adds SHA-256(secret || document) of each document to `lanes`. The number of documents, or -1 when the bytes are not whole ones. */
  sumDocuments(lanes: Uint32Array, secret: Buffer, documents: Buffer): number;
  /**
   * Walks over the documents from `offset` on after which no chunk ends, where `held` bytes are in the chunk already. Into `skipped`: where the next document
   * starts, how many were walked over, the length of the last.
   */
  skipDocuments(key: Buffer, bytes: Buffer, offset: number, held: number, smallest: number, largest: number, skipped: Int32Array): void;
  /**
   * Copies documents of a cursor's batch, from the element at `offset` on, behind the `filled` bytes of `memory` while they fit. Into `unpacked`: where the next
   * element starts, how many bytes are filled, how many documents were copied. It stops before whatever is not a document.
   */
  unpackBatch(batch: Buffer, offset: number, memory: Buffer, filled: number, unpacked: Int32Array): void;
  /** In the thread pool: HMAC-SHA-256 of the documents into `name`, 32 bytes. */
  nameChunk(documents: Buffer, key: Buffer, name: Buffer): Promise<void>;
  /**
   * In the thread pool: the lanes of the documents, as they are stored, into the first bytes of `output`, and one gzip member of the documents behind them.
   * The member's length. Both Buffers must be left alone until then.
   */
  packDocuments(documents: Buffer, secret: Buffer, output: Buffer): Promise<number>;
  /** In the thread pool: whether the gzip member is whole and fills `output`. */
  expandMember(member: Buffer, output: Buffer): Promise<boolean>;
}

/** That of `native/Cargo.toml`: a module built from other sources is as good as none. */
const VERSION = '1.2.0';

/** Where `npm run native` puts the module. It stands beside `src`, and in what npm installs beside `dist`. */
const NATIVE_MODULE = join(import.meta.dirname, '../native/lifeboat.node');

/** `native` is null where the module was not built, or cannot be used, for the reason `unusable`: then TypeScript does the same, slower. */
export const { native, unusable } = load();

function load(): { native: Native | null; unusable: string | null } {
  if (!existsSync(NATIVE_MODULE)) return { native: null, unusable: null };
  const module = { exports: {} as Native & { VERSION?: string } };
  try {
    process.dlopen(module, NATIVE_MODULE);
  } catch (error) {
    return { native: null, unusable: messageOf(error) };
  }
  if (module.exports.VERSION === VERSION) return { native: module.exports, unusable: null };
  return { native: null, unusable: `it is version ${module.exports.VERSION}, and ${VERSION} is expected` };
}
