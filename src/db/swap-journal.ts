import { sql } from 'kysely';
import type { Db, Queryable } from './connection.ts';

/** The journal of a restore's swap: what is planned and how far it is, as the engine wrote it. */
export async function findSwapPlan<T>(db: Queryable, restoreJobId: string): Promise<T | null> {
  const row = await db.selectFrom('swapPlans').select('plan').where('restoreJobId', '=', restoreJobId).executeTakeFirst();
  return (row?.plan as T | undefined) ?? null;
}

/** Writes the journal, unless another attempt has the job by now (`false`). `journalId`: the job whose swap it is; `restoreJobId`: the one that carries it out. */
export async function writeSwapPlan(
  db: Queryable,
  journalId: string,
  { restoreJobId, attempt }: { restoreJobId: string; attempt: number },
  plan: object,
): Promise<boolean> {
  const text = JSON.stringify(plan);
  const result = await sql`
    INSERT INTO swap_plans (restore_job_id, plan)
    SELECT ${journalId}, ${text}::jsonb FROM restore_jobs WHERE id = ${restoreJobId} AND attempt = ${attempt} AND status = 'RUNNING'
    ON CONFLICT (restore_job_id) DO UPDATE SET plan = EXCLUDED.plan, updated_at = now()`.execute(db);
  return result.numAffectedRows === 1n;
}

/** Forgets the plan and the registered namespaces of a journal, unless another attempt has the job by now (`false`): they are that one's then. */
export async function closeJournal(
  db: Db,
  journalId: string,
  { restoreJobId, attempt }: { restoreJobId: string; attempt: number },
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const held = await transaction
      .selectFrom('restoreJobs')
      .select('id')
      .where('id', '=', restoreJobId)
      .where('attempt', '=', attempt)
      .where('status', '=', 'RUNNING')
      .forUpdate()
      .executeTakeFirst();
    if (!held) return false;
    await transaction.deleteFrom('swapPlans').where('restoreJobId', '=', journalId).execute();
    await transaction.deleteFrom('stagingNamespaces').where('restoreJobId', '=', journalId).execute();
    return true;
  });
}

export interface NamespaceRow {
  database: string;
  collection: string;
}

export interface StagingRow extends NamespaceRow {
  proof: object | null;
}

/** Registers namespaces that are about to be created in a target. */
export async function registerStaging(db: Queryable, restoreJobId: string, namespaces: NamespaceRow[]): Promise<void> {
  // As arrays: a statement has at most 65,535 parameters, and a deployment may have more collections than a third of that.
  await sql`
    INSERT INTO staging_namespaces (restore_job_id, database, collection)
    SELECT ${restoreJobId}, named.* FROM unnest(${namespaces.map((ns) => ns.database)}::text[], ${namespaces.map((ns) => ns.collection)}::text[]) AS named
    ON CONFLICT DO NOTHING`.execute(db);
}

export async function listStaging(db: Queryable, restoreJobId: string): Promise<StagingRow[]> {
  return db.selectFrom('stagingNamespaces').select(['database', 'collection', 'proof']).where('restoreJobId', '=', restoreJobId).execute();
}

/** Writes what stagings were proven to be, unless another attempt has the job by now (`false`). */
export async function writeStagingProofs(
  db: Queryable,
  journalId: string,
  { restoreJobId, attempt }: { restoreJobId: string; attempt: number },
  proven: readonly { namespace: NamespaceRow; proof: object }[],
): Promise<boolean> {
  const databases = proven.map(({ namespace }) => namespace.database);
  const collections = proven.map(({ namespace }) => namespace.collection);
  const proofs = proven.map(({ proof }) => JSON.stringify(proof));
  const result = await sql`
    UPDATE staging_namespaces AS staging SET proof = proven.proof::jsonb
    FROM unnest(${databases}::text[], ${collections}::text[], ${proofs}::text[]) AS proven(database, collection, proof)
    WHERE staging.restore_job_id = ${journalId} AND staging.database = proven.database AND staging.collection = proven.collection
      AND EXISTS (SELECT 1 FROM restore_jobs WHERE id = ${restoreJobId} AND attempt = ${attempt} AND status = 'RUNNING')`.execute(db);
  return result.numAffectedRows === BigInt(proven.length);
}

/** The journals of jobs that FAILED with stagings left at the deployment; those that can be resumed keep theirs. */
export async function leftoverJournals(db: Queryable, deployment: string): Promise<string[]> {
  const rows = await db
    .selectFrom('stagingNamespaces')
    .innerJoin('restoreJobs', 'restoreJobs.id', 'stagingNamespaces.restoreJobId')
    .leftJoin('swapPlans', 'swapPlans.restoreJobId', 'stagingNamespaces.restoreJobId')
    .select('stagingNamespaces.restoreJobId')
    .distinct()
    .where('restoreJobs.targetDeployment', '=', deployment)
    .where('restoreJobs.status', '=', 'FAILED')
    .where('swapPlans.restoreJobId', 'is', null)
    .execute();
  return rows.map((row) => row.restoreJobId);
}
