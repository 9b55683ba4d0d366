import { type Kysely, sql } from 'kysely';

/**
 * People: their roles as those of keys, their sessions of which only a hash is kept, and the one token by which the first owner is set up. A name is
 * unique whatever its case, in the whole installation: who signs in says no organization.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE users (
      id text PRIMARY KEY,
      organization_id text NOT NULL REFERENCES organizations,
      username text NOT NULL,
      folded_name text NOT NULL UNIQUE,
      password_hash text NOT NULL,
      created_at timestamptz NOT NULL,
      last_sign_in_at timestamptz,
      last_sign_in_address text
    )`.execute(db);
  await sql`CREATE INDEX users_of_organization ON users (organization_id, created_at, id)`.execute(db);
  await sql`
    CREATE TABLE user_roles (
      user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
      role_name text NOT NULL,
      organization_id text NOT NULL REFERENCES organizations,
      project_id text REFERENCES projects ON DELETE CASCADE,
      UNIQUE NULLS NOT DISTINCT (user_id, role_name, organization_id, project_id)
    )`.execute(db);
  await sql`CREATE INDEX user_roles_of_project ON user_roles (project_id) WHERE project_id IS NOT NULL`.execute(db);
  await sql`
    CREATE TABLE sessions (
      id text PRIMARY KEY,
      sha256 bytea NOT NULL UNIQUE,
      user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
      created_at timestamptz NOT NULL,
      last_used_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX sessions_of_user ON sessions (user_id)`.execute(db);
  await sql`
    CREATE TABLE setup_token (
      is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
      sha256 bytea NOT NULL,
      expires_at timestamptz NOT NULL
    )`.execute(db);
}
