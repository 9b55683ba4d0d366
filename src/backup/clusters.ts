import { type Clock, SECOND } from '../clock.ts';
import {
  type ClusterPlace,
  type ClusterRow,
  findCluster,
  findClusterById,
  findParkedCluster,
  insertCluster,
  listAllClusters,
  listClusters,
  listClustersOfProjects,
  moveCluster,
  type NewClusterRow,
  returnCluster,
  updateCluster,
} from '../db/clusters.ts';
import type { Db, Within } from '../db/connection.ts';
import { lockDeployment } from '../db/deployment-lock.ts';
import { isBeingRestored } from '../db/restores.ts';
import { isBeingSnapshotted } from '../db/snapshots.ts';
import type { Destinations } from '../destinations.ts';
import { withoutCredentials } from '../engine/connection-string.ts';
import { type Deployment, openDeployment } from '../engine/deployment.ts';
import { DeploymentUnavailable } from '../engine/errors.ts';
import { inspectDeployment } from '../engine/inspection.ts';
import { isSameDeployment } from '../engine/same-deployment.ts';
import { Problem, type ProblemCode } from '../errors.ts';
import { type Id, newId } from '../ids.ts';
import type { Listed, Page } from '../page.ts';
import { seal, unseal } from '../sealing.ts';
import { audited } from './audit-log.ts';
import type { Actor } from './caller.ts';
import { type BackingProvider, type Cluster, isTier, TIERS, type Tier } from './cluster.ts';
import { type ConnectionTest, unreachable } from './connection-test.ts';
import { clusterEvent, recorded } from './events.ts';

/** What a server may take to be there again. */
const RESTART = 60 * SECOND;

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/;

export interface RegisterCluster {
  projectId: Id;
  name: string;
  uri: string;
  tier?: string | undefined;
  /** Kept for a creation of that name through the API, and not shown before. */
  parked?: boolean | undefined;
  /** Who asks, for the event. */
  by?: Actor | undefined;
}

export interface ChangeClusterAccess {
  uri?: string | undefined;
  tier?: string | undefined;
  /** The connection string may lead to another deployment. */
  force?: boolean | undefined;
  by?: Actor | undefined;
}

export class Clusters {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #sealingKey: Buffer;
  readonly #how: { answerMs?: number; destinations?: Destinations };

  /**
   * `sealingKey`: derived from the master key for `connection-strings`. `answerMs`: how long a deployment may take to answer. `destinations`: where
   * deployments may be.
   */
  constructor(db: Db, clock: Clock, sealingKey: Buffer, how: { answerMs?: number; destinations?: Destinations } = {}) {
    this.#db = db;
    this.#clock = clock;
    this.#sealingKey = sealingKey;
    this.#how = how;
  }

  /** Connects to the deployment to learn what it is, then keeps it. One deployment may be registered under several names. */
  async register(input: RegisterCluster): Promise<Cluster> {
    const { parked, ...rest } = input;
    return this.add({ ...rest, lifecycle: parked ? 'parked' : 'registered' });
  }

