import type { Document, MongoClient, MongoOptions, ServerDescription, TopologyDescription } from 'mongodb';
import type { Destinations } from '../destinations.ts';
import { abortable } from './abortable.ts';
import { connectionFailure } from './connection-failure.ts';
import { ANYWHERE, checkConnectionString, connectionStringOfNode, type Trust, unusable } from './connection-string.ts';
import { guardedClient } from './guarded-client.ts';

export type Topology = 'standalone' | 'replicaSet' | 'sharded';
export type Product = 'mongodb' | 'ferretdb' | 'mongo-java-server' | 'other';

/** What one message to the server may hold. */
export interface Limits {
  maxWriteBatchSize: number;
  maxMessageSizeBytes: number;
  maxBsonObjectSize: number;
}

/** A MongoDB deployment that is connected to: a source of snapshots or a target of restores. */
export interface Deployment {
  /** The hosts, sorted and joined by commas; of a replica set, its members as it names them; then `/` and the database, where it is only one. Holds no credentials. */
  readonly address: string;
  /** The one database that this deployment is, on a server that it shares with others; absent, it is all of them. */
  readonly database?: string;
  /** `x.y.z` */
  readonly version: string;
  /** `x.y` */
  readonly majorVersion: string;
  readonly topology: Topology;
  readonly product: Product;
  readonly limits: Limits;
  /** Whether the server knows logical sessions; explicit ones throw where it does not. */
  readonly sessions: boolean;
  close(): Promise<void>;
  /** For the engine's own files. */
  readonly client: MongoClient;
  /** A client of its own to the one node that serves reads and cursors now; for the engine's own files. `primary` asks for the node that takes writes. */
  node(o?: { primary?: boolean }): Promise<MongoClient>;
}

/**
 * Connects to a deployment and asks what it is. Throws the problem `bad-connection-string`, or {@link DeploymentUnavailable} when no server
 * answers within `timeoutMs` (5 s) or it refuses the credentials. Later on a connection on which nothing comes for `answerMs` counts as broken: a stateful firewall or a
 * server that hangs says nothing, and a job would wait for ever.
 */
export async function openDeployment(
  uri: string,
  o: { database?: string | undefined; timeoutMs?: number; answerMs?: number; signal?: AbortSignal } & Trust = {},
): Promise<Deployment> {
  const { destinations = ANYWHERE } = o;
  checkConnectionString(uri, o);
  const timeouts = {
    serverSelectionTimeoutMS: o.timeoutMs ?? 5000,
    connectTimeoutMS: o.timeoutMs ?? 5000,
    ...(o.answerMs !== undefined && { socketTimeoutMS: o.answerMs }),
  };
  const client = guardedClient(uri, destinations, { ...timeouts, appName: 'lifeboat', monitorCommands: false });
  const connected = new ConnectedDeployment(uri, client, { timeouts, destinations }, o.database);
  try {
    await abortable(connected.probe(), o.signal);
    return connected;
  } catch (error) {
    await client.close().catch(() => {});
    if (o.signal?.aborted) throw o.signal.reason;
    throw connectionFailure(error, addressOf(client.options), client.options);
  }
}

