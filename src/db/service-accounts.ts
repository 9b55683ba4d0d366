import { sql } from 'kysely';
import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Queryable } from './connection.ts';
import { type RoleRow, rolesOf } from './roles.ts';
import type { ServiceAccountSecretsTable, ServiceAccountsTable } from './schema.ts';

export type ServiceAccountRow = ServiceAccountsTable;
export type SecretRow = ServiceAccountSecretsTable;
export type ServiceAccountWithRoles = ServiceAccountRow & { roles: RoleRow[] };

const ROLES = rolesOf('service_account_roles', 'service_account_id', 'service_accounts.id');

export async function insertServiceAccount(db: Queryable, account: ServiceAccountRow, roles: RoleRow[]): Promise<void> {
  await db.insertInto('serviceAccounts').values(account).execute();
  await addServiceAccountRoles(db, account.id, roles);
}

export async function findServiceAccount(db: Queryable, id: string): Promise<ServiceAccountWithRoles | null> {
  const row = await db.selectFrom('serviceAccounts').selectAll().select(ROLES.as('roles')).where('id', '=', id).executeTakeFirst();
  return row ?? null;
}

/** Oldest first, ties by id; with `projectId`, those that have a role on it. */
export async function listServiceAccounts(
  db: Queryable,
  filter: { organizationId: string; projectId?: string },
  page: Page,
): Promise<Listed<ServiceAccountWithRoles>> {
  let matching = db.selectFrom('serviceAccounts').where('organizationId', '=', filter.organizationId);
  const { projectId } = filter;
  if (projectId !== undefined) {
    matching = matching.where((eb) =>
      eb.exists(
        eb.selectFrom('serviceAccountRoles').whereRef('serviceAccountId', '=', 'serviceAccounts.id').where('projectId', '=', projectId),
      ),
    );
  }
  const results = await matching
    .selectAll()
    .select(ROLES.as('roles'))
    .orderBy('createdAt')
    .orderBy('id')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}

export async function describeServiceAccount(
  db: Queryable,
  id: string,
  details: Partial<Pick<ServiceAccountRow, 'name' | 'description'>>,
): Promise<void> {
  await db.updateTable('serviceAccounts').set(details).where('id', '=', id).execute();
}

/** Its roles, secrets and tokens go with it. */
export async function deleteServiceAccount(db: Queryable, id: string): Promise<void> {
  await db.deleteFrom('serviceAccounts').where('id', '=', id).execute();
}

export async function addServiceAccountRoles(db: Queryable, serviceAccountId: string, roles: RoleRow[]): Promise<void> {
  if (roles.length === 0) return;
  await db
    .insertInto('serviceAccountRoles')
    .values(roles.map((role) => ({ serviceAccountId, ...role })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Takes the account's roles on the project away, or with `null` those on the organization. */
export async function dropServiceAccountRoles(db: Queryable, serviceAccountId: string, projectId: string | null): Promise<void> {
  await db
    .deleteFrom('serviceAccountRoles')
    .where('serviceAccountId', '=', serviceAccountId)
    .where('projectId', projectId === null ? 'is' : '=', projectId)
    .execute();
}

export async function insertSecret(db: Queryable, row: SecretRow): Promise<void> {
  await db.insertInto('serviceAccountSecrets').values(row).execute();
}

/** Oldest first. */
export async function listSecrets(db: Queryable, serviceAccountIds: string[]): Promise<SecretRow[]> {
  if (serviceAccountIds.length === 0) return [];
  return db
    .selectFrom('serviceAccountSecrets')
    .selectAll()
    .where('serviceAccountId', 'in', serviceAccountIds)
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
}

/** The tokens that were given for it go with it. */
export async function deleteSecret(db: Queryable, serviceAccountId: string, id: string): Promise<boolean> {
  const result = await db
    .deleteFrom('serviceAccountSecrets')
    .where('serviceAccountId', '=', serviceAccountId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

export interface NewToken {
  sha256: Buffer;
  serviceAccountId: string;
  secretId: string;
  expiresAt: Date;
}

/** `false` when the account has had `most` tokens in the last minute, on whichever node. `usedAt`: when its secret was used. */
export async function insertToken(db: Queryable, token: NewToken, most: number, usedAt: Date): Promise<boolean> {
  await sql`SELECT FROM service_accounts WHERE id = ${token.serviceAccountId} FOR UPDATE`.execute(db);
  const { count } = await db
    .selectFrom('accessTokens')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('serviceAccountId', '=', token.serviceAccountId)
    .where('issuedAt', '>', sql<Date>`now() - interval '1 minute'`)
    .executeTakeFirstOrThrow();
  if (count >= most) return false;
  await db
    .insertInto('accessTokens')
    .values({ ...token, revokedAt: null })
    .execute();
  await db.updateTable('serviceAccountSecrets').set({ lastUsedAt: usedAt }).where('id', '=', token.secretId).execute();
  return true;
}

/** The account whose token this is, unless it has expired at `now` or was revoked. */
export async function findTokenOwner(db: Queryable, sha256: Buffer, now: Date): Promise<ServiceAccountWithRoles | null> {
  const row = await db
    .selectFrom('accessTokens')
    .innerJoin('serviceAccounts', 'serviceAccounts.id', 'accessTokens.serviceAccountId')
    .selectAll('serviceAccounts')
    .select(ROLES.as('roles'))
    .where('sha256', '=', sha256)
    .where('accessTokens.expiresAt', '>', now)
    .where('revokedAt', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

export async function revokeToken(db: Queryable, serviceAccountId: string, sha256: Buffer, revokedAt: Date): Promise<void> {
  await db
    .updateTable('accessTokens')
    .set({ revokedAt })
    .where('sha256', '=', sha256)
    .where('serviceAccountId', '=', serviceAccountId)
    .where('revokedAt', 'is', null)
    .execute();
}

/** A token that has expired can never be used again. */
export async function forgetTokens(db: Queryable, before: Date): Promise<void> {
  await db.deleteFrom('accessTokens').where('expiresAt', '<', before).execute();
}
