import type { Clock } from '../clock.ts';
import { adoptCluster, findCluster, parkCluster, updateCluster } from '../db/clusters.ts';
import type { Db } from '../db/connection.ts';
import { Problem } from '../errors.ts';
import { type Id, newId } from '../ids.ts';
import { audited } from './audit-log.ts';
import type { Actor } from './caller.ts';
import type { BackingProvider, Cluster, Tag, Tier } from './cluster.ts';
import { type Clusters, checkName, clusterFromRow } from './clusters.ts';
import { clusterEvent, recorded } from './events.ts';

/** A cluster as a client of the API asks for it. */
export interface CreateCluster {
  projectId: Id;
  name: string;
  tier: Tier;
  tags: Tag[];
  terminationProtection: boolean;
  backingProvider: BackingProvider;
  region: string;
  /** Who asks, for the event. */
  by?: Actor;
}

export type ChangeCluster = Partial<Pick<CreateCluster, 'tier' | 'tags' | 'terminationProtection' | 'backingProvider' | 'region'>>;

/**
 * Clusters that are created through the API (Terraform, the Atlas CLI). Lifeboat runs no MongoDB, so a deployment comes from one of two places:
 * `external`, a connection string that the operator registered under the name, which the creation adopts; or the `database server` that the operator
 * configured, where the cluster becomes a database of its own.
 */
export class Provisioning {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #clusters: Clusters;
  readonly #databaseServer: string | null;
  readonly #databasePrefix: string;

  /** `databaseServer`: the connection string of LIFEBOAT_DATABASE_SERVER. `databasePrefix`: what the databases of clusters on it begin with. */
  constructor(parts: { db: Db; clock: Clock; clusters: Clusters; databaseServer: string | null; databasePrefix?: string | undefined }) {
    this.#db = parts.db;
    this.#clock = parts.clock;
    this.#clusters = parts.clusters;
    this.#databaseServer = parts.databaseServer;
    this.#databasePrefix = parts.databasePrefix ?? 'lifeboat_';
  }

  /** Throws `duplicate-cluster-name` for one that was created before, `no-deployment` when there is nothing to make it of. */
  async create(input: CreateCluster): Promise<Cluster> {
    const { projectId, name, by, ...settings } = input;
    checkName(name);
    const event = clusterEvent('CLUSTER_CREATED', { projectId, name }, by);
    const adopted = await recorded(this.#db, this.#clock, event, (transaction) => adoptCluster(transaction, { projectId, name }, settings));
    if (adopted) return clusterFromRow(adopted);
    if (await findCluster(this.#db, projectId, name)) throw new Problem('duplicate-cluster-name', [name]);
    if (this.#databaseServer === null) {
      const hint = `Register one with \`lifeboat clusters add ${name} --uri URI --parked\`, or set LIFEBOAT_DATABASE_SERVER.`;
      throw new Problem('no-deployment', [name], { hint });
    }
    // The name of the cluster may be too long for a database, and may be another project's too.
    const database = `${this.#databasePrefix}${newId(this.#clock.now())}`;
    const { tags, ...columns } = settings;
    const made = { ...columns, tags: JSON.stringify(tags), lifecycle: 'created', uri: this.#databaseServer, isOperators: true, database };
    return this.#clusters.add({ projectId, name, by, ...made });
  }

  /** A tier, a provider and a region say on which routes the cluster answers and how it looks there; the deployment is what it was. */
  async update(cluster: Cluster, settings: ChangeCluster, by?: Actor): Promise<Cluster> {
    const { projectId, name: clusterName } = cluster;
    const entry = { action: 'CLUSTER_CHANGED', projectId, clusterName, subject: Object.keys(settings).join(' '), by } as const;
    const row = await audited(this.#db, this.#clock, entry, (transaction) => updateCluster(transaction, cluster.id, settings));
    if (!row) throw new Problem('cluster-not-found', [cluster.name, cluster.projectId]);
    return clusterFromRow(row);
  }

  /**
   * Takes the cluster from the API: its name may be created again, and then it is there with its snapshots. An external deployment is not touched;
   * the database of a cluster on the database server is dropped. Throws `termination-protected`.
   */
  async remove(cluster: Cluster, by?: Actor): Promise<void> {
    // Reached before the cluster is hidden: with its server away nothing happens, and the request can be made again.
    const deployment = cluster.database === null ? null : await this.#clusters.open(cluster.id, 'target-unavailable');
    try {
      const event = clusterEvent('CLUSTER_DELETED', cluster, by);
      const isParked = await recorded(this.#db, this.#clock, event, (transaction) => parkCluster(transaction, cluster.id));
      if (!isParked) throw new Problem('termination-protected', [cluster.name]);
      await deployment?.client.db(cluster.database!).dropDatabase();
    } finally {
      await deployment?.close();
    }
  }
}
