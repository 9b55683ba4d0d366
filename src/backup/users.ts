import type { Clock } from '../clock.ts';
import type { Db, Queryable, Within } from '../db/connection.ts';
import { lockOrganization } from '../db/roles.ts';
import { deleteSessionsOf } from '../db/sessions.ts';
import { forgetSetupToken } from '../db/setup-token.ts';
import {
  addUserRoles,
  deleteUser,
  dropUserRoles,
  findUser,
  findUserByName,
  hasOwningUser,
  insertUser,
  listUsers,
  lockUser,
  setPassword,
  type UserWithRoles,
} from '../db/users.ts';
import { Problem } from '../errors.ts';
import { type Id, isId, newId } from '../ids.ts';
import type { Listed, Page } from '../page.ts';
import { type AuditedAction, audit } from './audit-log.ts';
import type { Actor } from './caller.ts';
import { networkOf } from './ip-block.ts';
import { checkPassword, type Passwords } from './password.ts';
import { distinct, type Grant } from './roles.ts';
import { checkUsername, foldedName, type User } from './user.ts';

export interface CreateUser {
  organizationId: Id;
  username: string;
  password: string;
  grants: readonly Grant[];
}

/** A user whose password was hashed and who is in no table yet. */
export interface HashedUser extends Omit<CreateUser, 'password'> {
  passwordHash: string;
}

export interface UserChange {
  /** All that the user has from then on. */
  grants?: readonly Grant[] | undefined;
  password?: string | undefined;
}

/** Those who may sign in, as their organization's owners manage them. */
export class Users {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #passwords: Passwords;

  constructor(db: Db, clock: Clock, passwords: Passwords) {
    this.#db = db;
    this.#clock = clock;
    this.#passwords = passwords;
  }

  /** Throws `invalid-value`, `password-unusable` and `duplicate-username`. */
  async create({ password, ...input }: CreateUser, by?: Actor): Promise<User> {
    const passwordHash = await hashNewPassword(this.#passwords, input.username, password);
    return this.#db.transaction().execute(async (transaction) => {
      await lockOrganization(transaction, input.organizationId);
      const user = await insertHashedUser(transaction, this.#clock, { ...input, passwordHash });
      await this.#audit(transaction, ['USER_CREATED'], user, by);
      return user;
    });
  }

  /** Oldest first. */
  async list(organizationId: Id, page: Page): Promise<Listed<User>> {
    const { results, totalCount } = await listUsers(this.#db, organizationId, page);
    return { results: results.map(userFromRow), totalCount };
  }

  /** Throws `user-not-found`. */
  async get(organizationId: Id, id: string): Promise<User> {
    return userFromRow(await this.#row(this.#db, organizationId, id));
  }

  /** Throws `user-not-found`. */
  async getByName(organizationId: Id, username: string): Promise<User> {
    const row = await findUserByName(this.#db, foldedName(username));
    if (row?.organizationId !== organizationId) throw new Problem('user-not-found', [username.slice(0, 100)]);
    return userFromRow(row);
  }

  /** Other roles count for the next request; another password ends every session. Throws `last-user-owner` and what {@link create} does. */
  async update(organizationId: Id, id: string, { grants, password }: UserChange, by?: Actor): Promise<User> {
    const { username } = await this.get(organizationId, id);
    const passwordHash = password === undefined ? null : await hashNewPassword(this.#passwords, username, password);
    return this.#db.transaction().execute(async (transaction) => {
      await lockOrganization(transaction, organizationId);
      const row = await this.#row(transaction, organizationId, id);
      const actions: AuditedAction[] = [];
      if (grants) {
        await dropUserRoles(transaction, id);
        await addUserRoles(transaction, id, distinct(grants));
        if (isOwner(row)) await keepAnOwningUser(transaction, organizationId);
        actions.push('USER_ROLES_CHANGED');
      }
      if (passwordHash !== null) {
        await setPassword(transaction, id, passwordHash);
        actions.push('PASSWORD_CHANGED');
        if ((await deleteSessionsOf(transaction, id)) > 0) actions.push('SESSION_ENDED');
      }
      await this.#audit(transaction, actions, row, by);
      return userFromRow(await this.#row(transaction, organizationId, id));
    });
  }

  /** With every session, at once. Throws `user-not-found` and `last-user-owner`. */
  async delete(organizationId: Id, id: string, by?: Actor): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await lockOrganization(transaction, organizationId);
      const row = await this.#row(transaction, organizationId, id);
      // The user's row first, as a sign-in takes it: neither waits for what the other holds.
      await lockUser(transaction, id);
      const ended = await deleteSessionsOf(transaction, id);
      await deleteUser(transaction, id);
      if (isOwner(row)) await keepAnOwningUser(transaction, organizationId);
      await this.#audit(transaction, ended > 0 ? ['USER_DELETED', 'SESSION_ENDED'] : ['USER_DELETED'], row, by);
    });
  }

  /** Whether this is where the user last signed in from. */
  async isFamiliar(username: string, address: string): Promise<boolean> {
    const row = await findUserByName(this.#db, foldedName(username));
    return row !== null && row.lastSignInAddress !== null && networkOf(row.lastSignInAddress) === networkOf(address);
  }

  /** All at once, as the last that a transaction does. */
  #audit(transaction: Within, actions: AuditedAction[], { organizationId, username }: Named, by: Actor | undefined): Promise<void> {
    return audit(transaction, this.#clock, ...actions.map((action) => ({ action, organizationId, subject: username, by })));
  }

  async #row(db: Queryable, organizationId: Id, id: string): Promise<UserWithRoles> {
    const row = isId(id) ? await findUser(db, organizationId, id) : null;
    if (!row) throw new Problem('user-not-found', [id.slice(0, 100)]);
    return row;
  }
}

type Named = Pick<User, 'organizationId' | 'username'>;

/** Throws `invalid-value` and `password-unusable`. */
export async function hashNewPassword(passwords: Passwords, username: string, password: string): Promise<string> {
  checkUsername(username);
  checkPassword(password, username);
  return passwords.hash(password);
}

/** Throws `duplicate-username`. Once somebody owns the installation, nobody can be set up as its first owner any more. */
export async function insertHashedUser(transaction: Within, clock: Clock, input: HashedUser): Promise<User> {
  const { organizationId, username, passwordHash } = input;
  const createdAt = clock.now();
  const never = { lastSignInAt: null, lastSignInAddress: null };
  const row = { id: newId(createdAt), organizationId, username, foldedName: foldedName(username), passwordHash, createdAt, ...never };
  const roles = distinct(input.grants);
  if (!(await insertUser(transaction, row, roles))) throw new Problem('duplicate-username', [username]);
  if (isOwner({ organizationId, roles })) await forgetSetupToken(transaction);
  return userFromRow({ ...row, roles });
}

export function userFromRow({ id, organizationId, username, createdAt, lastSignInAt, roles }: UserWithRoles): User {
  return { id, organizationId, username, createdAt, lastSignInAt, grants: roles as Grant[] };
}

function isOwner({ organizationId, roles }: Pick<UserWithRoles, 'organizationId' | 'roles'>): boolean {
  return roles.some((role) => role.roleName === 'ORG_OWNER' && role.projectId === null && role.organizationId === organizationId);
}

/** Keys that own it do not count: without a person, the first set-up would be open again. */
async function keepAnOwningUser(transaction: Within, organizationId: Id): Promise<void> {
  if (!(await hasOwningUser(transaction, organizationId))) throw new Problem('last-user-owner');
}