class ConnectedDeployment implements Deployment {
  readonly client: MongoClient;
  readonly database?: string;
  address = '';
  version = '';
  topology: Topology = 'standalone';
  product: Product = 'other';
  limits: Limits = { maxWriteBatchSize: 100_000, maxMessageSizeBytes: 48_000_000, maxBsonObjectSize: 16 * 1024 * 1024 };
  sessions = false;
  readonly #uri: string;
  readonly #how: {
    timeouts: Partial<Record<'serverSelectionTimeoutMS' | 'connectTimeoutMS' | 'socketTimeoutMS', number>>;
    destinations: Destinations;
  };
  #nodes: TopologyDescription | null = null;
  readonly #clients = new Map<string, Promise<MongoClient>>();

  constructor(uri: string, client: MongoClient, how: { timeouts: object; destinations: Destinations }, database: string | undefined) {
    this.#uri = uri;
    if (database !== undefined) this.database = database;
    this.client = client;
    this.#how = how;
    client.on('topologyDescriptionChanged', (event) => {
      this.#nodes = event.newDescription;
    });
  }

  get majorVersion(): string {
    return this.version.split('.').slice(0, 2).join('.');
  }

  async probe(): Promise<void> {
    await this.client.connect();
    // A TXT record can say it too.
    if (this.client.options.loadBalanced) throw unusable('loadBalanced=true is not supported, and its TXT record says so');
    const admin = this.client.db('admin');
    const hello = await admin.command({ hello: 1 }).catch(() => admin.command({ isMaster: 1 }));
    const build = await admin.command({ buildInfo: 1 });
    this.version = /^\d+\.\d+\.\d+/.exec(String(build.version))?.[0] ?? String(build.version);
    this.topology = hello.msg === 'isdbgrid' ? 'sharded' : hello.setName ? 'replicaSet' : 'standalone';
    this.product = productOf(build);
    this.limits = limitsOf(hello, this.limits);
    this.sessions = typeof hello.logicalSessionTimeoutMinutes === 'number';
    const members = [...(hello.hosts ?? []), ...(hello.passives ?? [])] as string[];
    const hosts = members.length > 0 ? sortedHosts(members) : addressOf(this.client.options);
    this.address = this.database === undefined ? hosts : `${hosts}/${this.database}`;
  }

  node(o: { primary?: boolean } = {}): Promise<MongoClient> {
    const address = this.#pickNode(o.primary ?? false);
    let opened = this.#clients.get(address);
    if (!opened) {
      const uri = connectionStringOfNode(this.#uri, address, this.client.options);
      const { timeouts, destinations } = this.#how;
      const client = guardedClient(uri, destinations, { ...timeouts, appName: 'lifeboat', monitorCommands: false });
      opened = client.connect();
      // A node that could not be reached is tried anew the next time.
      opened.catch(() => this.#clients.delete(address));
      this.#clients.set(address, opened);
    }
    return opened;
  }

  #pickNode(primary: boolean): string {
    const known = [...(this.#nodes?.servers.values() ?? [])].filter((server) => server.isDataBearing);
    const preferred = this.client.options.readPreference?.mode ?? 'primary';
    const isSecondary = (server: ServerDescription) => server.type === 'RSSecondary';
    const wanted = !primary && preferred.startsWith('secondary') ? known.find(isSecondary) : undefined;
    const chosen = wanted ?? known.find((server) => !isSecondary(server)) ?? known[0];
    return chosen?.address ?? this.client.options.hosts[0]!.toString();
  }

  async close(): Promise<void> {
    const clients = await Promise.allSettled([this.client, ...this.#clients.values()]);
    await Promise.allSettled(clients.map((opened) => (opened.status === 'fulfilled' ? opened.value.close() : null)));
  }
}

/** What a server calls itself in `buildInfo`. MongoDB proper names its git version and its storage engines. */
function productOf(build: Document): Product {
  if (build.ferretdb || build.ferretdbVersion || build.ferretdbFeatures) return 'ferretdb';
  if (typeof build.gitVersion === 'string' && Array.isArray(build.storageEngines)) return 'mongodb';
  if (build.gitVersion === undefined && build.maxBsonObjectSize !== undefined) return 'mongo-java-server';
  return 'other';
}

function limitsOf(hello: Document, fallback: Limits): Limits {
  const positive = (value: unknown, otherwise: number) => (Number(value) > 0 ? Number(value) : otherwise);
  return {
    maxWriteBatchSize: positive(hello.maxWriteBatchSize, fallback.maxWriteBatchSize),
    maxMessageSizeBytes: positive(hello.maxMessageSizeBytes, fallback.maxMessageSizeBytes),
    maxBsonObjectSize: positive(hello.maxBsonObjectSize, fallback.maxBsonObjectSize),
  };
}

function addressOf(options: MongoOptions): string {
  if (options.srvHost) return options.srvHost.toLowerCase();
  return sortedHosts(options.hosts.map(String));
}

/** The loopback has several names; one deployment must have one address, whichever was typed. Of a standalone's other aliases in DNS nothing is known. */
function sortedHosts(hosts: string[]): string {
  const named = hosts.map((host) => host.toLowerCase().replace(/^(localhost|\[::1\]|127\.\d+\.\d+\.\d+):/, '127.0.0.1:'));
  return [...new Set(named)].sort().join(',');
}
