import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE organizations (
      id text PRIMARY KEY,
      name text NOT NULL,
      created_at timestamptz NOT NULL
    )`.execute(db);
  await sql`
    CREATE TABLE installation (
      id text PRIMARY KEY,
      singleton boolean NOT NULL DEFAULT true UNIQUE CHECK (singleton),
      organization_id text REFERENCES organizations,
      vault_id text,
      created_at timestamptz NOT NULL,
      key_exported_at timestamptz
    )`.execute(db);
  await sql`
    CREATE TABLE projects (
      id text PRIMARY KEY,
      organization_id text NOT NULL REFERENCES organizations,
      name text NOT NULL,
      created_at timestamptz NOT NULL,
      UNIQUE (organization_id, name)
    )`.execute(db);
  await sql`
    CREATE TABLE api_keys (
      id text PRIMARY KEY,
      organization_id text NOT NULL REFERENCES organizations,
      public_key text NOT NULL UNIQUE,
      ha1_sealed bytea NOT NULL,
      private_key_suffix text NOT NULL,
      description text NOT NULL,
      created_at timestamptz NOT NULL
    )`.execute(db);
  await sql`
    CREATE TABLE api_key_roles (
      api_key_id text NOT NULL REFERENCES api_keys ON DELETE CASCADE,
      role_name text NOT NULL,
      organization_id text NOT NULL REFERENCES organizations,
      project_id text REFERENCES projects,
      UNIQUE NULLS NOT DISTINCT (api_key_id, role_name, organization_id, project_id)
    )`.execute(db);
  await sql`
    CREATE TABLE digest_claims (
      nonce text NOT NULL,
      nc bigint NOT NULL,
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (nonce, nc)
    )`.execute(db);
  await sql`CREATE INDEX digest_claims_by_expiry ON digest_claims (expires_at)`.execute(db);
  await sql`
    CREATE TABLE clusters (
      id text PRIMARY KEY,
      project_id text NOT NULL REFERENCES projects,
      name text NOT NULL,
      tier text NOT NULL,
      uri_sealed bytea NOT NULL,
      deployment text NOT NULL,
      mongodb_version text NOT NULL,
      topology text NOT NULL,
      created_at timestamptz NOT NULL,
      UNIQUE (project_id, name)
    )`.execute(db);
  await sql`
    CREATE TABLE snapshots (
      id text PRIMARY KEY,
      project_id text NOT NULL REFERENCES projects,
      cluster_id text NOT NULL REFERENCES clusters,
      cluster_name text NOT NULL,
      status text NOT NULL CHECK (status IN ('PENDING', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED')),
      scheduled_at timestamptz NOT NULL,
      started_at timestamptz,
      finished_at timestamptz,
      expires_at timestamptz NOT NULL,
      mongodb_version text,
      consistency text,
      collections integer,
      documents bigint,
      logical_bytes bigint,
      stored_bytes bigint,
      new_bytes bigint,
      attempt integer NOT NULL DEFAULT 0,
      failures integer NOT NULL DEFAULT 0,
      cancel_requested_at timestamptz,
      cancelled boolean NOT NULL DEFAULT false,
      failure jsonb,
      progress jsonb NOT NULL DEFAULT '{"documents": 0, "bytes": 0}'
    )`.execute(db);
  await sql`CREATE INDEX snapshots_of_cluster ON snapshots (cluster_id, scheduled_at, id)`.execute(db);
  await sql`
    CREATE TABLE restore_jobs (
      id text PRIMARY KEY,
      project_id text NOT NULL REFERENCES projects,
      cluster_id text NOT NULL REFERENCES clusters,
      cluster_name text NOT NULL,
      snapshot_id text NOT NULL REFERENCES snapshots,
      delivery_type text NOT NULL CHECK (delivery_type IN ('RESTORE', 'DOWNLOAD')),
      status text NOT NULL CHECK (status IN ('PENDING', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED')),
      target_project_id text NOT NULL REFERENCES projects,
      target_cluster_id text NOT NULL REFERENCES clusters,
      target_cluster_name text NOT NULL,
      target_deployment text,
      options jsonb NOT NULL DEFAULT '{}',
      snapshot_finished_at timestamptz NOT NULL,
      scheduled_at timestamptz NOT NULL,
      finished_at timestamptz,
      expires_at timestamptz NOT NULL,
      verification jsonb,
      attempt integer NOT NULL DEFAULT 0,
      failures integer NOT NULL DEFAULT 0,
      cancel_requested_at timestamptz,
      cancelled boolean NOT NULL DEFAULT false,
      failure jsonb,
      progress jsonb NOT NULL DEFAULT '{"documents": 0, "bytes": 0}'
    )`.execute(db);
  await sql`CREATE INDEX restore_jobs_of_cluster ON restore_jobs (cluster_id, scheduled_at DESC, id DESC)`.execute(db);
  // One restore at a time for each deployment, whatever names it is registered under.
  await sql`
    CREATE UNIQUE INDEX one_restore_a_target ON restore_jobs (target_deployment)
      WHERE delivery_type = 'RESTORE' AND status IN ('PENDING', 'QUEUED', 'RUNNING')`.execute(db);
  await sql`
    CREATE TABLE swap_plans (
      restore_job_id text PRIMARY KEY REFERENCES restore_jobs,
      plan jsonb NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    CREATE TABLE staging_namespaces (
      restore_job_id text NOT NULL REFERENCES restore_jobs,
      database text NOT NULL,
      collection text NOT NULL,
      PRIMARY KEY (restore_job_id, database, collection)
    )`.execute(db);
  await sql`
    CREATE TABLE vault_runs (
      id text PRIMARY KEY,
      kind text NOT NULL,
      started_at timestamptz NOT NULL DEFAULT now(),
      heartbeat_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz
    )`.execute(db);
  await sql`
    CREATE TABLE chunks (
      object_key text PRIMARY KEY,
      name bytea NOT NULL,
      raw_bytes integer NOT NULL,
      stored_bytes integer NOT NULL,
      stored_sha256 bytea NOT NULL,
      documents integer NOT NULL,
      digest bytea NOT NULL,
      state text NOT NULL CHECK (state IN ('live', 'condemned', 'deleting')),
      run_id text NOT NULL,
      condemned_at timestamptz
    )`.execute(db);
  await sql`CREATE UNIQUE INDEX chunks_by_name ON chunks (name) WHERE state <> 'deleting'`.execute(db);
  await sql`CREATE INDEX chunks_on_their_way_out ON chunks (condemned_at) WHERE state <> 'live'`.execute(db);
  await sql`
    CREATE TABLE snapshot_leases (
      id text PRIMARY KEY,
      snapshot_id text NOT NULL,
      holder text NOT NULL,
      expires_at timestamptz NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX snapshot_leases_by_snapshot ON snapshot_leases (snapshot_id)`.execute(db);
  await sql`
    CREATE TABLE worker_jobs (
      job_id text PRIMARY KEY,
      worker_id text NOT NULL,
      queue text NOT NULL,
      retry_count integer NOT NULL
    )`.execute(db);
}
