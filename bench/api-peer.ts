/**
 * What the API is measured against, a process of its own. `bare`: node:http that sends the bytes of our answer. `fastify`: a Fastify handler that reads the
 * job by one SELECT and sends it, without authentication.
 */
import { createServer } from 'node:http';
import Fastify from 'fastify';
import pg from 'pg';

const [kind, argument, databaseUrl] = process.argv.slice(2);

async function startBare(answer: { headers: Record<string, string>; body: string }): Promise<number> {
  const body = Buffer.from(answer.body);
  const server = createServer((_request, response) => {
    response.writeHead(200, answer.headers);
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

async function startFastify(): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const server = Fastify();
  server.get('/*', async (request) => {
    const id = request.url.slice(request.url.lastIndexOf('/') + 1);
    const { rows } = await pool.query('SELECT * FROM restore_jobs WHERE id = $1', [id]);
    const [job] = rows;
    return {
      clusterName: job.cluster_name,
      deliveryType: job.delivery_type,
      expirationDate: job.expires_at,
      id: job.id,
      projectId: job.project_id,
      restoreFinishedDate: job.finished_at,
      restoreScheduledDate: job.scheduled_at,
      snapshotFinishedDate: job.snapshot_finished_at,
      snapshotId: job.snapshot_id,
      status: job.status,
      targetDeploymentItemName: job.target_cluster_name,
      targetProjectId: job.target_project_id,
    };
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return (server.server.address() as { port: number }).port;
}

process.send!(kind === 'bare' ? await startBare(JSON.parse(argument!)) : await startFastify());
process.once('disconnect', () => process.exit());
