import { sql } from 'kysely';
import type { Within } from './connection.ts';

/** The machines of a deployment's address (`HOST:PORT,.../DATABASE`), whichever their ports. */
export function hostsOf(deployment: string): string[] {
  const hosts = deployment
    .split('/')[0]!
    .split(',')
    .map((member) => member.replace(/:\d+$/, ''));
  return [...new Set(hosts)];
}

/**
 * How many jobs run on the busiest of the deployment's machines, `exceptId` left out. Nobody else counts before the transaction ends, so that two never take the last place; to be asked after the
 * lock of the deployment.
 */
export async function jobsOnHosts(transaction: Within, deployment: string, exceptId: string): Promise<number> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('jobs on hosts', 0))`.execute(transaction);
  const { rows } = await sql<{ deployment: string }>`
    SELECT clusters.deployment FROM snapshots JOIN clusters ON clusters.id = snapshots.cluster_id WHERE snapshots.status = 'RUNNING' AND snapshots.id <> ${exceptId}
    UNION ALL
    SELECT coalesce(target_deployment, clusters.deployment) FROM restore_jobs JOIN clusters ON clusters.id = target_cluster_id
      WHERE delivery_type IN ('RESTORE', 'DRILL') AND restore_jobs.status = 'RUNNING' AND restore_jobs.id <> ${exceptId}`.execute(
    transaction,
  );
  const running = rows.map((row) => hostsOf(row.deployment));
  return Math.max(...hostsOf(deployment).map((host) => running.filter((hosts) => hosts.includes(host)).length));
}
