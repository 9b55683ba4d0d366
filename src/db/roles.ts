import { type RawBuilder, sql } from 'kysely';
import type { Queryable } from './connection.ts';

/** A role on an organization, or on a project when `projectId` is set. */
export interface RoleRow {
  roleName: string;
  organizationId: string;
  projectId: string | null;
}

type RolesTable = 'api_key_roles' | 'service_account_roles' | 'user_roles';

/** The roles of a key, a service account or a user as one column of its own row: authorisation is read with who asks, in one statement. */
export function rolesOf(table: RolesTable, owner: string, id: string): RawBuilder<RoleRow[]> {
  return sql.raw<RoleRow[]>(rolesText(table, owner, id));
}

/** {@link rolesOf} as text, for a statement that is one. */
export function rolesText(table: RolesTable, owner: string, id: string): string {
  return `(
    SELECT coalesce(json_agg(
      json_build_object('roleName', role_name, 'organizationId', organization_id, 'projectId', project_id)
      ORDER BY project_id NULLS FIRST, role_name), '[]')
    FROM ${table} WHERE ${owner} = ${id})`;
}

/**
 * Whether anyone can still manage the organization: a user, a key or a service account with a secret that has not expired at `now`, as ORG_OWNER. Call
 * it after {@link lockOrganization}, in the transaction that may have taken the last one away.
 */
export async function hasOwner(db: Queryable, organizationId: string, now: Date): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    SELECT EXISTS (
      SELECT FROM api_key_roles WHERE organization_id = ${organizationId} AND project_id IS NULL AND role_name = 'ORG_OWNER'
    ) OR EXISTS (
      SELECT FROM service_account_roles AS role JOIN service_account_secrets AS secret USING (service_account_id)
      WHERE role.organization_id = ${organizationId} AND role.project_id IS NULL AND role.role_name = 'ORG_OWNER'
        AND secret.expires_at > ${now}
    ) OR EXISTS (
      SELECT FROM user_roles WHERE organization_id = ${organizationId} AND project_id IS NULL AND role_name = 'ORG_OWNER'
    ) AS found`.execute(db);
  return rows[0]!.found;
}

/** Changes to who may do what in an organization run one after the other. */
export async function lockOrganization(db: Queryable, organizationId: string): Promise<void> {
  await sql`SELECT FROM organizations WHERE id = ${organizationId} FOR UPDATE`.execute(db);
}
