import { type Kysely, sql } from 'kysely';

/**
 * How many restore jobs (drills apart) each cluster has, kept by the table itself: a page of the list says how many there are in all, and counting a million
 * rows for each page takes hundreds of times as long as reading the page.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE restore_job_counts (
      cluster_id text PRIMARY KEY REFERENCES clusters ON DELETE CASCADE,
      jobs bigint NOT NULL
    )`.execute(db);
  await sql`INSERT INTO restore_job_counts (cluster_id, jobs) SELECT cluster_id, count(*) FROM restore_jobs WHERE delivery_type <> 'DRILL' GROUP BY cluster_id`.execute(
    db,
  );
  // In the order of the clusters, so that two statements about several of them never wait for each other.
  await sql`
    CREATE FUNCTION count_new_restore_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO restore_job_counts AS counts (cluster_id, jobs) SELECT cluster_id, count(*) FROM changed WHERE delivery_type <> 'DRILL' GROUP BY cluster_id ORDER BY cluster_id
        ON CONFLICT (cluster_id) DO UPDATE SET jobs = counts.jobs + excluded.jobs;
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE FUNCTION count_gone_restore_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE restore_job_counts AS counts SET jobs = counts.jobs - gone.jobs
        FROM (SELECT cluster_id, count(*) AS jobs FROM changed WHERE delivery_type <> 'DRILL' GROUP BY cluster_id ORDER BY cluster_id) AS gone WHERE gone.cluster_id = counts.cluster_id;
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER restore_jobs_counted AFTER INSERT ON restore_jobs
      REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_new_restore_jobs()`.execute(db);
  await sql`
    CREATE TRIGGER restore_jobs_uncounted AFTER DELETE ON restore_jobs
      REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_gone_restore_jobs()`.execute(db);
}
