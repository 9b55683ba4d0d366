import { type Kysely, sql } from 'kysely';

/** Access lists, service accounts and their tokens; roles on a project end with it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE api_key_roles
      DROP CONSTRAINT api_key_roles_project_id_fkey,
      ADD CONSTRAINT api_key_roles_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects ON DELETE CASCADE`.execute(db);
  await sql`CREATE INDEX api_key_roles_of_project ON api_key_roles (project_id) WHERE project_id IS NOT NULL`.execute(db);
  await sql`CREATE INDEX api_keys_of_organization ON api_keys (organization_id, created_at, id)`.execute(db);
  await sql`
    CREATE TABLE api_key_access_list (
      api_key_id text NOT NULL REFERENCES api_keys ON DELETE CASCADE,
      cidr_block text NOT NULL,
      created_at timestamptz NOT NULL,
      requests bigint NOT NULL DEFAULT 0,
      last_used_at timestamptz,
      last_used_address text,
      PRIMARY KEY (api_key_id, cidr_block)
    )`.execute(db);
  await sql`
    CREATE TABLE project_access_list (
      project_id text NOT NULL REFERENCES projects ON DELETE CASCADE,
      entry text NOT NULL,
      comment text,
      delete_after_date timestamptz,
      created_at timestamptz NOT NULL,
      PRIMARY KEY (project_id, entry)
    )`.execute(db);
  await sql`
    CREATE TABLE service_accounts (
      id text PRIMARY KEY,
      organization_id text NOT NULL REFERENCES organizations,
      name text NOT NULL,
      description text NOT NULL,
      created_at timestamptz NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX service_accounts_of_organization ON service_accounts (organization_id, created_at, id)`.execute(db);
  await sql`
    CREATE TABLE service_account_roles (
      service_account_id text NOT NULL REFERENCES service_accounts ON DELETE CASCADE,
      role_name text NOT NULL,
      organization_id text NOT NULL REFERENCES organizations,
      project_id text REFERENCES projects ON DELETE CASCADE,
      UNIQUE NULLS NOT DISTINCT (service_account_id, role_name, organization_id, project_id)
    )`.execute(db);
  await sql`CREATE INDEX service_account_roles_of_project ON service_account_roles (project_id) WHERE project_id IS NOT NULL`.execute(db);
  await sql`
    CREATE TABLE service_account_secrets (
      id text PRIMARY KEY,
      service_account_id text NOT NULL REFERENCES service_accounts ON DELETE CASCADE,
      digest bytea NOT NULL,
      suffix text NOT NULL,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      last_used_at timestamptz
    )`.execute(db);
  await sql`CREATE INDEX service_account_secrets_of_account ON service_account_secrets (service_account_id)`.execute(db);
  // A token ends with the secret it was given for. `issued_at` is real time, for the limit of tokens a minute; `expires_at` is domain time.
  await sql`
    CREATE TABLE access_tokens (
      sha256 bytea PRIMARY KEY,
      service_account_id text NOT NULL REFERENCES service_accounts ON DELETE CASCADE,
      secret_id text NOT NULL REFERENCES service_account_secrets ON DELETE CASCADE,
      issued_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      revoked_at timestamptz
    )`.execute(db);
  await sql`CREATE INDEX access_tokens_of_account ON access_tokens (service_account_id, issued_at)`.execute(db);
  await sql`CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at)`.execute(db);
}
