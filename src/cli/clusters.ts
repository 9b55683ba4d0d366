import type { Command } from 'commander';
import { connect } from './connect.ts';
import { printResult, table } from './output.ts';

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
    .requiredOption('--uri <uri>', 'connection string; kept sealed')
    .option('--tier <tier>', "FLEX, M2, M5, M10 and up: which of Atlas' routes it answers on", 'FLEX')
    .option('--parked', "keep it for a creation of that name through Atlas' routes (Terraform, Atlas CLI)")
    .option('--json', 'print JSON')
    .description('Register a deployment')
    .action(async (name: string, options: { uri: string; tier: string; parked?: boolean; json?: boolean }) => {
      const client = await connect();
      const cluster = await client.post<Cluster>(client.project('clusters'), {
        name,
        uri: options.uri,
        tier: options.tier,
        parked: options.parked,
      });
      printResult(
        cluster,
        options.json,
        () => `${cluster.name} registered: MongoDB ${cluster.mongodbVersion}, ${cluster.topology}, tier ${cluster.tier}`,
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

function provenText({ name, lastProven }: Cluster): string {
  if (!lastProven) return `No snapshot was proven yet: \`npx lifeboat drill ${name} --wait\` does it.`;
  const { snapshotId, at, durationSeconds, documentsPerSecond } = lastProven;
  return `Snapshot ${snapshotId} was proven at ${at} in ${durationSeconds} s, ${documentsPerSecond.toLocaleString('en')} documents/s.`;
}
