import { sql } from 'kysely';
import { Client } from '../../src/cli/client.ts';
import { pause } from '../../src/clock.ts';
import { type Identity, Lifeboat } from './lifeboat.ts';
import { type MongoServer, startMongo } from './mongo.ts';
import { type FreshDatabase, freshDatabase } from './postgres.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { fillSmallShop } from './small-shop.ts';

export const ALL_JOBS = 1200;

/**
 * What clients that are not ours meet: a served Lifeboat behind a recording proxy. `shop` (FLEX, with one snapshot) and `big` (M10) are one deployment, `copy`
 * (FLEX) and `big-copy` (M10) another; `small` (M2) has nothing; `busy` (FLEX) and `busy-big` (M10) have ALL_JOBS restore jobs each.
 */
export interface ClientWorld {
  lifeboat: Lifeboat;
  proxy: RecordingProxy;
  identity: Identity;
  snapshotId: string;
  /** For a client's process: where and who. */
  environment: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/** `databaseServer`: clusters can be created, on the server of `shop`. */
export async function startClientWorld(options: { databaseServer?: boolean } = {}): Promise<ClientWorld> {
  const [database, source, target] = await Promise.all([
    freshDatabase({ migrated: false }),
    startMongo('ferretdb'),
    startMongo('ferretdb'),
  ]);
  await fillSmallShop(source.uri);
  const server: Record<string, string> = options.databaseServer ? { LIFEBOAT_DATABASE_SERVER: source.uri } : {};
  const lifeboat = await Lifeboat.create({ DATABASE_URL: database.url, LIFEBOAT_WORKERS: '1', ...server });
  const identity = await lifeboat.init();
  await lifeboat.serve();
  const proxy = await startRecordingProxy(lifeboat.url);
  const client = new Client({ url: lifeboat.url, keyFrom: 'init', ...identity });
  for (const [name, server, tier] of clusters(source, target))
    await client.post(client.project('clusters'), { name, uri: server.uri, tier });
  const snapshotId = await takeSnapshot(client, 'shop');
  for (const name of ['busy', 'busy-big']) await insertJobs(database, name, snapshotId);
  const environment = {
    ...process.env,
    BASE: proxy.url,
    ORG: identity.orgId,
    GROUP: identity.projectId,
    PUBLIC_KEY: identity.publicKey,
    PRIVATE_KEY: identity.privateKey,
    SNAPSHOT: snapshotId,
  };
  return {
    lifeboat,
    proxy,
    identity,
    snapshotId,
    environment,
    remove: async () => {
      await proxy.close();
      await lifeboat.remove();
      await Promise.all([source.stop(), target.stop(), database.close()]);
    },
  };
}

function clusters(source: MongoServer, target: MongoServer): [string, MongoServer, string][] {
  return [
    ['shop', source, 'FLEX'],
    ['big', source, 'M10'],
    ['copy', target, 'FLEX'],
    ['big-copy', target, 'M10'],
    ['small', target, 'M2'],
    ['busy', source, 'FLEX'],
    ['busy-big', source, 'M10'],
  ];
}

async function takeSnapshot(client: Client, cluster: string): Promise<string> {
  const path = client.project(`clusters/${cluster}/snapshots`);
  const { id } = await client.post<{ id: string }>(path);
  while ((await client.get<{ status: string }>(`${path}/${id}`)).status !== 'COMPLETED') await pause(50);
  return id;
}

async function insertJobs({ db }: FreshDatabase, cluster: string, snapshotId: string): Promise<void> {
  await sql`
    INSERT INTO restore_jobs (id, project_id, cluster_id, cluster_name, snapshot_id, delivery_type, status, target_project_id, target_cluster_id,
      target_cluster_name, snapshot_finished_at, scheduled_at, finished_at, expires_at)
    SELECT substr(md5(${cluster}), 1, 12) || lpad(to_hex(n), 12, '0'), project_id, id, name, ${snapshotId}, 'RESTORE', 'COMPLETED', project_id, id, name,
      now(), now() - n * interval '1 second', now(), now() + interval '4 hours'
    FROM generate_series(1, ${ALL_JOBS}::int) AS n, clusters WHERE name = ${cluster}`.execute(db);
}
