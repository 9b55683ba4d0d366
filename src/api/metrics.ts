import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Measures } from '../backup/measures.ts';
import type { Clock } from '../clock.ts';
import { VERSION } from '../version.ts';
import { sendError } from './atlas/answers.ts';
import { AtlasError } from './atlas/error-table.ts';
import { remoteAddressOf } from './remote-address.ts';
import type { ApiServices } from './services.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/**
 * `GET /metrics`, in the text format of Prometheus. It names clusters, and Prometheus speaks no digest: whoever asks needs the bearer token of LIFEBOAT_METRICS_TOKEN or, where that is not
 * set, has to be on this machine.
 */
export async function metricsRoute(server: FastifyInstance, services: ApiServices): Promise<void> {
  // Of this process; everything else is the installation's, and is read when it is asked for.
  const own = new Registry();
  collectDefaultMetrics({ register: own });
  const requests = new Histogram({
    name: 'lifeboat_http_request_seconds',
    help: 'Time to answer requests, by route and status, of this process',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [own],
  });
  server.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    // A route that is there: paths that strangers make up would each be a series.
    requests.observe({ method, route: routeOptions.url ?? 'none', status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
  server.get('/metrics', async (request, reply) => {
    if (!mayRead(services.metricsToken, request)) return refuse(services.metricsToken, request, reply);
    const installation = registryOf(await services.measures(), services.clock);
    return reply.type(installation.contentType).send(`${await installation.metrics()}\n${await own.metrics()}`);
  });
}

function mayRead(token: string | null, request: FastifyRequest): boolean {
  if (token === null) return /^(127\.|::1$)/.test(remoteAddressOf(request)) && request.headers['x-forwarded-for'] === undefined;
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return given !== undefined && timingSafeEqual(sha256(given), sha256(token));
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

function refuse(token: string | null, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (token === null) return sendError(request, reply, new AtlasError('IP_ADDRESS_NOT_ON_ACCESS_LIST', [remoteAddressOf(request)]));
  return reply.code(401).header('www-authenticate', 'Bearer realm="metrics"').send();
}

/** One line a measure, so that the whole list can be read here: docs/monitoring.md explains them. */
function registryOf({ jobs, waiting, failures, clusters, vault }: Measures, clock: Clock): Registry {
  const registry = new Registry();
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `lifeboat_${name}`, help, labelNames, registers: [registry] });
  const seconds = (date: Date) => date.getTime() / 1000;

  gauge('build_info', 'The version that runs', 'version').set({ version: VERSION }, 1);
  gauge('clock_timestamp_seconds', 'The time by which schedules, expiry and ages go').set(seconds(clock.now()));

  const jobsByStatus = gauge('jobs', 'Jobs by kind and status', 'kind', 'status');
  for (const { kind, status, jobs: count } of jobs) jobsByStatus.set({ kind, status }, count);
  const waitingJobs = gauge('jobs_waiting', 'Jobs that wait for a worker', 'kind');
  const longestWait = gauge('jobs_longest_wait_seconds', 'How long the oldest of them has waited', 'kind');
  for (const { kind, jobs: count, oldest } of waiting) {
    waitingJobs.set({ kind }, count);
    longestWait.set({ kind }, Math.max(0, seconds(clock.now()) - seconds(oldest!)));
  }
  const failed = gauge('job_failures', 'Jobs that FAILED, by their reason', 'kind', 'code');
  for (const { kind, code, jobs: count } of failures) failed.set({ kind, code }, count);

  const LABELS = ['project', 'cluster'] as const;
  const registered = gauge('cluster_registered_timestamp_seconds', 'When the cluster was registered', ...LABELS);
  const snapshotAt = gauge('cluster_snapshot_timestamp_seconds', 'End of the newest COMPLETED snapshot; no line without one', ...LABELS);
  const provenAt = gauge(
    'cluster_proven_timestamp_seconds',
    'End of the newest drill that proved a snapshot; no line without one',
    ...LABELS,
  );
  const logicalBytes = gauge('cluster_snapshot_bytes', 'BSON in the newest COMPLETED snapshot', ...LABELS);
  const newBytes = gauge('cluster_snapshot_new_bytes', 'What that snapshot added to the vault', ...LABELS);
  for (const cluster of clusters) {
    const labels = { project: cluster.projectId, cluster: cluster.name };
    registered.set(labels, seconds(cluster.createdAt));
    if (cluster.snapshotAt) snapshotAt.set(labels, seconds(cluster.snapshotAt));
    if (cluster.provenAt) provenAt.set(labels, seconds(cluster.provenAt));
    if (cluster.logicalBytes !== null) logicalBytes.set(labels, cluster.logicalBytes);
    if (cluster.newBytes !== null) newBytes.set(labels, cluster.newBytes);
  }

  gauge('vault_snapshots', 'COMPLETED snapshots that nobody deleted').set(vault.snapshots);
  gauge('vault_logical_bytes', 'BSON in all of them').set(vault.logicalBytes);
  gauge('vault_stored_bytes', 'What their chunks take in the store').set(vault.storedBytes);
  gauge('vault_chunks', 'Chunks in the store').set(vault.chunks);
  return registry;
}
