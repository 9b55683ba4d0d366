import { type Kysely, sql } from 'kysely';

/**
 * What the console reads: the jobs of a project in one order, without a look at the rows themselves; what is known of the verification of a snapshot; and word of each change to whoever
 * listens on the channel `lifeboat_changes`. Triggers tell it, so that no statement can forget to.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX snapshots_of_project ON snapshots (project_id, scheduled_at DESC, id DESC) INCLUDE (cluster_name, status)`.execute(
    db,
  );
  await sql`
    CREATE INDEX restore_jobs_of_project ON restore_jobs (project_id, scheduled_at DESC, id DESC)
      INCLUDE (cluster_name, status, delivery_type, snapshot_id, target_cluster_name)`.execute(db);
  await sql`
    ALTER TABLE snapshots
      ADD COLUMN verified jsonb,
      ADD COLUMN verification jsonb`.execute(db);
  // A payload has 8000 bytes at most: the parts of a progress that may be long are left out.
  await sql`
    CREATE FUNCTION tell_change(kind text, id text, project_id text, cluster_name text, status text, progress jsonb) RETURNS void LANGUAGE sql AS $$
      SELECT pg_notify('lifeboat_changes', json_strip_nulls(json_build_object(
        'kind', kind, 'id', id, 'projectId', project_id, 'clusterName', cluster_name, 'status', status, 'progress', progress - 'collections'))::text)
    $$`.execute(db);
  await sql`
    CREATE FUNCTION tell_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM tell_change('snapshot', NEW.id, NEW.project_id, NEW.cluster_name, CASE WHEN NEW.deleted_at IS NULL THEN NEW.status ELSE 'DELETED' END, NEW.progress);
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE FUNCTION tell_restore_job() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM tell_change(CASE WHEN NEW.delivery_type = 'DRILL' THEN 'drill' ELSE 'restore' END, NEW.id, NEW.project_id, NEW.cluster_name, NEW.status, NEW.progress);
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE FUNCTION tell_cluster() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM tell_change('cluster', NEW.id, NEW.project_id, NEW.name, CASE WHEN NEW.lifecycle = 'parked' THEN 'DELETED' END, NULL);
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE FUNCTION tell_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM tell_change('schedule', id, project_id, name, NULL, NULL) FROM clusters WHERE id = coalesce(NEW.cluster_id, OLD.cluster_id);
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE FUNCTION tell_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM tell_change('event', NEW.id, NEW.project_id, NEW.cluster_name, NEW.type, NULL);
      RETURN NULL;
    END $$`.execute(db);
  for (const [table, tell] of [
    ['snapshots', 'tell_snapshot'],
    ['restore_jobs', 'tell_restore_job'],
  ] as const) {
    await sql`CREATE TRIGGER ${sql.ref(`${table}_come`)} AFTER INSERT ON ${sql.table(table)} FOR EACH ROW EXECUTE FUNCTION ${sql.ref(tell)}()`.execute(
      db,
    );
    await sql`
      CREATE TRIGGER ${sql.ref(`${table}_change`)} AFTER UPDATE ON ${sql.table(table)} FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
        EXECUTE FUNCTION ${sql.ref(tell)}()`.execute(db);
  }
  // A parked one is nowhere to be seen until it is created.
  await sql`
    CREATE TRIGGER clusters_come AFTER INSERT ON clusters FOR EACH ROW WHEN (NEW.lifecycle <> 'parked') EXECUTE FUNCTION tell_cluster()`.execute(
    db,
  );
  await sql`
    CREATE TRIGGER clusters_change AFTER UPDATE ON clusters FOR EACH ROW
      WHEN (OLD.* IS DISTINCT FROM NEW.* AND NOT (OLD.lifecycle = 'parked' AND NEW.lifecycle = 'parked')) EXECUTE FUNCTION tell_cluster()`.execute(
    db,
  );
  await sql`
    CREATE TRIGGER backup_schedules_change AFTER INSERT OR UPDATE OR DELETE ON backup_schedules FOR EACH ROW EXECUTE FUNCTION tell_schedule()`.execute(
    db,
  );
  await sql`
    CREATE TRIGGER events_come AFTER INSERT ON events FOR EACH ROW WHEN (NEW.project_id IS NOT NULL) EXECUTE FUNCTION tell_event()`.execute(
    db,
  );
}
