import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { promtoolPath } from '../../scripts/build-tools.ts';
import { insertRestore } from '../../src/db/restores.ts';
import { type Edge, startEdge } from '../kit/edge.ts';

const run = promisify(execFile);
const RULES = resolve(import.meta.dirname, '../../docs/prometheus');
const TOKEN = 'a-token-of-24-characters';
const ID = (n: number) => n.toString(16).padStart(24, '5');

let edge: Edge;
let local: Edge;
beforeAll(async () => {
  [edge, local] = await Promise.all([startEdge({ LIFEBOAT_METRICS_TOKEN: TOKEN }), startEdge()]);
  const { db } = edge.foundation;
  const { projectId } = edge.first;
  const now = edge.clock.now();
  const cluster = { projectId, tier: 'FLEX', uriSealed: Buffer.alloc(1), mongodbVersion: '7.0.0', topology: 'standalone', createdAt: now };
  await db
    .insertInto('clusters')
    .values([
      { ...cluster, id: ID(1), name: 'shop', deployment: 'a:1' } as never,
      { ...cluster, id: ID(2), name: 'un"quoted\\', deployment: 'a:2' } as never,
      { ...cluster, id: ID(3), name: 'parked', deployment: 'a:3', lifecycle: 'parked' } as never,
    ])
    .execute();
  const snapshot = { projectId, clusterId: ID(1), clusterName: 'shop', scheduledAt: now, expiresAt: now, progress: '{}' };
  await db
    .insertInto('snapshots')
    .values([
      { ...snapshot, id: ID(10), status: 'COMPLETED', finishedAt: now, logicalBytes: 1000, newBytes: 10 } as never,
      { ...snapshot, id: ID(11), status: 'FAILED', failure: '{"code":"source-unavailable","message":"x"}' } as never,
      { ...snapshot, id: ID(12), status: 'QUEUED', scheduledAt: new Date(now.getTime() - 90_000) } as never,
    ])
    .execute();
  await insertRestore(db, {
    ...{ id: ID(20), projectId, clusterId: ID(1), clusterName: 'shop', snapshotId: ID(10), deliveryType: 'DRILL', status: 'COMPLETED' },
    ...{ targetProjectId: projectId, targetClusterId: ID(1), targetClusterName: 'shop', targetDeployment: null, options: {} },
    ...{ snapshotFinishedAt: now, scheduledAt: now, finishedAt: now, expiresAt: now },
  });
});
afterAll(async () => {
  await edge?.[Symbol.asyncDispose]();
  await local?.[Symbol.asyncDispose]();
});

const ask = (of: Edge, headers: Record<string, string> = {}) => of.send('GET', '/metrics', { headers });

describe('GET /metrics', () => {
  it('says how old snapshots and proven restores are, what waits, what failed, what the vault holds', async () => {
    const { status, headers, text } = await ask(edge, { authorization: `Bearer ${TOKEN}` });
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const of = `project="${edge.first.projectId}",cluster="shop"`;
    const at = edge.clock.now().getTime() / 1000;
    for (const line of [
      `lifeboat_cluster_snapshot_timestamp_seconds{${of}} ${at}`,
      `lifeboat_cluster_proven_timestamp_seconds{${of}} ${at}`,
      `lifeboat_cluster_snapshot_bytes{${of}} 1000`,
      `lifeboat_cluster_snapshot_new_bytes{${of}} 10`,
      'lifeboat_jobs{kind="snapshot",status="COMPLETED"} 1',
      'lifeboat_jobs_waiting{kind="snapshot"} 1',
      'lifeboat_jobs_longest_wait_seconds{kind="snapshot"} 90',
      'lifeboat_job_failures{kind="snapshot",code="source-unavailable"} 1',
      'lifeboat_vault_snapshots 1',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).not.toContain('parked');
    expect(text).toContain('cluster="un\\"quoted\\\\"');
  });

  it('is what promtool calls well made', async () => {
    const { text } = await ask(edge, { authorization: `Bearer ${TOKEN}` });
    const checking = run(await promtoolPath(), ['check', 'metrics']);
    checking.child.stdin!.end(text);
    // Counts of rows are gauges here, and end as they like; everything else it would say is a mistake.
    const { stdout, stderr } = await checking.catch((error) => error as { stdout: string; stderr: string });
    expect((stdout + stderr).split('\n').filter((line) => line.includes('lifeboat_'))).toEqual([]);
  });

  it('counts requests by their routes, and never by what a stranger asked for', async () => {
    await edge.send('GET', '/healthz');
    await edge.send('GET', '/made-up-by-a-stranger');
    const { text } = await ask(edge, { authorization: `Bearer ${TOKEN}` });
    expect(text).toMatch(/lifeboat_http_request_seconds_count\{method="GET",route="\/healthz",status="200"\} \d/);
    expect(text).not.toContain('made-up');
  });

  it.each([
    ['no token', {}],
    ['a wrong one', { authorization: 'Bearer a-token-of-24-characterz' }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['the token as a password', { authorization: `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}` }],
  ])('is refused with %s', async (_, headers) => {
    const { status, text, headers: answered } = await ask(edge, headers as Record<string, string>);
    expect(status).toBe(401);
    expect(text).not.toContain('lifeboat_');
    expect(answered['www-authenticate']).toMatch(/^Bearer/);
  });

  it('is for this machine alone where no token is set', async () => {
    expect((await ask(local)).status).toBe(200);
    // Somebody stands behind a proxy on this machine.
    expect((await ask(local, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(403);
    const far = await local.server.inject({ method: 'GET', url: '/metrics', remoteAddress: '203.0.113.7' });
    expect(far.statusCode).toBe(403);
    expect(far.body).not.toContain('lifeboat_');
  });
});

describe('the alert rules', () => {
  it('hold what their tests say', async () => {
    const promtool = await promtoolPath();
    await run(promtool, ['check', 'rules', 'lifeboat.rules.yml'], { cwd: RULES });
    await run(promtool, ['test', 'rules', 'lifeboat.test.yml', 'lifeboat-days.test.yml'], { cwd: RULES });
  });
});
