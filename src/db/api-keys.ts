import type { Queryable } from './connection.ts';

export interface ApiKeyRow {
  id: string;
  organizationId: string;
  publicKey: string;
  ha1Sealed: Buffer;
  privateKeySuffix: string;
  description: string;
  createdAt: Date;
}

export interface RoleRow {
  roleName: string;
  organizationId: string;
  projectId: string | null;
}

export async function insertApiKey(db: Queryable, key: ApiKeyRow, roles: RoleRow[]): Promise<void> {
  await db.insertInto('apiKeys').values(key).execute();
  if (roles.length > 0)
    await db
      .insertInto('apiKeyRoles')
      .values(roles.map((role) => ({ apiKeyId: key.id, ...role })))
      .execute();
}

/** The key and its roles in one statement: authorisation is read for each request, never kept. */
export async function findApiKey(db: Queryable, publicKey: string): Promise<(ApiKeyRow & { roles: RoleRow[] }) | null> {
  const rows = await db
    .selectFrom('apiKeys')
    .leftJoin('apiKeyRoles', 'apiKeyRoles.apiKeyId', 'apiKeys.id')
    .selectAll('apiKeys')
    .select(['apiKeyRoles.roleName', 'apiKeyRoles.organizationId as roleOrganizationId', 'apiKeyRoles.projectId'])
    .where('apiKeys.publicKey', '=', publicKey)
    .execute();
  const [first] = rows;
  if (!first) return null;
  const { roleName: _roleName, roleOrganizationId: _organization, projectId: _project, ...key } = first;
  const roles = rows.flatMap((row) =>
    row.roleName ? [{ roleName: row.roleName, organizationId: row.roleOrganizationId!, projectId: row.projectId }] : [],
  );
  return { ...key, roles };
}
