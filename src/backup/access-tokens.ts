import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { after, type Clock, HOUR, SECOND } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import { findTokenOwner, insertToken, listSecrets, revokeToken, type SecretRow } from '../db/service-accounts.ts';
import { audited } from './audit-log.ts';
import type { Caller } from './caller.ts';
import type { Grant } from './roles.ts';
import { accountIdOf, clientIdOf, digestOfSecret } from './service-account.ts';

const TOKEN_LIFE = HOUR;
export const TOKEN_SECONDS = TOKEN_LIFE / SECOND;
/** Of one service account, as Atlas limits them. */
export const TOKENS_A_MINUTE = 10;
const TOKEN_BYTES = 32;
/** Whose secrets are looked up for what is no client id, so that it takes as long as one that might be. */
const NOBODY = '0'.repeat(24);

export type Minted = { token: string } | { refused: 'credentials' | 'rate' };

/** The opaque tokens of service accounts. Of a token only its SHA-256 is kept, and it is looked up for each request. */
export class AccessTokens {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #secretKey: Buffer;

  /** `secretKey`: the one of {@link ServiceAccounts}. */
  constructor(db: Db, clock: Clock, secretKey: Buffer) {
    this.#db = db;
    this.#clock = clock;
    this.#secretKey = secretKey;
  }

  async mint(clientId: string, secret: string, address?: string): Promise<Minted> {
    const match = await this.#findSecret(clientId, secret);
    if (!match) return { refused: 'credentials' };
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const now = this.#clock.now();
    const row = {
      sha256: sha256(token),
      serviceAccountId: match.serviceAccountId,
      secretId: match.id,
      expiresAt: after(now, TOKEN_LIFE),
    };
    const subject = clientIdOf(match.serviceAccountId);
    const isIn = await audited(this.#db, this.#clock, { action: 'TOKEN_CREATED', subject, address }, (transaction) =>
      insertToken(transaction, row, TOKENS_A_MINUTE, now),
    );
    return isIn ? { token } : { refused: 'rate' };
  }

  /** `false` when the credentials are wrong. A token that is not there, or another account's, is nothing to revoke, and not an error (RFC 7009). */
  async revoke(clientId: string, secret: string, token: string, address?: string): Promise<boolean> {
    const match = await this.#findSecret(clientId, secret);
    if (!match) return false;
    const subject = clientIdOf(match.serviceAccountId);
    await audited(this.#db, this.#clock, { action: 'TOKEN_REVOKED', subject, address }, (transaction) =>
      revokeToken(transaction, match.serviceAccountId, sha256(token), this.#clock.now()),
    );
    return true;
  }

  /** Whose token it is, read anew for each request; `null` when nobody's, expired or revoked. */
  async find(token: string): Promise<Omit<Caller, 'address'> | null> {
    const row = await findTokenOwner(this.#db, sha256(token), this.#clock.now());
    if (!row) return null;
    const { id, organizationId, roles } = row;
    return { kind: 'service-account', id, name: clientIdOf(id), organizationId, grants: roles as Grant[] };
  }

  /** The secret of the client that this is, compared in constant time. */
  async #findSecret(clientId: string, secret: string): Promise<SecretRow | null> {
    const secrets = await listSecrets(this.#db, [accountIdOf(clientId) ?? NOBODY]);
    const digest = digestOfSecret(this.#secretKey, secret);
    const now = this.#clock.now();
    const matches = secrets.filter((row) => timingSafeEqual(row.digest, digest) && row.expiresAt > now);
    return matches[0] ?? null;
  }
}

function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
