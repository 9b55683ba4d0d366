import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService } from '../../src/app.ts';
import { ApiKeys } from '../../src/backup/api-keys.ts';
import { loadMasterKey } from '../../src/backup/master-key.ts';
import type { Grant } from '../../src/backup/roles.ts';
import { type FirstSetUp, setUp } from '../../src/backup/setup.ts';
import { DigestCredentials } from '../../src/cli/digest-client.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { insertCluster } from '../../src/db/clusters.ts';
import type { Db } from '../../src/db/connection.ts';
import { insertRestore } from '../../src/db/restores.ts';
import { completeSnapshot, insertSnapshot } from '../../src/db/snapshots.ts';
import { newId } from '../../src/ids.ts';
import { deriveKey } from '../../src/sealing.ts';
import { freshDatabase } from './postgres.ts';

export interface ApiAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  body: any;
  text: string;
}

export interface AskOptions {
  /** The version of v2 that is asked for. */
  version?: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** Instead of the first key, which is an organization owner's. */
  credentials?: DigestCredentials;
}

/** The real API of an installation that is set up, without workers: over HTTP, on a database of its own. */
export interface RunningApi extends AsyncDisposable {
  url: string;
  db: Db;
  first: FirstSetUp;
  /** With these another node of the same installation starts. */
  settings: Record<string, string>;
  /** `path` begins at `/api`. */
  ask(method: string, path: string, options?: AskOptions): Promise<ApiAnswer>;
  makeKey(grants: Grant[]): Promise<DigestCredentials>;
}

export async function startApi(settings: Record<string, string> = {}): Promise<RunningApi> {
  const database = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-api-'));
  const environment = {
    DATABASE_URL: database.url,
    LIFEBOAT_DATA: folder,
    LIFEBOAT_LISTEN: '127.0.0.1:0',
    LIFEBOAT_WORKERS: '0',
    LIFEBOAT_LOG_LEVEL: 'error',
  };
  const service = await startService(readConfig({ ...environment, ...settings }));
  const masterKey = await loadMasterKey(null, join(folder, 'master.key'), false);
  const apiKeys = new ApiKeys(database.db, systemClock, deriveKey(masterKey, 'digest-secrets'));
  const first = await setUp(database.db, systemClock, apiKeys, { organizationName: 'Org', projectName: 'Project' });
  const owner = new DigestCredentials(first.publicKey, first.privateKey);
  return {
    url: service.url,
    db: database.db,
    first,
    settings: { ...environment, LIFEBOAT_KEY: masterKey.toString('base64'), LIFEBOAT_STORE: `file:${join(folder, 'vault')}` },
    ask: (method, path, options = {}) => ask(service.url, options.credentials ?? owner, method, path, options),
    makeKey: async (grants) => {
      const { publicKey, privateKey } = await apiKeys.create({ organizationId: first.organizationId, description: 'A test', grants });
      return new DigestCredentials(publicKey, privateKey);
    },
    [Symbol.asyncDispose]: async () => {
      await service[Symbol.asyncDispose]();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One exchange as a client of Atlas has it, digest and all. */
export async function ask(
  url: string,
  credentials: DigestCredentials,
  method: string,
  path: string,
  { version, headers, body }: AskOptions,
): Promise<ApiAnswer> {
  const send = (authorization: string | null) =>
    fetch(url + path, {
      method,
      headers: {
        ...(version && { accept: `application/vnd.atlas.${version}+json` }),
        ...(body !== undefined && { 'content-type': version ? `application/vnd.atlas.${version}+json` : 'application/json' }),
        ...headers,
        ...(authorization && { authorization }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  let response = await send(credentials.authorization(method, path));
  if (response.status === 401 && credentials.accept(response.headers.get('www-authenticate'))) {
    await response.arrayBuffer();
    response = await send(credentials.authorization(method, path));
  }
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, body: isJson && text ? JSON.parse(text) : null };
}

/** A cluster without a MongoDB behind it: enough for whatever only reads its row. */
export async function addClusterRow(api: RunningApi, name: string, tier: string, projectId = api.first.projectId): Promise<string> {
  const createdAt = systemClock.now();
  const id = newId(createdAt);
  await insertCluster(api.db, {
    id,
    projectId,
    name,
    tier,
    uriSealed: Buffer.from('sealed'),
    deployment: `${name}:27017`,
    mongodbVersion: '8.0.4',
    topology: 'replicaSet',
    createdAt,
  });
  return id;
}

/** A COMPLETED snapshot's row, without anything in the vault. */
export async function addSnapshotRow(api: RunningApi, cluster: { id: string; name: string }, mongodbVersion = '8.0.4'): Promise<string> {
  const now = systemClock.now();
  const id = newId(now);
  const { projectId } = api.first;
  const of = { projectId, clusterId: cluster.id, clusterName: cluster.name };
  await insertSnapshot(api.db, { id, ...of, status: 'RUNNING', scheduledAt: now, expiresAt: new Date(now.getTime() + 8 * 86_400_000) });
  await completeSnapshot(api.db, id, 0, {
    finishedAt: now,
    mongodbVersion,
    consistency: 'point-in-time',
    collections: 1,
    documents: 1,
    logicalBytes: 1000,
    storedBytes: 500,
    newBytes: 500,
  });
  return id;
}

/** A restore job's row as `start` makes it, in the given state. */
export async function addRestoreRow(
  api: RunningApi,
  cluster: { id: string; name: string },
  snapshotId: string,
  status = 'COMPLETED',
): Promise<string> {
  const now = systemClock.now();
  const id = newId(now);
  const { projectId } = api.first;
  await insertRestore(api.db, {
    id,
    projectId,
    clusterId: cluster.id,
    clusterName: cluster.name,
    snapshotId,
    deliveryType: 'RESTORE',
    status,
    targetProjectId: projectId,
    targetClusterId: cluster.id,
    targetClusterName: cluster.name,
    targetDeployment: status === 'COMPLETED' ? null : id,
    options: {},
    snapshotFinishedAt: now,
    scheduledAt: now,
    finishedAt: status === 'COMPLETED' ? now : null,
    expiresAt: new Date(now.getTime() + 4 * 3_600_000),
  });
  return id;
}
