import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { clusterBody } from '../api/native/render.ts';
import { Projects } from '../backup/projects.ts';
import { type Config, readConfig } from '../config.ts';
import { namesFiles } from '../engine/connection-options.ts';
import { unusable } from '../engine/connection-string.ts';
import { Foundation } from '../foundation.ts';
import { connect } from './connect.ts';
import { printResult, table } from './output.ts';
import { loadProfile } from './profile.ts';

interface Cluster {
  id: string;
  name: string;
  tier: string;
  mongodbVersion: string;
  topology: string;
  lastProven?: { snapshotId: string; at: string; durationSeconds: number; documentsPerSecond: number } | null;
}

export function addClustersCommand(program: Command): void {
  const clusters = program.command('clusters').description('Registered MongoDB deployments');

  clusters
    .command('add')
    .argument('<name>', 'letters, digits and dashes')
    .requiredOption(
      '--uri <uri>',
      'connection string; kept sealed. `-` reads it from standard input: it is in no list of processes then. One that names files is registered on the machine of the installation itself',
    )
    .option('--tier <tier>', "FLEX, M2, M5, M10 and up: which of Atlas' routes it answers on", 'FLEX')
    .option('--parked', "keep it for a creation of that name through Atlas' routes (Terraform, Atlas CLI)")
    .option('--json', 'print JSON')
    .description('Register a deployment')
    .action(async (name: string, { json, ...given }: NewCluster & { json?: boolean }) => {
      const options = { ...given, uri: await uriFrom(given.uri) };
      const cluster = (await addAtTheMachine(name, options)) ?? (await addByService(name, options));
      printResult(
        cluster,
        json,
        () => `${cluster.name} registered: MongoDB ${cluster.mongodbVersion}, ${cluster.topology}, tier ${cluster.tier}`,
      );
    });

  clusters
    .command('change')
    .argument('<name>')
    .option('--uri <uri>', 'another connection string: another password, or other options; `-` reads it from standard input')
    .option('--tier <tier>', 'another tier')
    .option('--force', 'also where the connection string leads to another deployment')
    .option('--json', 'print JSON')
    .description('Give a deployment another connection string; what runs goes over to it with its next attempt')
    .action(async (name: string, { json, ...given }: { uri?: string; tier?: string; force?: boolean; json?: boolean }) => {
      const change = { ...given, ...(given.uri !== undefined && { uri: await uriFrom(given.uri) }) };
      const client = await connect();
      const cluster = await client.patch<Cluster>(client.project(`clusters/${encodeURIComponent(name)}`), change);
      printResult(
        cluster,
        json,
        () => `${cluster.name} changed: MongoDB ${cluster.mongodbVersion}, ${cluster.topology}, tier ${cluster.tier}`,
      );
    });

  clusters
    .command('list')
    .option('--json', 'print JSON')
    .description('List the registered deployments')
    .action(async (options: { json?: boolean }) => {
      const client = await connect();
      const listed = await client.getAll<Cluster>(client.project('clusters'));
      printResult(listed, options.json, () =>
        table(
          ['NAME', 'TIER', 'MONGODB', 'TOPOLOGY', 'LAST PROVEN'],
          listed.map((cluster) => [
            ...[cluster.name, cluster.tier, cluster.mongodbVersion, cluster.topology],
            cluster.lastProven?.at ?? 'never',
          ]),
        ),
      );
    });

  clusters
    .command('show')
    .argument('<name>')
    .option('--json', 'print JSON')
    .description('Show one registered deployment, and when a drill last proved a snapshot of it')
    .action(async (name: string, options: { json?: boolean }) => {
      const client = await connect();
      const cluster = await client.get<Cluster>(client.project(`clusters/${encodeURIComponent(name)}`));
      printResult(
        cluster,
        options.json,
        () => `${cluster.name}: MongoDB ${cluster.mongodbVersion}, ${cluster.topology}, tier ${cluster.tier}\n${provenText(cluster)}`,
      );
    });
}

interface NewCluster {
  uri: string;
  tier: string;
  parked?: boolean;
}

/** An argument is seen by everybody on the machine, and kept in the shell's history. */
export async function uriFrom(given: string, input: NodeJS.ReadableStream = process.stdin): Promise<string> {
  if (given !== '-') return given;
  const uri = (await text(input)).trim();
  if (uri === '') throw unusable('nothing came from standard input');
  return uri;
}

async function addByService(name: string, options: NewCluster): Promise<Cluster> {
  const client = await connect();
  return client.post<Cluster>(client.project('clusters'), { name, ...options });
}

/**
 * The files that a connection string names are files of the service's machine, and the service lets nobody name them by HTTP. Who can open the
 * installation itself can; `null` for a connection string without files, and where the installation is not here.
 */
async function addAtTheMachine(name: string, { uri, tier, parked }: NewCluster): Promise<Cluster | null> {
  const config = readConfig(process.env);
  const projectId = namesFiles(uri) ? await projectHere(config) : null;
  if (projectId === null) return null;
  await using foundation = await Foundation.open(config, 'either');
  await new Projects(foundation.db, foundation.clock).get(projectId);
  const lifecycle = parked ? 'parked' : 'registered';
  const cluster = await foundation.clusters.add({ projectId, name, uri, tier, lifecycle, isOperators: true });
  // As the service would have answered it.
  return JSON.parse(JSON.stringify(clusterBody(cluster)));
}

/** The project that commands are about, where `init` was run on this data folder or the database is named, and LIFEBOAT_URL names no other machine. */
async function projectHere(config: Config): Promise<string | null> {
  const profile = await loadProfile(config.data);
  const isElsewhere = config.clientUrl !== null && config.clientUrl !== profile?.url && !isThisMachine(new URL(config.clientUrl).hostname);
  if (isElsewhere) return null;
  return profile || config.databaseUrl ? (config.clientProject ?? profile?.projectId ?? null) : null;
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}

function provenText({ name, lastProven }: Cluster): string {
  if (!lastProven) return `No snapshot was proven yet: \`npx lifeboat drill ${name} --wait\` does it.`;
  const { snapshotId, at, durationSeconds, documentsPerSecond } = lastProven;
  return `Snapshot ${snapshotId} was proven at ${at} in ${durationSeconds} s, ${documentsPerSecond.toLocaleString('en')} documents/s.`;
}
