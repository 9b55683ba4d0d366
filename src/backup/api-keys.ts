import { createHash, randomInt, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { findApiKey, insertApiKey } from '../db/api-keys.ts';
import type { Db, Queryable } from '../db/connection.ts';
import { type Id, newId } from '../ids.ts';
import { seal, unseal } from '../sealing.ts';
import type { Grant } from './roles.ts';

/** The realm of Atlas' challenge; HA1 is bound to it. */
export const DIGEST_REALM = 'MMS Public API';

export interface NewApiKey {
  id: Id;
  publicKey: string;
  /** Shown once, here, and kept nowhere. */
  privateKey: string;
}

/** A key as a request is checked against it. */
export interface DigestKey {
  id: Id;
  organizationId: Id;
  publicKey: string;
  /** MD5(publicKey:realm:privateKey), hexadecimal: it equals a password. */
  ha1: string;
  grants: Grant[];
}

/** Programmatic API keys: 8 letters and a UUID, as Atlas'. Of the private half only HA1 is kept, sealed. */
export class ApiKeys {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #sealingKey: Buffer;

  /** `sealingKey`: derived from the master key for `digest-secrets`. */
  constructor(db: Db, clock: Clock, sealingKey: Buffer) {
    this.#db = db;
    this.#clock = clock;
    this.#sealingKey = sealingKey;
  }

  async create(input: { organizationId: Id; description: string; grants: Grant[] }, db: Queryable = this.#db): Promise<NewApiKey> {
    const createdAt = this.#clock.now();
    const id = newId(createdAt);
    const publicKey = Array.from({ length: 8 }, () => String.fromCharCode(97 + randomInt(26))).join('');
    const privateKey = randomUUID();
    const ha1 = createHash('md5').update(`${publicKey}:${DIGEST_REALM}:${privateKey}`).digest('hex');
    await insertApiKey(
      db,
      {
        id,
        organizationId: input.organizationId,
        publicKey,
        ha1Sealed: seal(this.#sealingKey, Buffer.from(ha1), `api key ${id}`),
        privateKeySuffix: privateKey.slice(-12),
        description: input.description,
        createdAt,
      },
      input.grants,
    );
    return { id, publicKey, privateKey };
  }

  async findForDigest(publicKey: string): Promise<DigestKey | null> {
    const row = await findApiKey(this.#db, publicKey);
    if (!row) return null;
    return {
      id: row.id,
      organizationId: row.organizationId,
      publicKey,
      ha1: unseal(this.#sealingKey, row.ha1Sealed, `api key ${row.id}`).toString(),
      grants: row.roles as Grant[],
    };
  }
}
