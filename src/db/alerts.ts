import { sql } from 'kysely';
import type { Queryable, Within } from './connection.ts';

export interface AlertRow {
  clusterId: string;
  code: string;
  id: string;
  severity: string;
  message: string;
}

export interface RaisedAlert extends AlertRow {
  clusterName: string;
}

/** Of all clusters of a project, those that were taken away included. */
export async function listAlerts(db: Queryable, projectId: string): Promise<RaisedAlert[]> {
  return db
    .selectFrom('alerts')
    .innerJoin('clusters', 'clusters.id', 'clusterId')
    .select(['clusterId', 'code', 'alerts.id', 'severity', 'message', 'clusters.name as clusterName'])
    .where('projectId', '=', projectId)
    .execute();
}

/** `null`: somebody else has raised it meanwhile, or the cluster is gone. */
export async function insertAlert(db: Within, alert: Omit<AlertRow, 'id'>): Promise<AlertRow | null> {
  const { clusterId, code, severity, message } = alert;
  const { rows } = await sql<AlertRow>`
    INSERT INTO alerts (cluster_id, code, severity, message)
    SELECT id, ${code}, ${severity}, ${message} FROM clusters WHERE id = ${clusterId} FOR KEY SHARE
    ON CONFLICT DO NOTHING
    RETURNING cluster_id, code, id, severity, message`.execute(db);
  return rows[0] ?? null;
}

/** `false`: somebody else has cleared it meanwhile. */
export async function deleteAlert(db: Within, { clusterId, code, id }: AlertRow): Promise<boolean> {
  const result = await db
    .deleteFrom('alerts')
    .where('clusterId', '=', clusterId)
    .where('code', '=', code)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Tells the webhooks of a project that want to hear of `event`. */
export async function tellWebhooks(db: Within, projectId: string, event: string, payload: object): Promise<void> {
  await sql`
    INSERT INTO webhook_deliveries (webhook_id, event, payload)
    SELECT id, ${event}, ${JSON.stringify(payload)}::jsonb FROM webhooks
    WHERE project_id = ${projectId} AND is_enabled AND ${event} = ANY (events)`.execute(db);
}
