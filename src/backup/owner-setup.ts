import { randomBytes } from 'node:crypto';
import { after, type Clock, MINUTE } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import { findInstallation, lockInstallation } from '../db/installation.ts';
import { isSetupToken, replaceSetupToken, spendSetupToken } from '../db/setup-token.ts';
import { hasOwningUser } from '../db/users.ts';
import { Problem } from '../errors.ts';
import { audit } from './audit-log.ts';
import type { Passwords } from './password.ts';
import { sha256 } from './session.ts';
import { makeFirstPlaces } from './setup.ts';
import type { User } from './user.ts';
import { hashNewPassword, insertHashedUser } from './users.ts';

const TOKEN_LIFE = 15 * MINUTE;

export interface SetUpOwner {
  token: string;
  username: string;
  password: string;
  /** For an installation that has no organization yet. */
  organizationName: string;
  projectName: string;
  address: string;
}

/** Behind the `#`: a browser keeps it to itself, and no log of a proxy has it. */
export function setupUrl(publicUrl: string, made: { token: string } | null): string | null {
  return made && `${publicUrl}/setup#token=${made.token}`;
}

/** The first person who may sign in: set up in the browser by whoever can read what the service prints. */
export class OwnerSetup {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #passwords: Passwords;

  constructor(db: Db, clock: Clock, passwords: Passwords) {
    this.#db = db;
    this.#clock = clock;
    this.#passwords = passwords;
  }

  /** Until a user owns the organization; keys that do are not people. */
  async needsOwner(): Promise<boolean> {
    const organizationId = (await findInstallation(this.#db))?.organizationId ?? null;
    return organizationId === null || !(await hasOwningUser(this.#db, organizationId));
  }

  /** In the place of the one before; `null` once there is an owner. Of the token only its SHA-256 is kept. */
  async newToken(): Promise<{ token: string; expiresAt: Date } | null> {
    if (!(await this.needsOwner())) return null;
    const token = randomBytes(32).toString('base64url');
    const expiresAt = after(this.#clock.now(), TOKEN_LIFE);
    await replaceSetupToken(this.#db, { sha256: sha256(token), expiresAt });
    return { token, expiresAt };
  }

  /**
   * Spends the token; of many at once one alone makes an owner. A password that is refused spends nothing. Throws `owner-exists`, `setup-token-invalid`,
   * `invalid-value`, `password-unusable` and `duplicate-username`.
   */
  async setUp({ token, username, password, organizationName, projectName, address }: SetUpOwner): Promise<User> {
    const digest = sha256(token);
    // Asked in this order: who was quicker has spent the token with the same commit that made the owner.
    if (!(await isSetupToken(this.#db, digest, this.#clock.now())))
      throw new Problem((await this.needsOwner()) ? 'setup-token-invalid' : 'owner-exists');
    const passwordHash = await hashNewPassword(this.#passwords, username, password);
    return this.#db.transaction().execute(async (transaction) => {
      const installation = await lockInstallation(transaction);
      const known = installation.organizationId;
      if (known !== null && (await hasOwningUser(transaction, known))) throw new Problem('owner-exists');
      if (!(await spendSetupToken(transaction, digest, this.#clock.now()))) throw new Problem('setup-token-invalid');
      const made = known === null ? await makeFirstPlaces(transaction, this.#clock, { organizationName, projectName }) : null;
      const organizationId = known ?? made!.organizationId;
      const grants = [{ roleName: 'ORG_OWNER' as const, organizationId, projectId: null }];
      const user = await insertHashedUser(transaction, this.#clock, { organizationId, username, passwordHash, grants });
      const by = { id: user.id, name: username, address };
      if (made) await audit(transaction, this.#clock, { action: 'INSTALLATION_SET_UP', ...made, subject: username, by });
      await audit(transaction, this.#clock, { action: 'OWNER_SET_UP', organizationId, subject: username, by });
      return user;
    });
  }
}
