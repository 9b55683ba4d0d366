import { createSecretKey, type KeyObject } from 'node:crypto';
import { Problem } from '../errors.ts';
import { SEAL_OVERHEAD, seal, unseal } from '../sealing.ts';
import type { VaultKeys } from './vault-keys.ts';

/** The version of the layout, of every kind of object, and of what is sealed: docs/vault-format.md. */
export const VAULT_FORMAT = 1;

/**
 * Turns the bytes of an object into what lies in the store and back: AES-256-GCM in an encrypted vault, the bytes themselves in another.
 * The vault, the format and the object's own key are authenticated with it, so a sealed object opens in its own place only.
 */
export class ObjectSeal {
  readonly encrypted: boolean;
  /** How much larger an object is in the store than its bytes. */
  readonly overhead: number;
  readonly #key: KeyObject;
  readonly #vaultId: string;

  constructor(keys: VaultKeys, vaultId: string, encrypted: boolean) {
    this.encrypted = encrypted;
    this.overhead = encrypted ? SEAL_OVERHEAD : 0;
    this.#key = createSecretKey(keys.objects);
    this.#vaultId = vaultId;
  }

  close(objectKey: string, bytes: Buffer): Buffer {
    return this.encrypted ? seal(this.#key, bytes, this.context(objectKey)) : bytes;
  }

  /** Throws `object-damaged` when a byte, the place or the vault is another than when it was closed. */
  open(objectKey: string, stored: Buffer): Buffer {
    if (!this.encrypted) return stored;
    try {
      return unseal(this.#key, stored, this.context(objectKey));
    } catch (cause) {
      throw new Problem('object-damaged', [objectKey, 'its seal does not open'], { cause });
    }
  }

  /** What is authenticated with an object. */
  context(objectKey: string): string {
    return `lifeboat vault ${this.#vaultId} format ${VAULT_FORMAT} object ${objectKey}`;
  }
}
