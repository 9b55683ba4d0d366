import { type Kysely, sql } from 'kysely';

/**
 * Where the ends of jobs are told, and each message until it is delivered. A trigger writes the messages in the transaction that ends the job, so that no statement can forget to and none
 * is told that did not happen. Their times are real time.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE webhooks (
      id text PRIMARY KEY,
      project_id text NOT NULL REFERENCES projects ON DELETE CASCADE,
      url_sealed bytea NOT NULL,
      shown_url text NOT NULL,
      events text[] NOT NULL,
      is_enabled boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX webhooks_of_project ON webhooks (project_id, created_at, id)`.execute(db);
  await sql`
    CREATE TABLE webhook_deliveries (
      id text PRIMARY KEY DEFAULT gen_random_uuid()::text,
      webhook_id text NOT NULL REFERENCES webhooks ON DELETE CASCADE,
      event text NOT NULL,
      payload jsonb NOT NULL,
      status text NOT NULL DEFAULT 'WAITING',
      attempts integer NOT NULL DEFAULT 0,
      due_at timestamptz NOT NULL DEFAULT now(),
      created_at timestamptz NOT NULL DEFAULT now(),
      answered integer,
      failure text,
      finished_at timestamptz
    )`.execute(db);
  await sql`CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE status = 'WAITING'`.execute(db);
  await sql`CREATE INDEX webhook_deliveries_of_webhook ON webhook_deliveries (webhook_id, created_at DESC, id DESC)`.execute(db);
  await sql`
    CREATE FUNCTION tell_webhooks(kind text, row_of jsonb) RETURNS void LANGUAGE sql AS $$
      INSERT INTO webhook_deliveries (webhook_id, event, payload)
      SELECT id, event, jsonb_strip_nulls(jsonb_build_object(
          'event', event, 'kind', kind, 'id', row_of->>'id', 'projectId', project_id, 'clusterName', row_of->>'cluster_name', 'status', row_of->>'status',
          'snapshotId', row_of->>'snapshot_id', 'targetClusterName', row_of->>'target_cluster_name', 'failure', row_of->'failure'))
      FROM webhooks, lower(kind || '.' || (row_of->>'status')) AS event
      WHERE project_id = row_of->>'project_id' AND is_enabled AND event = ANY (events)
    $$`.execute(db);
  await sql`
    CREATE FUNCTION tell_webhooks_of_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM tell_webhooks('snapshot', to_jsonb(NEW) - 'progress');
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE FUNCTION tell_webhooks_of_restore_job() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM tell_webhooks(CASE WHEN NEW.delivery_type = 'DRILL' THEN 'drill' ELSE 'restore' END, to_jsonb(NEW) - 'progress');
      RETURN NULL;
    END $$`.execute(db);
  // What somebody cancelled he knows of.
  for (const [table, tell] of [
    ['snapshots', 'tell_webhooks_of_snapshot'],
    ['restore_jobs', 'tell_webhooks_of_restore_job'],
  ] as const) {
    await sql`
      CREATE TRIGGER ${sql.ref(`${table}_end`)} AFTER UPDATE OF status ON ${sql.table(table)} FOR EACH ROW
        WHEN (NEW.status IN ('COMPLETED', 'FAILED') AND OLD.status <> NEW.status AND NOT NEW.cancelled) EXECUTE FUNCTION ${sql.ref(tell)}()`.execute(
      db,
    );
  }
}
