import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Queryable } from './connection.ts';
import { type RoleRow, rolesOf } from './roles.ts';
import type { UsersTable } from './schema.ts';

export type UserRow = UsersTable;
export type UserWithRoles = UserRow & { roles: RoleRow[] };

export const USER_ROLES = rolesOf('user_roles', 'user_id', 'users.id');

/** `false` when the name is taken. */
export async function insertUser(db: Queryable, user: UserRow, roles: RoleRow[]): Promise<boolean> {
  const result = await db
    .insertInto('users')
    .values(user)
    .onConflict((conflict) => conflict.column('foldedName').doNothing())
    .executeTakeFirst();
  if (result.numInsertedOrUpdatedRows !== 1n) return false;
  await addUserRoles(db, user.id, roles);
  return true;
}

export async function findUser(db: Queryable, organizationId: string, id: string): Promise<UserWithRoles | null> {
  const matching = db.selectFrom('users').selectAll().select(USER_ROLES.as('roles')).where('organizationId', '=', organizationId);
  return (await matching.where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function findUserByName(db: Queryable, foldedName: string): Promise<UserWithRoles | null> {
  const matching = db.selectFrom('users').selectAll().select(USER_ROLES.as('roles'));
  return (await matching.where('foldedName', '=', foldedName).executeTakeFirst()) ?? null;
}

/** Oldest first, ties by id. */
export async function listUsers(db: Queryable, organizationId: string, page: Page): Promise<Listed<UserWithRoles>> {
  const matching = db.selectFrom('users').where('organizationId', '=', organizationId);
  const results = await matching
    .selectAll()
    .select(USER_ROLES.as('roles'))
    .orderBy('createdAt')
    .orderBy('id')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}

/** Until the transaction ends. */
export async function lockUser(transaction: Queryable, id: string): Promise<void> {
  await transaction.selectFrom('users').select('id').where('id', '=', id).forUpdate().execute();
}

/** `insteadOf`: the hash that was checked; `false` where it is another one by now. */
export async function setPassword(db: Queryable, id: string, passwordHash: string, insteadOf?: string): Promise<boolean> {
  let update = db.updateTable('users').set({ passwordHash }).where('id', '=', id);
  if (insteadOf !== undefined) update = update.where('passwordHash', '=', insteadOf);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

/** `false` when the user is gone by now, or has another password than the one that was checked. */
export async function noteSignIn(db: Queryable, checked: UserRow, at: Date, address: string): Promise<boolean> {
  const result = await db
    .updateTable('users')
    .set({ lastSignInAt: at, lastSignInAddress: address })
    .where('id', '=', checked.id)
    .where('passwordHash', '=', checked.passwordHash)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Its roles and sessions go with it. */
export async function deleteUser(db: Queryable, id: string): Promise<void> {
  await db.deleteFrom('users').where('id', '=', id).execute();
}

export async function addUserRoles(db: Queryable, userId: string, roles: RoleRow[]): Promise<void> {
  if (roles.length === 0) return;
  await db
    .insertInto('userRoles')
    .values(roles.map((role) => ({ userId, ...role })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function dropUserRoles(db: Queryable, userId: string): Promise<void> {
  await db.deleteFrom('userRoles').where('userId', '=', userId).execute();
}

/** Whether somebody owns the organization who can sign in. */
export async function hasOwningUser(db: Queryable, organizationId: string): Promise<boolean> {
  const found = await db
    .selectFrom('userRoles')
    .select('userId')
    .where('organizationId', '=', organizationId)
    .where('projectId', 'is', null)
    .where('roleName', '=', 'ORG_OWNER')
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
