import { type Kysely, sql } from 'kysely';

/**
 * Every change and every download, each row with the hash of the one before it. The head says where the chain ends, so that rows cut off its end are
 * missed too; whoever appends holds it until the transaction ends, so that the chain has one order.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE audit_log (
      number bigint PRIMARY KEY,
      created_at timestamptz NOT NULL,
      action text NOT NULL,
      result text NOT NULL,
      organization_id text,
      project_id text,
      cluster_name text,
      subject text,
      actor_id text,
      actor_name text,
      remote_address text,
      previous_hash bytea NOT NULL,
      hash bytea NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX audit_log_of_organization ON audit_log (organization_id, number DESC)`.execute(db);
  await sql`
    CREATE TABLE audit_head (
      is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
      number bigint NOT NULL,
      hash bytea NOT NULL
    )`.execute(db);
  await sql`INSERT INTO audit_head (number, hash) VALUES (0, decode(repeat('00', 32), 'hex'))`.execute(db);
  await sql`
    CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE ON audit_log
      FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()`.execute(db);
  await sql`
    CREATE TRIGGER audit_log_is_kept BEFORE TRUNCATE ON audit_log
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`.execute(db);
}
