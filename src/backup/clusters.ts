import type { Clock } from '../clock.ts';
import { type ClusterRow, findCluster, findClusterById, insertCluster, listClusters } from '../db/clusters.ts';
import type { Db } from '../db/connection.ts';
import { type Deployment, openDeployment } from '../engine/deployment.ts';
import { DeploymentUnavailable } from '../engine/errors.ts';
import { Problem, type ProblemCode } from '../errors.ts';
import { type Id, newId } from '../ids.ts';
import type { Listed, Page } from '../page.ts';
import { seal, unseal } from '../sealing.ts';

/** `FLEX` answers on the tenant and Flex routes, `M2` and `M5` on the tenant routes only, the others on the dedicated routes. */
export const TIERS = ['FLEX', 'M2', 'M5', 'M10', 'M20', 'M30', 'M40', 'M50', 'M60', 'M80', 'M140', 'M200', 'M300'] as const;
export type Tier = (typeof TIERS)[number];

/** A registered MongoDB deployment. Its connection string never leaves this file but sealed, or into a connection. */
export interface Cluster {
  id: Id;
  projectId: Id;
  name: string;
  tier: Tier;
  /** The deployment's addresses, sorted: equal for two clusters that are the same deployment. */
  deployment: string;
  mongodbVersion: string;
  topology: string;
  createdAt: Date;
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/;

export class Clusters {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #sealingKey: Buffer;

  /** `sealingKey`: derived from the master key for `connection-strings`. */
  constructor(db: Db, clock: Clock, sealingKey: Buffer) {
    this.#db = db;
    this.#clock = clock;
    this.#sealingKey = sealingKey;
  }

  /** Connects to the deployment to learn what it is, then keeps it. One deployment may be registered under several names. */
  async register(input: { projectId: Id; name: string; uri: string; tier?: string }): Promise<Cluster> {
    const tier = input.tier ?? 'FLEX';
    if (!NAME.test(input.name))
      throw new Problem('invalid-value', ['name', 'a cluster has 1 to 64 letters, digits and dashes, and begins with no dash']);
    if (!isTier(tier)) throw new Problem('invalid-value', ['tier', `one of ${TIERS.join(', ')} is expected`]);
    const deployment = await reach(input.uri, input.name, 'source-unavailable');
    const createdAt = this.#clock.now();
    const id = newId(createdAt);
    const row: ClusterRow = {
      id,
      projectId: input.projectId,
      name: input.name,
      tier,
      uriSealed: seal(this.#sealingKey, Buffer.from(input.uri), `cluster ${id}`),
      deployment: deployment.address,
      mongodbVersion: deployment.version,
      topology: deployment.topology,
      createdAt,
    };
    await deployment.close();
    if (!(await insertCluster(this.#db, row))) throw new Problem('duplicate-cluster-name', [input.name]);
    return fromRow(row);
  }

  /** Throws `cluster-not-found`. */
  async get(projectId: Id, name: string): Promise<Cluster> {
    const row = await findCluster(this.#db, projectId, name);
    if (!row) throw new Problem('cluster-not-found', [name, projectId]);
    return fromRow(row);
  }

  async list(projectId: Id, page: Page): Promise<Listed<Cluster>> {
    const { results, totalCount } = await listClusters(this.#db, projectId, page);
    return { results: results.map(fromRow), totalCount };
  }

  /** Opens the deployment of a cluster; `unavailable` says in which words it is missed. The caller closes it. */
  async open(clusterId: Id, unavailable: 'source-unavailable' | 'target-unavailable'): Promise<Deployment> {
    const row = await findClusterById(this.#db, clusterId);
    if (!row) throw new Problem('cluster-not-found', [clusterId, 'any']);
    const uri = unseal(this.#sealingKey, row.uriSealed, `cluster ${row.id}`).toString();
    return reach(uri, row.name, unavailable);
  }
}

async function reach(uri: string, name: string, unavailable: ProblemCode): Promise<Deployment> {
  try {
    return await openDeployment(uri);
  } catch (error) {
    if (error instanceof DeploymentUnavailable) throw new Problem(unavailable, [name, error.message], { cause: error });
    throw error;
  }
}

function isTier(text: string): text is Tier {
  return (TIERS as readonly string[]).includes(text);
}

function fromRow({ uriSealed: _sealed, ...row }: ClusterRow): Cluster {
  return { ...row, tier: row.tier as Tier };
}
