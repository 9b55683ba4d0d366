import { type Listed, offsetOf, type Page } from '../page.ts';
import { prepared, type Queryable } from './connection.ts';
import { type RoleRow, rolesOf, rolesText } from './roles.ts';
import { together } from './together.ts';

export interface ApiKeyRow {
  id: string;
  organizationId: string;
  publicKey: string;
  ha1Sealed: Buffer;
  privateKeySuffix: string;
  description: string;
  createdAt: Date;
}

export type ApiKeyWithRoles = ApiKeyRow & { roles: RoleRow[] };

const ROLES = rolesOf('api_key_roles', 'api_key_id', 'api_keys.id');

export async function insertApiKey(db: Queryable, key: ApiKeyRow, roles: RoleRow[]): Promise<void> {
  await db.insertInto('apiKeys').values(key).execute();
  await addApiKeyRoles(db, key.id, roles);
}

type DigestKeyRow = Pick<ApiKeyWithRoles, 'id' | 'organizationId' | 'ha1Sealed' | 'roles'> & { accessList: string[] };

const selectForDigest = prepared<[publicKeys: string[]], DigestKeyRow | { id: null }>(`
  SELECT key.id, key.organization_id, key.ha1_sealed, ${rolesText('api_key_roles', 'api_key_id', 'key.id')} AS roles,
    (SELECT coalesce(json_agg(cidr_block), '[]') FROM api_key_access_list WHERE api_key_id = key.id) AS access_list
  FROM unnest($1::text[]) WITH ORDINALITY AS asked (public_key, n)
  LEFT JOIN api_keys AS key ON key.public_key = asked.public_key
  ORDER BY asked.n`);

/** What a request is checked against: the key, its roles and its access list in one statement, read for each request and never kept. */
export const findApiKeyByPublicKey = together(async (db, publicKeys: string[]): Promise<(DigestKeyRow | null)[]> => {
  const rows = await selectForDigest(db, publicKeys);
  return rows.map((row) => (row.id === null ? null : row));
});

export async function findApiKey(db: Queryable, organizationId: string, id: string): Promise<ApiKeyWithRoles | null> {
  const row = await db
    .selectFrom('apiKeys')
    .selectAll()
    .select(ROLES.as('roles'))
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** Oldest first, ties by id; with `projectId`, those that have a role on it. */
export async function listApiKeys(
  db: Queryable,
  filter: { organizationId: string; projectId?: string },
  page: Page,
): Promise<Listed<ApiKeyWithRoles>> {
  let matching = db.selectFrom('apiKeys').where('organizationId', '=', filter.organizationId);
  const { projectId } = filter;
  if (projectId !== undefined) {
    matching = matching.where((eb) =>
      eb.exists(eb.selectFrom('apiKeyRoles').whereRef('apiKeyId', '=', 'apiKeys.id').where('projectId', '=', projectId)),
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

export async function describeApiKey(db: Queryable, id: string, description: string): Promise<void> {
  await db.updateTable('apiKeys').set({ description }).where('id', '=', id).execute();
}

/** Its roles, access list and whatever else hangs on it go with it. */
export async function deleteApiKey(db: Queryable, id: string): Promise<void> {
  await db.deleteFrom('apiKeys').where('id', '=', id).execute();
}

export async function addApiKeyRoles(db: Queryable, apiKeyId: string, roles: RoleRow[]): Promise<void> {
  if (roles.length === 0) return;
  await db
    .insertInto('apiKeyRoles')
    .values(roles.map((role) => ({ apiKeyId, ...role })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Takes the key's roles on the project away, or with `null` those on the organization. */
export async function dropApiKeyRoles(db: Queryable, apiKeyId: string, projectId: string | null): Promise<void> {
  await db
    .deleteFrom('apiKeyRoles')
    .where('apiKeyId', '=', apiKeyId)
    .where('projectId', projectId === null ? 'is' : '=', projectId)
    .execute();
}
