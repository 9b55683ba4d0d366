import type { Command } from 'commander';
import { connect } from './connect.ts';
import { printResult, table } from './output.ts';

interface Cluster {
  id: string;
  name: string;
  tier: string;
  mongodbVersion: string;
  topology: string;
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
          ['NAME', 'TIER', 'MONGODB', 'TOPOLOGY'],
          listed.map((cluster) => [cluster.name, cluster.tier, cluster.mongodbVersion, cluster.topology]),
        ),
      );
    });
}
