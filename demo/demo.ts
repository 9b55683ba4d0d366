/**
 * `npm run demo`: the main job, on real servers, with the commands a user would type. Everything lives in a temporary folder and ends with
 * the process. `-- --exit` ends after the main job; `-- --listen HOST:PORT` serves there.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { goTool } from '../scripts/build-tools.ts';
import { buildConsoleIfChanged } from '../scripts/console.ts';
import { buildNativeIfPossible } from '../scripts/native.ts';
import { type Identity, Lifeboat } from '../test/kit/lifeboat.ts';
import { type MongoServer, startOwnMongo } from '../test/kit/mongo.ts';
import { loadShop } from './shop.ts';

const run = promisify(execFile);
const { values } = parseArgs({
  options: { exit: { type: 'boolean', default: false }, listen: { type: 'string', default: '127.0.0.1:0' } },
});

interface Snapshot {
  id: string;
  documents: number;
  logicalBytes: number;
  newBytes: number;
  consistency: string;
}

interface Job {
  id: string;
  status: string;
}

const title = (text: string) => console.log(`\n\x1b[1m${text}\x1b[0m`);
const command = (...words: string[]) => console.log(`  $ npx lifeboat ${words.join(' ')}`);
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

const started: (() => Promise<unknown>)[] = [];
const stopAll = async () => {
  for (const stop of started.splice(0).reverse()) await stop().catch((error) => console.error(error));
};

try {
  await buildNativeIfPossible();
  await buildConsoleIfChanged();
  await demo();
  if (!values.exit) await serveOn();
} finally {
  await stopAll();
}

async function demo(): Promise<void> {
  title('1. Two MongoDB deployments, the first with the data of a shop');
  const [source, target] = [await startServer(), await startServer()];
  const client = new MongoClient(source.uri);
  started.push(() => client.close());
  const documents = await loadShop(client);
  console.log(`  ${documents.toLocaleString('en')} documents in three databases (${source.kind}) at ${source.uri}`);

  title('2. Lifeboat');
  const lifeboat = await Lifeboat.create({ LIFEBOAT_LISTEN: values.listen });
  started.push(() => lifeboat.remove());
  command('init');
  const identity = await lifeboat.init();
  command('serve');
  await lifeboat.serve();
  console.log(`  listening on ${lifeboat.url}`);
  for (const [name, uri] of [
    ['aws-cluster-1', source.uri],
    ['staging', target.uri],
  ] as const) {
    command('clusters', 'add', name, '--uri', uri);
    await lifeboat.json('clusters', 'add', name, '--uri', uri);
  }

  title('3. A snapshot');
  command('snapshots', 'take', 'aws-cluster-1', '--wait');
  const snapshot = await lifeboat.json<Snapshot>('snapshots', 'take', 'aws-cluster-1', '--wait');
  console.log(
    `  ${snapshot.id}: ${snapshot.documents.toLocaleString('en')} documents, ${mebibytes(snapshot.logicalBytes)} of BSON, ` +
      `${mebibytes(snapshot.newBytes)} in the vault, ${snapshot.consistency}`,
  );

  title('4. A restore into the second deployment, and after an accident into the first');
  const restored = await restore(lifeboat, snapshot.id, 'staging');
  await accident(client, lifeboat, snapshot.id);

  title('5. A download, unpacked by tar and loaded by the real mongorestore');
  await download(lifeboat, snapshot.id);

  title('6. The request of the documentation, and its answer');
  console.log('  About the restore into staging:\n');
  await askAsDocumented(lifeboat, identity, restored.id);
  console.log('\n  And about the download, as in the example of the page:\n');
  await askAsDocumented(lifeboat, identity, (await downloadJob(lifeboat)).id);
}

/** The request of "Get One Restore Job for an M2/M5 Cluster", to the letter, by curl. */
async function askAsDocumented(lifeboat: Lifeboat, identity: Identity, restoreId: string): Promise<void> {
  const url = `${lifeboat.url}/api/atlas/v1.0/groups/${identity.projectId}/clusters/aws-cluster-1/backup/tenant/restores/${restoreId}?pretty=true`;
  const user = `${identity.publicKey}:${identity.privateKey}`;
  const words = ['--user', user, '--digest', '--include', '--header', 'Accept: application/json', '--request', 'GET', url];
  console.log(`  $ curl --user "${user}" --digest --include \\`);
  console.log('         --header "Accept: application/json" \\');
  console.log(`         --request GET "${url}"\n`);
  const { stdout } = await run('curl', ['--silent', '--show-error', ...words]);
  console.log(stdout.trimEnd());
  if (!/"status" : "COMPLETED"/.test(stdout)) throw new Error('the job is not COMPLETED');
}

async function startServer(): Promise<MongoServer> {
  const server = await startOwnMongo();
  started.push(() => server.stop());
  return server;
}

async function restore(lifeboat: Lifeboat, snapshotId: string, target: string): Promise<Job> {
  const words = ['restores', 'start', 'aws-cluster-1', '--snapshot', snapshotId, '--target', target, '--wait'];
  command(...words);
  const job = await lifeboat.json<Job>(...words);
  console.log(`  ${job.id}: ${job.status}; counts, digests, indexes and options of ${target} equal the snapshot's`);
  return job;
}

async function accident(client: MongoClient, lifeboat: Lifeboat, snapshotId: string): Promise<void> {
  const orders = client.db('shop').collection('orders');
  const before = await orders.countDocuments();
  await orders.deleteMany({ state: 'delivered' });
  console.log(`  shop.orders: somebody deletes every delivered order: ${before} -> ${await orders.countDocuments()}`);
  await restore(lifeboat, snapshotId, 'aws-cluster-1');
  const after = await orders.countDocuments();
  console.log(`  shop.orders: ${after}`);
  if (after !== before) throw new Error('the orders did not come back');
}

async function download(lifeboat: Lifeboat, snapshotId: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-demo-'));
  started.push(() => rm(folder, { recursive: true, force: true }));
  const archive = join(folder, 'aws-cluster-1.tar.gz');
  command('snapshots', 'download', 'aws-cluster-1', snapshotId, '--out', 'aws-cluster-1.tar.gz');
  await lifeboat.json('snapshots', 'download', 'aws-cluster-1', snapshotId, '--out', archive);
  await run('tar', ['xzf', archive, '-C', folder]);
  const [unpacked] = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const third = await startServer();
  // FerretDB refuses the `ns` that this mongorestore puts into indexes; a mongod takes them.
  const indexes = third.kind === 'ferretdb' ? ['--noIndexRestore'] : [];
  console.log(`  $ tar xzf aws-cluster-1.tar.gz && mongorestore ${[...indexes, 'aws-cluster-1-*/'].join(' ')}`);
  await run(await goTool('mongorestore'), ['--uri', third.uri, '--quiet', ...indexes, join(folder, unpacked!.name)]);
  const client = new MongoClient(third.uri);
  console.log(`  shop.orders in a third deployment: ${await client.db('shop').collection('orders').countDocuments()}`);
  await client.close();
}

async function downloadJob(lifeboat: Lifeboat): Promise<Job> {
  const jobs = await lifeboat.json<(Job & { deliveryType: string })[]>('restores', 'list', 'aws-cluster-1');
  return jobs.find((job) => job.deliveryType === 'DOWNLOAD')!;
}

function serveOn(): Promise<void> {
  title('It keeps serving. Ctrl-C ends everything.');
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
