import { after, type Clock } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import { deleteSession, deleteSessionOfToken, deleteSessionsOf, findSession, insertSession, touchSession } from '../db/sessions.ts';
import { findUser, findUserByName, noteSignIn, setPassword, type UserWithRoles } from '../db/users.ts';
import { newId } from '../ids.ts';
import { audit, audited } from './audit-log.ts';
import type { Actor } from './caller.ts';
import { checkPassword, type Passwords } from './password.ts';
import {
  csrfTokenOf,
  expiryOf,
  IDLE_PRECISION,
  isSessionToken,
  LONGEST_SESSION,
  newSessionToken,
  type OpenedSession,
  type Session,
  sessionEndAt,
  sha256,
} from './session.ts';
import { foldedName, type User } from './user.ts';
import { userFromRow } from './users.ts';

export interface SignIn {
  username: string;
  password: string;
  address: string;
  /** The session that the browser had until now, which ends. */
  before?: string | null;
}

/** Who it was tried for, where there is such a user: a name that nobody has may be a password in the wrong field, and is told to nobody. */
export type SignInOutcome = { opened: OpenedSession } | { refused: User | null };

/** Sign-in by name and password. Of a session only the SHA-256 of its token is kept, and it is looked up for each request. */
export class Sessions {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #passwords: Passwords;

  constructor(db: Db, clock: Clock, passwords: Passwords) {
    this.#db = db;
    this.#clock = clock;
    this.#passwords = passwords;
  }

  /** Always a new token: none that a browser brought is ever made good. Takes as long for a name that nobody has. */
  async signIn({ username, password, address, before }: SignIn): Promise<SignInOutcome> {
    const row = await findUserByName(this.#db, foldedName(username));
    const isRight = await this.#passwords.isRight(password, row?.passwordHash ?? null);
    const opened = row && isRight ? await this.#open(row, address, before ?? null) : null;
    return opened ? { opened } : { refused: row && userFromRow(row) };
  }

  /** Of the user that was just set up. */
  async openFor(user: User, address: string): Promise<OpenedSession> {
    const row = await findUser(this.#db, user.organizationId, user.id);
    const opened = row && (await this.#open(row, address, null));
    if (!opened) throw new Error('the user is gone before the first sign-in');
    return opened;
  }

  /** `null` when the user is gone, or has got another password, since it was checked. */
  async #open(checked: UserWithRoles, address: string, before: string | null): Promise<OpenedSession | null> {
    const now = this.#clock.now();
    const token = newSessionToken();
    const session = { id: newId(now), sha256: sha256(token), userId: checked.id, createdAt: now, lastUsedAt: now };
    const row = { ...session, expiresAt: after(now, LONGEST_SESSION) };
    const { username: name, organizationId } = checked;
    const by = { id: checked.id, name, address };
    const isOpen = await audited(this.#db, this.#clock, { action: 'SIGNED_IN', organizationId, subject: name, by }, async (transaction) => {
      // It holds the user's row: a change of the password that comes at the same time finds this session, and ends it.
      if (!(await noteSignIn(transaction, checked, now, address))) return false;
      if (before !== null) await deleteSessionOfToken(transaction, sha256(before));
      await insertSession(transaction, row);
      return true;
    });
    return isOpen ? { ...sessionOf(row, userFromRow({ ...checked, lastSignInAt: now }), token), token } : null;
  }

  /** Whose session it is, read anew for each request; `null` when nobody's, or over. */
  async find(token: string): Promise<Session | null> {
    if (!isSessionToken(token)) return null;
    const now = this.#clock.now();
    const found = await findSession(this.#db, sha256(token), sessionEndAt(now));
    if (!found) return null;
    const { session, user } = found;
    const isDue = now.getTime() - session.lastUsedAt.getTime() >= IDLE_PRECISION;
    if (isDue) await touchSession(this.#db, session.id, now);
    return sessionOf(isDue ? { ...session, lastUsedAt: now } : session, userFromRow(user), token);
  }

  /** As {@link find}, of what stays open by itself: it is no use of the session, which would never be idle. */
  async look(token: string): Promise<Pick<Session, 'user'> | null> {
    const found = isSessionToken(token) ? await findSession(this.#db, sha256(token), sessionEndAt(this.#clock.now())) : null;
    return found && { user: userFromRow(found.user) };
  }

  async signOut({ id, user }: Session, by: Actor): Promise<void> {
    const entry = { action: 'SIGNED_OUT', organizationId: user.organizationId, subject: user.username, by } as const;
    await audited(this.#db, this.#clock, entry, (transaction) => deleteSession(transaction, id));
  }

  /** `false` when `current` is wrong. Every other session of the user ends. Throws `password-unusable`. */
  async changePassword({ id, user }: Session, current: string, next: string, by: Actor): Promise<boolean> {
    const row = await findUser(this.#db, user.organizationId, user.id);
    const isRight = await this.#passwords.isRight(current, row?.passwordHash ?? null);
    if (!row || !isRight) return false;
    checkPassword(next, user.username);
    const passwordHash = await this.#passwords.hash(next);
    return this.#db.transaction().execute(async (transaction) => {
      // Hashing takes its time: an owner may have set another one since, which then stands.
      if (!(await setPassword(transaction, user.id, passwordHash, row.passwordHash))) return false;
      const ended = await deleteSessionsOf(transaction, user.id, id);
      const entry = { organizationId: user.organizationId, subject: user.username, by };
      const actions = ended > 0 ? (['PASSWORD_CHANGED', 'SESSION_ENDED'] as const) : (['PASSWORD_CHANGED'] as const);
      await audit(transaction, this.#clock, ...actions.map((action) => ({ action, ...entry })));
      return true;
    });
  }
}

function sessionOf(row: { id: string; expiresAt: Date; lastUsedAt: Date }, user: User, token: string): Session {
  return { id: row.id, user, csrfToken: csrfTokenOf(token), expiresAt: expiryOf(row) };
}
