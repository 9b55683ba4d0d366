import type { Logger } from 'pino';
import { type AlertRow, deleteAlert, insertAlert, listAlerts, type RaisedAlert, tellWebhooks } from '../../db/alerts.ts';
import type { Db, Within } from '../../db/connection.ts';
import { allProjectIds } from '../../db/projects.ts';
import type { Id } from '../../ids.ts';
import type { Attention } from '../attention.ts';
import type { ClusterOverview, Overviews } from '../overview.ts';

export interface AlertParts {
  db: Db;
  logger: Logger;
  overviews: Pick<Overviews, 'of'>;
}

/** What no job tells of, because none ran, or because it went well. The ends of jobs have messages of their own. */
const ALERTS: ReadonlySet<string> = new Set(['snapshot-overdue', 'proof-too-old', 'size-dropped', 'hard-to-compress', 'snapshot-damaged']);

/**
 * The job `alerts.check`, once a minute for all nodes: what has become wrong with a cluster is told once, and that it is over is told once. What was told is committed with the messages.
 * A project that cannot be looked at keeps no other back.
 */
export async function checkAlerts(parts: AlertParts, signal: AbortSignal): Promise<boolean> {
  let hasTold = false;
  for (const projectId of await allProjectIds(parts.db)) {
    signal.throwIfAborted();
    try {
      hasTold = (await checkProject(parts, projectId)) || hasTold;
    } catch (error) {
      parts.logger.error({ err: error, projectId }, 'the alerts of a project could not be checked');
    }
  }
  return hasTold;
}

async function checkProject({ db, logger, overviews }: AlertParts, projectId: Id): Promise<boolean> {
  const { clusters } = await overviews.of(projectId, false);
  const raised = await listAlerts(db, projectId);
  let hasTold = false;
  for (const { cluster, attention } of [...clusters, ...withoutCluster(raised, clusters, projectId)]) {
    const wrong = attention.filter(({ code }) => ALERTS.has(code));
    const before = raised.filter(({ clusterId }) => clusterId === cluster.id);
    const begun = wrong.filter(({ code }) => !before.some((alert) => alert.code === code));
    const over = before.filter(({ code }) => !wrong.some((one) => one.code === code));
    if (begun.length === 0 && over.length === 0) continue;
    await db.transaction().execute(async (transaction) => {
      for (const one of begun) await raise(transaction, cluster, one);
      for (const alert of over) if (await deleteAlert(transaction, alert)) await tell(transaction, cluster, 'alert.cleared', alert);
    });
    logger.info(
      { cluster: cluster.name, projectId, raised: begun.map(codeOf), cleared: over.map(codeOf) },
      'the alerts of a cluster changed',
    );
    hasTold = true;
  }
  return hasTold;
}

/** Of a cluster that was taken away nothing is wrong any more: whoever heard of it hears that it is over. */
function withoutCluster(raised: readonly RaisedAlert[], clusters: readonly ClusterOverview[], projectId: Id): Told[] {
  const gone = raised.filter(({ clusterId }) => !clusters.some(({ cluster }) => cluster.id === clusterId));
  return [...Map.groupBy(gone, ({ clusterId }) => clusterId)].map(([id, [alert]]) => ({
    cluster: { id, projectId, name: alert!.clusterName },
    attention: [],
  }));
}

interface Told {
  cluster: Pick<ClusterOverview['cluster'], 'id' | 'projectId' | 'name'>;
  attention: readonly Attention[];
}

const codeOf = ({ code }: { code: string }) => code;

async function raise(transaction: Within, cluster: Told['cluster'], { code, severity, message }: Attention): Promise<void> {
  const alert = await insertAlert(transaction, { clusterId: cluster.id, code, severity, message });
  if (alert) await tell(transaction, cluster, 'alert.raised', alert);
}

async function tell(
  transaction: Within,
  { projectId, name }: Told['cluster'],
  event: 'alert.raised' | 'alert.cleared',
  { id, code, severity, message }: AlertRow,
): Promise<void> {
  const status = event === 'alert.raised' ? 'RAISED' : 'CLEARED';
  await tellWebhooks(transaction, projectId, event, {
    event,
    kind: 'alert',
    id,
    projectId,
    clusterName: name,
    status,
    alert: { code, severity, message },
  });
}
