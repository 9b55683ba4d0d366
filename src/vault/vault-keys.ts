import { createHmac } from 'node:crypto';
import { type Native, native } from '../native.ts';
import { deriveKey } from '../sealing.ts';

/** The sub-keys of a vault, one for each use, all derived from its random data key, which the header holds sealed by the master key. */
export interface VaultKeys {
  /** Names of chunks: without it nobody can tell whether the store holds a text he guesses. */
  names: Buffer;
  /** Where chunks end. */
  boundaries: Buffer;
  /** The secret of the verification digests. */
  digests: Buffer;
  /** Seals objects. */
  objects: Buffer;
  /** Authenticates the header and the manifests, in unencrypted vaults too. */
  manifests: Buffer;
}

/** `vaultId` is the salt: two vaults never share a key, even if one was made as a copy of the other. */
export function vaultKeys(dataKey: Buffer, vaultId: string): VaultKeys {
  return {
    names: deriveKey(dataKey, 'vault-names', vaultId),
    boundaries: deriveKey(dataKey, 'vault-boundaries', vaultId),
    digests: deriveKey(dataKey, 'vault-digests', vaultId),
    objects: deriveKey(dataKey, 'vault-objects', vaultId),
    manifests: deriveKey(dataKey, 'vault-manifests', vaultId),
  };
}

/** The name of a chunk: HMAC-SHA-256 of its documents, which must be left alone until then. */
export async function chunkName(keys: VaultKeys, raw: Buffer, by: Native | null = native): Promise<Buffer> {
  if (!by) return createHmac('sha256', keys.names).update(raw).digest();
  const name = Buffer.alloc(32);
  await by.nameChunk(raw, keys.names, name);
  return name;
}

/** HMAC-SHA-256 over what the bytes are for and the bytes, so that one kind of object cannot be passed off as another. */
export function manifestMac(keys: VaultKeys, context: string, body: Buffer): Buffer {
  return createHmac('sha256', keys.manifests).update(`${context}\n`).update(body).digest();
}