  /**
   * As {@link register}, with all that a row can say. `database`: the one database of the server that is the cluster. `isOperators`: the
   * connection string is of who runs Lifeboat.
   */
  async add(
    input: Omit<RegisterCluster, 'parked'> &
      Pick<NewClusterRow, 'lifecycle'> &
      Partial<Pick<NewClusterRow, Settings>> & { database?: string; isOperators?: boolean },
  ): Promise<Cluster> {
    const { projectId, name, uri, tier = 'FLEX', database, by, isOperators, ...settings } = input;
    checkName(name);
    if (!isTier(tier)) throw new Problem('invalid-value', ['tier', `one of ${TIERS.join(', ')} is expected`]);
    const deployment = await this.#reach(uri, name, 'source-unavailable', { database, isOperators });
    const createdAt = this.#clock.now();
    // One that was taken away comes back with its snapshots.
    const parked = settings.lifecycle === 'registered' ? await findParkedCluster(this.#db, projectId, name) : null;
    const id = parked?.id ?? newId(createdAt);
    await deployment.close();
    const values: NewClusterRow = {
      ...settings,
      id,
      projectId,
      name,
      tier,
      uriSealed: seal(this.#sealingKey, Buffer.from(uri), `cluster ${id}`),
      deployment: deployment.address,
      mongodbVersion: deployment.version,
      topology: deployment.topology,
      createdAt,
      connectionString: withoutCredentials(uri, database),
      database: database ?? null,
    };
    // A parked one is not there yet for those who read events.
    const event = settings.lifecycle === 'parked' ? null : clusterEvent('CLUSTER_CREATED', { projectId, name }, by);
    const parking = { action: 'CLUSTER_PARKED', projectId, clusterName: name, by } as const;
    const insert = (transaction: Within) => (parked ? returnCluster(transaction, values) : insertCluster(transaction, values));
    const row = await (event ? recorded(this.#db, this.#clock, event, insert) : audited(this.#db, this.#clock, parking, insert));
    if (!row) throw new Problem('duplicate-cluster-name', [name]);
    return clusterFromRow(row);
  }

  /**
   * Another connection string (another password), another tier. Throws `other-deployment` where it leads elsewhere, unless `force` says that it should, and then `cluster-busy` while
   * anything is done with the deployment that it was.
   */
  async change(cluster: Cluster, change: ChangeClusterAccess): Promise<Cluster> {
    const { uri, tier, by } = change;
    if (tier !== undefined && !isTier(tier)) throw new Problem('invalid-value', ['tier', `one of ${TIERS.join(', ')} is expected`]);
    const place = uri === undefined ? null : await this.#placeAt(cluster, uri, change.force ?? false);
    const { projectId, name: clusterName } = cluster;
    const subject = [uri !== undefined && 'uri', tier !== undefined && 'tier'].filter(Boolean).join(' ');
    await audited(this.#db, this.#clock, { action: 'CLUSTER_CHANGED', projectId, clusterName, subject, by }, async (transaction) => {
      if (place) await this.#move(transaction, cluster, place);
      return tier === undefined || updateCluster(transaction, cluster.id, { tier });
    });
    return this.get(projectId, clusterName);
  }

  async #placeAt(cluster: Cluster, uri: string, force: boolean): Promise<ClusterPlace> {
    if (cluster.database !== null)
      throw new Problem('invalid-value', ['uri', 'the cluster is a database on the server of LIFEBOAT_DATABASE_SERVER']);
    const reached = await this.#reach(uri, cluster.name, 'source-unavailable', {});
    await reached.close();
    const { address, version, topology } = reached;
    if (!isSameDeployment(address, cluster.deployment) && !force) {
      const hint = 'Say `force` where it is the same data at another place.';
      throw new Problem('other-deployment', [cluster.name, cluster.deployment, address], { hint });
    }
    const uriSealed = seal(this.#sealingKey, Buffer.from(uri), `cluster ${cluster.id}`);
    return { uriSealed, deployment: address, mongodbVersion: version, topology, connectionString: withoutCredentials(uri) };
  }

  async #move(transaction: Within, { id, name, deployment }: Cluster, place: ClusterPlace): Promise<void> {
    if (place.deployment !== deployment) {
      await lockDeployment(transaction, deployment);
      const isBusy = (await isBeingSnapshotted(transaction, deployment, '')) || (await isBeingRestored(transaction, deployment));
      if (isBusy) throw new Problem('cluster-busy', [name]);
    }
    await moveCluster(transaction, id, place);
  }

  /** Connects to a deployment that nobody has registered yet, and says what it is or why it cannot be reached; keeps nothing. */
  async test(uri: string): Promise<ConnectionTest> {
    try {
      const deployment = await this.#reach(uri, 'under test', 'source-unavailable', {});
      try {
        const { address, version: mongodbVersion, topology } = deployment;
        const { consistency, ...inspection } = await inspectDeployment(deployment);
        const { label, reason } = consistency;
        return { reachable: true, deployment: address, mongodbVersion, topology, consistency: { label, reason }, ...inspection };
      } finally {
        await deployment.close();
      }
    } catch (error) {
      return unreachable(error);
    }
  }

  /** Throws `cluster-not-found`. */
  async get(projectId: Id, name: string): Promise<Cluster> {
    // What no cluster can be called is not asked for: PostgreSQL refuses some texts (NUL) even in a question.
    const row = isClusterName(name) ? await findCluster(this.#db, projectId, name) : null;
    if (!row) throw new Problem('cluster-not-found', [name, projectId]);
    return clusterFromRow(row);
  }

  /** Oldest first; of all tiers, or of `tiers` alone. */
  async list(projectId: Id, page: Page, tiers?: readonly Tier[]): Promise<Listed<Cluster>> {
    const { results, totalCount } = await listClusters(this.#db, projectId, page, tiers);
    return { results: results.map(clusterFromRow), totalCount };
  }

  async ofProjects(projectIds: readonly Id[]): Promise<Cluster[]> {
    return (await listClustersOfProjects(this.#db, projectIds)).map(clusterFromRow);
  }

  /** Of every project, by name: for those who look after the installation. */
  async listAll(): Promise<Cluster[]> {
    return (await listAllClusters(this.#db)).map(clusterFromRow);
  }

  /**
   * Opens the deployment of a cluster; `unavailable` says in which words it is missed. The caller closes it. `wasThere`: it was reached before for the same work, so it
   * is waited for as long as a server may take to start again.
   */
  async open(
    clusterId: Id,
    unavailable: 'source-unavailable' | 'target-unavailable',
    o: { wasThere?: boolean; signal?: AbortSignal } = {},
  ): Promise<Deployment> {
    const row = await findClusterById(this.#db, clusterId);
    if (!row) throw new Problem('cluster-not-found', [clusterId, 'any']);
    const uri = unseal(this.#sealingKey, row.uriSealed, `cluster ${row.id}`).toString();
    const database = row.database ?? undefined;
    return this.#reach(uri, row.name, unavailable, {
      database,
      // Whose it was, and so what it may name, was checked when it was kept.
      isOperators: true,
      ...(o.signal && { signal: o.signal }),
      ...(o.wasThere && { timeoutMs: RESTART }),
    });
  }

  async #reach(
    uri: string,
    name: string,
    unavailable: ProblemCode,
    o: { database?: string | undefined; isOperators?: boolean | undefined; timeoutMs?: number; signal?: AbortSignal },
  ): Promise<Deployment> {
    try {
      return await openDeployment(uri, { ...o, ...this.#how });
    } catch (error) {
      if (error instanceof DeploymentUnavailable) throw new Problem(unavailable, [name, error.message], { cause: error });
      throw error;
    }
  }
}

type Settings = 'tags' | 'terminationProtection' | 'backingProvider' | 'region';

export function isClusterName(text: string): boolean {
  return NAME.test(text);
}

/** Throws `invalid-value`. */
export function checkName(name: string): void {
  if (!isClusterName(name))
    throw new Problem('invalid-value', ['name', 'a cluster has 1 to 64 letters, digits and dashes, and begins with no dash']);
}

export function clusterFromRow({ uriSealed: _sealed, ...row }: Omit<ClusterRow, 'uriSealed'> & { uriSealed?: Buffer }): Cluster {
  return {
    ...row,
    tier: row.tier as Tier,
    lifecycle: row.lifecycle as Cluster['lifecycle'],
    backingProvider: row.backingProvider as BackingProvider,
    connectionString: row.connectionString ?? `mongodb://${row.deployment}/`,
  };
}
